//! Names: what they stand for, and which of two counts.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ask, fault};
use crate::methods::{Context, Instance, Methods, Rest};
use crate::{Fault, Value};

#[test]
fn an_alias_is_the_method_by_another_name() {
    let mut methods = Methods::new();
    methods.introspection(true).alias("plus", "add").alias("sum", "plus").alias("names", "system.listMethods");
    methods.alias("lost", "nothing").alias("a", "b").alias("b", "a");
    methods.add("add", |context: Context, a: i32, b: i32| format!("{} {}", context.method(), a + b)).help("Adds.");
    for name in ["add", "plus", "sum"] {
        assert_eq!(ask::<String>(&mut methods, name, (2, 3)).unwrap(), format!("{name} 5"));
        assert_eq!(ask::<String>(&mut methods, "system.methodHelp", (name,)).unwrap(), "Adds.");
        let signatures: Vec<Vec<String>> = ask(&mut methods, "system.methodSignature", (name,)).unwrap();
        assert_eq!(signatures, [["string", "int", "int"]]);
    }
    for name in ["lost", "a", "b"] {
        assert_eq!(fault(&mut methods, name, ()), Fault::method_not_found(name));
    }
    let names: Vec<String> = ask(&mut methods, "names", ()).unwrap();
    let system =
        ["getCapabilities", "listMethods", "methodHelp", "methodSignature"].map(|name| format!("system.{name}"));
    let own = ["add", "names", "plus", "sum"].map(String::from);
    assert_eq!(names, [own.as_slice(), system.as_slice()].concat());
}

#[test]
fn the_last_registration_of_a_name_counts() {
    let mut methods = Methods::new();
    methods.add("one", || 1);
    methods.alias("name", "one");
    methods.add("name", || 2);
    assert_eq!(ask::<i32>(&mut methods, "name", ()).unwrap(), 2);
    methods.alias("name", "one");
    assert_eq!(ask::<i32>(&mut methods, "name", ()).unwrap(), 1);
    assert_eq!(methods.names(), ["name", "one"]);
    assert!(methods.remove("name"));
    assert!(!methods.remove("name"));
    assert_eq!(fault(&mut methods, "name", ()).code(), -32601);
    assert_eq!(ask::<i32>(&mut methods, "one", ()).unwrap(), 1);
    methods.introspection(true).add("system.listMethods", || "mine");
    assert_eq!(ask::<String>(&mut methods, "system.listMethods", ()).unwrap(), "mine");
    assert_eq!(methods.names().iter().filter(|name| **name == "system.listMethods").count(), 1);
}

#[test]
fn a_fallback_gets_what_is_unknown_and_may_decline() {
    let mut methods = Methods::new();
    methods.introspection(true).multicall(true);
    methods.add("known", || "known");
    let mut hidden = Instance::new(());
    hidden.add("_private", |_: &()| "never");
    methods.instance("", hidden);
    methods.fallback(|context: Context, Rest(params): Rest<Value>| match context.method() {
        "nowhere" => Err(Fault::method_not_found("nowhere")),
        name => Ok(format!("{name} of {}", params.len())),
    });
    let mut said = |name: &str, params: (i32, i32)| ask::<Value>(&mut methods, name, params);
    assert_eq!(said("any.thing", (1, 2)).unwrap(), "any.thing of 2".into());
    assert_eq!(said("_private", (1, 2)).unwrap(), "_private of 2".into());
    assert_eq!(said("nowhere", (1, 2)).unwrap_err().fault().unwrap(), &Fault::method_not_found("nowhere"));
    assert_eq!(said("known", (1, 2)).unwrap_err().fault().unwrap().code(), -32602);
    assert_eq!(methods.help("any.thing"), None);
    assert_eq!(ask::<Vec<String>>(&mut methods, "system.listMethods", ()).unwrap().len(), 6);
    let calls = [[("methodName", "some")]].map(|call| call.into_iter().collect::<alloc::collections::BTreeMap<_, _>>());
    let results: Vec<Vec<String>> = ask(&mut methods, "system.multicall", (calls,)).unwrap();
    assert_eq!(results, [["some of 0"]]);
}
