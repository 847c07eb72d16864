//! What a server answers to what is no call, or no good one; and that it serves the next one all the same.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/raw_http.rs"]
mod raw_http;
#[path = "support/serving.rs"]
mod serving;

use raw_http::{ADD, Answer};
use serving::Serving;
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, Error, ErrorKind, Fault, MethodResponse, Result, Value, from_slice};

const MAX_BODY: u64 = 10_000;

fn start() -> Serving {
    let mut config = Config::default();
    config.max_body = MAX_BODY;
    Serving::start(config, |server| {
        server.introspection(true).multicall(true);
        server.add("add", |a: i32, b: i32| a + b);
        server.add("echo", |value: Value| value);
        server.add("nothing", || ());
        server.add("panic", || -> i32 { panic!("a text that stays here") });
    })
}

/// Sends these bytes on a connection of their own; the reply, if there is one.
fn exchange(server: &Serving, request: &[u8]) -> Option<Answer> {
    raw_http::exchange(server.address(), request)
}

/// Another client's next call, on a new connection.
fn works(server: &Serving) {
    assert_eq!(Client::new(&server.url).unwrap().call::<i32>("add", (2, 3)).unwrap(), 5);
}

fn post(fields: &str, body: &str) -> String {
    String::from_utf8(raw_http::post("/RPC2", fields, body)).unwrap()
}

fn fault_in(answer: &Answer) -> Fault {
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/xml")), "{answer:?}");
    match MethodResponse::from_bytes(&answer.body).unwrap() {
        MethodResponse::Fault(fault) => fault,
        other => panic!("expected a fault, found {other:?}"),
    }
}

/// A call of this method whose parameters are this XML.
fn call(method: &str, params: &str) -> String {
    format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>")
}

/// A call of `echo` with this value.
fn echo(value: &str) -> String {
    call("echo", &format!("<param><value>{value}</value></param>"))
}

/// A call of `add` with these values.
fn add(values: &[&str]) -> String {
    call("add", &values.iter().map(|value| format!("<param><value>{value}</value></param>")).collect::<String>())
}

