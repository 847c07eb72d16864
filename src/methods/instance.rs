//! A value with methods, registered as a whole.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;
use core::fmt;

use super::handler::{Handler, IntoHandler};
use super::returns::internal;
use super::{Argument, Entry, Return};
use crate::Fault;

/// A value with methods, to be registered as a whole by [`Methods::instance`](super::Methods::instance).
///
/// Its methods are functions and closures that take `&T` or `&mut T` before the parameters of the call, so `Type::method`
/// is one. Another instance can be a [`member`](Self::member) of it, whose methods are then called by dotted names.
///
/// ```
/// use tiny_xmlrpc::{Dialect, Instance, Methods, call_to_vec, from_slice};
///
/// #[derive(Default)]
/// struct Counter(i32);
///
/// impl Counter {
///     fn increase(&mut self, by: i32) -> i32 {
///         self.0 += by;
///         self.0
///     }
/// }
///
/// let mut counter = Instance::new(Counter::default());
/// counter.add("increase", Counter::increase).help("Adds to the count and returns it.");
/// counter.add("show", |this: &Counter| this.0);
///
/// let mut methods = Methods::new();
/// methods.instance("counter", counter);
/// let call = call_to_vec("counter.increase", &(2,), Dialect::strict())?;
/// methods.respond(&call);
/// assert_eq!(from_slice::<i32>(&methods.respond(&call))?, 4);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// What begins with `_` is private, as in Python: where a segment of the dotted name does, `_secret` as much as
/// `inner._secret.show`, the method is not registered, so that calling it is calling an unknown method. A function that is
/// [added](super::Methods::add) by itself under such a name can be called.
pub struct Instance<'h, T> {
    state: Rc<RefCell<T>>,
    entries: BTreeMap<String, Entry<'h>>,
}

impl<'h, T: 'h> Instance<'h, T> {
    /// An instance of this value, without methods yet.
    ///
    /// ```
    /// use tiny_xmlrpc::{Instance, Methods};
    ///
    /// let mut words = Instance::new(vec!["spam".to_owned()]);
    /// words.add("all", |words: &Vec<String>| words.clone());
    ///
    /// let mut methods = Methods::new();
    /// methods.instance("words", words);
    /// assert_eq!(methods.names(), ["words.all"]);
    /// ```
    pub fn new(value: T) -> Self {
        Self::shared(Rc::new(RefCell::new(value)))
    }

    /// An instance of a value that others have as well: the program around it, or another instance with other methods.
    ///
    /// A call that comes while one of them has borrowed the value is answered with an internal error.
    ///
    /// ```
    /// use std::{cell::RefCell, rc::Rc};
    /// use tiny_xmlrpc::{Dialect, Instance, Methods, call_to_vec};
    ///
    /// let log = Rc::new(RefCell::new(Vec::new()));
    /// let mut instance = Instance::shared(log.clone());
    /// instance.add("write", |log: &mut Vec<String>, line: String| log.push(line));
    ///
    /// let mut methods = Methods::new();
    /// methods.instance("log", instance);
    /// methods.respond(&call_to_vec("log.write", &("on",), Dialect::strict())?);
    /// assert_eq!(*log.borrow(), ["on"]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn shared(state: Rc<RefCell<T>>) -> Self {
        Self { state, entries: BTreeMap::new() }
    }

    /// The value, to share it.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Instance, Methods, call_to_vec};
    ///
    /// let mut counter = Instance::new(0);
    /// counter.add("increase", |count: &mut i32| *count += 1);
    /// let count = counter.state();
    ///
    /// let mut methods = Methods::new();
    /// methods.instance("counter", counter);
    /// methods.respond(&call_to_vec("counter.increase", &(), Dialect::strict())?);
    /// assert_eq!(*count.borrow(), 1);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn state(&self) -> Rc<RefCell<T>> {
        self.state.clone()
    }

    /// Adds a method, in place of one of the same name.
    ///
    /// It takes `&T` or `&mut T`, and then parameters as those of [`Methods::add`](super::Methods::add). A closure says
    /// the type of its first one: `|this: &mut Counter, by: i32| …`.
    ///
    /// ```
    /// use tiny_xmlrpc::Instance;
    ///
    /// struct Lamp {
    ///     on: bool,
    /// }
    ///
    /// impl Lamp {
    ///     fn is_on(&self) -> bool {
    ///         self.on
    ///     }
    /// }
    ///
    /// let mut lamp = Instance::new(Lamp { on: false });
    /// lamp.add("is_on", Lamp::is_on).help("Whether it is on.");
    /// lamp.add("switch", |this: &mut Lamp, on: bool| this.on = on).parameters(["on"]);
    /// # let mut methods = tiny_xmlrpc::Methods::new();
    /// # methods.instance("", lamp);
    /// # assert_eq!(methods.names(), ["is_on", "switch"]);
    /// ```
    pub fn add<M>(&mut self, name: impl Into<String>, method: impl IntoMethod<'h, T, M>) -> &mut Entry<'h> {
        let name = name.into();
        self.entries.remove(&name);
        self.entries.entry(name).or_insert(Entry::new(method.into_handler(self.state.clone())))
    }

    /// Puts another instance below this one: its method `join` is called as `name.join`.
    ///
    /// ```
    /// use tiny_xmlrpc::{Instance, Methods};
    ///
    /// let mut fan = Instance::new(1200);
    /// fan.add("speed", |turns: &i32| *turns);
    /// let mut computer = Instance::new("server 7".to_owned());
    /// computer.add("name", |name: &String| name.clone());
    /// computer.member("fan", fan);
    ///
    /// let mut methods = Methods::new();
    /// methods.instance("computer", computer);
    /// assert_eq!(methods.names(), ["computer.fan.speed", "computer.name"]);
    /// ```
    pub fn member<U: 'h>(&mut self, name: &str, instance: Instance<'h, U>) -> &mut Self {
        for (method, entry) in instance.entries {
            self.entries.insert(below(name, &method), entry);
        }
        self
    }

    /// The methods that can be called, by their names below `prefix`.
    pub(super) fn public(self, prefix: &str) -> impl Iterator<Item = (String, Entry<'h>)> {
        self.entries.into_iter().filter_map(move |(name, mut entry)| {
            let name = below(prefix, &name);
            entry.of_instance = true;
            (!name.split('.').any(|segment| segment.starts_with('_'))).then_some((name, entry))
        })
    }
}

