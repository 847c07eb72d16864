//! What a well-meaning client sees.

use super::support::*;
use tiny_xmlrpc::server::{Config, Reply, Request, RequestHead, Service};

#[test]
fn answers_on_a_kept_connection() {
    let server = Running::start(Config::default());
    let mut client = server.connect();
    for body in ["", "hello", &"x".repeat(200_000)] {
        echo(&mut client, body);
    }
    assert_eq!(client.send("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n").answer().text(), "GET /a?b ");
    assert_eq!(server.stop().requests, 4);
}

#[test]
fn a_burst_of_kept_connections_is_answered_whole() {
    let server = Running::start(Config::default());
    let mut clients: Vec<_> = (0..64).map(|_| server.connect()).collect();
    for body in ["first", "second", &"x".repeat(100_000)] {
        for client in &mut clients {
            client.send(post("/", body));
        }
        for client in &mut clients {
            assert_eq!(client.answer().text(), format!("POST /? {body}"));
        }
    }
    assert_eq!(server.stop().requests, 3 * 64);
}

#[test]
fn a_request_may_come_in_any_pieces() {
    for read_buffer in [Config::default().read_buffer, 512] {
        come_in_any_pieces(read_buffer);
    }
}

fn come_in_any_pieces(read_buffer: usize) {
    let mut config = Config::default();
    config.read_buffer = read_buffer;
    let server = Running::start(config);
    let requests = post("/a", "hello")
        + "\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"
        + &post("/c", &("bye".to_string() + &"x".repeat(1_000)));
    let bye = "POST /c? bye".to_string() + &"x".repeat(1_000);
    let mut client = server.connect();
    for size in [1, 2, 3, 7, 50, 1000, 10_000] {
        for piece in requests.as_bytes().chunks(size) {
            client.send(piece);
        }
        for text in ["POST /a? hello", "POST /b? hello", &bye] {
            assert_eq!(client.answer().text(), text, "{size}");
        }
    }
    // Each split point of its own, so that the loop sees both parts alone.
    for at in (1..requests.len()).step_by(17) {
        let (first, second) = requests.as_bytes().split_at(at);
        client.send(first);
        std::thread::yield_now();
        client.send(second);
        for text in ["POST /a? hello", "POST /b? hello", &bye] {
            assert_eq!(client.answer().text(), text, "{at}");
        }
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Running::start(Config::default());
    let mut client = server.connect();
    let requests: String = (0..1_000).map(|number| post(&format!("/{number}"), "x")).collect();
    let mut writer = client.stream.try_clone().unwrap();
    let thread = std::thread::spawn(move || std::io::Write::write_all(&mut writer, requests.as_bytes()).unwrap());
    for number in 0..1_000 {
        assert_eq!(client.answer().text(), format!("POST /{number}? x"));
    }
    thread.join().unwrap();
    echo(&mut client, "still there");
}

#[test]
fn large_replies_come_whole() {
    let server = Running::start(Config::default());
    let mut client = server.connect();
    for size in [32_768, 32_769, 100_000, 10_000_000] {
        client.send(format!("GET /large?{size} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(client.answer().body.len(), size);
    }
    client.send("GET /large?5000000 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4) + &post("/", "x"));
    for _ in 0..4 {
        assert_eq!(client.answer().body.len(), 5_000_000);
    }
    assert_eq!(client.answer().text(), "POST /? x");
}

#[test]
fn versions_and_connection_fields_decide_what_stays() {
    let server = Running::start(Config::default());
    for (request, stays, field) in [
        ("GET / HTTP/1.0\r\n\r\n", false, "\r\nConnection: close\r\n"),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "\r\nConnection: keep-alive\r\n"),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false, "\r\nConnection: close\r\n"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, "\r\nContent-Length: 7\r\n"),
        ("GET /close HTTP/1.1\r\nHost: a\r\n\r\n", false, "\r\nConnection: close\r\n"),
        ("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n", false, "\r\nConnection: close\r\n"),
    ] {
        let mut client = server.connect();
        let answer = client.send(request).answer();
        assert!(answer.head.contains(field), "{request:?} {answer:?}");
        assert_eq!(answer.status, if request.contains("panic") { 500 } else { 200 });
        assert!(answer.head.contains("\r\nDate: ") && answer.head.contains(" GMT\r\n"));
        if stays {
            echo(&mut client, "again");
        } else {
            assert!(client.is_ended(), "{request:?}");
        }
    }
}

#[test]
fn a_client_may_close_its_side_after_the_request() {
    let server = Running::start(Config::default());
    let mut client = server.connect();
    client.send(post("/", "a") + &post("/", "b"));
    client.stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!((client.answer().text(), client.answer().text()), ("POST /? a", "POST /? b"));
    assert!(client.is_ended());
}

#[test]
fn a_head_request_gets_no_body() {
    let server = Running::start(Config::default());
    let mut client = server.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".to_string() + &post("/", "x"));
    let mut seen = Vec::new();
    while !seen.ends_with(b"POST /? x") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut client.stream, &mut byte).unwrap();
        seen.push(byte[0]);
    }
    let seen = String::from_utf8(seen).unwrap();
    assert!(seen.contains("Content-Length: 8\r\n"), "{seen}");
    assert!(!seen.contains("HEAD /"), "{seen}");
}

