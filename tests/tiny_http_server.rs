//! Methods on a server of the crate `tiny_http`, over loopback: called by our client, Python's, and sockets that send what
//! they like.
#![cfg(feature = "tiny_http")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{ErrorKind, Write};
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tiny_http::{Response, Server};
use tiny_xmlrpc::tiny_http::{DEFAULT_PATHS, answer, document, handle_request, handle_request_timeout, is_call};
use tiny_xmlrpc::{Dialect, Limits, Methods, Page, Value, call_to_vec, from_slice};

#[cfg(feature = "client")]
#[path = "support/peer.rs"]
mod peer;
#[path = "support/raw_http.rs"]
mod raw_http;

use raw_http::{PATIENCE, Socket, post};

/// The largest body that the servers of these tests take.
const LIMIT: usize = 100_000;

fn methods<'h>() -> Methods<'h> {
    let mut methods = Methods::new();
    methods.limits({
        let mut limits = Limits::default();
        limits.bytes = LIMIT as u64;
        limits
    });
    methods.add("add", |a: i32, b: i32| a.wrapping_add(b));
    methods.add("echo", |value: Value| value);
    methods.add("repeat", |text: String, times: u32| text.repeat(times as usize));
    methods.add("panic", || -> i32 { panic!("as asked") });
    methods
}

/// A server on a thread. Dropping it ends it and waits for it.
struct Serving {
    address: SocketAddr,
    server: Arc<Server>,
    thread: Option<JoinHandle<u32>>,
}

