//! Documents that mean harm: each has a bound, and an error that tells which.

use serde_json::Value;
use tiny_xmlrpc::{Limits, Methods, Rest};

use super::{answer, call};

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.add("count", |Rest(values): Rest<tiny_xmlrpc::Value>| values.len());
    methods
}

/// The error's code and text.
fn refused(methods: &mut Methods<'_>, request: &str) -> (i64, String) {
    let answer = answer(methods, request);
    assert_eq!(answer["id"], Value::Null);
    (answer["error"]["code"].as_i64().unwrap(), answer["error"]["message"].as_str().unwrap().to_owned())
}

#[test]
fn depth_is_bounded() {
    let mut methods = methods();
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth / 2), "]".repeat(depth / 2));
        format!("[{open}{}{}{close}]", "{\"a\":".repeat(depth / 2), "1".to_owned() + &"}".repeat(depth / 2))
    };
    assert_eq!(call(&mut methods, "count", &nested(128)), Ok(1.into()));
    let (code, message) = call(&mut methods, "count", &nested(130)).unwrap_err();
    let expected = "Invalid Request: expected at most 128 arrays and structs inside one another, found more at 1:";
    assert_eq!(code, -32600);
    assert!(message.starts_with(expected), "{message}");

    // Whatever the limits say there is an end, long before that of the stack.
    let mut limits = Limits::unbounded();
    limits.depth = usize::MAX;
    methods.limits(limits);
    assert_eq!(call(&mut methods, "count", &nested(256)), Ok(1.into()));
    for depth in [258, 100_000] {
        assert_eq!(call(&mut methods, "count", &nested(depth)).unwrap_err().0, -32600);
    }
    // Where nobody looks at it as well.
    for request in [
        format!(r#"{{"x":{0}1{1},"method":"count","id":1}}"#, "[".repeat(1_000_000), "]".repeat(1_000_000)),
        "[".repeat(1_000_000),
        format!("{}1", r#"{"id":"#.repeat(100_000)),
        format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        methods.respond_json(request.as_bytes());
    }
}

#[test]
fn sizes_are_bounded() {
    let mut methods = methods();
    let mut limits = Limits::device();
    limits.values = 20;
    limits.text = 50;
    limits.name = 30;
    limits.bytes = 1_000;
    methods.limits(limits);
    let text = |length: usize| format!("[\"{}\"]", "x".repeat(length));
    let name = |length: usize| format!("[{{\"{}\":1}}]", "x".repeat(length));
    for (fits, breaks, message) in [
        (text(50), text(51), "expected at most 50 bytes of text"),
        (
            text(48).replace("[\"", "[\"\\n\\n"),
            text(49).replace("[\"", "[\"\\n\\n"),
            "expected at most 50 bytes of text",
        ),
        (name(30), name(31), "expected at most 30 bytes in a name"),
        (name(30), name(30).replacen('x', "\\t\\t", 1), "expected at most 30 bytes in a name"),
        (format!("[{}1]", "1,".repeat(15)), format!("[{}1]", "1,".repeat(16)), "expected at most 16 parameters"),
        (
            format!("{{{}\"p\":1}}", (0..15).map(|at| format!("\"p{at}\":1,")).collect::<String>()),
            format!("{{{}\"p\":1}}", (0..16).map(|at| format!("\"p{at}\":1,")).collect::<String>()),
            "expected at most 16 parameters",
        ),
        (format!("[[{}1]]", "1,".repeat(18)), format!("[[{}1]]", "1,".repeat(19)), "expected at most 20 values"),
        (format!("[{}]", "9".repeat(50)), format!("[{}]", "9".repeat(51)), "expected at most 50 bytes of text"),
    ] {
        assert!(call(&mut methods, "count", &fits).is_ok(), "{fits}");
        let (code, found) = call(&mut methods, "count", &breaks).unwrap_err();
        assert_eq!(code, -32600);
        assert!(found.starts_with(&format!("Invalid Request: {message}")), "{breaks}: {found}");
    }
    let padded = |length: usize| format!("{:<length$}", r#"{"jsonrpc":"2.0","method":"count","id":1}"#);
    assert_eq!(answer(&mut methods, &padded(1_000))["result"], 0);
    let (code, message) = refused(&mut methods, &padded(1_001));
    assert_eq!(
        (code, &message[..]),
        (-32600, "Invalid Request: expected a document of at most 1000 bytes, found more")
    );
    let long = format!(r#"{{"jsonrpc":"2.0","method":"{}","id":1}}"#, "x".repeat(31));
    assert!(answer(&mut methods, &long)["error"]["message"].as_str().unwrap().contains("a method's name"));
    // The values of all entries count together.
    let entry = r#"{"jsonrpc":"2.0","method":"count","params":[1,2,3,4,5,6,7,8],"id":1}"#;
    let answers = answer(&mut methods, &format!("[{entry},{entry},{entry}]"));
    assert_eq!((&answers[1]["result"], &answers[2]["error"]["code"]), (&8.into(), &(-32600).into()));
}

#[test]
fn batches_are_bounded() {
    let mut methods = methods();
    let batch = |count: usize| format!("[{}1]", r#"{"jsonrpc":"2.0","method":"count","id":1},"#.repeat(count - 1));
    assert_eq!(answer(&mut methods, &batch(1_000)).as_array().unwrap().len(), 1_000);
    for count in [1_001, 100_000] {
        let (code, message) = refused(&mut methods, &batch(count));
        assert_eq!(
            (code, &message[..]),
            (-32600, "Invalid Request: expected at most 1000 calls in a batch, found more")
        );
    }
    let mut limits = Limits::default();
    limits.multicall = 100_000;
    methods.limits(limits);
    let answers = methods.respond_json(batch(100_000).as_bytes());
    let answers: Vec<Value> = serde_json::from_slice(&answers).unwrap();
    assert_eq!(answers.len(), 100_000);
    assert_eq!((&answers[99_998]["result"], &answers[99_999]["error"]["code"]), (&0.into(), &(-32600).into()));
    // One that breaks off makes none of its calls.
    let mut called = 0;
    {
        let mut methods = Methods::new();
        methods.add("count", || called += 1);
        assert_eq!(refused(&mut methods, batch(1_000).trim_end_matches(']')).0, -32700);
        assert_eq!(refused(&mut methods, &batch(1_000).replace("},1]", "},1,]")).0, -32700);
    }
    assert_eq!(called, 0);
}

/// Which of two counts is not guessed, since somebody in between may have guessed otherwise.
#[test]
fn members_that_come_twice() {
    let mut methods = methods();
    for (name, value) in [("jsonrpc", "\"2.0\""), ("method", "\"count\""), ("id", "1"), ("params", "[]")] {
        for (one, other) in [
            (name.to_owned(), name.to_owned()),
            (name.to_owned(), format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..])),
        ] {
            let request = format!(r#"{{"jsonrpc":"2.0","method":"count","params":[1],"id":1,"{other}":{value}}}"#);
            let found = answer(&mut methods, &request);
            let message = format!("Invalid Request: expected one member {one:?}, found another");
            assert_eq!((&found["error"]["code"], &found["error"]["message"]), (&(-32600).into(), &message.into()));
        }
    }
}

#[test]
fn bytes_that_are_no_text() {
    let mut methods = methods();
    let request = br#"{"jsonrpc":"2.0","method":"count","params":["X"],"id":1}"#;
    let at = request.iter().position(|&byte| byte == b'X').unwrap();
    for wrong in [0x80, 0xC0, 0xED, 0xF8, 0xFF] {
        let mut bytes = request.to_vec();
        bytes[at] = wrong;
        let answer: Value = serde_json::from_slice(&methods.respond_json(&bytes)).unwrap();
        assert_eq!(answer["error"]["code"], -32700);
        assert_eq!(answer["error"]["message"], format!("Parse error: expected UTF-8, found other bytes at byte {at}"));
    }
    for control in [0, 1, b'\n', 0x1F] {
        let mut bytes = request.to_vec();
        bytes[at] = control;
        let answer: Value = serde_json::from_slice(&methods.respond_json(&bytes)).unwrap();
        assert_eq!(answer["error"]["message"], "Parse error");
    }
    // UTF-16 is not taken, a mark before UTF-8 is.
    let wide: Vec<u8> = request.iter().flat_map(|&byte| [byte, 0]).collect();
    assert!(methods.respond_json(&wide).starts_with(br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700"#));
    let marked = [b"\xEF\xBB\xBF \n", &request[..]].concat();
    assert_eq!(methods.respond_json(&marked), br#"{"jsonrpc":"2.0","id":1,"result":1}"#);
}

/// Every beginning of a document is refused, and none makes a call.
#[test]
fn documents_that_break_off() {
    let mut methods = Methods::new();
    methods.add("count", |_: tiny_xmlrpc::Value| -> i32 { panic!("a call of half a document") });
    let whole = r#"[{"jsonrpc":"2.0","method":"count","params":[{"é":[1.5e3,-12,"\u00e9\n",true,null]}],"id":"x"}]"#;
    for end in 0..whole.len() {
        let answer = methods.respond_json(&whole.as_bytes()[..end]);
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["error"]["code"], -32700, "{end}");
    }
}
