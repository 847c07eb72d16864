//! What goes wrong, and what is said about it.

use alloc::boxed::Box;

use super::fault;
use crate::fault::codes;
use crate::methods::Methods;
use crate::{Fault, MethodResponse};

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

/// Wherever it happens: in the handler, while its result is made, in the hook that is asked before.
#[test]
#[cfg(feature = "std")]
fn a_panic_ends_its_call_and_nothing_else() {
    use alloc::vec::Vec;

    use crate::methods::{Instance, Stream};
    use crate::{Struct, Value};

    struct Sour;

    impl core::fmt::Display for Sour {
        fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            panic!("a secret")
        }
    }

    let mut methods = Methods::new();
    methods.multicall(true);
    methods.add("handler", || -> i32 { panic!("a secret") });
    methods.add("stream", || Stream::items((0..3).map(|number| if number < 2 { number } else { panic!("a secret") })));
    methods.add("error", || Err::<i32, _>(Sour));
    methods.add_streaming("streaming", |_, out| {
        out.start_array()?;
        out.string_chunk("half a")?;
        panic!("a secret")
    });
    let mut instance = Instance::new(());
    instance.add("instance", |_: &mut ()| -> i32 { panic!("a secret") });
    methods.instance("", instance);
    methods.authorize(|name, _| if name == "hook" { panic!("a secret") } else { Ok(()) });
    methods.add("good", || 1);
    for name in ["handler", "stream", "error", "streaming", "instance", "hook"] {
        assert_eq!(fault(&mut methods, name, ()), Fault::new(codes::INTERNAL, "internal error"), "{name}");
        let calls = ["good", name, "good"].map(|name| Struct::from_iter([("methodName", Value::from(name))]));
        let results: Vec<Value> = super::ask(&mut methods, "system.multicall", (calls,)).unwrap();
        let good = Value::from([1].to_vec());
        assert_eq!((&results[0], &results[1]["faultString"], &results[2]), (&good, &"internal error".into(), &good));
    }
    methods.fallback(|| -> i32 { panic!("a secret") });
    assert_eq!(fault(&mut methods, "none", ()), Fault::new(codes::INTERNAL, "internal error"));
}

#[test]
fn codes_of_ones_own_come_by_conversion() {
    enum Refusal {
        Closed,
    }

    impl From<Refusal> for Fault {
        fn from(Refusal::Closed: Refusal) -> Self {
            Self::new(10, "closed")
        }
    }

    let mut methods = Methods::new();
    methods.add("book", || -> Result<i32, Fault> { Err(Refusal::Closed)? });
    assert_eq!(fault(&mut methods, "book", ()), Fault::new(10, "closed"));
}