impl Serving {
    /// Calls `serve` again and again until it returns false.
    fn start(mut serve: impl FnMut(&mut Methods<'_>, &Server) -> bool + Send + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let address = server.server_addr().to_ip().unwrap();
        let shared = server.clone();
        let thread = std::thread::spawn(move || {
            let (mut methods, mut turns) = (methods(), 0);
            while serve(&mut methods, &shared) {
                turns += 1;
            }
            turns
        });
        Self { address, server, thread: Some(thread) }
    }

    fn methods() -> Self {
        Self::start(|methods, server| handle_request(methods, server, &DEFAULT_PATHS).unwrap())
    }

    fn connect(&self) -> Socket {
        Socket::connect(self.address)
    }

    /// Ends it and says how many turns it made.
    fn stop(mut self) -> u32 {
        self.server.unblock();
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.server.unblock();
            assert!(thread.join().is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// One call on a kept connection.
fn call_add(socket: &mut Socket) {
    let reply = socket.send(post("/RPC2", "", add())).answer();
    assert_eq!((reply.status, from_slice::<i32>(&reply.body).unwrap()), (200, 5));
}

fn add() -> Vec<u8> {
    call_to_vec("add", &(2, 3), Dialect::strict()).unwrap()
}

fn chunked(fields: &str, chunks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n").into_bytes();
    for chunk in chunks.iter().chain([&&b""[..]]) {
        write!(bytes, "{:x}\r\n", chunk.len()).unwrap();
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[test]
fn calls_are_answered_on_a_kept_connection() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    for _ in 0..10 {
        call_add(&mut socket);
    }
    let (first, second) = (post("/", "", add()), post("/RPC2?x", "Content-Type: application/xml\r\n", add()));
    socket.send([first, second].concat());
    for _ in 0..2 {
        let reply = socket.answer();
        assert_eq!(from_slice::<i32>(&reply.body).unwrap(), 5);
        assert!(reply.head.contains("\r\nContent-Type: text/xml\r\n"), "{}", reply.head);
    }
    // In an encoding that the Content-Type alone names.
    let call =
        b"<methodCall><methodName>echo</methodName><params><param><value>\xe4</value></param></params></methodCall>";
    let reply = socket.send(post("/", "Content-Type: text/xml; charset=iso-8859-1\r\n", call)).answer();
    assert_eq!(from_slice::<String>(&reply.body).unwrap(), "ä");
    drop(socket);
    assert_eq!(serving.stop(), 13);
}

#[test]
fn replies_have_a_length_whatever_their_size() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    for times in [0, 1_000, 40_000, 1_000_000] {
        let call = call_to_vec("repeat", &("x", times), Dialect::strict()).unwrap();
        for fields in ["", "TE: chunked\r\n"] {
            let reply = socket.send(post("/", fields, &call)).answer();
            assert_eq!(from_slice::<String>(&reply.body).unwrap().len(), times);
            assert!(!reply.head.contains("Transfer-Encoding"), "{}", reply.head);
        }
    }
}

#[test]
fn bodies_are_read_up_to_the_limit() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    // Around the size from which tiny_http leaves the reading to us, and up to the limit.
    for size in [1_023, 1_024, 1_025, 50_000, LIMIT] {
        let mut body = add();
        body.resize(size, b'\n');
        let reply = socket.send(post("/", "", &body)).answer();
        assert_eq!((reply.status, from_slice::<i32>(&reply.body).unwrap()), (200, 5), "{size}");
        let reply = socket.send(chunked("Transfer-Encoding: Chunked\r\n", &[b"\n", &add()])).answer();
        assert_eq!(reply.status, 200);
    }
    let body = vec![b'\n'; LIMIT + 1];
    let reply = socket.send(post("/", "", &body)).answer();
    assert_eq!(reply.status, 413);
    assert_eq!(reply.body, b"413 Content Too Large: the body is larger than the limit\n");
    // What was left of it is read past.
    call_add(&mut socket);
    let reply = serving.connect().send(chunked("Transfer-Encoding: chunked\r\n", &[&body])).answer();
    assert!(reply.status == 413 && reply.head.contains("\r\nConnection: close\r\n"), "{}", reply.head);
    assert_eq!(serving.stop(), 11);
}

#[test]
fn what_is_no_call_is_refused_and_the_connection_kept() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    let get = |method: &str| format!("{method} /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n").into_bytes();
    let large = vec![b'x'; 2_000];
    for (request, status) in [
        (post("/other", "", add()), 404),
        (post("/other", "", &large), 404),
        (post("/RPC2/", "", b""), 404),
        (get("GET"), 405),
        (get("BREW"), 405),
        (post("/", "Origin: http://elsewhere\r\n", add()), 403),
        #[cfg(not(feature = "json"))]
        (post("/", "Content-Type: application/json\r\n", add()), 415),
        (post("/", "Content-Type: text/html\r\n", add()), 415),
        (post("/", "Content-Type: text/plain\r\n", &large), 415),
        (post("/", "Content-Encoding: gzip\r\n", add()), 415),
        (post("/", "Content-Type: text/xml\r\nContent-type: text/xml\r\n", add()), 400),
    ] {
        let reply = socket.send(request).answer();
        assert_eq!(reply.status, status, "{}", reply.head);
        assert!(reply.body.starts_with(format!("{status} ").as_bytes()));
        assert_eq!(reply.head.contains("\r\nAllow: POST\r\n"), status == 405, "{}", reply.head);
        call_add(&mut socket);
    }
    // The reply to a HEAD has a length and no body: the next one follows at once.
    socket.send(get("HEAD"));
    let head = socket.head();
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
    call_add(&mut socket);
    drop(socket);
    assert_eq!(serving.stop(), if cfg!(feature = "json") { 11 } else { 12 });
}

#[test]
fn heads_that_can_be_read_in_two_ways_are_refused() {
    let serving = Serving::methods();
    for (fields, status) in [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: +5\r\n", 400),
        ("Content-Length: five\r\n", 400),
        ("Content-Length: 99999999999999999999\r\n", 413),
        ("Transfer-Encoding: xchunked\r\n", 501),
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: chunked\r\nConnection: upgrade\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        ("", 411),
    ] {
        for path in ["/", "/other"] {
            let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n12345");
            let reply = serving.connect().send(request).answer();
            assert_eq!(reply.status, status, "{fields}");
            assert!(reply.head.contains("\r\nConnection: close\r\n"), "{}", reply.head);
        }
    }
    let malformed = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n";
    assert_eq!(serving.connect().send(malformed).answer().status, 400);
    call_add(&mut serving.connect());
    assert_eq!(serving.stop(), 1);
}

#[test]
fn an_upgrade_that_is_offered_is_passed_over() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    let fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";
    let reply = socket.send(post("/", fields, add())).answer();
    assert_eq!(from_slice::<i32>(&reply.body).unwrap(), 5);
}

#[test]
fn versions_of_http_decide_what_stays() {
    let serving = Serving::methods();
    for (fields, connection) in [("", "close"), ("Connection: keep-alive\r\n", "keep-alive")] {
        let call = add();
        let head = format!("POST / HTTP/1.0\r\n{fields}Content-Length: {}\r\n\r\n", call.len());
        let reply = serving.connect().send([head.as_bytes(), &call].concat()).answer();
        assert_eq!(from_slice::<i32>(&reply.body).unwrap(), 5);
        assert!(reply.head.contains(&format!("\r\nConnection: {connection}\r\n")), "{}", reply.head);
    }
    let reply = serving.connect().send("POST / HTTP/0.9\r\nContent-Length: 0\r\n\r\n").answer();
    assert_eq!(reply.status, 505);
}

#[test]
fn a_body_is_asked_for_only_if_it_is_wanted() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    let call = add();
    let head = |path: &str, length: usize| {
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n")
    };
    socket.send(head("/", call.len()));
    assert_eq!(socket.answer().status, 100);
    let reply = socket.send(&call).answer();
    assert_eq!(from_slice::<i32>(&reply.body).unwrap(), 5);
    for (path, length, status) in [("/other", 10, 404), ("/", LIMIT + 1, 413)] {
        let mut socket = serving.connect();
        assert_eq!(socket.send(head(path, length)).answer().status, status);
        // tiny_http waits for the body all the same.
        socket.stream.shutdown(Shutdown::Write).unwrap();
    }
    call_add(&mut serving.connect());
}

