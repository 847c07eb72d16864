//! What a server offers, apart from how bytes reach it.
//!
//! | file | what it does |
//! |---|---|
//! | this one | [`Methods`]: what is registered; `entry` one method, and what is said of it |
//! | `handler`, `instance` | what may be registered: functions and closures; values with methods |
//! | `interface` | both sides of a service from one declaration |
//! | `dispatch` | the one way from a call to its answer, be it in XML or in JSON |
//! | `introspection`, `multicall` | what dispatch answers by itself |
//! | `params`, `context` | what a handler takes: parameters, and what else is known of a call |
//! | `signature` | the types of a method, and the check of parameters against them |
//! | `returns`, `stream` | what a handler gives: values, and what is never whole in memory |
//! | `answer` | where that is written |
//! | `page` | the methods as a page for people |

mod answer;
mod context;
mod dispatch;
mod entry;
mod handler;
mod instance;
pub(crate) mod interface;
mod introspection;
mod multicall;
mod page;
mod params;
mod returns;
mod signature;
mod stream;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
#[cfg(feature = "std")]
use core::time::Duration;

pub use answer::Answer;
pub use context::{Caller, Context};
pub use dispatch::Answered;
pub use entry::Entry;
pub use handler::IntoHandler;
pub use instance::{Instance, IntoMethod};
pub use page::Page;
pub use params::{Argument, Params, Rest};
#[cfg(feature = "json")]
pub(crate) use returns::unwritable;
pub use returns::{Return, Typed};
pub use signature::Signature;
pub use stream::{Stream, StreamedItems};
#[cfg(feature = "std")]
pub use stream::{StreamedBytes, StreamedFile};

use crate::{Dialect, Fault, Limits, Writer};
use handler::{Handler, Streaming};

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
    /// Other names, each with the name that it stands for.
    aliases: BTreeMap<String, String>,
    fallback: Option<Box<dyn Handler + 'h>>,
    authorize: Option<Box<Authorize<'h>>>,
    #[cfg(feature = "std")]
    time_limit: Option<Duration>,
    limits: Limits,
    dialect: Dialect,
    introspection: bool,
    multicall: bool,
}

/// Says whether a method may be called by who calls.
type Authorize<'h> = dyn FnMut(&str, &dyn Caller) -> Result<(), Fault> + 'h;

