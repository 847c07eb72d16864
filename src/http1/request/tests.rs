use super::super::storage;
use super::*;

fn parse(head: &str) -> Result<(Framing, bool), u16> {
    RequestHead::parse(head.as_bytes(), &mut storage())
        .map(|head| (head.framing, head.keep_alive))
        .map_err(|error| error.status)
}

fn post(fields: &str) -> Result<(Framing, bool), u16> {
    parse(&format!("POST /RPC2 HTTP/1.1\r\nHost: a\r\n{fields}\r\n"))
}

#[test]
fn reads_what_a_client_sends() {
    let mut storage = storage();
    let head = b"POST /RPC2?a=b?c HTTP/1.1\r\nHost: a:80\r\ncontent-type: text/xml\r\nContent-Encoding: gzip\r\n\
        AUTHORIZATION: Basic eA==\r\nContent-Length: 12\r\nExpect: 100-continue\r\nX-A:  1 \r\n\r\n";
    let head = RequestHead::parse(head, &mut storage).unwrap();
    assert_eq!((head.method, head.path(), head.query()), ("POST", "/RPC2", Some("a=b?c")));
    assert_eq!((head.version, head.framing), (Version::Http11, Framing::Length(12)));
    assert!(head.keep_alive && head.expects_continue);
    assert_eq!((head.host, head.content_type), (Some(&b"a:80"[..]), Some(&b"text/xml"[..])));
    assert_eq!((head.content_encoding, head.authorization), (Some(&b"gzip"[..]), Some(&b"Basic eA=="[..])));
    assert_eq!((head.header("x-a"), head.header("x-b")), (Some(&b"1"[..]), None));
    assert_eq!(head.headers.len(), 7);
}

#[test]
fn decides_whether_the_connection_stays() {
    let length = Framing::Length(5);
    assert_eq!(post("Content-Length: 5\r\n"), Ok((length, true)));
    assert_eq!(post("Content-Length: 5\r\nConnection: close\r\n"), Ok((length, false)));
    assert_eq!(post("Content-Length: 5\r\nConnection: TE, Close\r\n"), Ok((length, false)));
    assert_eq!(post("Content-Length: 5\r\nConnection: TE\r\nConnection: close\r\n"), Ok((length, false)));
    let old = |fields: &str| parse(&format!("POST / HTTP/1.0\r\nContent-Length: 5\r\n{fields}\r\n"));
    assert_eq!(old(""), Ok((length, false)));
    assert_eq!(old("Connection: Keep-Alive\r\n"), Ok((length, true)));
    assert_eq!(old("Connection: keep-alive, close\r\n"), Ok((length, false)));
}

#[test]
fn frames_requests() {
    assert_eq!(post("Transfer-Encoding: CHUNKED\r\n"), Ok((Framing::Chunked, true)));
    assert_eq!(post("Content-Length: 0\r\n"), Ok((Framing::Length(0), true)));
    assert_eq!(post("Content-Length: 0000000000000000000000000000005\r\n"), Ok((Framing::Length(5), true)));
    assert_eq!(post("Content-Length: 99999999999999999999999\r\n"), Ok((Framing::Length(u64::MAX), true)));
    assert_eq!(post(""), Err(411));
    assert_eq!(parse("PUT / HTTP/1.0\r\n\r\n"), Err(411));
    assert_eq!(parse("GET / HTTP/1.0\r\n\r\n"), Ok((Framing::Length(0), false)));
    assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"), Ok((Framing::Length(3), true)));
}