#[test]
fn a_body_that_ends_early_is_no_call() {
    let serving = Serving::methods();
    // A whole document, and yet not the whole body.
    let mut body = add();
    body.resize(2_000, b'\n');
    let mut request = post("/", "", &body);
    request.truncate(request.len() - 1);
    let mut socket = serving.connect();
    socket.send(request).stream.shutdown(Shutdown::Write).unwrap();
    let reply = socket.answer();
    assert_eq!((reply.status, &*reply.body), (400, &b"400 Bad Request: the body ended before its length\n"[..]));
    call_add(&mut serving.connect());
    assert_eq!(serving.stop(), 1);
}

#[test]
fn a_huge_length_does_not_end_the_process() {
    let server = Server::http("127.0.0.1:0").unwrap();
    let address = server.server_addr().to_ip().unwrap();
    let mut methods = methods();
    for length in [64_000_000_000, 1 << 63, u64::MAX] {
        for (method, more) in [("POST", ""), ("GET", ""), ("POST", "Content-Length: 5\r\n")] {
            let head = format!("{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{more}\r\n");
            let _socket = Socket::connect(address).send(head);
            let request = server.recv_timeout(PATIENCE).unwrap().expect("a request");
            let error = answer(&mut methods, request).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        }
    }
    let mut socket = Socket::connect(address);
    socket.send(post("/", "", add()));
    assert!(handle_request(&mut methods, &server, &["/"]).unwrap());
    assert_eq!(socket.answer().status, 200);
}

#[test]
fn a_handler_that_panics_answers_with_a_fault() {
    let serving = Serving::methods();
    let mut socket = serving.connect();
    let call = call_to_vec("panic", &(), Dialect::strict()).unwrap();
    let reply = socket.send(post("/", "", &call)).answer();
    assert_eq!(reply.status, 200);
    let error = from_slice::<i32>(&reply.body).unwrap_err();
    assert_eq!(error.fault().map(|fault| (fault.code(), fault.message())), Some((-32603, "internal error")));
    call_add(&mut socket);
}

