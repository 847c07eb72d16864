//! Where the answer to a call is written.

use alloc::vec::Vec;

#[cfg(feature = "std")]
use crate::Spool;
use crate::write::Rewind;
use crate::{Result, Sink};

/// Where the answer to a call is written, and from where what was begun can be taken back.
///
/// Made of a `Vec<u8>` it stays in memory. Made of a [`Spool`](crate::Spool), which takes the feature `std`, an answer of any
/// length takes no more memory than that allows: see [`Stream`](super::Stream) for results that do not exist as a
/// whole anywhere. [`Answer::default`] is one of [`Spool::new`](crate::Spool::new), with its threshold of 256 KiB.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use tiny_xmlrpc::{Answer, Dialect, Methods, Reader, Spool, Stream, call_to_vec, from_reader};
///
/// let mut methods = Methods::new();
/// methods.add("count", |to: i32| Stream::items(0..to));
///
/// let call = call_to_vec("count", &(1000,), Dialect::strict())?;
/// let mut answer = Answer::from(Spool::new().with_threshold(4096));
/// methods.respond_for(&(), Reader::from_bytes(&call), &mut answer);
/// assert_eq!(answer.len(), 29_019);
/// let numbers: Vec<i32> = from_reader(answer.into_spool().into_reader())?;
/// assert_eq!(numbers[999], 999);
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Answer(Bytes);

#[cfg(feature = "std")]
type Bytes = Spool;

#[cfg(not(feature = "std"))]
type Bytes = Vec<u8>;

impl Answer {
    /// Bytes in it, in memory and in a file together.
    ///
    /// ```
    /// let answer = tiny_xmlrpc::Answer::from(b"what was there".to_vec());
    /// assert_eq!(answer.len(), 14);
    /// ```
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length()
    }

    /// Whether nothing is in it.
    ///
    /// ```
    /// assert!(tiny_xmlrpc::Answer::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, wherever they are.
    ///
    /// ```
    /// use std::io::Read;
    /// use tiny_xmlrpc::{Answer, Methods, Reader, Spool};
    ///
    /// let mut answer = Answer::from(Spool::new().with_threshold(64 * 1024));
    /// Methods::new().respond_for(&(), Reader::from_bytes(b"<methodCall>"), &mut answer);
    /// let mut reply = String::new();
    /// answer.into_spool().into_reader().read_to_string(&mut reply)?;
    /// assert!(reply.contains("<fault>"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn into_spool(self) -> Spool {
        self.0
    }

    /// The bytes, if they are in memory, as they always are in one made of a `Vec`.
    ///
    /// ```
    /// use tiny_xmlrpc::{Answer, Methods, Reader};
    ///
    /// let mut answer = Answer::from(Vec::new());
    /// Methods::new().respond_for(&(), Reader::from_bytes(b"<methodCall>"), &mut answer);
    /// let reply = answer.into_vec().expect("it was made of a `Vec`");
    /// assert!(String::from_utf8_lossy(&reply).contains("<fault>"));
    /// ```
    ///
    /// # Errors
    /// With itself if they are not.
    pub fn into_vec(self) -> Result<Vec<u8>, Self> {
        #[cfg(feature = "std")]
        return self.0.into_vec().map_err(Self);
        #[cfg(not(feature = "std"))]
        return Ok(self.0);
    }
}

#[cfg(feature = "std")]
impl Answer {
    /// The base64 of a file, which stays where it is if it is large.
    pub(super) fn put_base64(&mut self, file: std::fs::File) -> Result<()> {
        Ok(self.0.put_base64(file)?)
    }
}

/// What is written comes behind these bytes, and all of it stays in memory.
impl From<Vec<u8>> for Answer {
    #[cfg(feature = "std")]
    fn from(bytes: Vec<u8>) -> Self {
        Self(Spool::from(bytes).with_threshold(usize::MAX))
    }

    #[cfg(not(feature = "std"))]
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// What is written comes behind what is in it.
#[cfg(feature = "std")]
impl From<Spool> for Answer {
    fn from(spool: Spool) -> Self {
        Self(spool)
    }
}

impl Sink for Answer {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Sink::write(&mut self.0, bytes)
    }

    #[inline]
    fn write_short(&mut self, buffer: &[u8; 16], length: usize) -> Result<()> {
        self.0.write_short(buffer, length)
    }

    fn reserve(&mut self, bytes: usize) {
        Sink::reserve(&mut self.0, bytes);
    }
}

impl Rewind for Answer {
    #[cfg(feature = "std")]
    fn length(&self) -> u64 {
        self.0.len()
    }

    #[cfg(feature = "std")]
    fn cut(&mut self, length: u64) {
        self.0.truncate(length);
    }

    #[cfg(not(feature = "std"))]
    fn length(&self) -> u64 {
        self.0.length()
    }

    #[cfg(not(feature = "std"))]
    fn cut(&mut self, length: u64) {
        self.0.cut(length);
    }
}
