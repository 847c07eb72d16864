//! Who may call, and what the log tells of it.

use std::io::Write;
use std::net::TcpStream;

use super::add_request;
use super::raw_http::exchange;
use super::serving::{Lines, Serving};
use tiny_xmlrpc::server::{Basic, Config, Reply};
use tiny_xmlrpc::{Client, Context, Server};

fn with_add(server: &mut Server<'_>) {
    server.add("add", |a: i32, b: i32| a + b);
    server.add("whoami", |context: Context| context.user().unwrap_or("nobody").to_owned());
}

#[test]
fn who_is_not_let_in_is_not_listened_to() {
    let denied = Serving::start(Config::default(), |server| {
        with_add(server);
        server.deny("127.0.0.0/8").unwrap();
        assert!(server.allow("127.0.0.1/8").is_err());
    });
    let mut stream = TcpStream::connect(denied.address()).unwrap();
    let _ = stream.write_all(&add_request("/", ""));
    let mut reply = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut reply);
    assert!(reply.is_empty());
    assert_eq!(denied.stop().turned_away, 1);

    let allowed = Serving::start(Config::default(), |server| {
        with_add(server);
        server.deny("127.0.0.0/8").unwrap().allow("127.0.0.1").unwrap();
    });
    assert_eq!(Client::new(&allowed.url).unwrap().call::<i32>("add", (2, 3)).unwrap(), 5);
}

#[test]
fn passwords_come_before_everything() {
    let lines = Lines::default();
    let log = lines.clone();
    let server = Serving::start(Config::default(), move |server| {
        with_add(server);
        let mut users = Basic::new("test");
        users.user("ada", "lovelace");
        server.authenticate(users).log_to(log);
        server.page("/page", |request| Reply::text(200, request.user().unwrap_or_default().to_owned()));
    });
    let host = server.address().to_owned();
    let right = "Authorization: Basic YWRhOmxvdmVsYWNl\r\n";
    // Before it is told whether there is such a path, and before a document is read.
    for request in [
        add_request("/", ""),
        add_request("/nowhere", ""),
        add_request("/", "Authorization: Basic YWRhOmxvdmVsYWN\r\n"),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n<x>".to_vec(),
    ] {
        let answer = exchange(&host, &request).unwrap();
        assert_eq!((answer.status, answer.header("WWW-Authenticate").is_some()), (401, true));
    }
    let answer = exchange(&host, add_request("/RPC2?secret", right)).unwrap();
    assert_eq!((answer.status, answer.text().contains("<int>5</int>")), (200, true));
    let page = exchange(&host, format!("GET /page HTTP/1.1\r\nHost: a\r\n{right}\r\n").as_bytes()).unwrap();
    assert_eq!(page.text(), "ada");
    assert_eq!(exchange(&host, add_request("/nowhere", right)).unwrap().status, 404);
    let client = Client::new(&format!("http://ada:lovelace@{host}/")).unwrap();
    assert_eq!(client.call::<String>("whoami", ()).unwrap(), "ada");
    // No name that our own client would send, but one that would break the line.
    let body = "<methodCall><methodName>no&#10;such</methodName><params/></methodCall>";
    let request = format!("POST / HTTP/1.1\r\nHost: a\r\n{right}Content-Length: {}\r\n\r\n{body}", body.len());
    assert!(exchange(&host, request.as_bytes()).unwrap().text().contains("-32601"));
    server.stop();

    let lines = lines.get();
    let without_date = |line: &String| {
        let (host, rest) = line.split_once(" [").unwrap();
        let rest = rest.split_once("] ").unwrap().1;
        format!("{host} {}", rest.rsplit_once(' ').unwrap().0)
    };
    let told: Vec<String> = lines.iter().map(without_date).collect();
    assert_eq!(told.len(), 9, "{told:?}");
    assert!(told[..4].iter().all(|line| line.starts_with("127.0.0.1 - - \"POST /") && line.contains("\" 401 ")));
    assert!(told[4].starts_with("127.0.0.1 - ada \"POST /RPC2 HTTP/1.1\" 200 ") && told[4].ends_with(" \"add\" -"));
    assert_eq!(told[5], "127.0.0.1 - ada \"GET /page HTTP/1.1\" 200 3 - -");
    assert!(told[6].contains("\"POST /nowhere HTTP/1.1\" 404 "), "{}", told[6]);
    assert!(told[7].ends_with(" \"whoami\" -"), "{}", told[7]);
    assert!(told[8].ends_with(" \"no\\u{a}such\" -32601"), "{}", told[8]);
    for secret in ["lovelace", "YWRh", "secret", "Basic"] {
        assert!(!lines.concat().contains(secret), "{secret}");
    }
}

#[test]
fn what_cannot_be_read_is_logged_too() {
    let lines = Lines::default();
    let log = lines.clone();
    let server = Serving::start(Config::default(), move |server| {
        with_add(server);
        server.log_to(log);
    });
    let host = server.address().to_owned();
    assert_eq!(exchange(&host, b"\x16\x03\x01").unwrap().status, 400);
    let chunked = "POST /RPC2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nX";
    assert_eq!(exchange(&host, chunked.as_bytes()).unwrap().status, 400);
    server.stop();
    let lines = lines.get();
    assert!(lines[0].contains("] \"-\" 400 "), "{}", lines[0]);
    assert!(lines[1].contains("] \"POST /RPC2 HTTP/1.1\" 400 "), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_hook_judges_every_request() {
    let server = Serving::start(Config::default(), |server| {
        with_add(server);
        let mut seen = 0;
        server.verify_request(move |head| {
            assert!(head.peer().unwrap().ip().is_loopback());
            seen += 1;
            if seen % 2 == 1 { Err(Reply::error(403, "only every other")) } else { Ok(()) }
        });
    });
    let statuses: Vec<u16> = (0..4).map(|_| exchange(server.address(), add_request("/", "")).unwrap().status).collect();
    assert_eq!(statuses, [403, 200, 403, 200]);
}