#[test]
fn documents_that_are_no_good_call_become_faults() {
    let not_xml = "expected <methodCall>, found";
    let cases: Vec<(String, i32, String)> = [
        // Not XML.
        ("".into(), -32700, format!("{not_xml} the end of the document at 1:1")),
        ("hello".into(), -32600, format!("{not_xml} text \"hello\" at 1:1")),
        ("{\"id\": 1}".into(), -32600, format!("{not_xml} text \"{{\\\"id\\\": 1}}\" at 1:1")),
        ("<".into(), -32700, "expected the rest of a tag, found the end of the document at 1:2".into()),
        // XML, but not XML-RPC.
        ("<html><body>hello</body></html>".into(), -32600, format!("{not_xml} <html> at 1:1")),
        ("<methodCall/>".into(), -32600, "expected <methodName>, found </methodCall> at 1:1".into()),
        ("<methodCall><params/></methodCall>".into(), -32600, "expected <methodName>, found <params> at 1:13".into()),
        (
            "<methodResponse><params/></methodResponse>".into(),
            -32600,
            "expected a methodCall, found a methodResponse at 1:17".into(),
        ),
        (call("echo", "<value>x</value>"), -32600, "expected <param> or </params>, found <value> at 1:50".into()),
        (ADD.to_owned() + "x", -32600, "expected the end of the document, found text \"x\" at 1:176".into()),
        (
            "<!DOCTYPE x [<!ENTITY a \"b\">]><methodCall/>".into(),
            -32700,
            "expected an element, found a document type declaration at 1:1".into(),
        ),
        (
            "<?xml version=\"1.0\" encoding=\"x-none\"?><methodCall/>".into(),
            -32701,
            "expected a supported encoding like utf-8, found \"x-none\" at 1:1".into(),
        ),
        // Not well-formed, or with what XML does not allow.
        (
            echo("&nbsp;"),
            -32700,
            "params[0]: expected one of the entities lt, gt, amp, quot, apos, found another at 1:64".into(),
        ),
        (
            echo("\u{1}"),
            -32702,
            "params[0]: expected a character that XML allows, found a control character at 1:64".into(),
        ),
        (echo("<string>x"), -32700, "params[0]: expected </string>, found </value> at 1:73".into()),
        // Not of their type.
        (add(&["<int>two</int>"]), -32600, "params[0]: expected an integer like -12, found \"two\" at 1:56".into()),
        (echo("<boolean>yes</boolean>"), -32600, "params[0]: expected a boolean, 0 or 1, found \"yes\" at 1:57".into()),
        (echo("<base64>!</base64>"), -32600, "params[0]: expected base64, found '!' at 1:72".into()),
        // Not what the method takes.
        (add(&["2", "<int>3</int>"]), -32602, "params[0]: expected int, found string \"2\" at 1:56".into()),
        (
            add(&["<int>2147483648</int>", "<int>3</int>"]),
            -32602,
            "params[0]: expected int, found i8 2147483648 at 1:56".into(),
        ),
        (add(&[]), -32602, "params[0]: expected int, found none".into()),
        (add(&["<int>2</int>"]), -32602, "params[1]: expected int, found only 1 parameter".into()),
        (add(&["<int>2</int>"; 3]), -32602, "expected 2 parameters, found 3".into()),
        (call("nothing", "<param><value/></param>"), -32602, "expected no parameters, found 1".into()),
        (
            call("system.multicall", "<param><value>x</value></param>"),
            -32602,
            "params[0]: expected an array of calls, found string \"x\" at 1:69".into(),
        ),
        (call("system.methodHelp", ""), -32602, "params[0]: expected string, found none".into()),
        // Nothing that is there.
        (call("none", ""), -32601, "method \"none\" not found".into()),
        (call("a&lt;b", ""), -32601, "method \"a<b\" not found".into()),
        (call("system.none", ""), -32601, "method \"system.none\" not found".into()),
        (call("system.methodHelp", "<param><value>none</value></param>"), -32601, "method \"none\" not found".into()),
        // A failure of the server's own.
        (call("panic", ""), -32603, "internal error".into()),
    ]
    .into();
    let server = start();
    for (document, code, message) in cases {
        let answer = exchange(&server, post("Content-Type: text/xml\r\n", &document).as_bytes()).unwrap();
        let fault = fault_in(&answer);
        assert_eq!((fault.code(), fault.message()), (code, &*message), "{document}");
        works(&server);
    }
}

#[test]
fn a_document_cut_anywhere_is_not_well_formed() {
    let server = start();
    let start = "<?xml version=\"1.0\"?>".len();
    for end in (start..ADD.len()).step_by(5) {
        let answer = exchange(&server, post("", &ADD[..end]).as_bytes()).unwrap();
        assert_eq!(fault_in(&answer).code(), -32700, "{}", &ADD[..end]);
    }
    works(&server);
}

