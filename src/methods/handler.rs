//! What may be registered: functions and closures of typed parameters.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{Return, Signature};
use crate::read::Raw;
use crate::serde::signature_of;
use crate::{Dialect, Error, ErrorKind, Fault, Reader, Result, Writer};

/// The parameters of a call, one after another.
#[derive(Debug)]
pub struct Params<'r, 'de> {
    reader: &'r mut Reader<'de>,
    taken: usize,
    ended: bool,
}

impl<'r, 'de> Params<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, taken: 0, ended: false }
    }

    /// The next parameter, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when it is of another type, and all that reading may come upon.
    #[expect(clippy::should_implement_trait, reason = "each parameter has a type of its own, so it is no iterator")]
    pub fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        match self.next_raw()? {
            Some(raw) => self.reader.read_from(raw).map(Some),
            None => Ok(None),
        }
    }

    /// How many parameters have been taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken
    }

    fn next_raw(&mut self) -> Result<Option<Raw>> {
        if self.ended {
            return Ok(None);
        }
        match self.reader.next_raw()? {
            Raw::End => {
                self.ended = true;
                Ok(None)
            }
            raw => {
                self.taken += 1;
                Ok(Some(raw))
            }
        }
    }

    /// Checks that there are no more, and that the document is complete and well-formed.
    pub(super) fn end(&mut self) -> Result<()> {
        let expected = self.taken;
        match self.next_raw()? {
            None => Ok(()),
            Some(raw) => {
                // What is not well-formed counts more than what is too much.
                self.reader.skip_rest(&raw)?;
                while let Some(raw) = self.next_raw()? {
                    self.reader.skip_rest(&raw)?;
                }
                let message = format!("expected {}, found {}", plural(expected), self.taken);
                Err(Error::new(ErrorKind::Type, message))
            }
        }
    }
}

fn plural(count: usize) -> String {
    match count {
        0 => "no parameters".into(),
        1 => "1 parameter".into(),
        _ => format!("{count} parameters"),
    }
}

/// What a handler can ask for as a parameter: any type that serde can read, and what is not a
/// parameter of the call itself, like [`Rest`].
pub trait Argument: Sized {
    /// Takes it from the call.
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when it is missing or of another type.
    fn take(params: &mut Params<'_, '_>) -> Result<Self>;

    /// Adds its type to a signature; `None` where no signature can say it.
    fn describe(signature: &mut Signature) -> Option<()>;
}

impl<T: DeserializeOwned> Argument for T {
    fn take(params: &mut Params<'_, '_>) -> Result<Self> {
        match params.next_raw()? {
            Some(raw) => params.reader.read_from(raw),
            // Only an `Option` does without.
            None => T::deserialize(Missing).map_err(|_| {
                let (at, name) = (params.taken, signature_of::<T>());
                let found = if at == 0 { "none".into() } else { format!("only {}", plural(at)) };
                Error::new(ErrorKind::Type, format!("params[{at}]: expected {name}, found {found}"))
            }),
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

/// A registered method as dispatch sees it.
pub(super) trait Handler {
    /// Reads the parameters, runs, and writes one value.
    fn call(&mut self, params: &mut Params<'_, '_>, out: &mut Writer<Vec<u8>>) -> Result<(), Fault>;

    /// Its signature, as far as its types tell one.
    fn signature(&self, dialect: &Dialect) -> Option<Signature>;
}

/// A function or closure that can be registered: see [`Methods::add`](super::Methods::add).
///
/// `M` only tells the forms apart; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "this cannot be registered as a method",
    note = "a method is a function or closure of up to eight parameters that implement `serde::de::DeserializeOwned`",
    note = "its result has to implement `tiny_xmlrpc::Return`: for a type of your own, say `tiny_xmlrpc::returns!(Type)`"
)]
pub trait IntoHandler<'h, M> {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn into_handler(self) -> Box<dyn Handler + 'h>;
}

/// A function together with the types of its parameters and its result.
struct Typed<F, A, R> {
    function: F,
    types: PhantomData<fn(A) -> R>,
}

/// A refusal of the parameters as a fault: the code says of which kind.
pub(super) fn refused(error: &Error) -> Fault {
    Fault::new(error.fault_code(), format!("{error}"))
}

macro_rules! functions {
    ($($argument:ident)*) => {
        impl<'h, F, R, $($argument,)*> IntoHandler<'h, ($($argument,)* fn() -> R,)> for F
        where
            F: FnMut($($argument),*) -> R + 'h,
            R: Return + 'h,
            $($argument: Argument + 'h,)*
        {
            #[allow(private_interfaces)]
            fn into_handler(self) -> Box<dyn Handler + 'h> {
                Box::new(Typed { function: self, types: PhantomData::<fn(($($argument,)*)) -> R> })
            }
        }

        impl<F, R, $($argument,)*> Handler for Typed<F, ($($argument,)*), R>
        where
            F: FnMut($($argument),*) -> R,
            R: Return,
            $($argument: Argument,)*
        {
            #[allow(non_snake_case)]
            fn call(&mut self, params: &mut Params<'_, '_>, out: &mut Writer<Vec<u8>>) -> Result<(), Fault> {
                $(let $argument = $argument::take(params).map_err(|error| refused(&error))?;)*
                params.end().map_err(|error| refused(&error))?;
                (self.function)($($argument),*).return_to(out)
            }

            fn signature(&self, dialect: &Dialect) -> Option<Signature> {
                #[allow(unused_mut)]
                let mut signature = alloc::vec![String::from(R::type_name(dialect)?)];
                $($argument::describe(&mut signature)?;)*
                Some(signature)
            }
        }
    };
}

functions! {}
functions! { A }
functions! { A B }
functions! { A B C }
functions! { A B C D }
functions! { A B C D E }
functions! { A B C D E G }
functions! { A B C D E G H }
functions! { A B C D E G H I }
