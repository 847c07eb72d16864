//! The parameters of a call, and what a handler can ask for as one.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::context::Call;
use super::signature::{Check, missing, too_many};
use super::{Context, Signature};
#[cfg(feature = "std")]
use crate::Bytes;
use crate::read::Raw;
use crate::serde::signature_of;
use crate::{Error, Items, Members, Reader, Result};

/// The parameters of a call, one after another.
pub struct Params<'r, 'de> {
    reader: &'r mut Reader<'de>,
    call: Call<'r>,
    check: Check<'r>,
    taken: usize,
    ended: bool,
}

impl<'r, 'de> Params<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>, call: Call<'r>, check: Check<'r>) -> Self {
        Self { reader, call, check, taken: 0, ended: false }
    }

    /// The next parameter, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is of another type, and all that reading may come upon.
    #[expect(clippy::should_implement_trait, reason = "each parameter has a type of its own, so it is no iterator")]
    pub fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        match self.next_raw()? {
            Some(raw) => self.reader.read_from(raw).map(Some),
            None => Ok(None),
        }
    }

    /// The items of the next parameter, an array, one by one; `None` if there is no more parameter.
    ///
    /// What is not taken of them is passed over.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is no array, and all that reading may come upon.
    pub fn items<T: DeserializeOwned>(&mut self) -> Result<Option<Items<'_, 'de, T>>> {
        match self.next_raw()? {
            Some(raw) => self.reader.items_from(&raw).map(Some),
            None => Ok(None),
        }
    }

    /// The members of the next parameter, a struct, one by one; `None` if there is no more parameter.
    ///
    /// What is not taken of them is passed over.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is no struct, and all that reading may come upon.
    pub fn members<T: DeserializeOwned>(&mut self) -> Result<Option<Members<'_, 'de, T>>> {
        match self.next_raw()? {
            Some(raw) => self.reader.members_from(&raw).map(Some),
            None => Ok(None),
        }
    }

    /// The bytes of the next parameter, base64 or the UTF-8 form of a string, as a stream; `None` if there is no more
    /// parameter.
    ///
    /// What is not taken of them is passed over.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is neither, and all that reading may come upon.
    #[cfg(feature = "std")]
    pub fn bytes(&mut self) -> Result<Option<Bytes<'_, 'de>>> {
        match self.next_raw()? {
            Some(raw) => self.reader.bytes_from(raw).map(Some),
            None => Ok(None),
        }
    }

    /// How many parameters have been taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// What is known of the call beside its parameters.
    #[must_use]
    pub fn context(&self) -> Context {
        self.call.context()
    }

    fn next_raw(&mut self) -> Result<Option<Raw>> {
        if self.ended {
            return Ok(None);
        }
        match self.reader.next_raw()? {
            Raw::End => {
                self.ended = true;
                self.check.end(self.taken)?;
                Ok(None)
            }
            raw => {
                if !self.check.is_off() {
                    #[cfg(feature = "json")]
                    let raw = self.check.read_back(self.taken, raw, self.reader);
                    self.check.param(self.taken, &raw, self.reader)?;
                    self.taken += 1;
                    return Ok(Some(raw));
                }
                self.taken += 1;
                Ok(Some(raw))
            }
        }
    }

    /// Checks that there are no more, and that the document is complete and well-formed.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.ended {
            return Ok(());
        }
        match self.reader.next_raw()? {
            Raw::End => {
                self.ended = true;
                self.check.end(self.taken)
            }
            raw => Err(too_many(self.taken, &raw, self.reader)),
        }
    }
}

impl fmt::Debug for Params<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Params").field("method", &self.call.name).field("taken", &self.taken).finish_non_exhaustive()
    }
}

/// So many parameters.
pub(super) fn plural(count: usize) -> String {
    match count {
        0 => "no parameters".into(),
        1 => "1 parameter".into(),
        _ => format!("{count} parameters"),
    }
}

/// What a handler can ask for as a parameter: any type that serde can read, and what is not a
/// parameter of the call itself: [`Rest`] and [`Context`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a method",
    note = "for a type of your own, derive `serde::Deserialize`; it must own all it has: `String` in place of `&str`"
)]
pub trait Argument: Sized {
    /// Takes it from the call.
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is missing or of another type.
    fn take(params: &mut Params<'_, '_>) -> Result<Self>;

    /// Adds its type to a signature; `None` where no signature can say it.
    fn describe(signature: &mut Signature) -> Option<()>;
}

impl<T: DeserializeOwned> Argument for T {
    fn take(params: &mut Params<'_, '_>) -> Result<Self> {
        match params.next_raw()? {
            Some(raw) => params.reader.read_from(raw),
            // Only an `Option` does without.
            None => T::deserialize(Missing).map_err(|_| missing(params.taken, signature_of::<T>())),
        }
    }

    fn describe(signature: &mut Signature) -> Option<()> {
        signature.push(signature_of::<T>().into());
        Some(())
    }
}

/// All the parameters that remain, for a method of any number of them.
///
/// ```
/// use tiny_xmlrpc::{Methods, Rest};
///
/// let mut methods = Methods::new();
/// methods.add("join", |separator: String, Rest(words): Rest<String>| words.join(&separator));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rest<T>(pub Vec<T>);

impl<T: DeserializeOwned> Argument for Rest<T> {
    fn take(params: &mut Params<'_, '_>) -> Result<Self> {
        let mut rest = Vec::new();
        while let Some(item) = params.next()? {
            rest.push(item);
        }
        Ok(Self(rest))
    }

    fn describe(_signature: &mut Signature) -> Option<()> {
        None
    }
}

/// Deserializes nothing but the `None` of an `Option`.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value> {
        Err(de::Error::custom("expected a parameter, found none"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
