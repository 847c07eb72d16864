//! Results that are never whole in memory: an array from an iterator, base64 from a stream or a file.

use alloc::vec::Vec;
#[cfg(feature = "std")]
use std::io::Read;

use super::returns::unwritable;
use super::{Answer, Return};
use crate::{Dialect, Fault, Writer};

/// A result that is made while it is written, so that it need not be in memory as a whole.
///
/// The handler returns at once, and the items or bytes are asked for one by one afterwards. What becomes of the document
/// meanwhile is up to who serves: see [`Answer`]. Where items or bytes fail on the way, the fault is answered and nothing
/// of what came before.
///
/// ```
/// use tiny_xmlrpc::{Fault, Methods, Stream};
///
/// let mut methods = Methods::new();
/// methods.add("squares", |to: i64| Stream::items((0..to).map(|number| number * number)));
/// # #[cfg(feature = "std")]
/// methods.add("file", |name: String| match name.as_str() {
///     "zeros" => Ok(Stream::base64(std::io::Read::take(std::io::repeat(0), 1_000_000))),
///     _ => Err(Fault::new(2, "no such file")),
/// });
/// # let call = tiny_xmlrpc::call_to_vec("squares", &(4,), tiny_xmlrpc::Dialect::strict())?;
/// # assert_eq!(tiny_xmlrpc::from_slice::<Vec<i64>>(&methods.respond(&call))?, [0, 1, 4, 9]);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stream<S>(S);

/// The items of an array: see [`Stream::items`].
///
/// A function says by it what it returns:
///
/// ```
/// use tiny_xmlrpc::{Dialect, Methods, Stream, StreamedItems, call_to_vec, from_slice};
///
/// fn countdown(from: i32) -> Stream<StreamedItems<impl Iterator<Item = i32>>> {
///     Stream::items((1..=from).rev())
/// }
///
/// let mut methods = Methods::new();
/// methods.add("countdown", countdown);
/// let call = call_to_vec("countdown", &(3,), Dialect::strict())?;
/// assert_eq!(from_slice::<Vec<i32>>(&methods.respond(&call))?, [3, 2, 1]);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct StreamedItems<I>(I);

/// The bytes of base64: see [`Stream::base64`].
///
/// ```
/// use std::io::{Read, Repeat, Take};
/// use tiny_xmlrpc::{Binary, Dialect, Methods, Stream, StreamedBytes, call_to_vec, from_slice};
///
/// fn zeros(count: u64) -> Stream<StreamedBytes<Take<Repeat>>> {
///     Stream::base64(std::io::repeat(0).take(count))
/// }
///
/// let mut methods = Methods::new();
/// methods.add("zeros", zeros);
/// let call = call_to_vec("zeros", &(1000,), Dialect::strict())?;
/// assert_eq!(from_slice::<Binary>(&methods.respond(&call))?.len(), 1000);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "std")]
#[derive(Debug, Clone)]
pub struct StreamedBytes<R>(R);

/// A file as base64: see [`Stream::file`].
///
/// ```
/// use std::{fs::File, io};
/// use tiny_xmlrpc::{Binary, Dialect, Methods, Stream, StreamedFile, call_to_vec, from_slice};
///
/// fn manual() -> io::Result<Stream<StreamedFile>> {
///     File::open("README.md").map(Stream::file)
/// }
///
/// let mut methods = Methods::new();
/// methods.add("manual", manual);
/// let call = call_to_vec("manual", &(), Dialect::strict())?;
/// assert_eq!(from_slice::<Binary>(&methods.respond(&call))?.0, std::fs::read("README.md")?);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct StreamedFile(std::fs::File);

impl<I: Iterator<Item: Return>> Stream<StreamedItems<I>> {
    /// An array of all that an iterator gives, each a [`Return`] as methods give it: with items that are a `Result`, the first
    /// error becomes the fault that is answered.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, Methods, Stream, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("divide_all", |dividends: Vec<i32>, by: i32| {
    ///     let zero = Fault::new(1, "division by zero");
    ///     Stream::items(dividends.into_iter().map(move |number| number.checked_div(by).ok_or(zero.clone())))
    /// });
    ///
    /// let call = call_to_vec("divide_all", &(vec![8, 6], 2), Dialect::strict())?;
    /// assert_eq!(from_slice::<Vec<i32>>(&methods.respond(&call))?, [4, 3]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn items(items: impl IntoIterator<IntoIter = I>) -> Self {
        Self(StreamedItems(items.into_iter()))
    }
}

#[cfg(feature = "std")]
impl<R: Read> Stream<StreamedBytes<R>> {
    /// Base64 of all that a reader gives. It need not be buffered. An error of it is answered as an internal one,
    /// without its text.
    ///
    /// ```
    /// use tiny_xmlrpc::{Binary, Dialect, Methods, Stream, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("twice", |bytes: Binary| {
    ///     let first = std::io::Cursor::new(bytes.0.clone());
    ///     Stream::base64(std::io::Read::chain(first, std::io::Cursor::new(bytes.0)))
    /// });
    ///
    /// let call = call_to_vec("twice", &(Binary(vec![1, 2]),), Dialect::strict())?;
    /// assert_eq!(*from_slice::<Binary>(&methods.respond(&call))?, [1, 2, 1, 2]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn base64(reader: R) -> Self {
        Self(StreamedBytes(reader))
    }
}

#[cfg(feature = "std")]
impl Stream<StreamedFile> {
    /// Base64 of a file, from its beginning to where it ends when the handler returns, be it of any size.
    ///
    /// Nothing is copied: what is larger than the answer may be in memory is read and encoded when it is sent, as fast as
    /// the client takes it, and takes no thread meanwhile. So the file has to keep its bytes; a new version of it had better
    /// take its place by renaming. If it becomes shorter, or cannot be read, the reply breaks off.
    ///
    /// ```
    /// use std::fs::File;
    /// use tiny_xmlrpc::{Methods, Stream};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("film", || File::open("film.mkv").map(Stream::file));
    /// # let call = tiny_xmlrpc::call_to_vec("film", &(), tiny_xmlrpc::Dialect::strict())?;
    /// # let error = tiny_xmlrpc::from_slice::<tiny_xmlrpc::Binary>(&methods.respond(&call)).unwrap_err();
    /// # assert_eq!(error.fault().unwrap().code(), tiny_xmlrpc::fault::codes::APPLICATION);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn file(file: std::fs::File) -> Self {
        Self(StreamedFile(file))
    }
}

impl<I: Iterator<Item: Return>> Return for Stream<StreamedItems<I>> {
    type Output = Vec<<I::Item as Return>::Output>;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        out.start_array().map_err(|error| unwritable(&error))?;
        for item in self.0.0 {
            item.return_to(out)?;
        }
        out.end_array().map_err(|error| unwritable(&error))
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        Some("array")
    }
}

#[cfg(feature = "std")]
impl<R: Read> Return for Stream<StreamedBytes<R>> {
    type Output = crate::Binary;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        out.base64_from(self.0.0).map_err(|error| unwritable(&error))
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        Some("base64")
    }
}

#[cfg(feature = "std")]
impl Return for Stream<StreamedFile> {
    type Output = crate::Binary;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        out.base64_letters(|answer| answer.put_base64(self.0.0)).map_err(|error| unwritable(&error))
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        Some("base64")
    }
}
