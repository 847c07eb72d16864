//! What a handler may answer with.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::any::Any;
use core::fmt::Display;

use serde::Serialize;

use super::Answer;
use crate::fault::codes;
use crate::{Binary, DateTime, Dialect, Error, ErrorKind, Extension, Fault, Struct, Value, Writer};

/// What a handler may answer with.
///
/// It is there for numbers, text, [`Value`], [`Binary`], [`DateTime`], vectors, maps, tuples and
/// options of what serde can write, for `()` (nil, or `true` where the dialect has no nil), and for
/// `Result` of all of them. For a struct or an enum of your own say [`returns!`](crate::returns), or wrap
/// it in [`Typed`].
///
/// The error of a `Result` is anything that can be displayed: it becomes a fault with the code for
/// application errors, [`codes::APPLICATION`], and its text. A [`Fault`] passes through as it is, also
/// from inside a boxed error. For codes of your own implement `From<YourError> for Fault` and return
/// `Result<_, Fault>`: the operator `?` does the rest.
///
/// ```
/// use tiny_xmlrpc::{Fault, Methods};
///
/// enum Refusal {
///     Closed,
///     Full(usize),
/// }
///
/// impl From<Refusal> for Fault {
///     fn from(refusal: Refusal) -> Self {
///         match refusal {
///             Refusal::Closed => Fault::new(10, "closed"),
///             Refusal::Full(seats) => Fault::new(11, format!("all {seats} seats are taken")),
///         }
///     }
/// }
///
/// fn seat(number: usize) -> Result<usize, Refusal> {
///     match number {
///         0 => Err(Refusal::Closed),
///         1..5 => Ok(number),
///         _ => Err(Refusal::Full(4)),
///     }
/// }
///
/// let mut methods = Methods::new();
/// methods.add("book", |number: usize| -> Result<String, Fault> {
///     Ok(format!("seat {}", seat(number)?))
/// });
/// # let call = tiny_xmlrpc::call_to_vec("book", &(7,), tiny_xmlrpc::Dialect::strict())?;
/// # let error = tiny_xmlrpc::from_slice::<String>(&methods.respond(&call)).unwrap_err();
/// # assert_eq!(error.fault(), Some(&Fault::new(11, "all 4 seats are taken")));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// What goes wrong inside is answered with [`codes::INTERNAL`]: a panic, without its text, and a result that cannot be
/// written, with nothing but what the dialect does not know.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a method",
    note = "for a type of your own that implements `serde::Serialize`, say `tiny_xmlrpc::returns!({Self})`, or wrap it in `tiny_xmlrpc::Typed`"
)]
pub trait Return {
    /// What a client reads it as: mostly the same type; for a `Result` what is in its `Ok`, for what is borrowed what
    /// owns it. The clients that [`interface!`](crate::interface) makes give this.
    type Output;

    /// Writes it as one value, or says what fault is answered instead.
    ///
    /// ```
    /// use tiny_xmlrpc::{Answer, Dialect, Fault, Return, Writer};
    ///
    /// struct Celsius(f64);
    ///
    /// impl Return for Celsius {
    ///     type Output = f64;
    ///
    ///     fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
    ///         if self.0 < -273.15 { Err(Fault::new(1, "the sensor is broken")) } else { self.0.return_to(out) }
    ///     }
    /// #
    /// #     fn type_name(dialect: &Dialect) -> Option<&'static str> {
    /// #         f64::type_name(dialect)
    /// #     }
    /// }
    /// # let mut methods = tiny_xmlrpc::Methods::new();
    /// # methods.add("warm", || Celsius(21.5));
    /// # methods.add("broken", || Celsius(-300.0));
    /// # let mut ask = |name: &str| {
    /// #     let call = tiny_xmlrpc::call_to_vec(name, &(), Dialect::strict())?;
    /// #     tiny_xmlrpc::from_slice::<f64>(&methods.respond(&call))
    /// # };
    /// # assert_eq!(ask("warm")?, 21.5);
    /// # assert_eq!(ask("broken").unwrap_err().fault().unwrap().code(), 1);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// The fault.
    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault>;

    /// The name of its type in signatures; `None` where it cannot be told.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Return, Typed};
    ///
    /// assert_eq!(<Vec<i32>>::type_name(&Dialect::strict()), Some("array"));
    /// assert_eq!(<()>::type_name(&Dialect::strict()), Some("boolean"));
    /// assert_eq!(<()>::type_name(&Dialect::python()), Some("nil"));
    /// assert_eq!(<Typed<i32>>::type_name(&Dialect::strict()), None);
    /// ```
    #[must_use]
    fn type_name(dialect: &Dialect) -> Option<&'static str>;
}

/// Makes types of your own, which implement `serde::Serialize`, results of methods.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Point {
///     x: i32,
///     y: i32,
/// }
///
/// tiny_xmlrpc::returns!(Point);
///
/// let mut methods = tiny_xmlrpc::Methods::new();
/// methods.add("origin", || Point { x: 0, y: 0 });
/// assert_eq!(methods.signatures("origin").unwrap(), [["struct"]]);
/// ```
#[macro_export]
macro_rules! returns {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::Return for $type {
            type Output = Self;

            fn return_to(self, out: &mut $crate::Writer<$crate::Answer>) -> ::core::result::Result<(), $crate::Fault> {
                $crate::Typed(self).return_to(out)
            }

            fn type_name(_dialect: &$crate::Dialect) -> ::core::option::Option<&'static str> {
                ::core::option::Option::Some("struct")
            }
        }
    )+};
}

