//! Other implementations, both ways: Python with its own library alone, jsonrpclib-pelix, and node's jayson.
//!
//! The two that have to be installed are looked for in `target/peers`, where `.ci/run` puts them, and where the language
//! looks itself:
//!
//! ```text
//! python3 -m pip install --target target/peers/python jsonrpclib-pelix
//! npm install --prefix target/peers/node jayson
//! ```

use std::path::PathBuf;
use std::process::Command;

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Binary, Client, DateTime, Fault, Rest, Result, Server, Value};

use crate::peer::{Peer, installed};
use crate::serving::Serving;

/// What all of the clients call.
fn add_methods(server: &mut Server<'static>) {
    server.add("add", |a: i64, b: i64| a + b).parameters(["a", "b"]).help("Adds two numbers.");
    server.add("subtract", |a: i64, b: i64| a - b).parameters(["minuend", "subtrahend"]);
    server.add("echo", |value: Value| value);
    server.add("count_all", |Rest(values): Rest<Value>| values.len());
    server.add("moment", |moment: DateTime| moment);
    server.add("reverse", |Binary(mut bytes): Binary| {
        bytes.reverse();
        Binary(bytes)
    });
    server.add("fail", |code: i32, message: String| Err::<i32, _>(Fault::new(code, message)));
    server.add("nothing", || ());
    let mut count = 0;
    server.add("next", move || {
        count += 1;
        count
    });
    server.introspection(true);
}

/// The directory into which peers of this language are installed.
fn peers(language: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "target", "peers", language].iter().collect()
}

fn script(name: &str) -> String {
    format!("{}/tests/json/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A Python that finds what it needs, if it is there.
fn python(module: &str, name: &str) -> Option<Command> {
    let command = || {
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", peers("python"));
        command
    };
    installed(command().args(["-c", &format!("import {module}")]), &format!("{name}, which needs {module}")).then(
        || {
            let mut command = command();
            command.args(["-W", "error::SyntaxWarning", &script(name)]);
            command
        },
    )
}

/// A node that finds jayson, if it is there.
fn node(name: &str) -> Option<Command> {
    let command = || {
        let mut command = Command::new("node");
        command.env("NODE_PATH", peers("node").join("node_modules"));
        command
    };
    installed(command().args(["-e", "require('jayson')"]), &format!("{name}, which needs jayson")).then(|| {
        let mut command = command();
        command.arg(script(name));
        command
    })
}

/// Has a client of theirs call our server.
fn calls(command: Option<Command>) {
    let Some(mut command) = command else { return };
    let server = Serving::start(Config::default(), add_methods);
    Peer::start(command.arg(&server.url)).finish();
}

#[test]
fn python_with_its_own_library_calls() {
    calls(python("urllib.request", "urllib_client.py"));
}

#[test]
fn jsonrpclib_pelix_calls() {
    calls(python("jsonrpclib", "pelix_client.py"));
}

#[test]
fn jayson_calls() {
    calls(node("jayson_client.js"));
}

/// Calls a server of theirs, which has `add`, `echo`, `fail` and `next`.
fn called(command: Option<Command>, names: bool) -> Result<()> {
    let Some(mut command) = command else { return Ok(()) };
    let mut peer = Peer::start(&mut command);
    let client = Client::json(&peer.line())?;
    assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    let value: Value = vec![Value::Nil, true.into(), 1.5.into(), "é😀\"\n".into(), Value::Array(vec![])].into();
    assert_eq!(client.call_value("echo", core::slice::from_ref(&value))?, value);
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5)?;
    assert_eq!(client.call::<DateTime>("echo", (moment,))?, moment);
    let bytes = Binary::from(vec![0, 1, 255]);
    assert_eq!(client.call::<Binary>("echo", (&bytes,))?, bytes);
    assert_eq!(client.call::<i64>("echo", (9_007_199_254_740_991_i64,))?, 9_007_199_254_740_991);
    let fault = client.call::<i32>("none", ()).unwrap_err();
    assert_eq!(fault.fault().map(Fault::code), Some(-32601));
    assert!(client.call::<i32>("fail", ("x",)).unwrap_err().fault().is_some());

    let mut calls = client.multicall();
    calls.add("add", (1, 1))?.add("none", ())?.add("echo", ("x",))?;
    let (sum, none, text): (Result<i32>, Result<i32>, Result<String>) = calls.run()?;
    assert_eq!((sum?, text?), (2, "x".to_owned()));
    assert_eq!(none.unwrap_err().fault().map(Fault::code), Some(-32601));

    client.notify("next", [0; 0])?;
    client.notify("next", [0; 0])?;
    assert_eq!(client.call::<i32>("next", [0; 0])?, 3);
    if names {
        assert!(client.list_methods()?.iter().any(|name| name == "add"));
    }
    Ok(())
}

#[test]
fn jsonrpclib_pelix_is_called() -> Result<()> {
    called(python("jsonrpclib", "pelix_server.py"), true)
}

#[test]
fn jayson_is_called() -> Result<()> {
    called(node("jayson_server.js"), false)
}
