//! The methods of `system`.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{ask, fault};
use crate::fault::codes;
use crate::methods::{Methods, Rest};
use crate::{DateTime, Dialect, MethodCall, MethodResponse, Struct, Value, from_slice};

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
    methods.add("panic", || Err::<i32, _>(crate::Fault::new(codes::INTERNAL, "internal error")));
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