#[test]
fn requests_that_are_no_calls_have_their_status() {
    let large = "x".repeat(usize::try_from(MAX_BODY).unwrap() + 1);
    let chunked =
        |chunks: &str| format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    let cases = [
        (post("", &large), 413, "Content Too Large: the body is too large"),
        (
            post("", ADD).replace(&format!("Length: {}", ADD.len()), "Length: 99999999999999999999"),
            413,
            "Content Too Large: the body is too large",
        ),
        (
            chunked(&format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len())),
            413,
            "Content Too Large: the body is too large",
        ),
        (post("Sec-Fetch-Site: cross-site\r\n", ADD), 403, "Forbidden: expected a request from no other site's page"),
        (post("Origin: http://elsewhere\r\n", ADD), 403, "Forbidden: expected a request from no other site's page"),
        (post("", ADD).replace("/RPC2", "/rpc2"), 404, "Not Found: no such path here"),
        (post("", ADD).replace("/RPC2", "/RPC2/add"), 404, "Not Found: no such path here"),
        ("GET / HTTP/1.1\r\nHost: test\r\n\r\n".into(), 405, "Method Not Allowed: "),
        ("GET /RPC2 HTTP/1.0\r\n\r\n".into(), 405, "Method Not Allowed: "),
        ("DELETE /RPC2 HTTP/1.1\r\nHost: test\r\n\r\n".into(), 405, "Method Not Allowed: "),
        ("GET /favicon.ico HTTP/1.1\r\nHost: test\r\n\r\n".into(), 404, "Not Found: no such path here"),
        #[cfg(not(feature = "json"))]
        (
            post("Content-Type: application/json\r\n", ADD),
            415,
            "Unsupported Media Type: expected a Content-Type of XML, like text/xml",
        ),
        (
            post("Content-Type: text/html\r\n", ADD),
            415,
            "Unsupported Media Type: expected a Content-Type of XML, like text/xml",
        ),
        (
            post("Content-Type: application/x-www-form-urlencoded\r\n", ADD),
            415,
            "Unsupported Media Type: expected a Content-Type of XML, like text/xml",
        ),
        (
            post("Content-Type: text/xml\r\nContent-Encoding: br\r\n", ADD),
            415,
            "Unsupported Media Type: expected a body without a Content-Encoding",
        ),
        ("POST /RPC2 HTTP/1.1\r\nHost: test\r\n\r\n".into(), 411, "Length Required: expected a Content-Length"),
        (chunked("xyz\r\n"), 400, "Bad Request: malformed chunk size"),
        (chunked("-1\r\n"), 400, "Bad Request: malformed chunk size"),
        (
            post("", ADD).replace("HTTP/1.1", "HTTP/2.0"),
            505,
            "HTTP Version Not Supported: expected HTTP/1.0 or HTTP/1.1",
        ),
        (
            post("", ADD).replace("Content-Length: ", "Content-Length: -"),
            400,
            "Bad Request: expected digits in Content-Length",
        ),
        (post("Transfer-Encoding: gzip\r\n", "").replace("Content-Length: 0\r\n", ""), 501, "Not Implemented: "),
        (ADD.into(), 400, "Bad Request: "),
        ("hello\r\n\r\n".into(), 400, "Bad Request: malformed request line"),
    ];
    let server = start();
    for (request, status, message) in &cases {
        let shown = &request[..request.len().min(300)];
        let answer = exchange(&server, request.as_bytes()).expect(shown);
        assert_eq!(answer.status, *status, "{shown}");
        assert!(answer.text().starts_with(&format!("{status} {message}")), "{shown}\n{answer:?}");
        assert_eq!(answer.header("Content-Type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("Allow"), (*status == 405).then_some("POST"));
        works(&server);
    }
    let stats = server.stop();
    assert_eq!((stats.refused, stats.requests), (cases.len() as u64, cases.len() as u64));
}

#[test]
fn a_body_that_breaks_off_is_left_without_an_answer() {
    let server = start();
    for request in [
        &post("", ADD)[..200],
        "POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST /RPC2 HTTP/1.1\r\nHost:",
        "",
    ] {
        assert!(exchange(&server, request.as_bytes()).is_none(), "{request}");
        works(&server);
    }
    assert_eq!(server.stop().requests, 4);
}

#[test]
fn unusual_requests_are_calls_all_the_same() {
    let length = ADD.len();
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let chunks = chunk(&ADD[..50]) + &chunk(&ADD[50..]) + "0\r\n\r\n";
    let server = start();
    for request in [
        // Without a Content-Type, as some peers send it, and with others than text/xml.
        post("", ADD),
        post("Content-Type: text/xml; charset=utf-8\r\n", ADD),
        post("Content-Type: application/xml\r\n", ADD),
        post("content-type: TEXT/XML\r\nContent-Encoding: identity\r\n", ADD),
        format!("POST /RPC2 HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{ADD}"),
        format!("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"),
        format!("POST /RPC2?a=b HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{ADD}"),
        format!("POST http://test/RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{ADD}"),
        post("Authorization: Basic eDp5\r\nAccept-Encoding: gzip\r\nCookie: a=b\r\n", ADD),
        post("", &format!("\n{ADD}\n")),
    ] {
        let answer = exchange(&server, request.as_bytes()).expect(&request);
        assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/xml")), "{request}\n{answer:?}");
        assert_eq!(from_slice::<i32>(&answer.body).unwrap(), 5, "{request}");
        assert_eq!(answer.header("Content-Encoding"), None);
    }
}

#[test]
fn a_body_of_exactly_the_limit_is_read() {
    let server = start();
    let fill = |size: u64| {
        let envelope = echo("").len();
        echo(&"x".repeat(usize::try_from(size).unwrap() - envelope))
    };
    let status = |size| exchange(&server, post("", &fill(size)).as_bytes()).unwrap().status;
    assert_eq!((status(MAX_BODY), status(MAX_BODY + 1)), (200, 413));
}

fn fault_of<T: std::fmt::Debug>(result: Result<T>) -> (i32, String) {
    let error: Error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault, "{error}");
    let fault = error.fault().unwrap();
    (fault.code(), fault.message().to_owned())
}

