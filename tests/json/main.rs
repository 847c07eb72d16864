//! JSON-RPC on the methods that answer XML-RPC: the specification's examples, types, hostile documents, HTTP, the client,
//! and other implementations both ways.
//!
//! A peer that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
#[path = "../support/example.rs"]
mod example;
mod hostile;
mod http;
mod lengths;
mod named;
#[path = "../support/peer.rs"]
mod peer;
mod peers;
#[path = "../support/raw_http.rs"]
mod raw_http;
#[path = "../support/serving.rs"]
mod serving;
mod specification;
mod types;

use serde_json::Value;
use tiny_xmlrpc::Methods;

/// The answer to a request, read again; `Null` for none.
fn answer(methods: &mut Methods<'_>, request: &str) -> Value {
    let answer = methods.respond_json(request.as_bytes());
    if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap() }
}

/// The result of a call with these parameters, or the error's code and message.
fn call(methods: &mut Methods<'_>, method: &str, params: &str) -> Result<Value, (i64, String)> {
    let request = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#);
    let mut answer = answer(methods, &request);
    assert_eq!(answer["jsonrpc"], "2.0");
    match answer.get("error") {
        Some(error) => Err((error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())),
        None => Ok(answer["result"].take()),
    }
}
