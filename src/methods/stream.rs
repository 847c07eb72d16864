//! Results that are never whole in memory: an array from an iterator, base64 from a stream.

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
/// ```
#[derive(Debug, Clone)]
pub struct Stream<S>(S);

/// The items of an array: see [`Stream::items`].
#[derive(Debug, Clone)]
pub struct StreamedItems<I>(I);

/// The bytes of base64: see [`Stream::base64`].
#[cfg(feature = "std")]
#[derive(Debug, Clone)]
pub struct StreamedBytes<R>(R);

impl<I: Iterator<Item: Return>> Stream<StreamedItems<I>> {
    /// An array of all that an iterator gives, each a [`Return`] as methods give it: with items that are a `Result`, the first
    /// error becomes the fault that is answered.
    pub fn items(items: impl IntoIterator<IntoIter = I>) -> Self {
        Self(StreamedItems(items.into_iter()))
    }
}

#[cfg(feature = "std")]
impl<R: Read> Stream<StreamedBytes<R>> {
    /// Base64 of all that a reader gives. It need not be buffered. An error of it is answered as an internal one,
    /// without its text.
    pub fn base64(reader: R) -> Self {
        Self(StreamedBytes(reader))
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
