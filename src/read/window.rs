//! The sliding window: a bounded stretch of a document that comes from a stream.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
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

/// How much is read at first; four times as much each time that all of it came.
const FIRST: usize = 1024;

/// How much is read where the end is likely.
const PROBE: usize = 512;

/// Room for less than this is not worth a reading.
const LEAST: usize = 256;

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
    /// How much came with the last reading.
    came: usize,
    /// That was less than was asked for.
    short: bool,
    /// How much the next one asks for.
    next: usize,
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
            came: 0,
            short: false,
            next: FIRST.max(SNIFF).min(capacity),
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

    /// Gives up the first `count` bytes, of which the last begin at the position `from`, `at` bytes into the window.
    pub(super) fn slide(&mut self, count: usize, at: usize, from: Position) {
        self.start = advance(from, self.text.get(at..count).unwrap_or_default());
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
        // Text that has been checked is checked again with what is read behind it: that is fine as long as there is
        // not much more of it than comes at a time.
        if matches!(self.charset, Some(Charset::Utf8)) && self.text.len() / 2 <= self.came {
            return self.fill_in_place(room);
        }
        let size = self.next.clamp(SNIFF, self.capacity.max(SNIFF));
        if self.raw.len() < size {
            self.raw.resize(size, 0);
        }
        // UTF-16 takes up to three bytes of text for two of input, ISO-8859-1 two for one.
        let wanted = match self.charset {
            None | Some(Charset::Utf8 | Charset::Ascii) => room,
            _ => room / 3,
        };
        let upto = (self.undecoded + wanted.max(1)).min(self.raw.len());
        let buffer = self.raw.get_mut(self.undecoded..upto).unwrap_or_default();
        let offered = buffer.len();
        let read = self.source.read(buffer)?;
        let (allowed, ended, too_long) = self.came(read, offered);
        let available = self.undecoded + allowed;
        let bytes = self.raw.get(..available).unwrap_or_default();
        let mut taken = 0;
        if self.charset.is_none() {
            let Some((charset, mark)) = charset::detect(bytes, ended || too_long, content_type)? else {
                self.undecoded = available;
                return Ok(());
            };
            taken = mark;
            if matches!(charset, Charset::Utf8) {
                self.start.offset = mark as u64;
                if mark == 0 {
                    // What was read for the detection is the text.
                    self.charset = Some(charset);
                    self.undecoded = 0;
                    let mut bytes = core::mem::take(&mut self.raw);
                    bytes.truncate(available);
                    self.check_in_place(bytes, ended, too_long);
                    return Ok(());
                }
            }
            self.charset = Some(charset);
        }
        let mut wrong = None;
        if let Some(charset) = &mut self.charset {
            // With the limit's end in the middle of a character, the limit is what is wrong.
            let rest = bytes.get(taken..).unwrap_or_default();
            let (decoded, malformed) = charset.decode(rest, ended, &mut self.text);
            taken += decoded;
            wrong = malformed;
        }
        self.raw.copy_within(taken..available, 0);
        self.undecoded = available - taken;
        self.ends(wrong, ended, too_long);
        Ok(())
    }

    /// Whether [`read_past`](Self::read_past) can read: nothing of what was read before is left.
    pub(super) fn can_read_past(&self) -> bool {
        self.text.is_empty() && self.undecoded == 0 && self.end.is_none() && matches!(self.charset, Some(Charset::Utf8))
    }

    /// Reads once from the source, for somebody who wants the bytes as they are: ASCII without line ends.
    ///
    /// If `take` wants them they never were in the window, and nobody has checked that they are text. If it does not,
    /// they are in the window as after [`fill`](Self::fill).
    pub(super) fn read_past(&mut self, take: impl FnOnce(&[u8]) -> bool) -> Result<()> {
        self.full = false;
        let size = self.next.min(self.capacity);
        if self.raw.len() < size {
            self.raw.resize(size, 0);
        }
        let read = self.source.read(self.raw.get_mut(..size).unwrap_or_default())?;
        let (allowed, ended, too_long) = self.came(read, size);
        let bytes = self.raw.get(..allowed).unwrap_or_default();
        if allowed > 0 && !too_long && take(bytes) {
            self.start.offset += allowed as u64;
            self.start.column += allowed as u64;
            return Ok(());
        }
        let mut text = core::mem::take(&mut self.text).into_bytes();
        text.extend_from_slice(bytes);
        self.check_in_place(text, ended, too_long);
        Ok(())
    }

    /// Reads behind the text itself.
    fn fill_in_place(&mut self, room: usize) -> Result<()> {
        if self.short && self.undecoded == 0 {
            return self.fill_at_the_end(room);
        }
        let mut bytes = core::mem::take(&mut self.text).into_bytes();
        let text = bytes.len();
        bytes.extend_from_slice(self.raw.get(..self.undecoded).unwrap_or_default());
        let before = bytes.len();
        let spare = bytes.capacity() - before;
        // A small document needs no more than what was there for its first reading.
        let size = if spare >= LEAST { spare.min(self.next) } else { self.next }.min(room);
        if spare < size {
            bytes.reserve_exact(size);
        }
        bytes.resize(before + size, 0);
        let read = match self.source.read(bytes.get_mut(before..).unwrap_or_default()) {
            Ok(read) => read,
            Err(error) => {
                bytes.truncate(text);
                self.text = String::from_utf8(bytes).unwrap_or_default();
                return Err(error);
            }
        };
        let (allowed, ended, too_long) = self.came(read, size);
        bytes.truncate(before + allowed);
        self.check_in_place(bytes, ended, too_long);
        Ok(())
    }

    /// Reads where the end of the source is likely: nothing is made ready for what does not come.
    fn fill_at_the_end(&mut self, room: usize) -> Result<()> {
        let mut buffer = [0; PROBE];
        let buffer = buffer.get_mut(..room.min(PROBE)).unwrap_or_default();
        let read = self.source.read(buffer)?;
        let (allowed, ended, too_long) = self.came(read, buffer.len());
        if allowed == 0 {
            self.ends(None, ended, too_long);
            return Ok(());
        }
        let mut bytes = core::mem::take(&mut self.text).into_bytes();
        bytes.extend_from_slice(buffer.get(..allowed).unwrap_or_default());
        self.check_in_place(bytes, ended, too_long);
        Ok(())
    }

    /// Makes text of `bytes`.
    fn check_in_place(&mut self, mut bytes: Vec<u8>, ended: bool, too_long: bool) {
        // Half a character waits for its other half.
        let whole = charset::whole_characters(&bytes);
        self.raw.clear();
        self.raw.extend_from_slice(bytes.get(whole..).unwrap_or_default());
        self.undecoded = self.raw.len();
        bytes.truncate(whole);
        let mut wrong = None;
        self.text = match String::from_utf8(bytes) {
            Ok(text) => {
                if (ended || too_long) && self.undecoded > 0 {
                    wrong = Charset::Utf8.decode(&self.raw, ended, &mut String::new()).1;
                }
                text
            }
            Err(error) => {
                let mut text = String::new();
                wrong = Charset::Utf8.decode(error.as_bytes(), true, &mut text).1;
                text
            }
        };
        self.ends(wrong, ended, too_long);
    }

    /// Takes note of how much was read: how much of it is within the limit, whether that was the end, and whether it
    /// was too much.
    fn came(&mut self, read: usize, offered: usize) -> (usize, bool, bool) {
        let allowed = usize::try_from(self.allowance).map_or(read, |allowance| allowance.min(read));
        self.allowance -= allowed as u64;
        self.came = allowed;
        self.short = read < offered;
        if !self.short {
            // More is there than was asked for.
            self.next = self.next.saturating_mul(4).min(self.capacity);
        }
        (allowed, read == 0, allowed < read)
    }

    fn ends(&mut self, wrong: Option<Malformed>, ended: bool, too_long: bool) {
        self.end = match wrong.or_else(|| too_long.then(self::too_long)) {
            Some(malformed) => Some(End::Malformed(malformed)),
            None => ended.then_some(End::Document),
        };
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
    // Long runs have none at all, which is found out faster than how many there are.
    let last_end = memchr::memrchr(b'\n', bytes);
    let lines = last_end.map_or(0, |_| memchr::memchr_iter(b'\n', bytes).count()) as u64;
    let last = last_end.map_or(text, |at| text.get(at + 1..).unwrap_or_default());
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
