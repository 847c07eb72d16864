//! Values too large to be held: arrays by their items, structs by their members, text as a stream.

#[cfg(feature = "serde")]
use alloc::string::String;
#[cfg(feature = "std")]
use alloc::vec::Vec;
#[cfg(feature = "serde")]
use core::marker::PhantomData;

use super::{Raw, Reader};
use crate::Result;

impl<'de> Reader<'de> {
    /// The items of the array that comes next, one by one, without the rest in memory.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// use tiny_xmlrpc::{Reader, to_string};
    ///
    /// let xml = to_string(&[1, 2, 3])?;
    /// let mut reader = Reader::from_reader(xml.as_bytes());
    /// reader.begin_response()?.map_err(tiny_xmlrpc::Error::from)?;
    /// let mut sum = 0;
    /// for item in reader.items::<i32>()? {
    ///     sum += item?;
    /// }
    /// reader.finish()?;
    /// assert_eq!(sum, 6);
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// What is not taken of them is passed over when the reader is used again.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when the value is no array.
    #[cfg(feature = "serde")]
    pub fn items<T: serde::Deserialize<'de>>(&mut self) -> Result<Items<'_, 'de, T>> {
        let raw = self.next_raw()?;
        self.items_from(&raw)
    }

    /// The items of the array that began with `raw`.
    #[cfg(feature = "serde")]
    pub(crate) fn items_from<T: serde::Deserialize<'de>>(&mut self, raw: &Raw) -> Result<Items<'_, 'de, T>> {
        match raw {
            Raw::StartArray => Ok(Items { rest: Rest::of(self), types: PhantomData }),
            other => Err(self.mismatch("array", other)),
        }
    }

    /// The members of the struct that comes next, one by one, without the rest in memory: each name, and its
    /// value as `T`.
    ///
    /// ```
    /// use tiny_xmlrpc::{Reader, Struct, to_vec};
    ///
    /// let xml = to_vec(&Struct::from_iter([("tea", 3), ("towel", 42)]))?;
    /// let mut reader = Reader::from_bytes(&xml);
    /// reader.begin_response()?.map_err(tiny_xmlrpc::Error::from)?;
    /// let mut sum = 0;
    /// for member in reader.members::<i32>()? {
    ///     let (_name, price) = member?;
    ///     sum += price;
    /// }
    /// assert_eq!(sum, 45);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// What is not taken of them is passed over when the reader is used again. Two members of one name both come.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when the value is no struct.
    #[cfg(feature = "serde")]
    pub fn members<T: serde::Deserialize<'de>>(&mut self) -> Result<Members<'_, 'de, T>> {
        let raw = self.next_raw()?;
        self.members_from(&raw)
    }

    /// The members of the struct that began with `raw`.
    #[cfg(feature = "serde")]
    pub(crate) fn members_from<T: serde::Deserialize<'de>>(&mut self, raw: &Raw) -> Result<Members<'_, 'de, T>> {
        match raw {
            Raw::StartStruct => Ok(Members { rest: Rest::of(self), types: PhantomData }),
            other => Err(self.mismatch("struct", other)),
        }
    }

    /// The bytes of the base64, or of the string's UTF-8 form, that comes next, as a stream.
    ///
    /// ```
    /// use std::io::Read;
    /// use tiny_xmlrpc::Reader;
    ///
    /// let mut reader = Reader::from_reader(&b"<value><base64>eW91IGNhbg==</base64></value>"[..]);
    /// let mut bytes = Vec::new();
    /// reader.bytes()?.read_to_end(&mut bytes)?;
    /// assert_eq!(bytes, b"you can");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Over a stream it comes by the window, whatever its length, as far as [`Limits::text`](crate::Limits::text)
    /// lets it; over a slice all of it is decoded at once. What is not taken of it is passed over when the
    /// reader is used again.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when the value is neither.
    #[cfg(feature = "std")]
    pub fn bytes(&mut self) -> Result<Bytes<'_, 'de>> {
        let raw = self.next_raw()?;
        self.bytes_from(raw)
    }

    /// The bytes of the base64 or string that began with `raw`.
    #[cfg(feature = "std")]
    pub(crate) fn bytes_from(&mut self, raw: Raw) -> Result<Bytes<'_, 'de>> {
        // Until it is known to be one of them there is no rest to be passed over.
        let mut bytes = Bytes { reader: self, chunk: Vec::new(), taken: 0, last: true };
        bytes.take(raw)?;
        Ok(bytes)
    }

    /// Passes over what was left of a value that was read in part.
    #[cold]
    pub(super) fn pass_over(&mut self, to: Unread) -> Result<()> {
        match to {
            Unread::Depth(depth) => {
                while self.grammar.stack.depth() >= depth {
                    self.next_raw()?;
                }
            }
            Unread::Text => while matches!(self.next_raw()?, Raw::StringChunk(_) | Raw::Base64Chunk(_)) {},
        }
        Ok(())
    }
}

/// What was left unread, and is passed over before the next event.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(all(feature = "serde", feature = "std")), expect(dead_code, reason = "what leaves it is not there"))]
pub(super) enum Unread {
    /// All in the container at this depth.
    Depth(usize),
    /// The rest of a text.
    Text,
}

