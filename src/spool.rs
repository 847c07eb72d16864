//! Bytes that may be too many for memory: in it up to a threshold, beyond that in a temporary file.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use alloc::vec::Vec;
use core::borrow::Borrow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::{Error, ErrorKind, Limit, Result, Sink};

/// Bytes that a [`Spool`] keeps in memory unless said otherwise: 256 KiB.
pub const DEFAULT_SPOOL_THRESHOLD: usize = 256 * 1024;

/// Bytes that are collected before they go to the file, once there is one.
const TAIL: usize = 32 * 1024;

/// Takes bytes and gives them back: in memory up to a threshold, and beyond that in an unnamed temporary file.
///
/// The file is there with the feature `spool`. Without it all stays in memory, up to the limit. While it is in memory,
/// writing costs what it costs with a `Vec`. The file has no name, so that nothing is left of it after the process,
/// however that ends.
///
/// ```
/// use std::io::{Read, Write};
/// use tiny_xmlrpc::Spool;
///
/// let mut spool = Spool::new().with_threshold(4);
/// spool.write_all(b"hello, world")?;
/// assert_eq!(spool.len(), 12);
/// spool.truncate(5);
/// let mut text = String::new();
/// spool.into_reader().read_to_string(&mut text)?;
/// assert_eq!(text, "hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Spool {
    /// What is not in the file: all of it, or its end.
    memory: Vec<u8>,
    /// How far that may grow before there is something to see to.
    room: usize,
    file: Option<File>,
    /// Bytes that stand in the file. There may be others behind them, which don't count any more.
    in_file: u64,
    threshold: usize,
    limit: u64,
    directory: Option<PathBuf>,
}

impl Default for Spool {
    fn default() -> Self {
        Self::new()
    }
}

impl Spool {
    /// An empty one, with a threshold of 256 KiB and no limit.
    #[must_use]
    pub fn new() -> Self {
        Self::from(Vec::new())
    }

