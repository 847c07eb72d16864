//! Servers of other languages' libraries, each with the same few methods.

use std::path::Path;
use std::process::Command;

use tiny_xmlrpc::client::{Options, TransportChoice};
use tiny_xmlrpc::{Client, DateTime, Dialect, ErrorKind, Result, Struct, Value};

use super::peer::{self, Peer};
use super::{fault_of, free_port, is_installed, patient};

fn script(name: &str) -> String {
    format!("{}/tests/foreign_servers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A server that prints its port, and its URL.
fn printing(command: &mut Command) -> (Peer, String) {
    let mut peer = Peer::start(command);
    let url = format!("http://127.0.0.1:{}/RPC2", peer.line());
    (peer, url)
}

/// Values that come back as they went, from whatever peer.
fn plain() -> Vec<Value> {
    let nested = Struct::from_iter([("b", Value::from(vec![Value::Int(1), "x".into()])), ("a", Value::Int(-2))]);
    vec![
        Value::Int(0),
        Value::Int(i32::MAX),
        Value::Int(i32::MIN),
        Value::Double(-2.5),
        Value::Double(0.015625),
        "Arthur".into(),
        "<Arthur> & \"Co\" ]]>".into(),
        // Not beyond the Basic Multilingual Plane, where older releases of xmlrpc-c end.
        "\u{e4}\u{20ac}\u{ffe6}".into(),
        "two\nlines".into(),
        Value::Array(vec![]),
        Value::from(vec![Value::Int(1), "x".into(), Value::from(vec!["y"])]),
        nested.into(),
    ]
}

/// Those whose types are lost where a language has none of its own for them.
fn typed() -> Vec<Value> {
    vec![
        Value::Boolean(true),
        Value::Boolean(false),
        Value::DateTime(DateTime::new(1998, 7, 17, 14, 8, 55).unwrap()),
        Value::Base64((0..=255).collect()),
        Value::Base64(vec![]),
        "".into(),
        "  ".into(),
        "12".into(),
    ]
}

/// Over each transport.
fn each(url: &str, test: impl Fn(&Client)) {
    for choice in [TransportChoice::Kept, TransportChoice::Minreq] {
        let mut options = Options::new();
        test(&Client::with_options(url, options.choice(choice)).unwrap());
    }
}

fn echoes(client: &Client, values: impl IntoIterator<Item = Value>) {
    for value in values {
        assert_eq!(client.call::<Value>("echo", (&value,)).unwrap(), value);
    }
}

/// Calls, faults, and calls of any size.
fn basics(client: &Client) {
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    assert_eq!(fault_of(client.call::<i32>("fail", ())), (7, "an apple & a <pear>".to_owned()));
    assert_eq!(client.call::<i32>("add", (20, 3)).unwrap(), 23);
    // A fault may come from within the method. By HTTP's 404, as of node, the call was refused.
    let error = client.call::<i32>("nothing", ()).unwrap_err();
    assert_eq!(error.may_have_executed(), error.http_status() != Some(404), "{error:?}");
    let text = "ab ".repeat(100_000);
    assert_eq!(client.call::<String>("echo", (&text,)).unwrap(), text);
    let sum = client
        .stream("echo")
        .params(|params| {
            params.start_array()?;
            (0..10_000).try_for_each(|number| params.int(number))?;
            params.end_array()
        })
        .receive(|reply| reply.items::<i32>()?.try_fold(0, |sum, number| Ok(sum + number?)));
    assert_eq!(sum.unwrap(), 49_995_000);
}

fn multicall(client: &Client, falls_back: bool) {
    let mut calls = client.multicall();
    calls.add("add", (1, 2)).unwrap().add("fail", ()).unwrap().add("echo", ("x",)).unwrap().fall_back(falls_back);
    let (sum, fault, text): (Result<i32>, Result<i32>, Result<String>) = calls.run().unwrap();
    assert_eq!((sum.unwrap(), text.unwrap()), (3, "x".to_owned()));
    assert_eq!(fault_of(fault), (7, "an apple & a <pear>".to_owned()));
}

fn introspection(client: &Client) {
    let methods = client.list_methods().unwrap();
    for name in ["add", "echo", "fail", "system.listMethods"] {
        assert!(methods.iter().any(|method| method == name), "{name}: {methods:?}");
    }
    assert_eq!(client.method_help("add").unwrap(), "Adds two numbers.");
    assert_eq!(client.method_signature("add").unwrap(), [["int", "int", "int"]]);
}

/// Abyss, compiled from the program beside this file.
fn abyss(arguments: &[&str]) -> Option<(Peer, String)> {
    let installed = is_installed("xmlrpc-c-config", &["--version"], "calls to xmlrpc-c's Abyss")
        && is_installed("cc", &["--version"], "calls to xmlrpc-c's Abyss");
    if !installed {
        return None;
    }
    let name = format!("abyss-{}-{}", std::process::id(), arguments.len());
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let libraries = Command::new("xmlrpc-c-config").args(["abyss-server", "--libs"]).output().unwrap();
    let libraries = String::from_utf8(libraries.stdout).unwrap();
    let compiled = Command::new("cc")
        .args([&script("abyss.c"), "-pthread", "-o"])
        .arg(&program)
        .args(libraries.split_whitespace())
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let server = printing(Command::new(&program).args(arguments));
    std::fs::remove_file(&program).unwrap();
    Some(server)
}

#[test]
fn xmlrpc_c_abyss_answers() {
    let Some((_peer, url)) = abyss(&[]) else { return };
    each(&url, |client| {
        basics(client);
        echoes(client, plain().into_iter().chain(typed()));
        multicall(client, false);
        introspection(client);
        assert!(client.method_signature("echo").unwrap().is_empty());
        let capabilities = client.capabilities().unwrap();
        assert!(capabilities.iter().any(|capability| capability.name == "introspect"), "{capabilities:?}");
    });
    let client = Client::new(&url).unwrap().with_dialect(Dialect::xmlrpc_c());
    echoes(&client, [Value::Nil, Value::I8(1 << 40), Value::from(vec![Value::Nil])]);
}

#[test]
fn xmlrpc_c_abyss_answers_in_chunks() {
    // Asked for chunks, Abyss sends a length as well: two readings, which are refused.
    let Some((_peer, url)) = abyss(&["chunked"]) else { return };
    each(&url, |client| {
        let error = client.call::<i32>("add", (2, 3)).unwrap_err();
        assert!(error.kind() == ErrorKind::Http && error.may_have_executed());
        assert!(error.to_string().contains("both Transfer-Encoding and Content-Length"), "{error}");
    });
}

#[test]
fn perl_rpc_xml_answers() {
    if !is_installed("perl", &["-MRPC::XML::Server", "-MHTTP::Daemon", "-e1"], "calls to Perl's RPC::XML::Server") {
        return;
    }
    let (_peer, url) = printing(Command::new("perl").arg(script("rpc_xml.pl")));
    each(&url, |client| {
        basics(client);
        echoes(client, plain());
        let moment = Value::DateTime(DateTime::new(1998, 7, 17, 14, 8, 55).unwrap());
        echoes(client, [moment]);
        // A string of digits is a number to Perl, and true is 1.
        assert_eq!(client.call::<Value>("echo", (true,)).unwrap(), Value::Int(1));
        let bytes = Value::Base64((0..=255).collect());
        assert_eq!(client.call::<Value>("bytes", (&bytes,)).unwrap(), bytes);
        let mut calls = client.multicall();
        calls.add("add", (1, 2)).unwrap().add("echo", ("x",)).unwrap();
        let (sum, text): (Result<i32>, Result<String>) = calls.run().unwrap();
        assert_eq!((sum.unwrap(), text.unwrap()), (3, "x".to_owned()));
        // If one of them fails, it sends a `<fault>` inside of a struct, which is no XML-RPC.
        let mut calls = client.multicall();
        calls.add("add", (1, 2)).unwrap().add("fail", ()).unwrap().fall_back(true);
        let error = calls.run::<Vec<Result<i32>>>().unwrap_err();
        assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Type, true));
        introspection(client);
        assert!(client.method_signature("echo").unwrap().iter().all(|types| types.len() < 2));
    });
}

