//! Both protocols at one server: how they are told apart, and HTTP around them.

#[cfg(feature = "gzip")]
use std::io::Write;

use serde_json::{Value, json};
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Methods, Server};

use crate::raw_http::{self, ADD, Answer, Socket, exchange};
use crate::serving::{Lines, Serving};

const CALL: &str = r#"{"jsonrpc":"2.0","method":"add","params":[2,3],"id":1}"#;
const RESULT: &str = r#"{"jsonrpc":"2.0","id":1,"result":5}"#;

fn methods(server: &mut Server<'static>) {
    server.add("add", |a: i32, b: i32| a + b);
    server.add("length", |text: String| text.len());
    server.add("repeat", |text: String, times: usize| text.repeat(times));
    server.add("peer", |context: tiny_xmlrpc::Context| {
        (context.path().map(str::to_owned), context.header("x-a").map(|value| value.len()))
    });
}

/// A POST of this body with these fields.
fn post(url: &str, fields: &str, body: &[u8]) -> Answer {
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    exchange(address, raw_http::post(&format!("/{path}"), fields, body)).unwrap()
}

#[test]
fn the_protocols_are_told_apart_by_type_and_by_first_byte() {
    let server = Serving::start(Config::default(), methods);
    for (content_type, body, expected) in [
        ("application/json", CALL, RESULT),
        ("application/json; charset=utf-8", CALL, RESULT),
        ("application/json-rpc", CALL, RESULT),
        ("Application/JSONRequest", CALL, RESULT),
        ("", CALL, RESULT),
        ("", &format!("\u{feff} \r\n\t{CALL}"), RESULT),
        ("", &format!("[{CALL}]"), &format!("[{RESULT}]")),
        (
            "application/json",
            "no json",
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#,
        ),
        ("application/json", ADD, r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#),
    ] {
        let field = if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
        let reply = post(&server.url, &field, body.as_bytes());
        assert_eq!((reply.status, reply.text()), (200, expected), "{content_type} {body}");
        assert_eq!(reply.header("Content-Type"), Some("application/json"));
    }
    for field in ["", "Content-Type: text/xml\r\n", "Content-Type: application/xml\r\n"] {
        let reply = post(&server.url, field, ADD.as_bytes());
        assert!(reply.text().contains("<int>5</int>"));
        assert_eq!(reply.header("Content-Type"), Some("text/xml"));
    }
    // The type counts more than the body.
    assert!(post(&server.url, "Content-Type: text/xml\r\n", CALL.as_bytes()).text().contains("faultCode"));
    assert_eq!(post(&server.url, "Content-Type: text/plain\r\n", CALL.as_bytes()).status, 415);
    assert_eq!(post(&server.url, "Content-Type: application/x-www-form-urlencoded\r\n", CALL.as_bytes()).status, 415);
}

#[test]
fn json_rpc_may_have_a_path_of_its_own() {
    let server = Serving::start(Config::default(), |server| {
        methods(server);
        server.json_paths(["/jsonrpc"]);
    });
    let at = |path: &str| server.url.replace("/RPC2", path);
    for field in ["", "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n"] {
        assert_eq!(post(&at("/jsonrpc"), field, CALL.as_bytes()).text(), RESULT);
    }
    assert!(post(&at("/jsonrpc"), "", ADD.as_bytes()).text().contains("Parse error"));
    assert!(post(&at("/RPC2"), "", ADD.as_bytes()).text().contains("<int>5</int>"));
    assert!(post(&at("/RPC2"), "", CALL.as_bytes()).text().contains("<name>faultCode</name>"));
    assert_eq!(post(&at("/RPC2"), "Content-Type: application/json\r\n", CALL.as_bytes()).status, 415);
    assert_eq!(post(&at("/other"), "Content-Type: application/json\r\n", CALL.as_bytes()).status, 404);

    let server = Serving::start(Config::default(), |server| {
        methods(server);
        server.json_paths([""; 0]);
    });
    assert_eq!(post(&server.url, "Content-Type: application/json\r\n", CALL.as_bytes()).status, 415);
    assert!(post(&server.url, "", CALL.as_bytes()).text().contains("<name>faultCode</name>"));
}

/// The path tells, on their threads too: nothing else says that these bodies are JSON, or that they are not.
#[test]
fn workers_know_the_path_of_its_own() {
    let set_up = |paths: &'static [&str]| {
        Serving::start(Config::default(), move |server| {
            server.json_paths(paths.iter().copied());
            let factory = || {
                let mut methods = Methods::new();
                methods.add("add", |a: i32, b: i32| a + b);
                methods
            };
            server.workers(2, factory).unwrap();
        })
    };
    let server = set_up(&["/jsonrpc"]);
    let own = server.url.replace("/RPC2", "/jsonrpc");
    assert_eq!(post(&own, "Content-Type: text/xml\r\n", CALL.as_bytes()).text(), RESULT);
    assert!(post(&own, "", ADD.as_bytes()).text().contains("Parse error"));
    let server = set_up(&[]);
    assert!(post(&server.url, "", CALL.as_bytes()).text().contains("<name>faultCode</name>"));
}

