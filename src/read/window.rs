//! The sliding window: a bounded stretch of a document that comes from a stream.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::charset::{self, Charset, Malformed, SNIFF};
use super::tokens::View;
use crate::{ErrorKind, Limit, Position, Result};

/// Where bytes come from; `std::io::Read` without std.
pub(super) trait Source {
    /// Reads some bytes into `buffer`; 0 at the end.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

impl Source for &[u8] {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.len().min(buffer.len());
        let (head, rest) = self.split_at_checked(length).unwrap_or((self, &[]));
        if let Some(target) = buffer.get_mut(..length) {
            target.copy_from_slice(head);
        }
        *self = rest;
        Ok(length)
    }
}

#[cfg(feature = "std")]
pub(super) struct IoSource<R>(pub(super) R);

#[cfg(feature = "std")]
impl<R: std::io::Read> Source for IoSource<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => return other.map_err(Into::into),
            }
        }
    }
}

/// How much is read at first.
const FIRST: usize = 4 * 1024;

/// Why nothing can follow.
pub(super) enum End {
    /// The document is all there.
    Document,
    /// Its bytes are not text.
    Malformed(Malformed),
}

pub(super) struct Window<'s> {
    source: Box<dyn Source + 's>,
    /// What is in the window, decoded.
    text: String,
    /// What has been read and not decoded yet: less than a character, but for the first bytes.
    raw: Vec<u8>,
    undecoded: usize,
    capacity: usize,
    charset: Option<Charset>,
    end: Option<End>,
    /// There is no room for more until something is consumed.
    full: bool,
    /// How many bytes may still be read.
    allowance: u64,
    /// Where the window begins.
    start: Position,
}

impl<'s> Window<'s> {
    pub(super) fn new(source: Box<dyn Source + 's>, capacity: usize, limit: u64) -> Self {
        Self {
            source,
            text: String::new(),
            raw: Vec::new(),
            undecoded: 0,
            capacity,
            charset: None,
            end: None,
            full: false,
            allowance: limit,
            start: Position { offset: 0, line: 1, column: 1 },
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is at hand, for the grammar.
    #[inline]
    pub(super) fn view(&self) -> View<'_> {
        View {
            text: &self.text,
            last: matches!(self.end, Some(End::Document)),
            full: self.full,
            broken: matches!(self.end, Some(End::Malformed(_))),
        }
    }

    pub(super) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Where the window begins in the document.
    pub(super) fn start(&self) -> Position {
        self.start
    }

    /// Whether it would be well to [`slide`](Self::slide) before the next [`fill`](Self::fill).
    pub(super) fn wants_to_slide(&self) -> bool {
        self.capacity.saturating_sub(self.text.len()) < self.capacity / 2
    }

    /// Gives up the first `count` bytes.
    pub(super) fn slide(&mut self, count: usize) {
        self.start = advance(self.start, self.text.get(..count).unwrap_or_default());
        self.text.drain(..count);
        self.full = false;
    }

    /// Reads once from the source, as much as there is room for.
    pub(super) fn fill(&mut self, content_type: Option<&str>) -> Result<()> {
        if self.end.is_some() {
            return Ok(());
        }
        let room = self.capacity.saturating_sub(self.text.len());
        if room < 4 {
            self.full = true;
            return Ok(());
        }
        self.full = false;
        if self.raw.is_empty() {
            // The charset is found out with all of its declaration at hand.
            self.raw = vec![0; FIRST.min(self.capacity).max(SNIFF)];
        } else if self.raw.len() < self.capacity && self.text.len() >= self.raw.len() / 2 {
            // A small document needs no more than the first reading; a large one soon has the whole window.
            self.raw.resize(self.capacity, 0);
            self.text.reserve_exact(room);
        }
        // UTF-16 takes up to three bytes of text for two of input, ISO-8859-1 two for one.
        let wanted = match self.charset {
            None | Some(Charset::Utf8 | Charset::Ascii) => room,
            _ => room / 3,
        };
        let upto = (self.undecoded + wanted.max(1)).min(self.raw.len());
        let buffer = self.raw.get_mut(self.undecoded..upto).unwrap_or_default();
        let read = self.source.read(buffer)?;
        let ended = read == 0;
        let mut wrong = None;
        let allowed = usize::try_from(self.allowance).map_or(read, |allowance| allowance.min(read));
        if allowed < read {
            wrong = Some(too_long());
        }
        self.allowance -= allowed as u64;
        let available = self.undecoded + allowed;
        let final_piece = ended || wrong.is_some();
        let bytes = self.raw.get(..available).unwrap_or_default();
        let mut taken = 0;
        if self.charset.is_none() {
            let Some((charset, mark)) = charset::detect(bytes, final_piece, content_type)? else {
                self.undecoded = available;
                return Ok(());
            };
            if matches!(charset, Charset::Utf8) {
                self.start.offset = mark as u64;
            }
            self.charset = Some(charset);
            taken = mark;
        }
        if let Some(charset) = &mut self.charset {
            // With the limit's end in the middle of a character, the limit is what is wrong.
            let rest = bytes.get(taken..).unwrap_or_default();
            let (decoded, malformed) = charset.decode(rest, ended, &mut self.text);
            taken += decoded;
            wrong = malformed.or(wrong);
        }
        self.raw.copy_within(taken..available, 0);
        self.undecoded = available - taken;
        self.end = match wrong {
            Some(malformed) => Some(End::Malformed(malformed)),
            None => ended.then_some(End::Document),
        };
        Ok(())
    }
}

/// What is wrong with a document beyond the limit of its size.
#[cold]
pub(super) fn too_long() -> Malformed {
    let message = "expected a document within the limit of its size, found a longer one";
    (ErrorKind::Limit(Limit::Bytes), message.into())
}

/// The position behind `text`, which begins at `from`.
pub(super) fn advance(from: Position, text: &str) -> Position {
    let bytes = text.as_bytes();
    let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
    let last = memchr::memrchr(b'\n', bytes).map_or(text, |at| text.get(at + 1..).unwrap_or_default());
    // Counting characters is the dearest part of it, and most text is ASCII.
    let columns = if last.is_ascii() { last.len() } else { last.chars().count() } as u64;
    Position {
        offset: from.offset + bytes.len() as u64,
        line: from.line + lines,
        column: if lines == 0 { from.column + columns } else { columns + 1 },
    }
}

impl core::fmt::Debug for Window<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let message = format!("{} of {} bytes at {}", self.text.len(), self.capacity, self.start);
        f.debug_tuple("Window").field(&message).finish()
    }
}
