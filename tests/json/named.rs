//! Parameters by their names, and what dispatch does with JSON as with XML.

use std::cell::RefCell;

use serde_json::json;
use tiny_xmlrpc::{Context, Fault, Instance, Methods, Rest, Struct, Value, interface};

use super::{answer, call};

interface! {
    /// A shelf.
    pub trait Shelf {
        /// Puts a book onto it.
        fn put(&self, title: &str, pages: i32, r#type: Option<String>) -> String;
    }
}

struct Wooden;

impl Shelf for Wooden {
    fn put(&self, title: &str, pages: i32, kind: Option<String>) -> String {
        format!("{title}, {pages} pages, {}", kind.unwrap_or_else(|| "no kind".into()))
    }
}

#[test]
fn names_that_an_interface_knows() {
    let mut methods = Methods::new();
    methods.instance("shelf", Wooden.into_instance());
    methods.alias("put", "shelf.put");
    let methods = &mut methods;
    for method in ["shelf.put", "put"] {
        for (params, expected) in [
            (r#"{"pages": 7, "title": "A"}"#, "A, 7 pages, no kind"),
            (r#"{"type": "x", "title": "A", "pages": 7}"#, "A, 7 pages, x"),
            (r#"{"type": null, "t\u0069tle": "A", "pages": 7}"#, "A, 7 pages, no kind"),
            (r#"["A", 7]"#, "A, 7 pages, no kind"),
        ] {
            assert_eq!(call(methods, method, params), Ok(json!(expected)), "{params}");
        }
    }
    for (params, message) in [
        (r#"{"title": "A", "page": 7}"#, "expected parameters named title, pages, type, found \"page\""),
        (r#"{"title": "A", "pages": 7, "title": "B"}"#, "expected one parameter named \"title\", found another"),
        (r#"{"title": "A"}"#, "params[1]: expected int, found only 1 parameter"),
        ("{}", "params[0]: expected string, found none"),
        (r#"{"pages": 7}"#, "params[0]: expected string, found nil"),
        (r#"{"title": "A", "pages": {"title": "B"}}"#, "params[1]: expected int, found struct"),
    ] {
        assert_eq!(call(methods, "put", params), Err((-32602, message.into())), "{params}");
    }
}

#[test]
fn without_names_they_are_one_struct() {
    let mut methods = Methods::new();
    methods.add("keys", |members: Struct| members.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
    methods.add("count", |Rest(params): Rest<Value>| params.len());
    methods.fallback(|context: Context, Rest(params): Rest<Value>| (context.method().to_owned(), params));
    let methods = &mut methods;
    assert_eq!(call(methods, "keys", r#"{"b": [1, {"x": 2}], "a": {}}"#), Ok(json!(["b", "a"])));
    assert_eq!(call(methods, "keys", "{}"), Ok(json!([])));
    assert_eq!(call(methods, "count", "{}"), Ok(json!(1)));
    assert_eq!(call(methods, "other", r#"{"a": 1}"#), Ok(json!(["other", [{"a": 1}]])));
}

#[test]
fn faults_pass_through() {
    let mut methods = Methods::new();
    methods.add("own", || Err::<(), _>(Fault::new(42, "a \"fault\"\u{0}")));
    methods.add("text", || Err::<(), _>("it failed"));
    methods.add("declines", || Err::<(), _>(Fault::method_not_found("another")));
    methods.add("panics", |text: String| -> i32 { panic!("{text}") });
    methods.add("halfway", || {
        tiny_xmlrpc::Stream::items((0..3).map(|number| if number < 2 { Ok(number) } else { Err("stop") }))
    });
    let methods = &mut methods;
    assert_eq!(call(methods, "own", "[]"), Err((42, "a \"fault\"\u{0}".into())));
    assert_eq!(call(methods, "text", "[]"), Err((-32500, "it failed".into())));
    assert_eq!(call(methods, "declines", "[]"), Err((-32601, "method \"another\" not found".into())));
    assert_eq!(call(methods, "panics", "[\"secret\"]"), Err((-32603, "internal error".into())));
    assert_eq!(call(methods, "halfway", "[]"), Err((-32500, "stop".into())));
    assert_eq!(call(methods, "own", "[1, 2]"), Err((-32602, "expected no parameters, found 2".into())));
}

/// What is asked is the same, by the same names, and before any parameter is looked at.
#[test]
fn permissions_are_asked_for_each_call() {
    let asked = RefCell::new(Vec::new());
    let mut methods = Methods::new();
    methods.add("add", |a: i32, b: i32| a + b).parameters(["a", "b"]);
    methods.alias("plus", "add");
    methods.authorize(|name, _| {
        asked.borrow_mut().push(name.to_owned());
        if name == "none" { Err(Fault::new(403, "no")) } else { Ok(()) }
    });
    assert_eq!(call(&mut methods, "plus", r#"{"b": 1, "a": 2}"#), Ok(json!(3)));
    assert_eq!(call(&mut methods, "none", r#"{"x": "not looked at"}"#), Err((403, "no".into())));
    let batch = r#"[{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1},{"jsonrpc":"2.0","method":"none"}]"#;
    assert_eq!(answer(&mut methods, batch), json!([{"jsonrpc": "2.0", "id": 1, "result": 3}]));
    drop(methods);
    assert_eq!(asked.into_inner(), ["add", "none", "add", "none"]);
}

/// The methods of `system` are there as ever.
#[test]
fn introspection_and_multicall_are_called_by_json() {
    let mut methods = Methods::new();
    methods.add("add", |a: i32, b: i32| a + b).help("Adds.");
    methods.add("bytes", |bytes: tiny_xmlrpc::Binary| bytes.len());
    methods.introspection(true).multicall(true);
    let methods = &mut methods;
    let names = call(methods, "system.listMethods", "[]").unwrap();
    assert_eq!(names.as_array().unwrap().len(), 7);
    assert_eq!(call(methods, "system.methodHelp", r#"["add"]"#), Ok(json!("Adds.")));
    assert_eq!(call(methods, "system.methodSignature", r#"["add"]"#), Ok(json!([["int", "int", "int"]])));
    let calls = json!([[
        {"methodName": "add", "params": [1, 2]},
        {"methodName": "bytes", "params": ["eW91"]},
        {"methodName": "none", "params": []},
        {"methodName": "system.multicall", "params": [[]]},
        5,
    ]]);
    let results = call(methods, "system.multicall", &calls.to_string()).unwrap();
    assert_eq!(results[0], json!([3]));
    assert_eq!(results[1], json!([3]));
    assert_eq!(results[2], json!({"faultCode": -32601, "faultString": "method \"none\" not found"}));
    assert_eq!(results[3]["faultCode"], -32602);
    assert_eq!(results[4]["faultCode"], -32602);
    assert_eq!(call(methods, "system.multicall", "[[], 1]").unwrap_err().1, "expected 1 parameter, found more");
    // In a batch a multicall is no more than in a multicall.
    let batch = r#"[{"jsonrpc":"2.0","method":"system.multicall","params":[[]],"id":1}]"#;
    assert_eq!(answer(methods, batch)[0]["error"]["code"], -32602);
}

/// Each entry of a batch is by itself: what one leaves behind is of no concern to the next.
#[test]
fn a_batch_isolates_its_calls() {
    let mut count = Instance::new(0);
    count.add("next", |count: &mut i32| {
        *count += 1;
        *count
    });
    count.add("panic", |_: &mut i32| -> i32 { panic!() });
    let mut methods = Methods::new();
    methods.instance("", count);
    methods.add_streaming("open", |_, out| {
        out.start_array()?;
        out.start_struct()?;
        out.name("x")
    });
    methods.add_streaming("twice", |_, out| out.int(1).and_then(|()| out.int(2)));
    methods.add_streaming("nothing", |_, _| Ok(()));
    methods.add_streaming("ends", |_, out| out.int(1).and_then(|()| out.end()));
    let entry = |name: &str, id: usize| format!(r#"{{"jsonrpc":"2.0","method":"{name}","id":{id}}}"#);
    let names = ["next", "panic", "next", "open", "twice", "nothing", "ends", "next"];
    let batch: Vec<String> = names.iter().enumerate().map(|(id, name)| entry(name, id)).collect();
    let answers = answer(&mut methods, &format!("[{}]", batch.join(",")));
    let results: Vec<_> = answers.as_array().unwrap().iter().map(|answer| answer["result"].as_i64()).collect();
    assert_eq!(results, [Some(1), None, Some(2), None, None, None, None, Some(3)]);
    assert!(answers.as_array().unwrap().iter().enumerate().all(|(at, answer)| answer["id"] == at));
}