#[test]
fn a_client_that_expects_continue_is_told_or_refused() {
    let mut config = Config::default();
    config.max_body = 1_000;
    let server = Running::start(config);
    let head = |path: &str, length: u32| {
        format!("POST {path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n")
    };
    let mut client = server.connect();
    let answer = client.send(head("/", 5)).answer();
    assert_eq!(answer.head, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(client.send("hello").answer().text(), "POST /? hello");
    // Who sends the body at once isn't told.
    assert_eq!(client.send(head("/", 5) + "hello").answer().text(), "POST /? hello");

    for (path, length, status) in [("/", 1_001, 413), ("/refuse/401", 5, 401)] {
        let mut client = server.connect();
        let answer = client.send(head(path, length)).answer();
        assert_eq!((answer.status, answer.closes()), (status, true));
        assert!(client.is_ended());
    }
    let mut client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\nContent-Length: 5\r\n\r\n");
    assert_eq!(client.answer().status, 417);
}

#[test]
fn a_refused_request_is_read_past_if_it_is_small() {
    let mut config = Config::default();
    config.max_drain = 1_000;
    let server = Running::start(config);
    let mut client = server.connect();
    // The reply comes before the body does.
    client.send("POST /refuse/404 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    assert_eq!(client.answer().status, 404);
    echo(client.send("x".repeat(1_000)), "next");
    client.send("POST /refuse/415 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    assert_eq!(client.answer().status, 415);
    echo(&mut client, "next");
    let answer = client.send(post("/refuse/404", &"x".repeat(1_001))).answer();
    assert_eq!((answer.status, answer.closes(), client.is_ended()), (404, true, true));

    let mut client = server.connect();
    client.send("POST /refuse/404 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n");
    assert_eq!((client.answer().status, client.is_ended()), (404, true));
    let stats = server.stop();
    assert_eq!((stats.requests, stats.refused), (2, 4));
}

#[test]
fn a_refusal_arrives_although_the_body_is_on_its_way() {
    let mut config = Config::default();
    config.max_body = 1_000;
    let server = Running::start(config);
    let mut client = server.connect();
    // Without lingering, what is sent after the reply resets the connection and the reply is lost.
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(vec![b'x'; 200_000]);
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes(), client.is_ended()), (413, true, true));
}

#[test]
fn the_service_sees_the_request_and_may_borrow() {
    let seen = std::sync::Mutex::new(Vec::new());
    struct Look<'a>(&'a std::sync::Mutex<Vec<String>>);
    impl Service for Look<'_> {
        fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
            assert_eq!(
                (head.method(), head.content_type(), head.content_length()),
                ("POST", Some("text/xml"), Some(2))
            );
            assert_eq!((head.authorization(), head.content_encoding()), (Some(&b"Basic eA=="[..]), None));
            Ok(())
        }
        fn request(&mut self, request: &Request<'_>) -> Reply {
            assert!(request.peer().unwrap().ip().is_loopback());
            assert_eq!((request.minor_version(), request.host()), (1, Some(&b"test"[..])));
            assert_eq!((request.header("x-A"), request.headers().count()), (Some(&b"b"[..]), 5));
            self.0.lock().unwrap().push(String::from_utf8(request.body().to_vec()).unwrap());
            Reply::text(200, "").with_header("X-B", "c").unwrap()
        }
    }
    let mut server = tiny_xmlrpc::server::EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let mut client = Socket::connect(server.local_addr().unwrap());
    client.send(
        "POST / HTTP/1.1\r\nHost: test\r\nContent-Type: text/xml\r\nAuthorization: Basic eA==\r\n\
         X-A: b\r\nContent-Length: 2\r\n\r\nhi",
    );
    assert!(server.run_one(&mut Look(&seen), Some(PATIENCE)).unwrap());
    assert!(client.answer().head.contains("\r\nX-B: c\r\n"));
    assert_eq!(*seen.lock().unwrap(), ["hi"]);
}
