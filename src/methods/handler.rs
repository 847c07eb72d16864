//! What may be registered: functions and closures of typed parameters.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::marker::PhantomData;

use super::returns::unwritable;
use super::{Answer, Argument, Params, Return, Signature};
use crate::{Dialect, Error, ErrorKind, Fault, Writer};

/// A registered method as dispatch sees it.
pub(super) trait Handler {
    /// Reads the parameters, runs, and writes one value.
    fn call(&mut self, params: &mut Params<'_, '_>, out: &mut Writer<Answer>) -> Result<(), Fault>;

    /// Its signature, as far as its types tell one.
    fn signature(&self, dialect: &Dialect) -> Option<Signature>;
}

/// A function or closure that can be registered: see [`Methods::add`](super::Methods::add).
///
/// `M` only tells the forms apart; it is always inferred.
///
/// ```
/// use tiny_xmlrpc::{IntoHandler, Methods};
///
/// /// Registers a method under its name of today and that of yesterday.
/// fn add_both<'h, M>(methods: &mut Methods<'h>, name: &str, handler: impl IntoHandler<'h, M>) {
///     methods.add(name, handler);
///     methods.alias(format!("v1.{name}"), name);
/// }
///
/// let mut methods = Methods::new();
/// add_both(&mut methods, "add", |a: i32, b: i32| a + b);
/// assert_eq!(methods.names(), ["add", "v1.add"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot be registered as a method",
    note = "a method is a function or closure of up to twelve parameters that implement `serde::de::DeserializeOwned`",
    note = "its result has to implement `tiny_xmlrpc::Return`: for a type of your own, say `tiny_xmlrpc::returns!(Type)`"
)]
pub trait IntoHandler<'h, M> {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn into_handler(self) -> Box<dyn Handler + 'h>;
}

/// A function together with the types of its parameters and its result.
struct Function<F, A, R> {
    function: F,
    types: PhantomData<fn(A) -> R>,
}

/// A function that takes its parameters and writes its result by itself.
pub(super) struct Streaming<F>(pub(super) F);

impl<F> Handler for Streaming<F>
where
    F: FnMut(&mut Params<'_, '_>, &mut Writer<Answer>) -> Result<(), Error>,
{
    fn call(&mut self, params: &mut Params<'_, '_>, out: &mut Writer<Answer>) -> Result<(), Fault> {
        (self.0)(params, out).map_err(|error| failed(&error))?;
        params.end().map_err(|error| refused(&error))
    }

    fn signature(&self, _dialect: &Dialect) -> Option<Signature> {
        None
    }
}

/// What went wrong where parameters are taken and a result is written at once.
fn failed(error: &Error) -> Fault {
    match (error.fault(), error.kind()) {
        (Some(fault), _) => fault.clone(),
        (
            None,
            ErrorKind::Syntax
            | ErrorKind::Truncated
            | ErrorKind::Encoding
            | ErrorKind::Character
            | ErrorKind::Grammar
            | ErrorKind::Scalar
            | ErrorKind::Type
            | ErrorKind::Limit(_),
        ) => refused(error),
        _ => unwritable(error),
    }
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
                Box::new(Function { function: self, types: PhantomData::<fn(($($argument,)*)) -> R> })
            }
        }

        impl<F, R, $($argument,)*> Handler for Function<F, ($($argument,)*), R>
        where
            F: FnMut($($argument),*) -> R,
            R: Return,
            $($argument: Argument,)*
        {
            #[allow(non_snake_case)]
            fn call(&mut self, params: &mut Params<'_, '_>, out: &mut Writer<Answer>) -> Result<(), Fault> {
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
functions! { A B C D E G H I J }
functions! { A B C D E G H I J K }
functions! { A B C D E G H I J K L }
functions! { A B C D E G H I J K L N }