/// Any type that serde can write, as the result of a method. Signatures do not know its type.
///
/// ```
/// use tiny_xmlrpc::{Dialect, Methods, Typed, call_to_vec, from_slice};
///
/// #[derive(serde::Serialize)]
/// enum Light {
///     Red,
///     Green,
/// }
///
/// let mut methods = Methods::new();
/// methods.add("light", |go: bool| Typed(if go { Light::Green } else { Light::Red }));
///
/// let call = call_to_vec("light", &(true,), Dialect::strict())?;
/// assert_eq!(from_slice::<String>(&methods.respond(&call))?, "Green");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Typed<T>(pub T);

impl<T: Serialize> Return for Typed<T> {
    type Output = T;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        out.serialize(&self.0).map_err(|error| unwritable(&error))
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        None
    }
}

/// A result that cannot be written is the server's failure, not the caller's. What the system said of it is
/// nobody's business.
pub(crate) fn unwritable(error: &Error) -> Fault {
    match error.kind() {
        ErrorKind::Unsupported | ErrorKind::Usage | ErrorKind::Limit(_) => {
            Fault::new(codes::INTERNAL, alloc::format!("the method's result cannot be sent: {}", error.message()))
        }
        _ => internal(),
    }
}

/// Of what goes wrong inside, nothing is told.
pub(super) fn internal() -> Fault {
    Fault::new(codes::INTERNAL, "internal error")
}

macro_rules! output {
    ($type:ty) => {
        $type
    };
    ($type:ty => $output:ty) => {
        $output
    };
}

macro_rules! results {
    ($($name:literal: $([$($generics:tt)*] $type:ty $(=> $output:ty)?),+;)*) => {$($(
        impl<$($generics)*> Return for $type {
            type Output = output!($type $(=> $output)?);

            fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
                Typed(self).return_to(out)
            }

            fn type_name(_dialect: &Dialect) -> Option<&'static str> {
                Some($name)
            }
        }
    )+)*};
}

results! {
    "int": [] i8, [] i16, [] i32, [] u8, [] u16;
    "i8": [] i64, [] u32, [] u64, [] isize, [] usize;
    "biginteger": [] i128, [] u128;
    "double": [] f32, [] f64;
    "boolean": [] bool;
    "string": [] String, [] char, [] &str => String, [] Cow<'_, str> => String, [] Box<str>;
    "dateTime.iso8601": [] DateTime;
    "base64": [] Binary;
    "array": [T: Serialize] Vec<T>, [T: Serialize] &[T] => Vec<T>, [T: Serialize] Box<[T]>, [T: Serialize] BTreeSet<T>;
    "struct": [] Struct, [K: Serialize, V: Serialize] BTreeMap<K, V>;
    "array": [A: Serialize] (A,), [A: Serialize, B: Serialize] (A, B),
        [A: Serialize, B: Serialize, C: Serialize] (A, B, C),
        [A: Serialize, B: Serialize, C: Serialize, D: Serialize] (A, B, C, D),
        [A: Serialize, B: Serialize, C: Serialize, D: Serialize, E: Serialize] (A, B, C, D, E),
        [A: Serialize, B: Serialize, C: Serialize, D: Serialize, E: Serialize, F: Serialize] (A, B, C, D, E, F);
}

#[cfg(feature = "std")]
results! {
    "array": [T: Serialize, S] std::collections::HashSet<T, S>;
    "struct": [K: Serialize, V: Serialize, S] std::collections::HashMap<K, V, S>;
}

impl<T: Serialize, const N: usize> Return for [T; N]
where
    [T; N]: Serialize,
{
    type Output = Self;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        Typed(self).return_to(out)
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        Some("array")
    }
}

impl Return for Value {
    type Output = Self;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        out.value(&self).map_err(|error| unwritable(&error))
    }

    fn type_name(_dialect: &Dialect) -> Option<&'static str> {
        Some("any")
    }
}

/// Nothing to say: nil, or `true` where the dialect has no nil.
impl Return for () {
    type Output = Self;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        let written = if out.dialect().nil == Extension::Off { out.boolean(true) } else { out.nil() };
        written.map_err(|error| unwritable(&error))
    }

    fn type_name(dialect: &Dialect) -> Option<&'static str> {
        Some(if dialect.nil == Extension::Off { "boolean" } else { "nil" })
    }
}

impl<T: Return> Return for Option<T> {
    type Output = Option<T::Output>;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        match self {
            Some(value) => value.return_to(out),
            None => out.nil().map_err(|error| unwritable(&error)),
        }
    }

    fn type_name(dialect: &Dialect) -> Option<&'static str> {
        T::type_name(dialect)
    }
}

impl<T: Return, E: Display + 'static> Return for Result<T, E> {
    type Output = T::Output;

    fn return_to(self, out: &mut Writer<Answer>) -> Result<(), Fault> {
        match self {
            Ok(value) => value.return_to(out),
            Err(error) => Err(fault_of(&error)),
        }
    }

    fn type_name(dialect: &Dialect) -> Option<&'static str> {
        T::type_name(dialect)
    }
}

/// The fault that an error is, or becomes.
fn fault_of<E: Display + 'static>(error: &E) -> Fault {
    type Boxed = Box<dyn core::error::Error>;
    type BoxedSend = Box<dyn core::error::Error + Send>;
    type BoxedShared = Box<dyn core::error::Error + Send + Sync>;
    let any: &dyn Any = error;
    let inner = None
        .or_else(|| any.downcast_ref::<Fault>())
        .or_else(|| any.downcast_ref::<Error>()?.fault())
        .or_else(|| any.downcast_ref::<Boxed>()?.downcast_ref())
        .or_else(|| any.downcast_ref::<BoxedSend>()?.downcast_ref())
        .or_else(|| any.downcast_ref::<BoxedShared>()?.downcast_ref());
    inner.cloned().unwrap_or_else(|| Fault::new(codes::APPLICATION, error.to_string()))
}
