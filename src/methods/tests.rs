use alloc::string::ToString;
use alloc::vec;
use core::cell::Cell;

use serde::{Deserialize, Serialize};

use super::*;
use crate::fault::codes;
use crate::{DateTime, Error, Fault, MethodCall, MethodResponse, Struct, Value, call_to_vec, from_slice};

fn ask<T: for<'de> Deserialize<'de>>(
    methods: &mut Methods<'_>,
    name: &str,
    params: impl Serialize,
) -> Result<T, Error> {
    let call = call_to_vec(name, &params, Dialect::python()).unwrap();
    from_slice::<Value>(&methods.respond(&call))?;
    from_slice_owned(&methods.respond(&call))
}

fn from_slice_owned<T: for<'de> Deserialize<'de>>(xml: &[u8]) -> Result<T, Error> {
    from_slice(xml)
}

fn fault(methods: &mut Methods<'_>, name: &str, params: impl Serialize) -> Fault {
    ask::<Value>(methods, name, params).unwrap_err().fault().unwrap().clone()
}

#[test]
fn functions_of_no_to_eight_parameters() {
    let mut methods = Methods::new();
    methods.add("none", || 0);
    methods.add("one", |a: String| a);
    methods.add("two", |a: i32, b: i64| i64::from(a) + b);
    methods.add("eight", |a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32| {
        [a, b, c, d, e, f, g, h].iter().sum::<i32>()
    });
    methods.add("named", u32::count_ones);
    assert_eq!(ask::<i32>(&mut methods, "none", ()).unwrap(), 0);
    assert_eq!(ask::<String>(&mut methods, "one", ("ÿ",)).unwrap(), "ÿ");
    assert_eq!(ask::<i64>(&mut methods, "two", (2, 3)).unwrap(), 5);
    assert_eq!(ask::<i32>(&mut methods, "eight", (1, 2, 3, 4, 5, 6, 7, 8)).unwrap(), 36);
    assert_eq!(ask::<i32>(&mut methods, "named", (7,)).unwrap(), 3);
}

#[test]
fn optional_and_remaining_parameters() {
    let mut methods = Methods::new();
    methods.add("greet", |name: String, greeting: Option<String>| {
        alloc::format!("{} {name}", greeting.unwrap_or("hello".into()))
    });
    methods.add("sum", |first: i32, Rest(more): Rest<i32>| first + more.iter().sum::<i32>());
    assert_eq!(ask::<String>(&mut methods, "greet", ("Ada",)).unwrap(), "hello Ada");
    assert_eq!(ask::<String>(&mut methods, "greet", ("Ada", "good day")).unwrap(), "good day Ada");
    assert_eq!(ask::<i32>(&mut methods, "sum", (1, 2, 3)).unwrap(), 6);
    assert_eq!(ask::<i32>(&mut methods, "sum", (1,)).unwrap(), 1);
    assert_eq!(
        fault(&mut methods, "sum", ()),
        Fault::new(codes::INVALID_PARAMS, "params[0]: expected int, found none")
    );
}

#[test]
fn handlers_may_change_and_borrow_what_is_around_them() {
    let running = Cell::new(true);
    let mut calls = 0;
    let mut methods = Methods::new();
    methods.add("stop", || running.set(false));
    methods.add("count", || {
        calls += 1;
        calls
    });
    ask::<()>(&mut methods, "stop", ()).unwrap();
    assert_eq!(ask::<i32>(&mut methods, "count", ()).unwrap(), 2);
    drop(methods);
    assert!(!running.get());
    assert_eq!(calls, 2);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Point {
    x: i32,
    y: Option<i32>,
}

crate::returns!(Point);

#[test]
fn results_of_every_kind() {
    let mut methods = Methods::new();
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5).unwrap();
    methods.add("point", |point: Point| Point { x: point.x + 1, ..point });
    methods.add("nothing", || ());
    methods.add("moment", move || moment);
    methods.add("pairs", || vec![(1, "a"), (2, "b")]);
    methods.add("perhaps", |yes: bool| yes.then_some(1));
    methods.add("wrapped", || Typed(Point { x: 1, y: None }));
    methods.add("value", |value: Value| value);
    assert_eq!(ask::<Point>(&mut methods, "point", (Point { x: 1, y: None },)).unwrap(), Point { x: 2, y: None });
    assert!(ask::<bool>(&mut methods, "nothing", ()).unwrap());
    assert_eq!(ask::<DateTime>(&mut methods, "moment", ()).unwrap(), moment);
    assert_eq!(ask::<Vec<(i32, String)>>(&mut methods, "pairs", ()).unwrap(), [(1, "a".into()), (2, "b".into())]);
    assert_eq!(ask::<i32>(&mut methods, "perhaps", (true,)).unwrap(), 1);
    let refused = fault(&mut methods, "perhaps", (false,));
    assert_eq!(refused.code(), codes::INTERNAL);
    assert!(refused.message().contains("nil, which is an extension"), "{refused}");
    methods.dialect(Dialect::python());
    assert_eq!(ask::<Value>(&mut methods, "nothing", ()).unwrap(), Value::Nil);
    assert_eq!(ask::<Option<i32>>(&mut methods, "perhaps", (false,)).unwrap(), None);
    assert_eq!(ask::<Value>(&mut methods, "value", (Value::I8(1 << 40),)).unwrap(), Value::I8(1 << 40));
}

