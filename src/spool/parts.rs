//! What comes before the part of a [`Spool`] that is being written.

use std::fs::File;
use std::io;

use super::Spool;
use super::encoded::Encoded;

/// Parts that are finished, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<Part>);

#[derive(Debug)]
struct Part {
    /// Where it begins and ends in the whole.
    start: u64,
    end: u64,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Bytes(Spool),
    Encoded(Encoded),
}

impl Parts {
    /// Bytes in them.
    pub(super) fn len(&self) -> u64 {
        self.0.last().map_or(0, |part| part.end)
    }

    /// Bytes in those that were written.
    pub(super) fn counted(&self) -> u64 {
        self.spools().fold(0, |sum, spool| sum.saturating_add(spool.own_len()))
    }

    /// Bytes that the parts have in memory.
    pub(super) fn memory(&self) -> usize {
        self.spools().fold(0, |sum, spool| sum.saturating_add(spool.memory()))
    }

    /// Bytes that the parts have in temporary files.
    #[cfg(feature = "server")]
    pub(super) fn in_file(&self) -> u64 {
        self.spools().fold(0, |sum, spool| sum.saturating_add(spool.in_file()))
    }

    fn spools(&self) -> impl Iterator<Item = &Spool> {
        self.0.iter().filter_map(|part| match &part.content {
            Content::Bytes(spool) => Some(spool),
            Content::Encoded(_) => None,
        })
    }

    /// Puts what was written behind them.
    pub(super) fn push(&mut self, spool: Spool) {
        let bytes = spool.len();
        self.put(bytes, Content::Bytes(spool));
    }

    /// Puts the base64 of a file of this size behind them.
    pub(super) fn push_base64(&mut self, file: File, size: u64) {
        self.put(Encoded::letters(size), Content::Encoded(Encoded::new(file, size)));
    }

    fn put(&mut self, bytes: u64, content: Content) {
        let start = self.len();
        self.0.push(Part { start, end: start.saturating_add(bytes), content });
    }

    /// Forgets all behind the first `len` bytes. If the end is then in a part that was written, or behind it, it is taken
    /// out, to be written on.
    pub(super) fn truncate(&mut self, len: u64) -> Option<Spool> {
        while let Some(mut part) = self.0.pop() {
            if part.start > len {
                continue;
            }
            match part.content {
                Content::Bytes(mut spool) => {
                    spool.truncate(len.saturating_sub(part.start));
                    return Some(spool);
                }
                // Where it begins, there is a part before it that ends.
                Content::Encoded(_) if part.start == len => {}
                Content::Encoded(_) => {
                    part.end = part.end.min(len);
                    self.0.push(part);
                    return None;
                }
            }
        }
        None
    }

    /// Reads from this place on, which is in one of them.
    pub(super) fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let index = self.0.partition_point(|part| part.end <= at);
        let Some(part) = self.0.get(index) else { return Ok(0) };
        let left = usize::try_from(part.end.saturating_sub(at)).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let at = at.saturating_sub(part.start);
        match &part.content {
            Content::Bytes(spool) => spool.read_at(at, buffer),
            Content::Encoded(encoded) => encoded.read_at(at, buffer),
        }
    }
}
