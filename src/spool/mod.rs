//! Bytes that may be too many for memory: in it up to a threshold, beyond that in a temporary file.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod encoded;
mod parts;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::borrow::Borrow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::{Error, ErrorKind, Limit, Result, Sink};
use encoded::Encoded;
use parts::Parts;

/// Bytes that a [`Spool`] keeps in memory unless said otherwise: 256 KiB.
///
/// ```
/// use tiny_xmlrpc::{DEFAULT_SPOOL_THRESHOLD, Spool};
///
/// let spool = Spool::new().with_threshold(4 * DEFAULT_SPOOL_THRESHOLD);
/// # assert!(spool.is_empty());
/// ```
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
    /// What comes before all else: there is something once the base64 of a file was put in.
    before: Option<Box<Parts>>,
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
    /// An empty one, with a threshold of 256 KiB ([`DEFAULT_SPOOL_THRESHOLD`]) and no limit.
    ///
    /// ```
    /// use std::io::Write;
    ///
    /// let mut spool = tiny_xmlrpc::Spool::new();
    /// write!(spool, "{}", 42)?;
    /// assert_eq!(spool.as_slice(), Some(&b"42"[..]));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::from(Vec::new())
    }

    /// The bytes of a file, from its beginning to where it ends now: a page to send, say. They are read
    /// when they are asked for, and nothing is copied. What is written comes behind them, in the file.
    ///
    /// ```
    /// use std::fs::File;
    /// use std::io::Read;
    ///
    /// let page = tiny_xmlrpc::Spool::from_file(File::open("README.md")?)?;
    /// let mut text = String::new();
    /// page.reader().read_to_string(&mut text)?;
    /// assert_eq!(page.len(), text.len() as u64);
    /// # Ok::<(), std::io::Error>(())
    /// ```
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

    /// Bytes kept in memory before a file is made, which takes the feature `spool`. To be said before anything is written,
    /// like the following.
    ///
    /// ```
    /// use std::io::Write;
    ///
    /// let mut spool = tiny_xmlrpc::Spool::new().with_threshold(1024);
    /// spool.write_all(&[0; 1024])?;
    /// assert!(spool.as_slice().is_some());
    /// spool.write_all(&[0])?;
    /// assert_eq!(spool.as_slice().is_none(), cfg!(feature = "spool"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_threshold(mut self, bytes: usize) -> Self {
        self.threshold = bytes;
        self.make_room();
        self
    }

    /// Bytes at most; one more is an error of [`ErrorKind::Limit`], of which nothing is written. Unless said otherwise there
    /// is no limit but the disk's. What [`put_base64`](Self::put_base64) leaves in its file doesn't count.
    ///
    /// ```
    /// use std::io::Write;
    /// use tiny_xmlrpc::{Error, ErrorKind, Limit, Spool};
    ///
    /// let mut spool = Spool::new().with_limit(5);
    /// spool.write_all(b"hello")?;
    /// let error = Error::from(spool.write_all(b"!").unwrap_err());
    /// assert_eq!(error.kind(), ErrorKind::Limit(Limit::Bytes));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self.make_room();
        self
    }

    /// Where the file is made, in place of the system's directory for temporary files. On many systems that one is
    /// memory itself (`tmpfs`), which makes a file there of little use. It has to exist when the threshold is passed.
    ///
    /// ```
    /// # let directory = tempfile::tempdir()?;
    /// # let directory = directory.path();
    /// use std::io::Write;
    ///
    /// let mut spool = tiny_xmlrpc::Spool::new().with_threshold(4).with_directory(directory);
    /// spool.write_all(b"hello, world")?;
    /// # #[cfg(unix)] // Elsewhere it has a name as long as it is open.
    /// assert_eq!(directory.read_dir()?.count(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Bytes in it, in memory and in files together.
    ///
    /// ```
    /// let spool = tiny_xmlrpc::Spool::from(b"hello".to_vec());
    /// assert_eq!(spool.len(), 5);
    /// ```
    #[must_use]
    pub fn len(&self) -> u64 {
        self.start().saturating_add(self.own_len())
    }

    /// Where the part begins that is being written.
    fn start(&self) -> u64 {
        self.before.as_ref().map_or(0, |parts| parts.len())
    }

    /// Bytes before it that count for the limit.
    fn counted(&self) -> u64 {
        self.before.as_ref().map_or(0, |parts| parts.counted())
    }

    /// Bytes in it.
    fn own_len(&self) -> u64 {
        self.in_file.saturating_add(self.memory.len() as u64)
    }

    /// Whether nothing is in it.
    ///
    /// ```
    /// assert!(tiny_xmlrpc::Spool::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it, if it is in memory.
    ///
    /// ```
    /// let spool = tiny_xmlrpc::Spool::from(b"hello".to_vec());
    /// assert_eq!(spool.as_slice(), Some(&b"hello"[..]));
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> Option<&[u8]> {
        self.is_in_memory().then_some(&self.memory)
    }

    fn is_in_memory(&self) -> bool {
        self.file.is_none() && self.before.is_none()
    }

    /// All of it, if it is in memory.
    ///
    /// ```
    /// let spool = tiny_xmlrpc::Spool::from(b"hello".to_vec());
    /// assert_eq!(spool.into_vec().expect("it is short"), b"hello");
    /// ```
    ///
    /// # Errors
    /// With itself if it is not.
    pub fn into_vec(self) -> core::result::Result<Vec<u8>, Self> {
        if self.is_in_memory() { Ok(self.memory) } else { Err(self) }
    }

    /// Forgets all behind the first `len` bytes. If there are no more than that, it changes nothing.
    ///
    /// ```
    /// let mut spool = tiny_xmlrpc::Spool::from(b"hello, world".to_vec());
    /// spool.truncate(5);
    /// assert_eq!(spool.as_slice(), Some(&b"hello"[..]));
    /// ```
    pub fn truncate(&mut self, len: u64) {
        let own = len.checked_sub(self.start());
        let before = if own.is_none() { self.before.take() } else { None };
        if let Some(mut parts) = before {
            self.truncate(0);
            if let Some(spool) = parts.truncate(len) {
                *self = spool;
            }
            self.before = Some(parts).filter(|parts| parts.len() > 0);
            self.make_room();
            return;
        }
        let len = own.unwrap_or(len);
        if len == 0 {
            self.file = None;
        }
        let kept = usize::try_from(len.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
        self.memory.truncate(kept);
        self.in_file = self.in_file.min(len);
        self.make_room();
    }

    /// Puts the base64 of a file behind what is there, of all its bytes from its beginning to where it ends now.
    ///
    /// If that is more than the threshold, none of it is copied: it is encoded when it is read, so that it takes neither
    /// memory nor a temporary file. When the file has become shorter then, reading fails with
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use tiny_xmlrpc::Spool;
    ///
    /// # let file = std::fs::File::open(std::env::current_exe()?)?;
    /// # let size = file.metadata()?.len();
    /// let mut spool = Spool::new();
    /// spool.write_all(b"<base64>")?;
    /// spool.put_base64(file)?;
    /// spool.write_all(b"</base64>")?;
    /// # assert_eq!(spool.len(), 17 + size.div_ceil(3) * 4);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the file's size can't be told, if it is a directory, or if a short one can't be read.
    pub fn put_base64(&mut self, file: File) -> io::Result<()> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "expected a file, found a directory"));
        }
        let size = metadata.len();
        if Encoded::letters(size) <= self.threshold as u64 {
            let mut letters = Vec::new();
            Encoded::new(file, size).read_to_end(&mut letters)?;
            return self.write_all(&letters);
        }
        let (threshold, limit, directory) = (self.threshold, self.limit, self.directory.clone());
        let mut parts = self.before.take().unwrap_or_default();
        parts.push(core::mem::replace(self, Self { threshold, limit, directory, ..Self::new() }));
        parts.push_base64(file, size);
        self.before = Some(parts);
        self.make_room();
        Ok(())
    }

    /// Reads it from its beginning. Any number of readers may be at work at once.
    ///
    /// ```
    /// use std::io::Read;
    ///
    /// let spool = tiny_xmlrpc::Spool::from(b"hello".to_vec());
    /// let (mut one, mut other) = ([0; 1], [0; 5]);
    /// spool.reader().read_exact(&mut one)?;
    /// spool.reader().read_exact(&mut other)?;
    /// assert_eq!((&one, &other), (b"h", b"hello"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn reader(&self) -> SpoolReader<&Self> {
        SpoolReader { spool: self, at: 0 }
    }

    /// Turns it into a reader, from its beginning.
    ///
    /// ```
    /// use std::io::{BufRead, BufReader};
    ///
    /// let spool = tiny_xmlrpc::Spool::from(b"one\ntwo\n".to_vec());
    /// let lines = BufReader::new(spool.into_reader()).lines();
    /// assert_eq!(lines.collect::<Result<Vec<String>, _>>()?, ["one", "two"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn into_reader(self) -> SpoolReader<Self> {
        SpoolReader { spool: self, at: 0 }
    }

    /// Bytes of memory that it takes, whatever it holds in a file.
    ///
    /// ```
    /// use std::io::Write;
    ///
    /// let mut spool = tiny_xmlrpc::Spool::new().with_threshold(1024);
    /// spool.write_all(&[0; 1 << 20])?;
    /// assert_eq!(spool.memory() < 64 * 1024, cfg!(feature = "spool"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn memory(&self) -> usize {
        let before = self.before.as_ref().map_or(0, |parts| parts.memory());
        self.memory.capacity().saturating_add(before)
    }

    /// Whether so many bytes more would stay in memory, with all that is there.
    #[cfg(feature = "server")]
    pub(crate) fn stays_in_memory(&self, bytes: usize) -> bool {
        self.is_in_memory() && bytes <= self.room.saturating_sub(self.memory.len())
    }

    /// Has memory for so many bytes in all and no more than that, as far as they would stay there.
    #[cfg(feature = "server")]
    pub(crate) fn reserve_exact(&mut self, bytes: usize) {
        self.memory.reserve_exact(bytes.min(self.room).saturating_sub(self.memory.len()));
    }

    /// Bytes of it that stand in a file.
    #[cfg(feature = "server")]
    pub(crate) fn in_file(&self) -> u64 {
        let before = self.before.as_ref().map_or(0, |parts| parts.in_file());
        self.in_file.saturating_add(before)
    }

    /// Whether the base64 of a file is in it that was not copied.
    #[cfg(all(feature = "server", feature = "gzip"))]
    pub(crate) fn leaves_files(&self) -> bool {
        self.before.is_some()
    }

    /// Reads from this place on, at most as much as fits. 0 at the end, or into an empty buffer.
    pub(crate) fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(at) = at.checked_sub(self.start()) else {
            return self.before.as_ref().map_or(Ok(0), |parts| parts.read_at(at, buffer));
        };
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
        let allowed = self.limit.saturating_sub(self.counted()).saturating_sub(self.in_file);
        let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
        self.room = most.min(allowed);
    }

    /// Takes bytes that memory has no room for.
    #[cold]
    fn overflow(&mut self, bytes: &[u8]) -> io::Result<()> {
        if (bytes.len() as u64) > self.limit.saturating_sub(self.counted()).saturating_sub(self.own_len()) {
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
            before: None,
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
///
/// ```
/// use std::io::Read;
/// use tiny_xmlrpc::{Spool, SpoolReader};
///
/// let mut reader: SpoolReader<Spool> = Spool::from(b"hello".to_vec()).into_reader();
/// let mut bytes = Vec::new();
/// reader.read_to_end(&mut bytes)?;
/// assert_eq!(bytes, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
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
mod tests;
