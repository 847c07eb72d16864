//! Values with methods.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::{ask, fault};
use crate::Fault;
use crate::fault::codes;
use crate::methods::{Context, Instance, Methods};

/// The classic one.
struct StringFunctions;

impl StringFunctions {
    fn chop_in_half(&self, text: String) -> String {
        text.chars().take(text.chars().count() / 2).collect()
    }

    fn repeat(&self, text: String, times: usize) -> String {
        text.repeat(times)
    }

    fn private_function(&self) -> &'static str {
        "never seen"
    }
}

struct PythonString;

impl PythonString {
    fn join(&self, words: Vec<String>, separator: Option<String>) -> String {
        words.join(separator.as_deref().unwrap_or(" "))
    }
}

fn classic<'h>() -> Methods<'h> {
    let mut strings = Instance::new(PythonString);
    strings.add("join", PythonString::join).help("Joins words.");
    let mut functions = Instance::new(StringFunctions);
    functions.add("chop_in_half", StringFunctions::chop_in_half);
    functions.add("repeat", StringFunctions::repeat);
    functions.add("_privateFunction", |this: &StringFunctions| this.private_function());
    functions.member("python_string", strings);
    let mut methods = Methods::new();
    methods.instance("", functions);
    methods.add("_string", |text: String| text);
    methods
}

#[test]
fn methods_members_and_what_is_private() {
    let mut methods = classic();
    assert_eq!(methods.names(), ["_string", "chop_in_half", "python_string.join", "repeat"]);
    assert_eq!(ask::<String>(&mut methods, "chop_in_half", ("spam and eggs",)).unwrap(), "spam a");
    assert_eq!(ask::<String>(&mut methods, "repeat", ("ab", 3)).unwrap(), "ababab");
    let words = ["I", "like it!"];
    assert_eq!(ask::<String>(&mut methods, "python_string.join", (words,)).unwrap(), "I like it!");
    assert_eq!(ask::<String>(&mut methods, "python_string.join", (words, "-")).unwrap(), "I-like it!");
    assert_eq!(ask::<String>(&mut methods, "_string", ("by hand",)).unwrap(), "by hand");
    for name in ["_privateFunction", "python_string", "python_string._join", "chop_in_half.x"] {
        let call = alloc::format!("<methodCall><methodName>{name}</methodName></methodCall>");
        let answer = methods.respond(call.as_bytes());
        let error = crate::from_slice::<String>(&answer).unwrap_err();
        assert_eq!(error.fault(), Some(&Fault::method_not_found(name)));
    }
    assert_eq!(methods.help("python_string.join"), Some("Joins words."));
    assert_eq!(methods.signatures("repeat").unwrap(), [["string", "string", "i8"]]);
    assert_eq!(
        fault(&mut methods, "repeat", ("ab",)),
        Fault::new(codes::INVALID_PARAMS, "params[1]: expected i8, found only 1 parameter")
    );
}

#[test]
fn private_segments_hide_all_below() {
    let deep = || {
        let mut inner = Instance::new(());
        inner.add("shown", |_: &()| 1);
        let mut outer = Instance::new(());
        outer.member("_hidden", inner);
        outer.add("a._b.c", |_: &()| 2);
        outer.add("a.b_", |_: &()| 3);
        outer
    };
    let mut methods = Methods::new();
    methods.instance("top", deep()).instance("_top", deep());
    assert_eq!(methods.names(), ["top.a.b_"]);
}

#[test]
fn functions_by_hand_count_before_an_instance() {
    let instance = |number: i32| {
        let mut instance = Instance::new(number);
        instance.add("first", |this: &i32| *this);
        instance.add("second", |this: &i32| *this);
        instance.add("third", |this: &i32| *this);
        instance
    };
    let mut methods = Methods::new();
    methods.add("first", || 100);
    methods.add("other", || 300);
    methods.alias("third", "other");
    methods.instance("", instance(1)).instance("", instance(2));
    methods.add("second", || 200);
    assert_eq!(ask::<i32>(&mut methods, "first", ()).unwrap(), 100);
    assert_eq!(ask::<i32>(&mut methods, "second", ()).unwrap(), 200);
    assert_eq!(ask::<i32>(&mut methods, "third", ()).unwrap(), 300);
    methods.remove("first");
    assert_eq!(fault(&mut methods, "first", ()).code(), codes::METHOD_NOT_FOUND);
    methods.instance("", instance(3));
    assert_eq!(ask::<i32>(&mut methods, "first", ()).unwrap(), 3);
}

#[derive(Debug)]
struct Account {
    balance: i64,
    log: Vec<String>,
}

impl Account {
    fn withdraw(&mut self, amount: i64) -> Result<i64, Fault> {
        if amount > self.balance {
            return Err(Fault::new(7, "not enough"));
        }
        self.balance -= amount;
        Ok(self.balance)
    }
}

#[test]
fn methods_change_the_value_that_all_of_them_have() {
    let account = Rc::new(RefCell::new(Account { balance: 10, log: Vec::new() }));
    let mut instance = Instance::shared(account.clone());
    instance.add("withdraw", Account::withdraw);
    instance.add("note", |this: &mut Account, context: Context, text: String| {
        this.log.push(alloc::format!("{}: {text}", context.method()));
    });
    instance.add("notes", |this: &Account| this.log.clone());
    assert!(Rc::ptr_eq(&account, &instance.state()));
    let mut methods = Methods::new();
    methods.instance("account", instance);
    assert_eq!(ask::<i64>(&mut methods, "account.withdraw", (4,)).unwrap(), 6);
    assert_eq!(fault(&mut methods, "account.withdraw", (7,)), Fault::new(7, "not enough"));
    ask::<()>(&mut methods, "account.note", ("hello",)).unwrap();
    assert_eq!(ask::<Vec<String>>(&mut methods, "account.notes", ()).unwrap(), ["account.note: hello"]);
    assert_eq!(account.borrow().balance, 6);
    let held = account.borrow_mut();
    assert_eq!(fault(&mut methods, "account.notes", ()), Fault::new(codes::INTERNAL, "internal error"));
    drop(held);
    assert_eq!(ask::<Vec<String>>(&mut methods, "account.notes", ()).unwrap().len(), 1);
}

#[test]
fn values_may_borrow() {
    let mut count = 0;
    let mut counter = Instance::new(&mut count);
    counter.add("up", |this: &mut &mut i32| {
        **this += 1;
        **this
    });
    let mut methods = Methods::new();
    methods.instance("", counter);
    assert_eq!(ask::<i32>(&mut methods, "up", ()).unwrap(), 1);
    drop(methods);
    assert_eq!(count, 1);
}

#[test]
#[cfg(feature = "std")]
fn a_panic_leaves_the_value_usable() {
    let mut instance = Instance::new(1);
    instance.add("panic", |_: &mut i32| -> i32 { panic!("a secret") });
    instance.add("get", |this: &i32| *this);
    let mut methods = Methods::new();
    methods.instance("", instance);
    assert_eq!(fault(&mut methods, "panic", ()), Fault::new(codes::INTERNAL, "internal error"));
    assert_eq!(ask::<i32>(&mut methods, "get", ()).unwrap(), 1);
}