#[test]
fn refuses_every_form_of_smuggling() {
    for (fields, status) in [
        ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: 5, 5\r\n", 400),
        ("Content-Length: +5\r\n", 400),
        ("Content-Length: -5\r\n", 400),
        ("Content-Length: 5 5\r\n", 400),
        ("Content-Length: 0x5\r\n", 400),
        ("Content-Length: 5;\r\n", 400),
        ("Content-Length: 5.0\r\n", 400),
        ("Content-Length: \u{661}\r\n", 400),
        ("Content-Length:\r\n", 400),
        ("Content-Length : 5\r\n", 400),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400),
        ("Transfer-Encoding: xchunked\r\n", 501),
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: chunked, chunked\r\n", 501),
        ("Transfer-Encoding: chunked, identity\r\n", 501),
        ("Transfer-Encoding: identity\r\n", 501),
        ("Transfer-Encoding: \"chunked\"\r\n", 501),
        ("Transfer-Encoding: chunked;q=1\r\n", 501),
        ("Transfer-Encoding:\r\n", 501),
        ("Transfer-Encoding : chunked\r\n", 400),
        ("Transfer-Encoding: \x0bchunked\r\n", 400),
        (" Transfer-Encoding: chunked\r\n", 400),
        ("A: b\r\n Content-Length: 5\r\n", 400),
        ("A: b\r\n\tc\r\nContent-Length: 5\r\n", 400),
        ("Content-Length:\r\n 5\r\n", 400),
        ("A: b\nContent-Length: 5\r\n", 400),
        ("A: b\rContent-Length: 5\r\n", 400),
        ("A: b\r\rContent-Length: 5\r\n", 400),
        ("A\0: b\r\nContent-Length: 5\r\n", 400),
        ("A: \0\r\nContent-Length: 5\r\n", 400),
        ("A: \x01\r\nContent-Length: 5\r\n", 400),
        ("A: \x7f\r\nContent-Length: 5\r\n", 400),
        ("A\r\nContent-Length: 5\r\n", 400),
        (": b\r\nContent-Length: 5\r\n", 400),
        ("A(b): c\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: 5\r\nHost: b\r\n", 400),
        ("Content-Length: 5\r\nAuthorization: a\r\nAuthorization: b\r\n", 400),
        ("Content-Length: 5\r\nContent-Type: a\r\nContent-Type: b\r\n", 400),
        ("Content-Length: 5\r\nExpect: tea\r\n", 417),
    ] {
        // A bare LF is the scanner's to refuse.
        let expected = if fields.contains("b\nC") { Ok((Framing::Length(5), true)) } else { Err(status) };
        assert_eq!(post(fields), expected, "{fields:?}");
        if expected.is_ok() {
            let head = format!("POST / HTTP/1.1\r\n{fields}\r\n");
            assert!(super::super::HeadScanner::default().find(head.as_bytes()).is_err());
        }
    }
    assert_eq!(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Err(400));
}

#[test]
fn refuses_other_request_lines() {
    for (line, status) in [
        ("PRI * HTTP/2.0", 505),
        ("GET / HTTP/2.0", 505),
        ("GET / HTTP/0.9", 505),
        ("GET / HTTP/1.2", 505),
        ("GET / HTTP/3", 505),
        ("GET / HTTP/1.10", 400),
        ("GET / http/1.1", 400),
        ("GET / ICY/1.0", 400),
        ("GET /", 400),
        ("GET", 400),
        ("GET  / HTTP/1.1", 400),
        ("GET /  HTTP/1.1", 400),
        ("GET\t/ HTTP/1.1", 400),
        ("GET /a b HTTP/1.1", 400),
        ("GET / HTTP/1.1 ", 400),
        ("GET /\u{e4} HTTP/1.1", 400),
        ("GET /\x01 HTTP/1.1", 400),
        ("GET /a#b HTTP/1.1", 400),
        ("GET a HTTP/1.1", 400),
        ("GET * HTTP/1.1", 400),
        ("GET ftp://a/ HTTP/1.1", 400),
        ("CONNECT a:80 HTTP/1.1", 400),
        ("G(T / HTTP/1.1", 400),
    ] {
        assert_eq!(parse(&format!("{line}\r\nHost: a\r\n\r\n")), Err(status), "{line:?}");
    }
    assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), Err(400), "no Host");
    assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nX"), Err(400), "more than the head");
    assert_eq!(parse("GET / HTTP/1.1\r\nHost: a\r\n"), Err(400), "less than the head");
}

#[test]
fn bounds_the_fields() {
    let head = |count| format!("GET / HTTP/1.0\r\n{}\r\n", "A: b\r\n".repeat(count));
    assert!(parse(&head(super::super::MAX_HEADERS)).is_ok());
    assert_eq!(parse(&head(super::super::MAX_HEADERS + 1)), Err(431));
}

#[test]
fn finds_the_path_in_each_form() {
    for (target, path, query) in [
        ("/", "/", None),
        ("/?", "/", Some("")),
        ("/RPC2", "/RPC2", None),
        ("/RPC2?x=http://y/", "/RPC2", Some("x=http://y/")),
        ("/a://b", "/a://b", None),
        ("//a/b", "//a/b", None),
        ("/%2e", "/%2e", None),
        ("http://a", "/", None),
        ("HTTP://a/", "/", None),
        ("http://a:80/RPC2?b", "/RPC2", Some("b")),
        ("https://a?b/c", "/", Some("b/c")),
        ("*", "*", None),
    ] {
        let head = format!("OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut storage = storage();
        let head = RequestHead::parse(head.as_bytes(), &mut storage).unwrap();
        assert_eq!((head.path(), head.query()), (path, query), "{target}");
    }
}

#[test]
fn expects_only_where_it_makes_sense() {
    let expects = |head: &str| RequestHead::parse(head.as_bytes(), &mut storage()).unwrap().expects_continue;
    assert!(expects("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"));
    assert!(!expects("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"));
    assert!(!expects("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
}

#[test]
fn parses_at_no_other_split() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    for end in 0..head.len() {
        assert!(parse(&head[..end]).is_err(), "{end}");
    }
}