impl<'h> Methods<'h> {
    /// No methods.
    ///
    /// ```
    /// assert!(tiny_xmlrpc::Methods::new().names().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a function or closure under a name, in place of what had the name before.
    ///
    /// Its parameters are any types that serde can read ([`Reader::read`](crate::Reader::read) has
    /// the table), up to twelve; trailing ones that are `Option` may be missing in a call; a last one
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
    /// # let call = tiny_xmlrpc::call_to_vec("sum", &(1, 2.5), tiny_xmlrpc::Dialect::strict())?;
    /// # assert_eq!(tiny_xmlrpc::from_slice::<f64>(&methods.respond(&call))?, 3.5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn add<M>(&mut self, name: impl Into<String>, handler: impl IntoHandler<'h, M>) -> &mut Entry<'h> {
        self.put(name.into(), handler.into_handler())
    }

    fn put(&mut self, name: String, handler: Box<dyn Handler + 'h>) -> &mut Entry<'h> {
        self.remove(&name);
        self.entries.entry(name).or_insert(Entry::new(handler))
    }

    /// Registers a function or closure that takes its parameters one after another while it writes its result, so
    /// that neither need be in memory as a whole.
    ///
    /// It writes one value. Errors of the parameters and of the writer go on by `?`, and so does a [`Fault`]. Parameters
    /// that it leaves are too many. Its signature can only be [said](Entry::signature).
    ///
    /// ```
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// let entry = methods.add_streaming("squares", |params, out| {
    ///     out.start_array()?;
    ///     let numbers = params.items::<i32>()?.ok_or(Fault::new(1, "no numbers"))?;
    ///     for number in numbers {
    ///         let number = i64::from(number?);
    ///         out.integer(number * number)?;
    ///     }
    ///     out.end_array()
    /// });
    /// entry.signature(["array", "array"]);
    /// # let call = tiny_xmlrpc::call_to_vec("squares", &(vec![2, 3],), tiny_xmlrpc::Dialect::strict())?;
    /// # assert_eq!(tiny_xmlrpc::from_slice::<Vec<i32>>(&methods.respond(&call))?, [4, 9]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// Beware: it runs while the rest of the document may still turn out to be malformed. Then the call is answered with
    /// the fault, but what the handler has done is done.
    pub fn add_streaming(
        &mut self,
        name: impl Into<String>,
        handler: impl FnMut(&mut Params<'_, '_>, &mut Writer<Answer>) -> crate::Result<()> + 'h,
    ) -> &mut Entry<'h> {
        self.put(name.into(), Box::new(Streaming(handler)))
    }

    /// Registers another name for a method, be it one of `system`, in place of what had the name before.
    ///
    /// Help and signatures are those of the method, and [`authorize`](Self::authorize) asks for the method's own name.
    /// The method may be registered later; while there is none, the alias is as unknown as it.
    ///
    /// ```
    /// use tiny_xmlrpc::Methods;
    ///
    /// let mut methods = Methods::new();
    /// methods.add("math.add", |a: i32, b: i32| a + b);
    /// methods.alias("plus", "math.add");
    /// assert_eq!(methods.names(), ["math.add", "plus"]);
    /// ```
    pub fn alias(&mut self, alias: impl Into<String>, name: impl Into<String>) -> &mut Self {
        let alias = alias.into();
        self.remove(&alias);
        self.aliases.insert(alias, name.into());
        self
    }

    /// Registers the methods of an instance below a prefix: with the prefix `math` its `add` is called as `math.add`.
    /// An empty prefix is none.
    ///
    /// What was registered under one of these names by itself, with [`add`](Self::add) or [`alias`](Self::alias), stays,
    /// and what is registered so later takes the place; those of an earlier instance give way. Names that begin with
    /// `_`, or have a segment that does, are left out: see [`Instance`].
    ///
    /// ```
    /// use tiny_xmlrpc::{Instance, Methods};
    ///
    /// let mut math = Instance::new(());
    /// math.add("add", |_: &(), a: i32, b: i32| a + b);
    /// math.add("_reset", |_: &()| true);
    ///
    /// let mut methods = Methods::new();
    /// methods.instance("math", math);
    /// assert_eq!(methods.names(), ["math.add"]);
    /// ```
    pub fn instance<T: 'h>(&mut self, prefix: &str, instance: Instance<'h, T>) -> &mut Self {
        for (name, entry) in instance.public(prefix) {
            let by_hand = self.entries.get(&name).is_some_and(|known| !known.of_instance);
            if !by_hand && !self.aliases.contains_key(&name) {
                self.entries.insert(name, entry);
            }
        }
        self
    }

    /// Registers what answers calls of names that nothing else has.
    ///
    /// It is a handler like all others. The name is in its [`Context`]; to decline, it answers with
    /// [`Fault::method_not_found`]. It also gets names that an instance keeps private.
    ///
    /// ```
    /// use tiny_xmlrpc::{Context, Fault, Methods, Rest, Value};
    ///
    /// let mut methods = Methods::new();
    /// methods.fallback(|context: Context, Rest(params): Rest<Value>| match context.method().strip_prefix("echo.") {
    ///     Some(name) => Ok((name.to_owned(), params)),
    ///     None => Err(Fault::method_not_found(context.method())),
    /// });
    /// # let call = tiny_xmlrpc::call_to_vec("echo.x", &(1,), tiny_xmlrpc::Dialect::strict())?;
    /// # let (name, params): (String, Vec<i32>) = tiny_xmlrpc::from_slice(&methods.respond(&call))?;
    /// # assert_eq!((name.as_str(), params), ("x", vec![1]));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn fallback<M>(&mut self, handler: impl IntoHandler<'h, M>) -> &mut Self {
        self.fallback = Some(handler.into_handler());
        self
    }

    /// Asks before each call whether it may be made: with the method's name, be there such a method or not, and what
    /// is known of who calls. On a fault the call is answered with it.
    ///
    /// It is asked before any parameter is read. For a multicall it is asked about `system.multicall`, and then about each
    /// of its calls. For an [alias](Self::alias) the name is that of the method.
    ///
    /// ```
    /// use tiny_xmlrpc::{Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.authorize(|name, caller| match (name.starts_with("admin."), caller.user()) {
    ///     (true, None) => Err(Fault::new(403, "log in first")),
    ///     _ => Ok(()),
    /// });
    /// # let call = tiny_xmlrpc::call_to_vec("admin.stop", &(), tiny_xmlrpc::Dialect::strict())?;
    /// # let error = tiny_xmlrpc::from_slice::<bool>(&methods.respond(&call)).unwrap_err();
    /// # assert_eq!(error.fault(), Some(&Fault::new(403, "log in first")));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn authorize(&mut self, hook: impl FnMut(&str, &dyn Caller) -> Result<(), Fault> + 'h) -> &mut Self {
        self.authorize = Some(Box::new(hook));
        self
    }

    /// How long a call may take, from its arrival, for handlers that ask for the [deadline](Context::deadline).
    /// Unless it is said there is no limit but the transport's own.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use std::time::{Duration, Instant};
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.time_limit(Duration::from_secs(60));
    /// methods.add("seconds_left", |context: Context| {
    ///     let left = context.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    ///     left.map_or(f64::MAX, |left| left.as_secs_f64())
    /// });
    /// # let call = call_to_vec("seconds_left", &(), Dialect::strict())?;
    /// # assert!(from_slice::<f64>(&methods.respond(&call))? <= 60.0);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn time_limit(&mut self, limit: Duration) -> &mut Self {
        self.time_limit = Some(limit);
        self
    }

    /// Takes a method, or an alias, out; whether there was one.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("hello", || "world");
    /// assert!(methods.remove("hello"));
    /// assert!(!methods.remove("hello"));
    /// ```
    pub fn remove(&mut self, name: &str) -> bool {
        let entry = self.entries.remove(name).is_some();
        self.aliases.remove(name).is_some() || entry
    }

    /// Switches on `system.listMethods`, `system.methodHelp`, `system.methodSignature` and
    /// `system.getCapabilities`, which are off unless it is said. (Python's `register_introspection_functions`.)
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Methods, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// methods.introspection(true);
    /// let call = call_to_vec("system.methodSignature", &("add",), Dialect::strict())?;
    /// assert_eq!(from_slice::<Vec<Vec<String>>>(&methods.respond(&call))?, [["int", "int", "int"]]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn introspection(&mut self, on: bool) -> &mut Self {
        self.introspection = on;
        self
    }

    /// Switches on `system.multicall`, of at most [`Limits::multicall`] calls at once. It is off unless it is said. (Python's
    /// `register_multicall_functions`.)
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Methods, Struct, Value, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("double", |number: i32| number * 2);
    /// methods.multicall(true);
    ///
    /// let one = |number: i32| {
    ///     let params = Value::Array(vec![number.into()]);
    ///     Struct::from_iter([("methodName", Value::from("double")), ("params", params)])
    /// };
    /// let call = call_to_vec("system.multicall", &([one(1), one(2)],), Dialect::strict())?;
    /// assert_eq!(from_slice::<Vec<(i32,)>>(&methods.respond(&call))?, [(2,), (4,)]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn multicall(&mut self, on: bool) -> &mut Self {
        self.multicall = on;
        self
    }

    /// The limits on what is read, in place of [`Limits::default`]. A call beyond them is answered with a fault.
    ///
    /// ```
    /// use tiny_xmlrpc::fault::codes;
    /// use tiny_xmlrpc::{Dialect, Limits, Methods, Value, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("echo", |value: Value| value).help("Gives back what it gets.");
    /// methods.limits(Limits::device());
    ///
    /// let call = call_to_vec("echo", &("x".repeat(100_000),), Dialect::strict())?;
    /// let error = from_slice::<Value>(&methods.respond(&call)).unwrap_err();
    /// assert_eq!(error.fault().unwrap().code(), codes::NOT_XML_RPC);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// The limits in force.
    #[cfg(feature = "json")]
    pub(crate) fn read_limits(&self) -> &Limits {
        &self.limits
    }

    /// How far a compressed body may grow.
    #[cfg(feature = "server")]
    pub(crate) fn inflate_ratio(&self) -> u64 {
        self.limits.inflate
    }

    /// Bytes of a body that brings a call.
    #[cfg(any(feature = "tiny_http", all(feature = "server", feature = "json")))]
    pub(crate) fn max_body(&self) -> u64 {
        self.limits.bytes
    }

    /// The dialect in which answers are written; with Python's or ROS's, `nan` is read as well. Unless it is said it is
    /// [`Dialect::strict`].
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("find", |_name: String| None::<i32>);
    /// methods.dialect(Dialect::python());
    /// # let call = tiny_xmlrpc::call_to_vec("find", &("x",), Dialect::strict())?;
    /// let answer = methods.respond(&call);
    /// assert!(String::from_utf8_lossy(&answer).contains("<nil/>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn dialect(&mut self, dialect: Dialect) -> &mut Self {
        self.dialect = dialect;
        self
    }

    /// The names of all methods, aliases included, and those of `system` where they are switched on, sorted.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("subtract", |a: i32, b: i32| a - b);
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// methods.alias("plus", "add").multicall(true);
    /// assert_eq!(methods.names(), ["add", "plus", "subtract", "system.multicall"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.entries.keys().map(String::as_str).collect();
        for name in self.system_names() {
            names.push(name);
        }
        for alias in self.aliases.keys() {
            if self.help(alias).is_some() {
                names.push(alias);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name that a name stands for: itself, unless it is an alias.
    fn resolve<'n>(&'n self, name: &'n str) -> &'n str {
        resolve(&self.aliases, name)
    }
}

/// Follows aliases to the end, or for as many steps as there are of them, since they may go in a circle.
fn resolve<'n>(aliases: &'n BTreeMap<String, String>, name: &'n str) -> &'n str {
    let mut steps = aliases.iter().map(|_| ());
    let mut name = name;
    while let Some(to) = aliases.get(name) {
        if steps.next().is_none() {
            break;
        }
        name = to;
    }
    name
}

impl fmt::Debug for Methods<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Methods").field("names", &self.names()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