#[test]
fn calls_are_answered_beside_a_page() {
    let serving = Serving::start(|methods, server| {
        let Ok(request) = server.recv() else { return false };
        if is_call(&request, &["/RPC2"]) {
            answer(methods, request).unwrap();
        } else {
            request.respond(Response::from_string("a page")).unwrap();
        }
        true
    });
    let mut socket = serving.connect();
    call_add(&mut socket);
    for request in ["GET /RPC2", "GET /", "POST /"] {
        let reply = socket.send(format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n")).answer();
        assert_eq!((reply.status, &*reply.body), (200, &b"a page"[..]));
    }
    let reply = socket.send(post("/RPC2", "Content-Type: text/plain\r\n", add())).answer();
    assert_eq!(reply.status, 415);
    call_add(&mut socket);
}

#[test]
fn the_documentation_is_shown_beside_calls() {
    let page = Page::new("A page").forms(true).calls_to("/RPC2");
    let html = page.html(&methods());
    let headers = page.headers();
    let serving = Serving::start(move |methods, server| {
        let Ok(request) = server.recv() else { return false };
        let sent =
            if is_call(&request, &["/RPC2"]) { answer(methods, request) } else { document(methods, &page, request) };
        sent.unwrap();
        true
    });
    let mut socket = serving.connect();
    socket.send("GET /docs HTTP/1.1\r\nHost: a\r\n\r\n");
    let reply = socket.answer();
    assert_eq!((reply.status, String::from_utf8(reply.body).unwrap()), (200, html.clone()));
    for (name, value) in headers {
        assert!(reply.head.contains(&format!("\r\n{name}: {value}\r\n")), "{name}: {}", reply.head);
    }
    call_add(&mut socket);
    socket.send("PUT /docs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    let reply = socket.answer();
    assert!(reply.status == 405 && reply.head.contains("\r\nAllow: GET, HEAD\r\n"), "{}", reply.head);
    socket.send("GET /docs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    assert_eq!(socket.answer().status, 413);
    // No body follows the reply to a HEAD, but the next reply.
    socket.send("HEAD /docs HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = socket.head();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", html.len())), "{head}");
    call_add(&mut socket);
}

#[test]
fn waiting_for_a_request_ends() {
    let server = Server::http("127.0.0.1:0").unwrap();
    let mut methods = methods();
    let mut wait = |timeout| handle_request_timeout(&mut methods, &server, &["/"], timeout).unwrap();
    assert!(!wait(Duration::ZERO));
    assert!(!wait(Duration::from_millis(20)));
    server.unblock();
    assert!(!wait(PATIENCE));

    let address = server.server_addr().to_ip().unwrap();
    let mut socket = Socket::connect(address);
    // The page that is not there does not count.
    socket.send(post("/none", "", b"")).send(post("/", "", add()));
    assert!(wait(PATIENCE));
    assert_eq!((socket.answer().status, socket.answer().status), (404, 200));
    server.unblock();
    assert!(!handle_request(&mut methods, &server, &["/"]).unwrap());
}

#[cfg(feature = "client")]
mod clients {
    use std::process::Command;

    use super::*;
    use tiny_xmlrpc::Client;

    #[test]
    fn our_client_calls() {
        let serving = Serving::methods();
        let client = Client::new(&format!("http://{}/RPC2", serving.address)).unwrap();
        for number in 0..20 {
            assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
        }
        let text = "é\r<".repeat(5_000);
        assert_eq!(client.call::<String>("echo", (&text,)).unwrap(), text);
        let error = client.call::<i32>("none", ()).unwrap_err();
        assert_eq!(error.fault().unwrap().code(), -32601);
        let error = client.call::<String>("echo", ("x".repeat(LIMIT),)).unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (tiny_xmlrpc::ErrorKind::Http, Some(413)));
        let wrong = Client::new(&format!("http://{}/wrong", serving.address)).unwrap();
        assert_eq!(wrong.call::<i32>("add", (2, 3)).unwrap_err().http_status(), Some(404));
        // minreq, with a connection of its own.
        let url = format!("http://{}", serving.address);
        assert_eq!(tiny_xmlrpc::call::<i32>(&url, "add", (2, 3)).unwrap(), 5);
    }

    #[test]
    fn pythons_client_calls() {
        let mut probe = Command::new("python3");
        if !peer::installed(probe.args(["-c", "import xmlrpc.client"]), "Python's client with tiny_http") {
            return;
        }
        let serving = Serving::methods();
        let script = r#"
import sys
from xmlrpc.client import Fault, ProtocolError, ServerProxy
url = sys.argv[1]
with ServerProxy(url) as server:
    print([server.add(n, 1) for n in range(10)])
    print(server.echo({"a": [1, "ä", True]}) == {"a": [1, "ä", True]}, len(server.repeat("x", 500000)))
    try:
        server.none()
    except Fault as fault:
        print(fault.faultCode)
    print(server.add(2, 3))
with ServerProxy(url + "/wrong") as server:
    try:
        server.add(2, 3)
    except ProtocolError as error:
        print(error.errcode)
"#;
        let mut python = Command::new("python3");
        let peer = peer::Peer::start(python.args(["-c", script, &format!("http://{}", serving.address)]));
        let expected = ["[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "True 500000", "-32601", "5", "404"];
        assert_eq!(peer.finish(), expected);
    }
}

/// JSON-RPC at the same paths, notifications among it, on one connection.
#[cfg(all(feature = "json", feature = "client"))]
#[test]
fn json_rpc_is_answered_beside_xml_rpc() {
    let serving = Serving::methods();
    let url = format!("http://{}/RPC2", serving.address);
    let client = tiny_xmlrpc::Client::json(&url).unwrap();
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    client.notify("add", (2, 3)).unwrap();
    assert_eq!(client.call::<String>("repeat", ("ab", 2_000)).unwrap().len(), 4_000);
    assert_eq!(client.call::<i32>("none", ()).unwrap_err().fault().unwrap().code(), -32601);
    drop(client);
    assert_eq!(tiny_xmlrpc::Client::new(&url).unwrap().call::<i32>("add", (2, 3)).unwrap(), 5);
    assert_eq!(serving.stop(), 5);
}
