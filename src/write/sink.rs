//! Where the bytes of a document go.

use alloc::vec::Vec;

use crate::{Error, ErrorKind, Limit, Result};

/// What takes a document's bytes, in order. Without std it stands for `std::io::Write`.
///
/// `Vec<u8>` grows, a `&mut [u8]` is filled from its front like `std::io::Write` does it, [`Counter`]
/// only counts, and [`IoSink`](crate::IoSink) hands on to any `std::io::Write`.
///
/// ```
/// use tiny_xmlrpc::{Result, Sink, Writer};
///
/// /// A line that takes one byte at a time.
/// struct Line(Vec<u8>);
///
/// impl Sink for Line {
///     fn write(&mut self, bytes: &[u8]) -> Result<()> {
///         bytes.iter().for_each(|&byte| self.0.push(byte));
///         Ok(())
///     }
/// }
///
/// let mut writer = Writer::new(Line(Vec::new()));
/// writer.int(5)?;
/// assert_eq!(writer.finish()?.0, b"<value><int>5</int></value>");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub trait Sink {
    /// Takes all of `bytes`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, Limit, Sink};
    /// let mut buffer = [0; 8];
    /// let mut room = &mut buffer[..];
    /// room.write(b"<value>")?;
    /// assert_eq!(room.write(b"<int>").unwrap_err().kind(), ErrorKind::Limit(Limit::Buffer));
    /// assert_eq!(&buffer, b"<value>\0");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// Whatever hinders it: [`ErrorKind::Io`] from a stream, [`ErrorKind::Limit`] from a full buffer.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// Takes the first `length` bytes of `buffer`, 16 at the most.
    ///
    /// For numbers: a sink with room may copy all of the buffer and count only these, which is faster than
    /// a copy whose length is known only when it is made.
    ///
    /// ```
    /// # use tiny_xmlrpc::Sink;
    /// let mut document = b"<int>".to_vec();
    /// document.write_short(b"42..............", 2)?;
    /// assert_eq!(document, b"<int>42");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`write`](Self::write).
    #[inline]
    fn write_short(&mut self, buffer: &[u8; 16], length: usize) -> Result<()> {
        self.write(buffer.get(..length).unwrap_or(buffer))
    }

    /// Says that so many bytes are likely to come next. Nothing need be done about it.
    ///
    /// ```
    /// # use tiny_xmlrpc::Sink;
    /// let mut document = Vec::new();
    /// Sink::reserve(&mut document, 512);
    /// assert!(document.capacity() >= 512);
    /// ```
    fn reserve(&mut self, bytes: usize) {
        let _ = bytes;
    }
}

impl Sink for Vec<u8> {
    fn reserve(&mut self, bytes: usize) {
        Vec::reserve(self, bytes);
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn write_short(&mut self, buffer: &[u8; 16], length: usize) -> Result<()> {
        let end = self.len() + length;
        self.extend_from_slice(buffer);
        self.truncate(end);
        Ok(())
    }
}

/// A sink that takes back what it was given last.
#[cfg(feature = "serde")]
pub(crate) trait Rewind: Sink {
    /// Bytes in it.
    fn length(&self) -> u64;

    /// Forgets all behind the first `length` bytes.
    fn cut(&mut self, length: u64);
}

#[cfg(feature = "serde")]
impl Rewind for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn cut(&mut self, length: u64) {
        self.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    }
}

impl Sink for &mut [u8] {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > self.len() {
            let message = alloc::format!("expected {} bytes of buffer, found {}", bytes.len(), self.len());
            return Err(Error::new(ErrorKind::Limit(Limit::Buffer), message));
        }
        let (head, tail) = core::mem::take(self).split_at_mut_checked(bytes.len()).unwrap_or_default();
        head.copy_from_slice(bytes);
        *self = tail;
        Ok(())
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        (**self).write(bytes)
    }

    #[inline]
    fn write_short(&mut self, buffer: &[u8; 16], length: usize) -> Result<()> {
        (**self).write_short(buffer, length)
    }

    fn reserve(&mut self, bytes: usize) {
        (**self).reserve(bytes);
    }
}

/// Counts the bytes: a first pass for a `Content-Length` before a document is streamed.
///
/// ```
/// use tiny_xmlrpc::{Counter, Writer};
///
/// let mut writer = Writer::new(Counter::default());
/// writer.call("ping")?;
/// assert_eq!(writer.finish()?.bytes(), 92);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Counter(u64);

impl Counter {
    /// How many bytes have come.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Counter, Writer};
    /// let mut counter = Counter::default();
    /// Writer::new(&mut counter).string("Lund")?;
    /// assert_eq!(counter.bytes(), 36);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0
    }
}

impl Sink for Counter {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.0 += bytes.len() as u64;
        Ok(())
    }
}

/// Hands the bytes on to a `std::io::Write`. They come in many small pieces: buffer it.
///
/// ```
/// use std::io::{BufWriter, Write};
/// use tiny_xmlrpc::{IoSink, Writer};
///
/// let mut file = tempfile::tempfile()?;
/// let mut writer = Writer::new(IoSink(BufWriter::new(&mut file)));
/// writer.call("ping")?;
/// writer.finish()?.0.flush()?;
/// assert_eq!(file.metadata()?.len(), 92);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "std")]
#[derive(Debug, Clone, Default)]
pub struct IoSink<W>(pub W);

#[cfg(feature = "std")]
impl<W: std::io::Write> Sink for IoSink<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.0.write_all(bytes)?)
    }
}
