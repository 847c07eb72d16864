//! The parameters of a call, and what a handler can ask for as one.

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
///
/// They are what a [streaming handler](super::Methods::add_streaming) pulls, and what an [`Argument`] is taken from.
///
/// ```
/// use tiny_xmlrpc::{Dialect, Methods, call_to_vec, from_slice};
///
/// let mut methods = Methods::new();
/// methods.add_streaming("lengths", |params, out| {
///     out.start_array()?;
///     while let Some(word) = params.next::<String>()? {
///         out.integer(word.len() as i64)?;
///     }
///     out.end_array()
/// });
///
/// let call = call_to_vec("lengths", &("spam", "eggs!"), Dialect::strict())?;
/// assert_eq!(from_slice::<Vec<i32>>(&methods.respond(&call))?, [4, 5]);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
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
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("shorten", |params, out| {
    ///     let text: String = params.next()?.ok_or(Fault::new(1, "no text"))?;
    ///     let length: usize = params.next()?.unwrap_or(20);
    ///     out.string(&text.chars().take(length).collect::<String>())
    /// });
    /// # let call = call_to_vec("shorten", &("hello", 4), Dialect::strict())?;
    /// # assert_eq!(from_slice::<String>(&methods.respond(&call))?, "hell");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("sum", |params, out| {
    ///     let mut sum = 0.0;
    ///     for number in params.items::<f64>()?.ok_or(Fault::new(1, "no numbers"))? {
    ///         sum += number?;
    ///     }
    ///     out.double(sum)
    /// });
    /// # let call = call_to_vec("sum", &(vec![1.5, 2.5],), Dialect::strict())?;
    /// # assert_eq!(from_slice::<f64>(&methods.respond(&call))?, 4.0);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is no array, and all that reading may come upon.
    pub fn items<T: DeserializeOwned>(&mut self) -> Result<Option<Items<'_, 'de, T>>> {
        match self.next_raw()? {
            Some(raw) => self.reader.items_from(&raw).map(Some),
            None => Ok(None),
        }
    }

    /// The members of the next parameter, a struct, one by one: each name, and its value as `T`. `None` if there is
    /// no more parameter.
    ///
    /// What is not taken of them is passed over.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Struct, call_to_vec, from_slice};
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("largest", |params, out| {
    ///     let (mut largest, mut most) = (String::new(), 0);
    ///     for member in params.members::<u32>()?.ok_or(Fault::new(1, "no sizes"))? {
    ///         let (name, size) = member?;
    ///         if size > most {
    ///             (largest, most) = (name, size);
    ///         }
    ///     }
    ///     out.string(&largest)
    /// });
    /// # let call = call_to_vec("largest", &(Struct::from_iter([("a.txt", 7), ("b.txt", 30)]),), Dialect::strict())?;
    /// # assert_eq!(from_slice::<String>(&methods.respond(&call))?, "b.txt");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
    /// ```
    /// # use tiny_xmlrpc::{Binary, Dialect, call_to_vec, from_slice};
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("upload", |params, out| {
    ///     let mut bytes = params.bytes()?.ok_or(Fault::new(1, "no bytes"))?;
    ///     let size = std::io::copy(&mut bytes, &mut std::io::sink())?;
    ///     drop(bytes);
    ///     out.integer(size as i64)
    /// });
    /// # let call = call_to_vec("upload", &(Binary(vec![0; 100]),), Dialect::strict())?;
    /// # assert_eq!(from_slice::<u64>(&methods.respond(&call))?, 100);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use tiny_xmlrpc::{Methods, Value};
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("count", |params, out| {
    ///     while params.next::<Value>()?.is_some() {}
    ///     out.integer(params.taken() as i64)
    /// });
    /// # let call = call_to_vec("count", &("a", 2, true), Dialect::strict())?;
    /// # assert_eq!(from_slice::<i32>(&methods.respond(&call))?, 3);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// What is known of the call beside its parameters. It is put together anew each time.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use tiny_xmlrpc::Methods;
    ///
    /// let mut methods = Methods::new();
    /// methods.add_streaming("name", |params, out| {
    ///     let context = params.context();
    ///     out.string(context.method())
    /// });
    /// # let call = call_to_vec("name", &(), Dialect::strict())?;
    /// # assert_eq!(from_slice::<String>(&methods.respond(&call))?, "name");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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

/// What a handler can ask for as a parameter: any type that serde can read, and what is not a
/// parameter of the call itself: [`Rest`] and [`Context`].
///
/// A type that does not implement `serde::Deserialize` can implement this by itself, to check a parameter while it is
/// taken, or to make something of the [`Context`]:
///
/// ```
/// use tiny_xmlrpc::{Argument, Dialect, Fault, Methods, Params, Result, Signature, call_to_vec, from_slice};
///
/// /// Who calls, where anonymous calls are refused.
/// struct User(String);
///
/// impl Argument for User {
///     fn take(params: &mut Params<'_, '_>) -> Result<Self> {
///         let user = params.context().user().map(str::to_owned);
///         Ok(Self(user.ok_or(Fault::new(401, "log in first"))?))
///     }
///
///     fn describe(_signature: &mut Signature) -> Option<()> {
///         Some(()) // It is no parameter of the call.
///     }
/// }
///
/// let mut methods = Methods::new();
/// methods.add("greet", |User(name): User| format!("Hello, {name}!"));
///
/// let call = call_to_vec("greet", &(), Dialect::strict())?;
/// let error = from_slice::<String>(&methods.respond(&call)).unwrap_err();
/// assert_eq!(error.fault().unwrap().code(), 401);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a method",
    note = "for a type of your own, derive `serde::Deserialize`; it must own all it has: `String` in place of `&str`"
)]
pub trait Argument: Sized {
    /// Takes it from the call.
    ///
    /// ```
    /// use tiny_xmlrpc::{Argument, Error, ErrorKind, Params, Result};
    /// # use tiny_xmlrpc::{Dialect, Methods, Signature, call_to_vec, from_slice};
    ///
    /// struct Percent(u8);
    ///
    /// impl Argument for Percent {
    ///     fn take(params: &mut Params<'_, '_>) -> Result<Self> {
    ///         match u8::take(params)? {
    ///             part @ 0..=100 => Ok(Self(part)),
    ///             other => Err(Error::new(ErrorKind::Type, format!("expected 0 to 100, found {other}"))),
    ///         }
    ///     }
    /// #
    /// #     fn describe(signature: &mut Signature) -> Option<()> {
    /// #         u8::describe(signature)
    /// #     }
    /// }
    /// # let mut methods = Methods::new();
    /// # methods.add("dim", |Percent(to): Percent| to);
    /// # let call = call_to_vec("dim", &(101,), Dialect::strict())?;
    /// # let error = from_slice::<u8>(&methods.respond(&call)).unwrap_err();
    /// # assert_eq!(error.to_string(), "fault -32602: expected 0 to 100, found 101");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) when it is missing or of another type.
    fn take(params: &mut Params<'_, '_>) -> Result<Self>;

    /// Adds its type to a signature; `None` where no signature can say it.
    ///
    /// ```
    /// use tiny_xmlrpc::{Argument, Context, Rest, Signature};
    ///
    /// let mut signature = Signature::new();
    /// assert_eq!(i32::describe(&mut signature), Some(()));
    /// assert_eq!(Context::describe(&mut signature), Some(()));
    /// assert_eq!(Rest::<i32>::describe(&mut signature), None);
    /// assert_eq!(signature, ["int"]);
    /// ```
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
/// # let call = tiny_xmlrpc::call_to_vec("join", &("-", "a", "b"), tiny_xmlrpc::Dialect::strict())?;
/// # assert_eq!(tiny_xmlrpc::from_slice::<String>(&methods.respond(&call))?, "a-b");
/// # Ok::<(), tiny_xmlrpc::Error>(())
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
