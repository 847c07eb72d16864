//! One registered method, and what is said about it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::handler::Handler;
use super::signature::Declared;

/// A registered method, to say more about it: what [`Methods::add`](super::Methods::add) and its kin return.
///
/// ```
/// use tiny_xmlrpc::Methods;
///
/// let mut methods = Methods::new();
/// let entry = methods.add("divide", |a: f64, b: f64| a / b);
/// entry.help("Divides one number by another.").parameters(["dividend", "divisor"]);
/// assert_eq!(methods.signatures("divide").unwrap(), [["double", "double", "double"]]);
/// ```
pub struct Entry<'h> {
    pub(super) handler: Box<dyn Handler + 'h>,
    pub(super) help: String,
    pub(super) signatures: Vec<Declared>,
    /// The names of the parameters, where they are known.
    pub(super) parameters: Vec<String>,
    /// Whether an [`Instance`](super::Instance) brought it.
    pub(super) of_instance: bool,
}

impl<'h> Entry<'h> {
    pub(super) fn new(handler: Box<dyn Handler + 'h>) -> Self {
        Self { handler, help: String::new(), signatures: Vec::new(), parameters: Vec::new(), of_instance: false }
    }

    /// What `system.methodHelp` tells about it.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    /// assert_eq!(methods.help("add"), Some("Adds two numbers."));
    /// ```
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = text.into();
        self
    }

    /// The names of its parameters, in their order, for people who read about it, and for JSON-RPC, where they may come
    /// by these names. Functions and closures don't tell them; [`interface!`](crate::interface) does.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("divide", |a: f64, b: f64| a / b).parameters(["dividend", "divisor"]);
    /// assert_eq!(methods.parameters("divide").unwrap(), ["dividend", "divisor"]);
    /// ```
    pub fn parameters(&mut self, names: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.parameters = names.into_iter().map(Into::into).collect();
        self
    }

    /// The types of its result and its parameters, in this order, in place of those that the Rust
    /// types tell. Said again, it adds another way to call it.
    ///
    /// Callers are told of it, and parameters are checked against it: those that fit none of the signatures are refused
    /// with [`INVALID_PARAMS`](crate::fault::codes::INVALID_PARAMS) before the handler runs.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Methods, Value, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods
    ///     .add("twice", |value: Value| match value {
    ///         Value::Int(number) => Value::Int(number * 2),
    ///         other => Value::from(format!("{0}{0}", other.as_str().unwrap_or_default())),
    ///     })
    ///     .signature(["int", "int"])
    ///     .signature(["string", "string"]);
    ///
    /// let call = call_to_vec("twice", &(true,), Dialect::strict())?;
    /// let error = from_slice::<Value>(&methods.respond(&call)).unwrap_err();
    /// assert!(error.to_string().starts_with("fault -32602: params[0]: expected int or string, found boolean true"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// | name | what fits |
    /// |---|---|
    /// | `int`, `i4`, `i1`, `i2`; `i8`; `biginteger` | any integer of such a size, whatever its type on the wire |
    /// | `double`, `bigdecimal` | any number |
    /// | `boolean`, `string`, `dateTime.iso8601`, `base64`, `array`, `struct`, `nil` | a value of this type |
    /// | `any`, `undef`, and every other name | anything |
    ///
    /// There have to be as many parameters as in one of the signatures: where some may be missing, say each
    /// way. A signature without any types says nothing.
    pub fn signature(&mut self, types: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.signatures.extend(Declared::new(types.into_iter().map(Into::into).collect()));
        self
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("help", &self.help).finish_non_exhaustive()
    }
}