#[test]
fn a_client_is_told_and_goes_on() {
    let server = start();
    let client = Client::new(&server.url).unwrap();
    for _ in 0..3 {
        assert_eq!(fault_of(client.call::<i32>("panic", ())), (-32603, "internal error".into()));
        assert_eq!(fault_of(client.call::<i32>("none", ())), (-32601, "method \"none\" not found".into()));
        assert_eq!(fault_of(client.call::<i32>("add", ("x", 3))).0, -32602);
        assert_eq!(fault_of(client.call::<i32>("add", (1, 2, 3))).0, -32602);
        assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    }
    let error = client.call::<String>("echo", ("x".repeat(1_000_000),)).unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(413)));
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    // What cannot be written is not sent.
    let error = client.call::<String>("echo", ("\u{1}",)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Unsupported, false));
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    drop(client);
    assert_eq!(server.stop().accepted, 2);
}

#[test]
fn a_panic_in_a_multicall_is_one_of_its_faults() {
    let server = start();
    let client = Client::new(&server.url).unwrap();
    let mut calls = client.multicall();
    calls.add("add", (2, 3)).unwrap().add("panic", ()).unwrap().add("add", (1, 1)).unwrap();
    let (first, panicked, last): (Result<i32>, Result<i32>, Result<i32>) = calls.run().unwrap();
    assert_eq!((first.unwrap(), last.unwrap()), (5, 2));
    assert_eq!(fault_of(panicked), (-32603, "internal error".into()));
}

#[test]
fn wrong_addresses_are_told() {
    let server = start();
    let calls = |url: &str| {
        [Client::new(url).unwrap().call::<i32>("add", (2, 3)), tiny_xmlrpc::call::<i32>(url, "add", (2, 3))]
            .map(Result::unwrap_err)
    };
    for error in calls(&server.url.replace("/RPC2", "/none")) {
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(404)));
        let message = error.to_string();
        assert!(message.contains("404") && message.contains("no such path here"), "{message}");
    }
    // A port that needs privileges and has no service: one that was just freed could be another test's by now.
    let closed = "127.0.0.1:1";
    for error in calls(&format!("http://{closed}")) {
        assert_eq!(error.kind(), ErrorKind::Transport(tiny_xmlrpc::Phase::Connect));
        assert!(!error.may_have_executed());
        let message = error.to_string();
        assert!(message.starts_with(&format!("connecting to {closed} failed: ")), "{message}");
    }
}
