//! One method over two protocols: `lengths(...)` takes any number of arguments, of any types, and answers with
//! `[length or nil, argument]` for each.
//!
//! Run it with `cargo run --example lengths --features json`. It starts a server, calls it with a list, a number and a
//! struct, over XML-RPC and over JSON-RPC, and shows what comes back and what a call looks like on the wire.

use std::error::Error;
use std::thread;

use tiny_xmlrpc::client::{Options, Wire};
use tiny_xmlrpc::{Client, Dialect, Rest, Server, Struct, Value};

/// The number of items, members, characters or bytes; nil for what has no length.
fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(items.len()),
        Value::Struct(members) => Some(members.len()),
        Value::String(text) => Some(text.chars().count()),
        Value::Base64(bytes) => Some(bytes.len()),
        _ => None,
    }
}

fn lengths(Rest(arguments): Rest<Value>) -> Vec<(Option<usize>, Value)> {
    arguments.into_iter().map(|argument| (length(&argument), argument)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut server = Server::bind("127.0.0.1:0")?;
    // XML-RPC has a nil only where the dialect says so; JSON has one anyway.
    server.dialect(Dialect::python());
    server.add("lengths", lengths).help("Answers with the length, or nil, of each argument, beside it.");
    let (url, stop) = (server.url(), server.shutdown_handle());
    println!("A server listens at {url} for both.");

    // The server's methods run on one thread; here the client is on the other.
    let client = thread::spawn(move || -> tiny_xmlrpc::Result<()> {
        let called = both(&url);
        stop.shutdown();
        called
    });
    server.serve_forever()?;
    client.join().map_err(|_| "the client panicked")??;
    Ok(())
}

/// The same calls over either protocol.
fn both(url: &str) -> tiny_xmlrpc::Result<()> {
    let point = Struct::from_iter([("x", Value::from(1.5)), ("y", Value::from(-2))]);
    let arguments = [Value::from(vec![1, 2, 3]), Value::from(42), Value::from(point)];
    for (name, json_rpc) in [("XML-RPC", false), ("JSON-RPC", true)] {
        println!("\n{name}:");
        let mut options = Options::new();
        options.json_rpc(json_rpc).verbose(|piece| {
            if let Wire::RequestBody(_) | Wire::ReplyBody(_) = piece {
                print!("  {piece}");
            }
        });
        let client = Client::with_options(url, &options)?;
        let answered: Vec<(Option<usize>, Value)> = client.call("lengths", &arguments)?;
        for (length, argument) in &answered {
            let length = length.map_or_else(|| "no length".to_owned(), |length| format!("length {length}"));
            println!("  {}: {length}", argument.type_name());
        }
        assert!(answered.iter().map(|(_, argument)| argument).eq(&arguments), "what is sent comes back");
    }
    Ok(())
}
