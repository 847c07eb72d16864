//! One declaration for both sides: `interface!` makes a trait, its registration and its client.

use alloc::string::String;

use super::{Argument, Return};

/// Declares methods once, for the server that has them and the client that calls them.
///
/// ```
/// use tiny_xmlrpc::{Fault, Methods, interface};
///
/// interface! {
///     /// Arithmetic.
///     pub trait Calculator {
///         /// Adds two numbers.
///         fn add(&self, a: i32, b: i32) -> i32;
///         /// Divides one number by another.
///         fn divide(&self, a: i32, b: i32) -> Result<i32, Fault> = "math.divide";
///         /// Keeps a number under a name.
///         fn keep(&mut self, name: &str, number: i32);
///     }
///     pub client CalculatorClient;
/// }
///
/// #[derive(Default)]
/// struct Pocket {
///     kept: Vec<(String, i32)>,
/// }
///
/// impl Calculator for Pocket {
///     fn add(&self, a: i32, b: i32) -> i32 {
///         a + b
///     }
///
///     fn divide(&self, a: i32, b: i32) -> Result<i32, Fault> {
///         a.checked_div(b).ok_or(Fault::new(1, "division by zero"))
///     }
///
///     fn keep(&mut self, name: &str, number: i32) {
///         self.kept.push((name.to_owned(), number));
///     }
/// }
///
/// # #[cfg(feature = "client")] {
/// let client = tiny_xmlrpc::Client::over(tiny_xmlrpc::client::Memory::new(|call| {
///     let mut methods = Methods::new();
///     methods.instance("", Pocket::default().into_instance());
///     methods.respond(call)
/// }));
/// let calculator = CalculatorClient::new(&client);
/// assert_eq!(calculator.add(2, 3)?, 5);
/// assert_eq!(calculator.divide(6, 3)?, 2);
/// assert_eq!(calculator.divide(1, 0).unwrap_err().fault().unwrap().code(), 1);
/// calculator.keep("answer", 42)?;
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # What it makes
///
/// **The trait**, as it stands there, with one more method, `into_instance(self)`. That gives an
/// [`Instance`](crate::Instance) of the implementation for [`Methods::instance`](crate::Methods::instance): with the help
/// from the comments, the signatures from the types, and the [names of the parameters](crate::Entry::parameters). The methods
/// have their own names, or the one behind the `=`. As in every instance, a name that begins with `_` stays private.
///
/// **The client**, if one is asked for and the crate has the feature `client`: a struct with the same methods, each of which
/// makes the call and gives a [`Result`](crate::Result). It is made by `new(&client)`, and calls below a dotted prefix by
/// `new(&client).at("prefix")`. No method can be called like these two, nor `into_instance`.
///
/// # Types
///
/// A method takes `&self` or `&mut self`, and up to twelve parameters that serde can write and read. References, as `&str`
/// and `&[i32]`, can be parameters, where what they refer to can be cloned, but not stand within other types. A last parameter that is an `Option` may be
/// missing in a call, and is left out of it where it is `None` and the dialect has no nil. The result is a
/// [`Return`](crate::Return) that owns all it has; the client gets its [`Output`](crate::Return::Output), for a `Result` what
/// is in its `Ok`. A handler that wants its [`Context`](crate::Context) or pulls its parameters can't be said so: register
/// it by itself.
#[macro_export]
macro_rules! interface {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis trait $interface:ident {
            $(
                $(#[$($about:tt)*])*
                fn $method:ident (& $($receiver:ident)+ $(, $($params:tt)*)?) $(-> $result:ty)? $(= $name:literal)?;
            )*
        }
        $($client_visibility:vis client $client:ident;)?
    ) => {
        $(#[$($attribute)*])*
        $visibility trait $interface {
            $(
                $(#[$($about)*])*
                fn $method(& $($receiver)+ $(, $($params)*)?) $(-> $result)?;
            )*

            /// An instance of this value with all of these methods, to be registered.
            fn into_instance<'instance>(self) -> $crate::Instance<'instance, Self>
            where
                Self: ::core::marker::Sized + 'instance,
            {
                #[allow(unused_mut)]
                let mut instance = $crate::Instance::new(self);
                $(
                    $crate::__interface_method! {
                        {
                            instance $interface $method [$($receiver)+] [$($result)?]
                            [$crate::__interface_name!($method $($name)?)] [$([$($about)*])*]
                        } {} $($($params)*)?
                    }
                )*
                instance
            }
        }

        $crate::__interface_client! {
            [$($client_visibility client $client)?] $interface {
                $({
                    [$(#[$($about)*])*] $method [$($($params)*)?] [$($result)?]
                    [$crate::__interface_name!($method $($name)?)]
                })*
            }
        }
    };
}

/// Registers one method. Its parameters are taken one by one, those that are references apart from the others.
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_method {
    ($fixed:tt {$($done:tt)*} $param:ident: &mut $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "the parameter `", ::core::stringify!($param), "` of an interface's method cannot be `&mut`: \
             what it changes would not come back to the caller"
        ));
    };
    ($fixed:tt {$($done:tt)*} $param:ident: & $($lifetime:lifetime)? $type:ty $(, $($rest:tt)*)?) => {
        $crate::__interface_method! {
            $fixed
            {
                $($done)*
                ($param [<$type as $crate::__private::ToOwned>::Owned] [$crate::__private::Borrow::<$type>::borrow(&$param)])
            }
            $($($rest)*)?
        }
    };
    ($fixed:tt {$($done:tt)*} $param:ident: $type:ty $(, $($rest:tt)*)?) => {
        $crate::__interface_method! { $fixed { $($done)* ($param [$type] [$param]) } $($($rest)*)? }
    };
    (
        { $instance:ident $interface:ident $method:ident [self] $($more:tt)* } $params:tt
    ) => {
        $crate::__interface_method! { @ $instance $interface $method [&Self] $($more)* $params }
    };
    (
        { $instance:ident $interface:ident $method:ident [mut self] $($more:tt)* } $params:tt
    ) => {
        $crate::__interface_method! { @ $instance $interface $method [&mut Self] $($more)* $params }
    };
    (
        @ $instance:ident $interface:ident $method:ident [$receiver:ty] [$($result:ty)?] [$name:expr] [$($about:tt)*]
        { $(($param:ident [$owned:ty] [$given:expr]))* }
    ) => {
        $($crate::__private::is_argument::<$owned>();)*
        $($crate::__private::is_return::<$result>();)?
        $instance
            .add($name, |this: $receiver, $($param: $owned),*| <Self as $interface>::$method(this, $($given),*))
            .help($crate::__private::help($crate::__interface_help!([] $($about)*)))
            .parameters($crate::__private::names(&[$(::core::stringify!($param)),*]));
    };
}

/// The lines of a comment, out of all attributes.
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_help {
    ([$($line:expr,)*]) => { &[$($line),*] };
    ([$($line:expr,)*] [doc = $next:expr] $($rest:tt)*) => { $crate::__interface_help!([$($line,)* $next,] $($rest)*) };
    ([$($line:expr,)*] [$($other:tt)*] $($rest:tt)*) => { $crate::__interface_help!([$($line,)*] $($rest)*) };
}

/// The name of a method on the wire.
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_name {
    ($method:ident) => {
        $crate::__private::name(::core::stringify!($method))
    };
    ($method:ident $name:literal) => {
        $name
    };
}

/// What a client gets of a result.
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_output {
    () => {
        ()
    };
    ($result:ty) => {
        <$result as $crate::Return>::Output
    };
}

/// The client of an interface.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_client {
    ([] $($all:tt)*) => {};
    (
        [$visibility:vis client $client:ident] $interface:ident {
            $({ [$($about:tt)*] $method:ident [$($params:tt)*] [$($result:ty)?] [$name:expr] })*
        }
    ) => {
        #[doc = ::core::concat!("Calls the methods of [`", ::core::stringify!($interface), "`] on a server.")]
        #[derive(Debug, Clone, Copy)]
        $visibility struct $client<'client> {
            client: &'client $crate::Client,
            prefix: &'client str,
        }

        #[allow(dead_code)]
        impl<'client> $client<'client> {
            /// Calls the methods by this client.
            #[must_use]
            $visibility fn new(client: &'client $crate::Client) -> Self {
                Self { client, prefix: "" }
            }

            /// Calls them below this dotted prefix, as an instance is registered there.
            #[must_use]
            $visibility fn at(self, prefix: &'client str) -> Self {
                Self { prefix, ..self }
            }

            $(
                $($about)*
                ///
                /// # Errors
                /// Those of every call of a client.
                $visibility fn $method(&self, $($params)*) -> $crate::Result<$crate::__interface_output!($($result)?)> {
                    $crate::__interface_call!(self.client.at(self.prefix), $name, [] $($params)*)
                }
            )*
        }
    };
}

/// Without the client's side.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_client {
    ($($all:tt)*) => {};
}

/// Makes a call with all parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! __interface_call {
    ($client:expr, $name:expr, [$($done:ident)*] $param:ident: $type:ty $(, $($rest:tt)*)?) => {
        $crate::__interface_call!($client, $name, [$($done)* $param] $($($rest)*)?)
    };
    ($client:expr, $name:expr, [$($done:ident)*]) => {
        $client.call($name, ($($done,)*))
    };
}

/// Compiles if it can be a parameter, so that the compiler's complaint names its type.
pub const fn is_argument<T: Argument>() {}

/// Compiles if it can be a result.
pub const fn is_return<T: Return>() {}

/// An identifier without what makes it a raw one.
#[must_use]
pub fn name(identifier: &'static str) -> &'static str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// The same of many.
pub fn names(identifiers: &[&'static str]) -> impl Iterator<Item = &'static str> {
    identifiers.iter().copied().map(name)
}

/// The text of a comment, of its lines as the compiler hands them on.
#[must_use]
pub fn help(lines: &[&str]) -> String {
    let lines: alloc::vec::Vec<&str> = lines
        .iter()
        .flat_map(|part| part.split('\n'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    String::from(lines.join("\n").trim_matches('\n'))
}