    /// The bytes of a file, from its beginning to where it ends now: a page to send, say. They are read
    /// when they are asked for, and nothing is copied. What is written comes behind them, in the file.
    ///
    /// # Errors
    /// If the file's size can't be told, or if it is a directory.
    pub fn from_file(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "expected a file, found a directory"));
        }
        let mut this = Self { file: Some(file), in_file: metadata.len(), ..Self::new() };
        this.make_room();
        Ok(this)
    }

    /// Bytes kept in memory before a file is made. To be said before anything is written, like the following.
    #[must_use]
    pub fn with_threshold(mut self, bytes: usize) -> Self {
        self.threshold = bytes;
        self.make_room();
        self
    }

    /// Bytes at most; one more is an error. Unless said otherwise there is no limit but the disk's.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self.make_room();
        self
    }

    /// Where the file is made, in place of the system's directory for temporary files. On many systems that one is
    /// memory itself (`tmpfs`), which makes a file there of little use.
    #[must_use]
    pub fn with_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Bytes in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.in_file.saturating_add(self.memory.len() as u64)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it, if it is in memory.
    #[must_use]
    pub fn as_slice(&self) -> Option<&[u8]> {
        self.file.is_none().then_some(&self.memory)
    }

    /// All of it, if it is in memory.
    ///
    /// # Errors
    /// With itself if it is not.
    pub fn into_vec(self) -> core::result::Result<Vec<u8>, Self> {
        if self.file.is_some() { Err(self) } else { Ok(self.memory) }
    }

    /// Forgets all behind the first `len` bytes. If there are no more than that, it changes nothing.
    pub fn truncate(&mut self, len: u64) {
        if len == 0 {
            self.file = None;
        }
        let kept = usize::try_from(len.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
        self.memory.truncate(kept);
        self.in_file = self.in_file.min(len);
        self.make_room();
    }

    /// Reads it from its beginning. Any number of readers may be at work at once.
    #[must_use]
    pub fn reader(&self) -> SpoolReader<&Self> {
        SpoolReader { spool: self, at: 0 }
    }

    /// Turns it into a reader, from its beginning.
    #[must_use]
    pub fn into_reader(self) -> SpoolReader<Self> {
        SpoolReader { spool: self, at: 0 }
    }

    /// Bytes of memory that it takes, whatever it holds in a file.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.memory.capacity()
    }

    /// Whether so many bytes more would stay in memory, with all that is there.
    #[cfg(feature = "server")]
    pub(crate) fn stays_in_memory(&self, bytes: usize) -> bool {
        self.file.is_none() && bytes <= self.room.saturating_sub(self.memory.len())
    }

    /// Has memory for so many bytes in all and no more than that, as far as they would stay there.
    #[cfg(feature = "server")]
    pub(crate) fn reserve_exact(&mut self, bytes: usize) {
        self.memory.reserve_exact(bytes.min(self.room).saturating_sub(self.memory.len()));
    }

    /// Bytes of it that stand in the file.
    #[cfg(feature = "server")]
    pub(crate) fn in_file(&self) -> u64 {
        self.in_file
    }

    /// Reads from this place on, at most as much as fits. 0 at the end, or into an empty buffer.
    pub(crate) fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.in_file.checked_sub(at).filter(|&left| left > 0) else {
            let at = usize::try_from(at.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
            return self.memory.get(at..).unwrap_or_default().read(buffer);
        };
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let (Some(file), Some(buffer @ [_, ..])) = (&self.file, buffer.get_mut(..size)) else { return Ok(0) };
        match read_file_at(file, at, buffer)? {
            // It is somebody else's file, and shorter than it was.
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }

    /// Where the next byte goes is up to how many there are.
    fn make_room(&mut self) {
        let most = if self.file.is_some() {
            TAIL
        } else if cfg!(feature = "spool") {
            self.threshold
        } else {
            usize::MAX
        };
        let allowed = usize::try_from(self.limit.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
        self.room = most.min(allowed);
    }

    /// Takes bytes that memory has no room for.
    #[cold]
    fn overflow(&mut self, bytes: &[u8]) -> io::Result<()> {
        if (bytes.len() as u64) > self.limit.saturating_sub(self.len()) {
            let message = alloc::format!("expected at most {} bytes, found more", self.limit);
            return Err(io::Error::other(Error::new(ErrorKind::Limit(Limit::Bytes), message)));
        }
        if self.file.is_none() {
            self.file = self.create()?;
        }
        let Some(file) = &mut self.file else {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        };
        // Reading may have moved it, and an earlier write may have failed on its way.
        file.seek(SeekFrom::Start(self.in_file))?;
        file.write_all(&self.memory)?;
        self.in_file = self.in_file.saturating_add(self.memory.len() as u64);
        self.memory.clear();
        self.memory.shrink_to(TAIL);
        if bytes.len() < TAIL {
            self.memory.extend_from_slice(bytes);
        } else {
            file.write_all(bytes)?;
            self.in_file = self.in_file.saturating_add(bytes.len() as u64);
        }
        self.make_room();
        Ok(())
    }

    #[cfg(feature = "spool")]
    fn create(&self) -> io::Result<Option<File>> {
        let file = match &self.directory {
            Some(directory) => tempfile::tempfile_in(directory),
            None => tempfile::tempfile(),
        };
        file.map(Some)
    }

    #[cfg(not(feature = "spool"))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "with the feature it makes one")]
    fn create(&self) -> io::Result<Option<File>> {
        Ok(None)
    }
}

impl From<Vec<u8>> for Spool {
    fn from(memory: Vec<u8>) -> Self {
        let mut this = Self {
            memory,
            room: 0,
            file: None,
            in_file: 0,
            threshold: DEFAULT_SPOOL_THRESHOLD,
            limit: u64::MAX,
            directory: None,
        };
        this.make_room();
        this
    }
}

impl Write for Spool {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > self.room.saturating_sub(self.memory.len()) {
            return self.overflow(bytes);
        }
        self.memory.extend_from_slice(bytes);
        Ok(())
    }

    /// It is there to be read at once, so there is nothing to do.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Spool {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.write_all(bytes)?)
    }

    #[inline]
    fn write_short(&mut self, buffer: &[u8; 16], length: usize) -> Result<()> {
        if buffer.len() > self.room.saturating_sub(self.memory.len()) {
            return Sink::write(self, buffer.get(..length).unwrap_or(buffer));
        }
        self.memory.write_short(buffer, length)
    }

    fn reserve(&mut self, bytes: usize) {
        if bytes <= self.room.saturating_sub(self.memory.len()) {
            self.memory.reserve(bytes);
        }
    }
}

/// Reads a [`Spool`] from its beginning: see [`Spool::reader`] and [`Spool::into_reader`].
#[derive(Debug, Clone)]
pub struct SpoolReader<S> {
    spool: S,
    at: u64,
}

