//! What a server offers, apart from how bytes reach it: the registry ([`Methods`]), what may be
//! registered (`handler`), and the one way from a call to its answer (`dispatch`), with
//! introspection and multicall beside it.

mod dispatch;
mod handler;
mod introspection;
mod multicall;
mod page;
mod returns;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use handler::{Argument, IntoHandler, Params, Rest};
pub use page::Page;
pub use returns::{Return, Typed};

use crate::{Dialect, Limits};
use handler::Handler;

/// The types of a method's result and parameters, as `system.methodSignature` tells them.
pub type Signature = Vec<String>;

/// The methods that a server offers.
///
/// It knows no sockets: [`respond`](Self::respond) takes the bytes of a call and gives the bytes of
/// the answer, whatever brought them.
///
/// ```
/// use tiny_xmlrpc::{Fault, Methods, call_to_vec, from_slice, Dialect};
///
/// let mut methods = Methods::new();
/// methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
/// methods.add("divide", |a: i32, b: i32| a.checked_div(b).ok_or(Fault::new(1, "division by zero")));
///
/// let call = call_to_vec("add", &(2, 3), Dialect::strict())?;
/// assert_eq!(from_slice::<i32>(&methods.respond(&call))?, 5);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// Handlers may be `FnMut` and borrow what outlives the registry.
#[derive(Default)]
pub struct Methods<'h> {
    entries: BTreeMap<String, Entry<'h>>,
    limits: Limits,
    dialect: Dialect,
    introspection: bool,
    multicall: bool,
}

/// A registered method, to say more about it.
pub struct Entry<'h> {
    handler: Box<dyn Handler + 'h>,
    help: String,
    signatures: Vec<Signature>,
}

impl Entry<'_> {
    /// What `system.methodHelp` tells about it.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = text.into();
        self
    }

    /// The types of its result and its parameters, in this order, in place of those that the Rust
    /// types tell. Said again, it adds another way to call it.
    ///
    /// It informs callers; what a handler takes is up to its types.
    pub fn signature(&mut self, types: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.signatures.push(types.into_iter().map(Into::into).collect());
        self
    }
}

impl<'h> Methods<'h> {
    /// No methods.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a function or closure under a name, in place of what had the name before.
    ///
    /// Its parameters are any types that serde can read ([`Reader::read`](crate::Reader::read) has
    /// the table), up to eight; trailing ones that are `Option` may be missing in a call; a last one
    /// of type [`Rest`] takes all that remain. Its result is a [`Return`]: a plain value, or a
    /// `Result` whose error becomes a fault.
    ///
    /// ```
    /// use tiny_xmlrpc::{Methods, Rest};
    ///
    /// let mut calls = 0;
    /// let mut methods = Methods::new();
    /// methods.add("sum", |Rest(numbers): Rest<f64>| numbers.iter().sum::<f64>());
    /// methods.add("count", || {
    ///     calls += 1;
    ///     calls
    /// });
    /// ```
    pub fn add<M>(&mut self, name: impl Into<String>, handler: impl IntoHandler<'h, M>) -> &mut Entry<'h> {
        let entry = Entry { handler: handler.into_handler(), help: String::new(), signatures: Vec::new() };
        let name = name.into();
        self.entries.remove(&name);
        self.entries.entry(name).or_insert(entry)
    }

    /// Takes a method out; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.entries.remove(name).is_some()
    }

    /// Switches on `system.listMethods`, `system.methodHelp`, `system.methodSignature` and
    /// `system.getCapabilities`.
    pub fn introspection(&mut self, on: bool) -> &mut Self {
        self.introspection = on;
        self
    }

    /// Switches on `system.multicall`, of at most [`Limits::multicall`] calls at once.
    pub fn multicall(&mut self, on: bool) -> &mut Self {
        self.multicall = on;
        self
    }

    /// The limits on what is read.
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// Bytes of a body that brings a call.
    #[cfg(feature = "tiny_http")]
    pub(crate) fn max_body(&self) -> u64 {
        self.limits.bytes
    }

    /// The dialect in which answers are written; with Python's or ROS's, `nan` is read as well.
    pub fn dialect(&mut self, dialect: Dialect) -> &mut Self {
        self.dialect = dialect;
        self
    }

    /// The names of all methods, those of `system` included where they are switched on, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.entries.keys().map(String::as_str).collect();
        for name in self.system_names() {
            if !self.entries.contains_key(name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        names
    }
}

impl fmt::Debug for Methods<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Methods").field("names", &self.names()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("help", &self.help).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