#[test]
fn errors_become_faults() {
    let mut methods = Methods::new();
    methods.add("own", || Err::<i32, _>(Fault::new(42, "own code")));
    methods.add("text", || Err::<i32, _>("just text"));
    methods.add("std", || "x".parse::<i32>());
    methods.add("boxed", || -> Result<i32, Box<dyn core::error::Error>> { Err(Fault::new(43, "in a box").into()) });
    methods.add("shared", || -> Result<i32, Box<dyn core::error::Error + Send + Sync>> { Err("words".into()) });
    assert_eq!(fault(&mut methods, "own", ()), Fault::new(42, "own code"));
    assert_eq!(fault(&mut methods, "text", ()), Fault::new(codes::APPLICATION, "just text"));
    assert_eq!(fault(&mut methods, "std", ()), Fault::new(codes::APPLICATION, "invalid digit found in string"));
    assert_eq!(fault(&mut methods, "boxed", ()), Fault::new(43, "in a box"));
    assert_eq!(fault(&mut methods, "shared", ()), Fault::new(codes::APPLICATION, "words"));
}

#[test]
#[cfg(feature = "std")]
fn a_panic_becomes_a_fault_without_its_text() {
    let mut methods = Methods::new();
    methods.add("panic", || -> i32 { panic!("a secret") });
    assert_eq!(fault(&mut methods, "panic", ()), Fault::new(codes::INTERNAL, "internal error"));
}

#[test]
fn what_cannot_be_called_is_a_fault_of_its_own() {
    let mut methods = Methods::new();
    methods.add("add", |a: i32, b: i32| a + b);
    let cases = [
        (fault(&mut methods, "other", ()), -32601, "method \"other\" not found"),
        (fault(&mut methods, "add", (1,)), -32602, "params[1]: expected int, found only 1 parameter"),
        (fault(&mut methods, "add", (1, 2, 3)), -32602, "expected 2 parameters, found 3"),
        (fault(&mut methods, "add", (1, "x")), -32602, "params[1]: expected int, found string \"x\" at 1:119"),
    ];
    for (found, code, message) in cases {
        assert_eq!(found, Fault::new(code, message));
    }
    let documents: [(&[u8], i32); 8] = [
        (b"", -32700),
        (b"hello", -32600),
        (b"<methodCall>", -32700),
        (b"<methodCall><methodName>add</methodName></methodCall", -32700),
        (b"<methodCall><methodName>add</methodName></methodResponse>", -32700),
        (b"<?xml version='1.0' encoding='klingon'?><methodCall/>", -32701),
        (b"<methodCall><methodName>a\xFF</methodName></methodCall>", -32702),
        (b"<methodResponse><params><param><value/></param></params></methodResponse>", -32600),
    ];
    for (document, code) in documents {
        match MethodResponse::from_bytes(&methods.respond(document)).unwrap() {
            MethodResponse::Fault(fault) => assert_eq!(fault.code(), code, "{fault}"),
            MethodResponse::Result(value) => panic!("{value:?}"),
        }
    }
}

