//! Any bytes as a request of JSON-RPC, and as the answer to one: no panic, what is answered is JSON of the right shape, and
//! it is what serde_json makes of the same request.
#![no_main]

use fuzz::input::Input;
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use tiny_xmlrpc::client::Memory;
use tiny_xmlrpc::{Binary, Client, DateTime, Fault, Limits, Methods, Rest, Value};

// The settings of `Input`, of which the limits are used, and bit 0 of the window says whether they are.
fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let mut methods = methods();
    methods.limits(if bytes[0] & 1 == 0 { input.limits } else { roomy() });
    let answer = methods.respond_json(&input.document);
    check(&answer);

    // With room for everything there is something to compare with.
    methods.limits(roomy());
    let answer = methods.respond_json(&input.document);
    check(&answer);
    compare(&input.document, &answer);

    as_a_reply(&input.document);
});

fn methods() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.add("echo", |value: Value| value).parameters(["value"]);
    methods.add("all", |Rest(values): Rest<Value>| values);
    methods.add("add", |a: i32, b: i32| a.checked_add(b).ok_or("an overflow")).parameters(["a", "b"]);
    methods.add("fault", |code: i32, text: String| Err::<(), _>(Fault::new(code, text)));
    methods.add("moment", |moment: DateTime| moment);
    methods.add("bytes", |bytes: Binary| bytes);
    methods.add("typed", |value: Value| value).signature(["any", "dateTime.iso8601"]).signature(["any", "base64"]);
    methods.add("none", || ());
    methods.introspection(true).multicall(true);
    methods
}

/// Limits that no document of this size comes upon, but for those that are there in any case.
fn roomy() -> Limits {
    let mut limits = Limits::unbounded();
    limits.depth = 1_000;
    limits
}

/// It is nothing, or one answer, or a list of them.
fn check(answer: &[u8]) {
    if answer.is_empty() {
        return;
    }
    let Some(parsed) = held(answer) else { return };
    match parsed {
        Json::Array(answers) => {
            assert!(!answers.is_empty());
            answers.iter().for_each(check_one);
        }
        one => check_one(&one),
    }
}

fn check_one(answer: &Json) {
    let members = answer.as_object().expect("an object");
    let is_old = !members.contains_key("jsonrpc");
    let both = members.contains_key("result") && members.contains_key("error");
    assert!(members.contains_key("id") && members.len() == 3 && both == is_old, "{answer}");
    if let Some(error) = members.get("error").filter(|error| !error.is_null()) {
        assert!(error["code"].is_i64() && error["message"].is_string(), "{answer}");
    }
}

/// JSON of whatever depth we let through, and what stands around it.
fn parse<'t, T: serde::Deserialize<'t>>(text: &'t [u8]) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    deserializer.disable_recursion_limit();
    let value = T::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// What must be JSON, but for numbers that no double holds: an `id` comes back as it was written.
fn held(text: &[u8]) -> Option<Json> {
    match parse(text) {
        Ok(parsed) => Some(parsed),
        Err(error) if error.to_string().starts_with("number out of range") => None,
        Err(error) => panic!("{error}: {}", text.escape_ascii()),
    }
}

/// What `echo` and `all` give back is what was sent.
fn compare(document: &[u8], answer: &[u8]) {
    let opened = document.iter().filter(|&&byte| matches!(byte, b'[' | b'{')).count();
    if opened > 200 {
        return;
    }
    let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
    let Ok(request) = parse::<Json>(document) else {
        // Nobody decodes the text of a member that has no meaning.
        let is_passed_over = parse::<serde::de::IgnoredAny>(document).is_ok();
        assert!(!answer.is_empty() || is_passed_over, "silence about what is no JSON");
        return;
    };
    let Json::Object(request) = request else { return };
    let answer = match answer {
        [] => return,
        answer => parse::<Json>(answer).expect("JSON"),
    };
    assert_ne!(answer["error"]["code"], -32700, "{request:?}");
    let Some(result) = answer.get("result").filter(|_| answer.get("error").is_none_or(Json::is_null)) else { return };
    let member = |name: &str| request.get(name).cloned().unwrap_or_default();
    match (member("method").as_str(), member("params")) {
        (Some("echo"), Json::Array(params)) => assert_eq!(*result, params[0]),
        (Some("echo"), params) => assert_eq!(*result, params["value"]),
        (Some("all"), Json::Array(params)) => assert_eq!(result.as_array(), Some(&params)),
        _ => {}
    }
    assert_eq!(answer["id"], member("id"));
}

/// As a reply it is a result or an error, alone and as one of a batch.
fn as_a_reply(document: &[u8]) {
    let reply = document.to_vec();
    let client = Client::over(Memory::new(move |_| reply.clone())).with_json_rpc();
    let alone = client.call_value("m", &[]);
    if let Ok(value) = &alone {
        let reference = held(document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document));
        assert!(reference.is_none_or(|reference| reference.get("result").is_some()), "{value:?}");
    }
    let mut calls = client.multicall();
    let added = calls.add("m", ()).and_then(|calls| calls.add("n", ())).is_ok();
    assert!(added);
    let _ = calls.run::<Vec<tiny_xmlrpc::Result<Value>>>();
    let _ = client.notify("m", ());
}