/// Nothing to say is a 204, on a connection that goes on.
#[test]
fn notifications_have_no_body() {
    let server = Serving::start(Config::default(), methods);
    let notification = CALL.replace(",\"id\":1", "");
    let mut socket = Socket::connect(server.address());
    let silent =
        [notification.clone(), format!("[{notification},{notification}]"), notification.replace("add", "none")];
    for body in silent.iter().map(String::as_str).chain([CALL]) {
        socket.send(raw_http::post("/", "Content-Type: application/json\r\n", body));
    }
    socket.stream.shutdown(std::net::Shutdown::Write).unwrap();
    for _ in silent {
        let answer = socket.answer();
        assert!(answer.head.starts_with("HTTP/1.1 204 No Content\r\n"), "{answer:?}");
        assert_eq!(answer.header("Content-Length"), None);
    }
    let answer = socket.answer();
    assert_eq!((answer.status, answer.text(), socket.is_ended()), (200, RESULT, true));
    // With the rest of HTTP it is as with XML.
    let from_elsewhere = "Content-Type: application/json\r\nOrigin: http://elsewhere.example\r\n";
    assert_eq!(post(&server.url, from_elsewhere, CALL.as_bytes()).status, 403);
}

/// Bodies that are in a file, compressed, or both; and answers of the kind.
#[test]
fn large_bodies_are_read_and_written() {
    let mut config = Config::default();
    config.spool_threshold = 1_000;
    let server = Serving::start(config, methods);
    let text = "x".repeat(100_000);
    let call = json!({"jsonrpc": "2.0", "method": "length", "params": [text], "id": "a"}).to_string();
    for field in ["", "Content-Type: application/json\r\n"] {
        let reply = post(&server.url, field, call.as_bytes());
        assert_eq!(reply.text(), r#"{"jsonrpc":"2.0","id":"a","result":100000}"#);
        #[cfg(feature = "gzip")]
        {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(call.as_bytes()).unwrap();
            let field = format!("{field}Content-Encoding: gzip\r\n");
            let reply = post(&server.url, &field, &encoder.finish().unwrap());
            assert_eq!(reply.text(), r#"{"jsonrpc":"2.0","id":"a","result":100000}"#);
        }
    }
    let call = json!({"jsonrpc": "2.0", "method": "repeat", "params": ["ab", 50_000], "id": 1}).to_string();
    let reply: Value = serde_json::from_slice(&post(&server.url, "", call.as_bytes()).body).unwrap();
    assert_eq!(reply["result"].as_str().unwrap().len(), 100_000);
}

/// The log tells names and codes as it does of XML.
#[test]
fn the_log_tells_of_it() {
    let lines = Lines::default();
    let to = lines.clone();
    let server = Serving::start(Config::default(), move |server| {
        methods(server);
        server.log_to(to);
    });
    for body in [CALL, &CALL.replace("3]", "\"x\"]"), &format!("[{CALL},{CALL}]"), "[]", &CALL.replace("add", "none")] {
        post(&server.url, "Content-Type: application/json\r\n", body.as_bytes());
    }
    server.stop();
    let told: Vec<String> = lines
        .get()
        .iter()
        .map(|line| {
            line.rsplit_once("HTTP/1.1\" 200 ").unwrap().1.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(told, ["\"add\" -", "\"add\" -32602", "\"add,add\" -", "- -32600", "\"none\" -32601"]);
}

/// What a handler is told of the call is the same.
#[test]
fn handlers_know_who_calls() {
    let server = Serving::start(Config::default(), methods);
    let call = r#"{"jsonrpc":"2.0","method":"peer","id":1}"#;
    let reply = post(&server.url, "X-A: 12345\r\n", call.as_bytes());
    assert_eq!(reply.text(), r#"{"jsonrpc":"2.0","id":1,"result":["/RPC2",5]}"#);
}