/// The dotted name below a prefix, where there is one.
fn below(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.into() } else { alloc::format!("{prefix}.{name}") }
}

impl<T> fmt::Debug for Instance<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("methods", &self.entries.keys()).finish_non_exhaustive()
    }
}

/// A function or closure that can be a method of an [`Instance`] of `T`.
///
/// `M` only tells the forms apart; it is always inferred.
///
/// ```
/// use tiny_xmlrpc::{Instance, IntoMethod, Methods};
///
/// /// An instance with a single method.
/// fn only<'h, T: 'h, M>(value: T, name: &str, method: impl IntoMethod<'h, T, M>) -> Instance<'h, T> {
///     let mut instance = Instance::new(value);
///     instance.add(name, method);
///     instance
/// }
///
/// let mut methods = Methods::new();
/// methods.instance("pi", only(3.1416, "get", |value: &f64| *value));
/// assert_eq!(methods.names(), ["pi.get"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "this cannot be a method of an instance of `{T}`",
    note = "a method takes `&{T}` or `&mut {T}` and up to twelve parameters that implement `serde::de::DeserializeOwned`; \
            a closure has to say the type of its first one: `|this: &mut {T}, …|`",
    note = "its result has to implement `tiny_xmlrpc::Return`: for a type of your own, say `tiny_xmlrpc::returns!(Type)`"
)]
pub trait IntoMethod<'h, T, M> {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn into_handler(self, state: Rc<RefCell<T>>) -> Box<dyn Handler + 'h>;
}

/// Tells methods of `&T` from those of `&mut T`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Reading;

/// The others.
#[doc(hidden)]
#[derive(Debug)]
pub struct Changing;

/// The value is borrowed elsewhere: by the program around it, since no two handlers run at once.
fn in_use<E>(_: E) -> Fault {
    internal()
}

macro_rules! methods {
    ($($argument:ident)*) => {
        methods! { @ Reading try_borrow () $($argument)* }
        methods! { @ Changing try_borrow_mut (mut) $($argument)* }
    };
    (@ $form:ident $borrow:ident ($($mut:ident)?) $($argument:ident)*) => {
        impl<'h, T, Func, R, $($argument,)*> IntoMethod<'h, T, ($form, $($argument,)* fn() -> R,)> for Func
        where
            Func: FnMut(&$($mut)? T, $($argument),*) -> R + 'h,
            T: 'h,
            R: Return + 'h,
            $($argument: Argument + 'h,)*
        {
            #[allow(private_interfaces, non_snake_case)]
            fn into_handler(mut self, state: Rc<RefCell<T>>) -> Box<dyn Handler + 'h> {
                IntoHandler::into_handler(move |$($argument: $argument),*| -> Result<R, Fault> {
                    let $($mut)? state = state.$borrow().map_err(in_use)?;
                    Ok(self(&$($mut)? *state, $($argument),*))
                })
            }
        }
    };
}

methods! {}
methods! { A }
methods! { A B }
methods! { A B C }
methods! { A B C D }
methods! { A B C D E }
methods! { A B C D E F }
methods! { A B C D E F G }
methods! { A B C D E F G H }
methods! { A B C D E F G H I }
methods! { A B C D E F G H I J }
methods! { A B C D E F G H I J K }
methods! { A B C D E F G H I J K L }
