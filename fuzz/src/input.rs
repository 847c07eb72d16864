//! What an input is made of: a few bytes of settings, and a document.

use std::io::{self, Read};

use tiny_xmlrpc::{Limits, Reader};

/// The length of the settings in front of a document.
pub const HEADER: usize = 6;

/// Beyond this a document is not stretched.
const LONGEST: usize = 16 * 1024;

/// The settings and the document of an input.
///
/// | byte | says |
/// |---|---|
/// | 0 | the window: 256 bytes and so many, 64 KiB from 0xF0 on |
/// | 1, 2, 3 | how many bytes a read gives, in turn; 0 for as many as fit |
/// | 4 | the limits: see [`limits`] |
/// | 5 | bit 0: the document is to be stretched, see [`stretched`]; bit 1: non-finite doubles are read; bits 2 to 4: the charset that the transport names |
pub struct Input {
    pub window: usize,
    pub sizes: [usize; 3],
    pub limits: Limits,
    pub non_finite: bool,
    pub charset: Option<&'static str>,
    pub document: Vec<u8>,
}

impl Input {
    /// `None` when there is not even a header.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (&[window, a, b, c, limit, flags], document) = bytes.split_first_chunk::<HEADER>()?;
        let charsets = ["utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-16le", "utf-16be", "shift_jis"];
        Some(Self {
            window: if window >= 0xF0 { 65_536 } else { 256 + usize::from(window) },
            sizes: [a, b, c].map(|size| if size == 0 { usize::MAX } else { size.into() }),
            limits: limits(limit),
            non_finite: flags & 2 != 0,
            charset: usize::from(flags >> 2 & 7).checked_sub(1).and_then(|at| charsets.get(at)).copied(),
            document: if flags & 1 != 0 { stretched(document) } else { document.into() },
        })
    }

    /// A reader over the whole document.
    pub fn slice(&self) -> Reader<'_> {
        self.told(Reader::from_bytes(&self.document))
    }

    /// A reader over the document in pieces, through the window.
    pub fn stream(&self) -> Reader<'_> {
        let pieces = Pieces { bytes: &self.document, sizes: self.sizes };
        self.told(Reader::from_reader(pieces)).with_window(self.window)
    }

    fn told<'d>(&self, reader: Reader<'d>) -> Reader<'d> {
        let reader = reader.with_limits(self.limits).with_non_finite(self.non_finite);
        match self.charset {
            Some(charset) => reader.with_charset(charset),
            None => reader,
        }
    }
}

/// A stream that gives its bytes in pieces of these sizes, in turn.
pub struct Pieces<'b> {
    pub bytes: &'b [u8],
    pub sizes: [usize; 3],
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!buffer.is_empty(), "an empty read looks like the end");
        let size = self.sizes[0].min(buffer.len());
        self.sizes.rotate_left(1);
        self.bytes.read(&mut buffer[..size])
    }
}

/// Limits by number: the default ones, those for devices, hardly any, very narrow ones; and from 4
/// on the default ones with a single one of them narrow.
pub fn limits(choice: u8) -> Limits {
    let mut limits = Limits::default();
    let size = usize::from(choice / 6);
    match (choice, choice % 6) {
        (0, _) => {}
        (1, _) => limits = Limits::device(),
        (2, _) => limits = Limits::unbounded(),
        (3, _) => {
            limits.bytes = 400;
            limits.depth = 2;
            limits.values = 5;
            limits.text = 8;
            limits.name = 4;
            limits.params = 2;
        }
        (_, 0) => limits.bytes = 8 * size as u64,
        (_, 1) => limits.depth = size % 8,
        (_, 2) => limits.values = size as u64,
        (_, 3) => limits.text = 8 * size as u64,
        (_, 4) => limits.name = 8 * size,
        _ => limits.params = size % 8,
    }
    limits
}

/// The document with its repetitions written out, so that a small input makes a long text or deep
/// nesting: 0xF8 and `n` repeat the byte before them eight times `n` times, 0xF9, `m` and `n` the
/// `m` bytes before them `n` times.
pub fn stretched(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        let (length, times) = match byte {
            0xF8 => (1, 8 * usize::from(rest.next().unwrap_or_default())),
            0xF9 => (rest.next().unwrap_or_default().into(), rest.next().unwrap_or_default().into()),
            _ => {
                out.push(byte);
                continue;
            }
        };
        let from = out.len().saturating_sub(length);
        let last = out[from..].to_vec();
        if out.len() + last.len() * times < LONGEST {
            out.extend(std::iter::repeat_n(last, times).flatten());
        }
    }
    out
}