#[test]
fn ruby_xmlrpc_answers() {
    if !is_installed("ruby", &["-rxmlrpc/server", "-rwebrick", "-e1"], "calls to Ruby's XMLRPC::Server") {
        return;
    }
    let (_peer, url) = printing(Command::new("ruby").arg(script("xmlrpc.rb")));
    each(&url, |client| {
        basics(client);
        echoes(client, plain().into_iter().chain(typed().into_iter().filter(|value| value.as_bytes().is_none())));
        let bytes = Value::Base64((0..=255).collect());
        assert_eq!(client.call::<Value>("bytes", (&bytes,)).unwrap(), bytes);
        multicall(client, false);
        introspection(client);
        assert!(client.method_signature("echo").unwrap().is_empty());
    });
}

#[test]
fn php_xmlrpc_answers() {
    let probe = "exit(function_exists('xmlrpc_server_create') ? 0 : 1);";
    if !is_installed("php", &["-r", probe], "calls to PHP's extension xmlrpc") {
        return;
    }
    let port = free_port();
    let _peer = Peer::start(Command::new("php").args(["-S", &format!("127.0.0.1:{port}"), &script("xmlrpc.php")]));
    let url = format!("http://127.0.0.1:{port}/RPC2");
    patient(&url, &mut Options::new()).call::<i32>("add", (1, 1)).unwrap();
    each(&url, |client| {
        basics(client);
        echoes(client, plain().into_iter().chain(typed()));
        // It has none, and says so.
        multicall(client, true);
        let methods = client.list_methods().unwrap();
        assert!(methods.iter().any(|name| name == "echo"), "{methods:?}");
    });
}

#[test]
fn node_xmlrpc_answers() {
    let skipped = "calls to node's xmlrpc";
    let directory = tempfile::tempdir().unwrap();
    let install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
    let ready = is_installed("node", &["--version"], skipped)
        && is_installed("npm", &["--version"], skipped)
        // Which needs a network.
        && peer::installed(Command::new("npm").args(install).arg(directory.path()).arg("xmlrpc@1"), skipped);
    if !ready {
        return;
    }
    let modules = directory.path().join("node_modules");
    let (_peer, url) = printing(Command::new("node").arg(script("xmlrpc.js")).env("NODE_PATH", modules));
    each(&url, |client| {
        basics(client);
        echoes(client, plain().into_iter().chain(typed()));
        let moment = DateTime::new(1998, 7, 17, 14, 8, 55).unwrap();
        let params = (1, 1.5, true, "x", moment, tiny_xmlrpc::Binary::from(vec![0]), ["y"]);
        let types: Vec<String> = client.call("types", params).unwrap();
        assert_eq!(types, ["number", "number", "boolean", "string", "date", "buffer", "object"]);
        // It has none, and says so by HTTP's 404, as of introspection.
        multicall(client, true);
        assert_eq!(client.list_methods().unwrap_err().http_status(), Some(404));
        // Whatever the size of a whole number, it sends an int.
        assert_eq!(client.call::<i64>("add", (i32::MAX, 1)).unwrap(), 1 << 31);
    });
    let client = Client::new(&url).unwrap().with_dialect(Dialect::python());
    echoes(&client, [Value::Nil, Value::from(vec![Value::Nil, Value::Int(1)])]);
}