#[test]
fn introspection_tells_names_help_and_signatures() {
    let mut methods = Methods::new();
    methods.add("z.last", |_a: i32, _b: DateTime| "x").help("Comes last.");
    methods.add("a.first", |Rest(values): Rest<Value>| values.len());
    methods.add("said", |value: Value| value).signature(["int", "int"]).signature(["string", "string"]);
    assert_eq!(fault(&mut methods, "system.listMethods", ()).code(), codes::METHOD_NOT_FOUND);
    methods.introspection(true).multicall(true);
    let names: Vec<String> = ask(&mut methods, "system.listMethods", ()).unwrap();
    assert_eq!(
        names,
        [
            "a.first",
            "said",
            "system.getCapabilities",
            "system.listMethods",
            "system.methodHelp",
            "system.methodSignature",
            "system.multicall",
            "z.last"
        ]
    );
    let mut tell = |method: &str, name: &str| ask::<Value>(&mut methods, method, (name,)).unwrap();
    assert_eq!(tell("system.methodHelp", "z.last"), "Comes last.".into());
    assert_eq!(tell("system.methodHelp", "a.first"), "".into());
    let signatures = |all: &[&[&str]]| Value::from(all.iter().map(|one| Value::from(one.to_vec())).collect::<Vec<_>>());
    assert_eq!(tell("system.methodSignature", "z.last"), signatures(&[&["string", "int", "dateTime.iso8601"]]));
    assert_eq!(tell("system.methodSignature", "a.first"), "undef".into());
    assert_eq!(tell("system.methodSignature", "said"), signatures(&[&["int", "int"], &["string", "string"]]));
    assert_eq!(tell("system.methodSignature", "system.multicall"), signatures(&[&["array", "array"]]));
    assert_eq!(fault(&mut methods, "system.methodHelp", ("none",)).code(), codes::METHOD_NOT_FOUND);
    let capabilities: Struct = ask(&mut methods, "system.getCapabilities", ()).unwrap();
    assert_eq!(capabilities["faults_interop"]["specVersion"], Value::Int(20_010_516));
    assert_eq!(capabilities.get("nil"), None);
}

fn call(name: &str, params: Value) -> Value {
    Struct::from_iter([("methodName", Value::from(name)), ("params", params)]).into()
}

#[test]
fn a_multicall_isolates_its_calls() {
    let mut made = 0;
    let mut methods = Methods::new();
    methods.add("add", |a: i32, b: i32| a + b);
    methods.add("nil", || None::<i32>);
    #[cfg(feature = "std")]
    methods.add("panic", || -> i32 { panic!("a secret") });
    #[cfg(not(feature = "std"))] // Nothing catches a panic there.
    methods.add("panic", || Err::<i32, _>(Fault::new(codes::INTERNAL, "internal error")));
    methods.add("made", || {
        made += 1;
        made
    });
    methods.multicall(true);
    let calls = Value::from(vec![
        call("add", vec![1, 2].into()),
        call("add", vec!["x"].into()),
        call("nil", Value::Array(vec![])),
        call("panic", Value::Array(vec![])),
        call("system.multicall", Value::from(vec![Value::Array(vec![])])),
        Value::Int(5),
        call("add", Value::Int(5)),
        Struct::from_iter([("params", Value::Array(vec![]))]).into(),
        Struct::from_iter([("methodName", Value::from("made")), ("other", vec![1, 2].into())]).into(),
        Struct::from_iter([("params", Value::from(vec![3, 4])), ("methodName", "add".into())]).into(),
    ]);
    let xml = MethodCall::new("system.multicall", vec![calls.clone()]).to_vec(Dialect::strict()).unwrap();
    let MethodResponse::Result(Value::Array(results)) = MethodResponse::from_bytes(&methods.respond(&xml)).unwrap()
    else {
        panic!()
    };
    let told: Vec<String> = results
        .iter()
        .map(|result| match result {
            Value::Array(one) => alloc::format!("{:?}", one[0]),
            _ => {
                alloc::format!("{} {}", result["faultCode"].as_i64().unwrap(), result["faultString"].as_str().unwrap())
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            "Int(3)",
            "-32602 params[0]: expected int, found string \"x\"",
            "-32603 the method's result cannot be sent: expected a value that the dialect can write, found nil, which is an extension",
            "-32603 internal error",
            "-32602 a multicall cannot be one of the calls of a multicall",
            "-32602 expected a struct with methodName and params, found int 5",
            "-32602 expected params that are an array, found another type",
            "-32602 expected a methodName, found none",
            "Int(1)",
            "Int(7)",
        ]
    );
    // A document that is not whole makes none of its calls.
    methods.respond(&xml[..xml.len() - 5]);
    let calls: Vec<Value> = (0..1001).map(|_| call("made", Value::Array(vec![]))).collect();
    let xml = MethodCall::new("system.multicall", vec![calls.into()]).to_vec(Dialect::strict()).unwrap();
    let error = from_slice::<Value>(&methods.respond(&xml)).unwrap_err();
    assert_eq!(
        error.fault().unwrap().to_string(),
        "fault -32600: params[0][1000]: expected at most 1000 calls in a multicall, found more at 1:187110"
    );
    drop(methods);
    assert_eq!(made, 1);
}
