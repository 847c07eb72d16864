//! The examples of the specifications of JSON-RPC 2.0 (section 7) and 1.0, all of them.

use serde_json::Value;
use tiny_xmlrpc::{Methods, Rest};

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.add("subtract", |a: i32, b: i32| a - b).parameters(["minuend", "subtrahend"]);
    methods.add("sum", |Rest(numbers): Rest<i32>| numbers.iter().sum::<i32>());
    methods.add("update", |Rest(_): Rest<i32>| ());
    methods.add("notify_hello", |Rest(_): Rest<i32>| ());
    methods.add("notify_sum", |Rest(_): Rest<i32>| ());
    methods.add("get_data", || ("hello", 5));
    methods.add("echo", |text: String| text);
    methods
}

/// What is sent and what comes back; nothing for nothing.
const VERSION_2: [(&str, &str); 15] = [
    // Positional parameters.
    (
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
        r#"{"jsonrpc": "2.0", "result": 19, "id": 1}"#,
    ),
    (
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#,
        r#"{"jsonrpc": "2.0", "result": -19, "id": 2}"#,
    ),
    // Named parameters.
    (
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
        r#"{"jsonrpc": "2.0", "result": 19, "id": 3}"#,
    ),
    (
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
        r#"{"jsonrpc": "2.0", "result": 19, "id": 4}"#,
    ),
    // Notifications.
    (r#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#, ""),
    (r#"{"jsonrpc": "2.0", "method": "foobar"}"#, ""),
    // A method that there is not.
    (
        r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}"#,
    ),
    // No JSON.
    (
        r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}"#,
    ),
    // No request.
    (
        r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}"#,
    ),
    // A batch that is no JSON.
    (
        r#"[
  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
  {"jsonrpc": "2.0", "method"
]"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}"#,
    ),
    // An empty batch.
    ("[]", r#"{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}"#),
    // Batches of no requests.
    (
        "[1]",
        r#"[
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
]"#,
    ),
    (
        "[1,2,3]",
        r#"[
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}
]"#,
    ),
    // A batch of everything.
    (
        r#"[
    {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
    {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
    {"foo": "boo"},
    {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
    {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
]"#,
        r#"[
    {"jsonrpc": "2.0", "result": 7, "id": "1"},
    {"jsonrpc": "2.0", "result": 19, "id": "2"},
    {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
    {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
    {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
]"#,
    ),
    // A batch of notifications alone.
    (
        r#"[
    {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
]"#,
        "",
    ),
];

/// Of version 1.0: the one of its own page, and the answers that its text tells of.
const VERSION_1: [(&str, &str); 6] = [
    (
        r#"{"method": "echo", "params": ["Hello JSON-RPC"], "id": 1}"#,
        r#"{"result": "Hello JSON-RPC", "error": null, "id": 1}"#,
    ),
    (r#"{"method": "update", "params": [1], "id": 99}"#, r#"{"result": null, "error": null, "id": 99}"#),
    (
        r#"{"method": "none", "params": [], "id": "x"}"#,
        r#"{"result": null, "error": {"code": -32601, "message": "Method not found"}, "id": "x"}"#,
    ),
    (r#"{"method": "update", "params": [1], "id": null}"#, ""),
    (r#"{"method": "none", "params": [], "id": null}"#, ""),
    (r#"{"method": "update", "params": [1]}"#, ""),
];

/// The same bytes but for the order of the keys, and white space.
fn canonical(text: &[u8]) -> String {
    if text.is_empty() {
        return String::new();
    }
    let value: Value = serde_json::from_slice(text).unwrap();
    // serde_json keeps keys sorted.
    value.to_string()
}

#[test]
fn all_examples_of_the_specifications_are_answered() {
    let mut methods = methods();
    for (request, expected) in VERSION_2.iter().chain(&VERSION_1) {
        let answer = methods.respond_json(request.as_bytes());
        assert_eq!(canonical(&answer), canonical(expected.as_bytes()), "{request}");
    }
}

/// Whatever stands around it, the id comes back as it was.
#[test]
fn ids_of_every_kind() {
    let mut methods = methods();
    for id in [
        "1",
        "-7",
        "0",
        "null",
        "\"\"",
        "\"a b\"",
        r#""é😀""#,
        r#""\u00e9\"\\""#,
        "1.5",
        "1e3",
        "-0",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "1E400",
    ] {
        for request in [
            format!(r#"{{"jsonrpc":"2.0","id": {id} ,"method":"get_data"}}"#),
            format!(r#"{{"method":"get_data","params":[],"jsonrpc":"2.0","id":{id}}}"#),
        ] {
            let answer = String::from_utf8(methods.respond_json(request.as_bytes())).unwrap();
            assert_eq!(answer, format!(r#"{{"jsonrpc":"2.0","id":{id},"result":["hello",5]}}"#));
        }
        let request = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"none"}}"#);
        let answer = String::from_utf8(methods.respond_json(request.as_bytes())).unwrap();
        assert!(answer.contains(&format!(r#""id":{id},"error":{{"#)), "{answer}");
    }
    for id in ["true", "[]", "{}", "[1]"] {
        let request = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"get_data"}}"#);
        let answer = super::answer(&mut methods, &request);
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &(-32600).into()), "{id}");
    }
}

/// What is wrong is told, and with whose id where there is one.
#[test]
fn what_is_no_request_is_refused() {
    let mut methods = methods();
    for (request, id, message) in [
        ("", "null", "Parse error"),
        (" \n", "null", "Parse error"),
        ("{}", "null", "Invalid Request"),
        ("null", "null", "Invalid Request"),
        ("\"x\"", "null", "Invalid Request"),
        ("-1.5", "null", "Invalid Request"),
        ("true", "null", "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":3}"#, "3", "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":3,"method":null}"#, "3", "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":3,"method":"sum","params":null}"#, "3", "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":3,"method":"sum","params":7}"#, "3", "Invalid Request"),
        (r#"{"jsonrpc":"2.0","id":3,"method":"sum"} x"#, "null", "Parse error"),
        (r#"{"jsonrpc":"2.0","id":3,"method":"sum"}{}"#, "null", "Parse error"),
        (
            r#"{"jsonrpc":"3.0","id":3,"method":"sum"}"#,
            "3",
            r#"Invalid Request: expected the version "2.0", found another"#,
        ),
        (
            r#"{"jsonrpc":2.0,"id":3,"method":"sum"}"#,
            "3",
            r#"Invalid Request: expected the version "2.0", found another"#,
        ),
    ] {
        let answer = super::answer(&mut methods, request);
        assert_eq!((answer["id"].to_string(), &answer["error"]["message"]), (id.into(), &message.into()), "{request}");
    }
    // The version may be written with an escape, and what else there is in a request is passed over.
    let request = r#"{"extra":[{"a":1e5}],"jsonrpc":"\u0032.0","id":3,"meth\u006fd":"sum","params":[1],"x":null}"#;
    assert_eq!(super::answer(&mut methods, request)["result"], 1);
}
