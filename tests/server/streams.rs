//! Calls over pairs of streams, CGI and SCGI.

use std::ffi::OsString;
use std::io::{Cursor, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::add_request;
use super::chunks::Chunks;
use super::raw_http::ADD;
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Context, Server};

fn server() -> Server<'static> {
    let mut server = Server::without_listeners(Config::default()).unwrap();
    server.add("add", |a: i32, b: i32| a + b);
    server.add("peer", |context: Context| context.peer().map(|peer| peer.to_string()).unwrap_or_default());
    let stop = server.shutdown_handle();
    server.add("stop", move || stop.shutdown());
    server
}

#[test]
fn a_stream_has_its_requests_answered_at_any_split() {
    let requests = [add_request("/", ""), add_request("/nowhere", ""), add_request("/RPC2", "")].concat();
    for size in [1, 7, 1000, 100_000] {
        let mut output = Vec::new();
        server().serve_stream(Chunks::new(&requests, size), &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        assert_eq!(text.matches("<int>5</int>").count(), 2, "{size}");
        let statuses: Vec<&str> = text.split("HTTP/1.1 ").skip(1).map(|reply| &reply[..3]).collect();
        assert_eq!(statuses, ["200", "404", "200"], "{size}");
    }
}

#[test]
fn a_stream_ends_where_it_should() {
    let stop = "<methodCall><methodName>stop</methodName></methodCall>";
    let stop = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{stop}", stop.len());
    for (requests, answered) in [
        ([add_request("/", "Connection: close\r\n"), add_request("/", "")].concat(), 1),
        ([add_request("/", ""), stop.into_bytes(), add_request("/", "")].concat(), 1),
        ([add_request("/", ""), b"nonsense\r\n\r\n".to_vec(), add_request("/", "")].concat(), 1),
        (add_request("/", "")[..100].to_vec(), 0),
        (Vec::new(), 0),
    ] {
        let mut output = Vec::new();
        server().serve_stream(&requests[..], &mut output).unwrap();
        assert_eq!(String::from_utf8(output).unwrap().matches("<int>5</int>").count(), answered);
    }
}

#[test]
fn an_error_of_the_stream_is_one_of_serving() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }
    let error = server().serve_stream(Broken, std::io::sink()).unwrap_err();
    assert!(error.to_string().contains("broken"), "{error}");
}

/// Answers a request by CGI: what it wrote.
fn gateway(variables: &[(&str, &str)], body: &str) -> String {
    let variables = variables.iter().map(|&(name, value)| (OsString::from(name), OsString::from(value)));
    let mut output = Vec::new();
    // There may be more to read than the request, which is left.
    server().serve_gateway(variables, Cursor::new(body.to_owned()), &mut output).unwrap();
    String::from_utf8(output).unwrap()
}

#[test]
fn a_call_by_cgi_is_answered() {
    let length = ADD.len().to_string();
    let post = [
        ("GATEWAY_INTERFACE", "CGI/1.1"),
        ("REQUEST_METHOD", "POST"),
        ("SCRIPT_NAME", "/cgi-bin/rpc"),
        ("CONTENT_TYPE", "text/xml"),
        ("CONTENT_LENGTH", &length),
        ("REMOTE_ADDR", "192.0.2.7"),
    ];
    let answer = gateway(&post, ADD);
    assert!(answer.starts_with("Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: "), "{answer}");
    assert!(answer.ends_with("</methodResponse>\n") || answer.ends_with("</methodResponse>"), "{answer}");
    assert!(answer.contains("<int>5</int>"));
    let peer = "<methodCall><methodName>peer</methodName></methodCall>";
    let length = peer.len().to_string();
    let mut asks = post;
    asks[4].1 = &length;
    assert!(gateway(&asks, peer).contains("192.0.2.7:0"));
    // What no call is.
    assert!(gateway(&[("REQUEST_METHOD", "GET"), ("SCRIPT_NAME", "/x")], "").starts_with("Status: 405 "));
    assert!(gateway(&[], "").starts_with("Status: 400 "));
    let mut large = post;
    large[4].1 = "99999999999";
    assert!(gateway(&large, ADD).starts_with("Status: 413 "));
    // The body ends before its length.
    large[4].1 = "5000";
    assert_eq!(gateway(&large, ADD), "");
}

#[test]
fn calls_by_scgi_are_answered_beside_http() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    server.add("add", |a: i32, b: i32| a + b);
    server.add("peer", |context: Context| context.peer().unwrap().to_string());
    server.add_scgi_listener(listener).unwrap();
    let http = server.url();
    let handle = server.shutdown_handle();
    let client = thread::spawn(move || {
        let ask = |body: &str, split: usize| {
            let length = body.len().to_string();
            let variables = ["CONTENT_LENGTH", &length, "SCGI", "1", "REQUEST_METHOD", "POST", "REQUEST_URI", "/RPC2"];
            let more = ["REMOTE_ADDR", "2001:db8::7", "REMOTE_PORT", "99"];
            let head: String = variables.iter().chain(&more).flat_map(|text| [text, "\0"]).collect();
            let request = format!("{}:{head},{body}", head.len());
            let mut stream = TcpStream::connect(address).unwrap();
            for piece in request.as_bytes().chunks(split) {
                stream.write_all(piece).unwrap();
            }
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        for split in [1, 10, 10_000] {
            let answer = ask(ADD, split);
            assert!(answer.starts_with("Status: 200 OK\r\n") && answer.contains("<int>5</int>"), "{answer}");
            assert!(!answer.contains("Connection"), "{answer}");
        }
        let answer = ask("<methodCall><methodName>peer</methodName></methodCall>", 1000);
        assert!(answer.contains("[2001:db8::7]:99"), "{answer}");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("Status: 400 "), "{answer}");
        let sum = tiny_xmlrpc::call::<i32>(&http, "add", (2, 3)).unwrap();
        handle.shutdown();
        sum
    });
    server.serve_forever().unwrap();
    assert_eq!(client.join().unwrap(), 5);
}