/// A container that is read in part.
#[cfg(feature = "serde")]
struct Rest<'r, 'de> {
    reader: &'r mut Reader<'de>,
    depth: usize,
    done: bool,
}

#[cfg(feature = "serde")]
impl<'r, 'de> Rest<'r, 'de> {
    fn of(reader: &'r mut Reader<'de>) -> Self {
        let depth = reader.grammar.stack.depth();
        Self { reader, depth, done: false }
    }

    /// The next event, unless the container has ended or an error has come.
    fn next(&mut self) -> Option<Result<Raw>> {
        if self.done {
            return None;
        }
        match self.reader.next_raw() {
            Ok(Raw::EndArray | Raw::EndStruct) => {
                self.done = true;
                None
            }
            Ok(event) => Some(Ok(event)),
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }
}

#[cfg(feature = "serde")]
impl Drop for Rest<'_, '_> {
    fn drop(&mut self) {
        if !self.done {
            self.reader.unread = Some(Unread::Depth(self.depth));
        }
    }
}

/// The items of an array: see [`Reader::items`].
///
/// Take no more of them after an error: when one is of another type, what comes next may be the rest of it.
///
/// ```
/// use tiny_xmlrpc::{Dialect, Reader, Result, call_to_vec};
///
/// let xml = call_to_vec("put", &([10, 20, 30], "x"), Dialect::strict())?;
/// let mut reader = Reader::from_bytes(&xml);
/// reader.begin_call()?;
/// let first: Vec<i32> = reader.items()?.take(2).collect::<Result<_>>()?;
/// assert_eq!(first, [10, 20]);
/// assert_eq!(reader.read::<&str>()?, "x");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "serde")]
pub struct Items<'r, 'de, T> {
    rest: Rest<'r, 'de>,
    types: PhantomData<fn() -> T>,
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> Iterator for Items<'_, 'de, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let event = self.rest.next()?;
        Some(event.and_then(|event| self.rest.reader.read_from(event)))
    }
}

/// The members of a struct: see [`Reader::members`].
///
/// Take no more of them after an error: when one is of another type, what comes next may be the rest of it.
///
/// ```
/// use std::collections::BTreeMap;
/// use tiny_xmlrpc::{Reader, Result};
///
/// let xml = "<value><struct><member><name>x</name><value><i4>3</i4></value></member></struct></value>";
/// let mut reader = Reader::new(xml);
/// let members: BTreeMap<String, i32> = reader.members()?.collect::<Result<_>>()?;
/// assert_eq!(members["x"], 3);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "serde")]
pub struct Members<'r, 'de, T> {
    rest: Rest<'r, 'de>,
    types: PhantomData<fn() -> T>,
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> Iterator for Members<'_, 'de, T> {
    type Item = Result<(String, T)>;

    fn next(&mut self) -> Option<Self::Item> {
        let event = self.rest.next()?;
        let reader = &mut *self.rest.reader;
        Some(event.and_then(|event| match event {
            Raw::Name(name) => {
                let name = reader.own(name);
                Ok((name, reader.read()?))
            }
            other => Err(reader.mismatch("a member's name", &other)),
        }))
    }
}

/// The bytes of a long base64 or string: see [`Reader::bytes`].
///
/// An error of the document comes as a [`std::io::Error`], and becomes the [`Error`](crate::Error) that it was by `?`.
///
/// ```
/// # use tiny_xmlrpc::Reader;
/// let mut reader = Reader::from_reader(&b"<value><base64>eW91IGNhbg==</base64></value>"[..]);
/// let mut file = tempfile::tempfile()?;
/// assert_eq!(std::io::copy(&mut reader.bytes()?, &mut file)?, 7);
/// reader.finish()?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(feature = "std")]
pub struct Bytes<'r, 'de> {
    reader: &'r mut Reader<'de>,
    chunk: Vec<u8>,
    taken: usize,
    last: bool,
}

#[cfg(feature = "std")]
impl Bytes<'_, '_> {
    /// The next chunk.
    fn advance(&mut self) -> Result<()> {
        self.last = true;
        let raw = self.reader.next_raw()?;
        self.take(raw)
    }

    fn take(&mut self, raw: Raw) -> Result<()> {
        self.taken = 0;
        self.last = !matches!(raw, Raw::StringChunk(_) | Raw::Base64Chunk(_));
        self.chunk = match raw {
            Raw::Base64Chunk(bytes) | Raw::Base64(bytes) => bytes,
            Raw::StringChunk(text) => text.into_bytes(),
            Raw::String(text) => self.reader.own(text).into_bytes(),
            other => return Err(self.reader.mismatch("base64 or string", &other)),
        };
        Ok(())
    }
}

#[cfg(feature = "std")]
impl std::io::Read for Bytes<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.taken == self.chunk.len() && !self.last {
            self.advance().map_err(std::io::Error::other)?;
        }
        let mut rest = self.chunk.get(self.taken..).unwrap_or_default();
        let length = rest.read(buffer)?;
        self.taken += length;
        Ok(length)
    }
}

#[cfg(feature = "std")]
impl Drop for Bytes<'_, '_> {
    fn drop(&mut self) {
        if !self.last {
            self.reader.unread = Some(Unread::Text);
        }
    }
}
