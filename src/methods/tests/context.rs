//! What handlers learn of a call, and who may call what.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::net::SocketAddr;

use super::{ask, fault};
use crate::methods::{Answer, Answered, Caller, Context, Methods, Rest};
use crate::{Dialect, Fault, Reader, Struct, Value, call_to_vec, from_slice};

struct Known;

impl Caller for Known {
    fn peer(&self) -> Option<SocketAddr> {
        Some(([192, 0, 2, 7], 40_000).into())
    }

    fn path(&self) -> Option<&str> {
        Some("/RPC2")
    }

    fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
        [("Host", "here"), ("X-Key", "secret"), ("x-key", "second")]
            .get(index)
            .map(|(name, value)| (*name, value.as_bytes()))
    }

    fn user(&self) -> Option<&str> {
        Some("ada")
    }
}

fn ask_as(methods: &mut Methods<'_>, caller: &dyn Caller, name: &str, params: impl serde::Serialize) -> Value {
    let call = call_to_vec(name, &params, Dialect::strict()).unwrap();
    let mut answer = Answer::from(Vec::new());
    methods.respond_for(caller, Reader::from_bytes(&call), &mut answer);
    from_slice(&answer.into_vec().unwrap_or_default()).unwrap()
}

#[test]
fn a_context_tells_what_the_transport_knows() {
    let mut methods = Methods::new();
    methods.introspection(true);
    methods.add("all", |a: i32, context: Context, Rest(more): Rest<i32>| {
        let headers: Vec<String> =
            context.headers().map(|(name, value)| format!("{name}={}", value.escape_ascii())).collect();
        let key = context.header("X-KEY").unwrap_or(b"none").escape_ascii();
        format!(
            "{} {a} {} {:?} {:?} {:?} {headers:?} {key}",
            context.method(),
            more.len(),
            context.peer(),
            context.path(),
            context.user()
        )
    });
    assert_eq!(
        ask_as(&mut methods, &Known, "all", (1, 2)),
        "all 1 1 Some(192.0.2.7:40000) Some(\"/RPC2\") Some(\"ada\") [\"Host=here\", \"X-Key=secret\", \
         \"x-key=second\"] secret"
            .into()
    );
    assert_eq!(ask_as(&mut methods, &(), "all", (1,)), "all 1 0 None None None [] none".into());
    methods.add("shown", |context: Context| format!("{context:?}"));
    let shown = ask_as(&mut methods, &Known, "shown", ());
    assert!(!shown.as_str().unwrap().contains("secret"), "{shown:?}");
}

#[test]
fn a_context_is_no_parameter() {
    let mut methods = Methods::new();
    methods.introspection(true);
    methods.add("add", |a: i32, _: Context, b: i32, _: Context| a + b);
    let signatures: Vec<Vec<String>> = ask(&mut methods, "system.methodSignature", ("add",)).unwrap();
    assert_eq!(signatures, [["int", "int", "int"]]);
    assert_eq!(fault(&mut methods, "add", (1,)).message(), "params[1]: expected int, found only 1 parameter");
    assert_eq!(fault(&mut methods, "add", (1, 2, 3)).message(), "expected 2 parameters, found 3");
}

fn entry(name: &str, params: Vec<Value>) -> Value {
    Struct::from_iter([("methodName", Value::from(name)), ("params", params.into())]).into()
}

#[test]
fn calls_of_a_multicall_have_contexts_of_their_own() {
    let mut methods = Methods::new();
    methods.multicall(true);
    methods.add("one", |context: Context| format!("{} {:?}", context.method(), context.user()));
    methods.alias("two", "one");
    let calls = vec![entry("one", vec![]), entry("two", vec![])];
    let told = ask_as(&mut methods, &Known, "system.multicall", (calls,));
    assert_eq!(told[0][0], "one Some(\"ada\")".into());
    assert_eq!(told[1][0], "two Some(\"ada\")".into());
}

#[test]
fn what_is_not_allowed_is_refused_before_its_parameters_are_read() {
    let asked = RefCell::new(Vec::new());
    let mut made = 0;
    let mut methods = Methods::new();
    methods.multicall(true).introspection(true);
    methods.add("admin.stop", || made += 1);
    methods.alias("stop", "admin.stop");
    methods.authorize(|name, caller| {
        asked.borrow_mut().push(String::from(name));
        match caller.user() {
            None if name.starts_with("admin.") => Err(Fault::new(403, "not allowed")),
            _ => Ok(()),
        }
    });
    for name in ["admin.stop", "stop", "admin.other"] {
        assert_eq!(fault(&mut methods, name, ()), Fault::new(403, "not allowed"));
    }
    // Its parameters are not even XML.
    let call = b"<methodCall><methodName>stop</methodName><params><oops";
    assert_eq!(from_slice::<Value>(&methods.respond(call)).unwrap_err().fault().unwrap().code(), 403);
    let calls = vec![entry("stop", vec![]), entry("nothing", vec![]), entry("system.listMethods", vec![])];
    let told = ask_as(&mut methods, &(), "system.multicall", (calls,));
    assert_eq!(told[0]["faultCode"], Value::Int(403));
    assert_eq!(told[1]["faultCode"], Value::Int(-32601));
    assert_eq!(told[2][0].as_array().unwrap().len(), 7);
    assert!(ask_as(&mut methods, &Known, "stop", ()) == Value::Boolean(true));
    drop(methods);
    assert_eq!(made, 1);
    assert_eq!(
        asked.into_inner(),
        [
            "admin.stop",
            "admin.stop",
            "admin.other",
            "admin.stop",
            "system.multicall",
            "admin.stop",
            "nothing",
            "system.listMethods",
            "admin.stop"
        ]
    );
}

#[test]
#[cfg(feature = "std")]
fn deadlines_are_the_earlier_of_two() {
    use std::time::{Duration, Instant};

    struct Waiting(Instant);

    impl Caller for Waiting {
        fn deadline(&self) -> Option<Instant> {
            Some(self.0)
        }
    }

    let told = core::cell::Cell::new(None);
    let mut methods = Methods::new();
    methods.add("tell", |context: Context| told.set(context.deadline()));
    let theirs = Instant::now() + Duration::from_secs(60);
    for (limit, caller, earliest) in [
        (None, &() as &dyn Caller, None),
        (None, &Waiting(theirs), Some(theirs)),
        (Some(3600), &Waiting(theirs), Some(theirs)),
    ] {
        if let Some(seconds) = limit {
            methods.time_limit(Duration::from_secs(seconds));
        }
        ask_as(&mut methods, caller, "tell", ());
        assert_eq!(told.get(), earliest);
    }
    methods.time_limit(Duration::ZERO);
    ask_as(&mut methods, &Waiting(theirs), "tell", ());
    assert!(told.get().is_some_and(|deadline| deadline <= Instant::now()));
}

#[test]
fn an_answer_tells_what_became_of_the_call() {
    let mut methods = Methods::new();
    methods.add("good", || 1);
    methods.add("bad", || Err::<i32, _>(Fault::new(42, "bad")));
    let mut log = |document: &[u8]| {
        let Answered { method, fault } =
            methods.respond_for(&(), Reader::from_bytes(document), &mut b"before".to_vec().into());
        (method.unwrap_or_default(), fault)
    };
    let mut called = |name: &str| log(&call_to_vec(name, &(), Dialect::strict()).unwrap());
    assert_eq!(called("good"), ("good".into(), None));
    assert_eq!(called("bad"), ("bad".into(), Some(42)));
    assert_eq!(called("none"), ("none".into(), Some(-32601)));
    assert_eq!(log(b"<methodCall>"), (String::new(), Some(-32700)));
}