impl<S: Borrow<Spool>> Read for SpoolReader<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.spool.borrow().read_at(self.at, buffer)?;
        self.at = self.at.saturating_add(count as u64);
        Ok(count)
    }
}

/// Reads without regard to where the last reading or writing ended.
#[cfg(unix)]
fn read_file_at(file: &File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_file_at(file: &File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(not(any(unix, windows)))]
fn read_file_at(mut file: &File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    file.read(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spool: &Spool) -> Vec<u8> {
        let mut bytes = Vec::new();
        spool.reader().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, spool.len());
        bytes
    }

    /// What is in it is what a `Vec` would have, for any sizes of writes, thresholds and cuts.
    #[test]
    fn is_like_a_vec() {
        for threshold in [0, 1, 10, 1000, TAIL + 1] {
            for size in [1, 7, 999, TAIL - 1, TAIL, TAIL + 1] {
                let mut spool = Spool::new().with_threshold(threshold);
                let mut plain = Vec::new();
                for round in 0..40_u8 {
                    let piece = alloc::vec![round; size + usize::from(round)];
                    spool.write_all(&piece).unwrap();
                    plain.extend_from_slice(&piece);
                    if round % 7 == 3 {
                        assert_eq!(all(&spool), plain);
                        let less = plain.len() - plain.len() / 3;
                        spool.truncate(less as u64);
                        spool.truncate(u64::MAX);
                        plain.truncate(less);
                    }
                    assert!(!cfg!(feature = "spool") || spool.memory() <= 2 * threshold.max(TAIL));
                }
                assert_eq!(all(&spool), plain);
                assert_eq!(spool.as_slice().is_none(), cfg!(feature = "spool") && plain.len() > threshold);
                let mut bytes = Vec::new();
                spool.into_reader().read_to_end(&mut bytes).unwrap();
                assert_eq!(bytes, plain);
            }
        }
    }

    #[test]
    fn comes_back_to_memory() {
        let mut spool = Spool::new().with_threshold(10);
        spool.write_all(&[1; 100]).unwrap();
        spool.truncate(0);
        assert!(spool.is_empty());
        spool.write_all(b"0123456789").unwrap();
        assert_eq!(spool.as_slice(), Some(&b"0123456789"[..]));
        assert_eq!(spool.into_vec().unwrap(), b"0123456789");
    }

    #[test]
    fn has_a_limit() {
        for threshold in [2, 100] {
            let mut spool = Spool::new().with_threshold(threshold).with_limit(10);
            spool.write_all(b"0123456789").unwrap();
            let error = Error::from(spool.write_all(b"x").unwrap_err());
            assert_eq!(error.kind(), ErrorKind::Limit(Limit::Bytes));
            assert_eq!(error.to_string(), "expected at most 10 bytes, found more");
            assert_eq!(all(&spool), b"0123456789");
            spool.truncate(9);
            spool.write_all(b"x").unwrap();
            assert_eq!(all(&spool), b"012345678x");
        }
    }

    #[test]
    fn several_readers_do_not_disturb_each_other_nor_the_writer() {
        let mut spool = Spool::new().with_threshold(0);
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
        spool.write_all(&bytes[..100_000]).unwrap();
        let mut piece = [0; 10];
        spool.reader().read_exact(&mut piece).unwrap();
        spool.write_all(&bytes[100_000..]).unwrap();
        let mut readers = [spool.reader(), spool.reader()];
        for at in (0..200_000).step_by(10) {
            for reader in &mut readers {
                reader.read_exact(&mut piece).unwrap();
                assert_eq!(piece, bytes[at..at + 10]);
            }
        }
    }

    #[test]
    fn gives_the_bytes_of_a_file() {
        let path = std::env::current_exe().unwrap();
        let spool = Spool::from_file(File::open(&path).unwrap()).unwrap();
        assert!(spool.as_slice().is_none());
        assert!(all(&spool) == std::fs::read(&path).unwrap());
        assert!(spool.into_vec().is_err());
        #[cfg(unix)]
        assert!(Spool::from_file(File::open(path.parent().unwrap()).unwrap()).is_err());
    }

    #[test]
    #[cfg(feature = "spool")]
    fn says_where_it_cannot_write() {
        let mut spool = Spool::new().with_threshold(1).with_directory("/nowhere/at/all");
        spool.write_all(b"x").unwrap();
        assert_eq!(spool.write_all(b"y").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(all(&spool), b"x");
    }
}
