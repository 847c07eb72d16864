//! What holds for every transport.

use super::*;

#[test]
fn a_call_goes_out_and_its_answer_comes_back() {
    let server = Server::start(|peer| {
        let request = String::from_utf8(peer.request().unwrap()).unwrap();
        peer.send(&reply("200 OK", "Content-Type: text/xml; charset=utf-8\r\n", request.as_bytes()));
        peer.wait_for_close();
    });
    let url: Url = format!("http://u:p@{}/a?b=c", server.address).parse().unwrap();
    let mut options = Options::new();
    options.user_agent("test").header("X-Y", "z");
    for mut transport in each(&url, &options) {
        let (head, request) = exchange(&mut transport).unwrap();
        assert_eq!((head.status(), head.charset()), (200, Some("utf-8")));
        let request = String::from_utf8(request).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.as_bytes(), CALL);
        // Names of fields in whatever case; those that not every transport sends are left out.
        let lower = |line: &str| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
            None => line.to_owned(),
        };
        let mut lines: Vec<String> = head.split("\r\n").map(lower).collect();
        lines.retain(|line| !["connection: close", "accept-encoding: gzip"].contains(&line.as_str()));
        assert_eq!(lines.remove(0), "POST /a?b=c HTTP/1.1");
        lines.sort();
        let expected = [
            "authorization: Basic dTpw".to_owned(),
            format!("content-length: {}", CALL.len()),
            "content-type: text/xml".to_owned(),
            format!("host: {}", server.address),
            "user-agent: test".to_owned(),
            "x-y: z".to_owned(),
        ];
        assert_eq!(lines, expected);
    }
}

#[test]
fn statuses() {
    let page = b"<html><body>\n<h1>Not here</h1></body></html>";
    for (status, kind) in
        [("404 Not Found", "text/html"), ("500 Oops", "text/html"), ("503 Later", "application/xhtml+xml")]
    {
        let server = Server::once(reply(status, &format!("Content-Type: {kind}\r\n"), page));
        for result in server.call_both() {
            // What was refused for its path cannot have been executed.
            let error = assert_error(result, ErrorKind::Http, !status.starts_with("404"));
            assert_eq!(error.http_status(), status[..3].parse().ok());
            let text = error.to_string();
            assert!(text.contains(&status[..3]) && text.contains("<h1>Not here</h1>"), "{text}");
        }
    }
    let fault = b"<?xml version=\"1.0\"?><methodResponse><fault></fault></methodResponse>";
    for fields in ["", "Content-Type: text/xml\r\n", "Content-Type: text/plain\r\n"] {
        let server = Server::once(reply("500 Internal Server Error", fields, fault));
        for result in server.call_both() {
            let (head, body) = result.unwrap();
            assert_eq!((head.status(), &body[..]), (500, &fault[..]));
        }
    }
    for status in ["204 No Content", "201 Created", "304 Not Modified", "401 Unauthorized"] {
        let server = Server::once(reply(status, "", b""));
        for result in server.call_both() {
            assert_eq!(
                assert_error(result, ErrorKind::Http, !status.starts_with("401")).http_status(),
                status[..3].parse().ok()
            );
        }
    }
}

#[test]
fn content_types_that_are_wrong() {
    use crate::client::Client;

    let result = crate::to_vec(&7).unwrap();
    let call = |choice: TransportChoice, fields: &str, body: &[u8]| {
        let server = Server::once(reply("200 OK", &format!("{fields}Connection: close\r\n"), body));
        let mut options = Options::new();
        let client = Client::with_options(&server.url().to_string(), options.choice(choice)).unwrap();
        client.call::<i32>("m", ())
    };
    for &choice in CHOICES {
        // A result is one, whatever it is called.
        for fields in ["", "Content-Type: text/html\r\n", "Content-Type: application/json; charset=utf-8\r\n"] {
            assert_eq!(call(choice, fields, &result).unwrap(), 7);
        }
        for (kind, body) in [
            ("text/html", "<!DOCTYPE html><html><body>Log in first</body></html>"),
            ("application/json", "{\"error\": \"Log in first\"}"),
            ("text/plain", "Log in first"),
        ] {
            let error = call(choice, &format!("Content-Type: {kind}\r\n"), body.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("Log in first") && error.to_string().contains(kind), "{error}");
            assert!(error.may_have_executed());
        }
        // The field counts before what the document says of itself.
        let error = call(choice, "Content-Type: text/xml; charset=klingon\r\n", &result).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encoding);
        assert!(call(choice, "Content-Type: text/xml\r\n", b"").unwrap_err().may_have_executed());
    }
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::once(reply("200 OK", "", ANSWER));
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let server = Server::once(reply(status, &format!("Location: http://{}/\r\n", elsewhere.address), b""));
        for result in server.call_both() {
            let error = assert_error(result, ErrorKind::Http, true);
            assert!(error.to_string().contains("redirect"), "{error}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn lengths_that_are_wrong() {
    let with = |fields: &str| Server::once([b"HTTP/1.1 200 OK\r\n", fields.as_bytes(), b"\r\n", ANSWER].concat());
    let size = ANSWER.len();
    for result in with(&format!("Content-Length: {}\r\n", size + 1)).call_both() {
        assert_error(result, RECEIVE, true);
    }
    for result in with(&format!("Content-Length: {}\r\n", size - 5)).call_both() {
        assert_eq!(result.unwrap().1, ANSWER[..size - 5]);
    }
    for fields in [
        "Content-Length: x\r\n".to_owned(),
        "Content-Length: -1\r\n".to_owned(),
        "Content-Length:\r\n".to_owned(),
        format!("Content-Length: +{size}\r\n"),
        format!("Content-Length: {size}, {size}\r\n"),
        format!("Content-Length: {size}\r\nContent-Length: {size}\r\n"),
        format!("Content-Length: {size}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Content-Length : {size}\r\n"),
        "Transfer-Encoding: gzip, chunked\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n".to_owned(),
    ] {
        for result in with(&fields).call_both() {
            assert_error(result, ErrorKind::Http, true);
        }
    }
    for result in with("Content-Length: 99999999999999999999999\r\n").call_both() {
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), BYTES | ErrorKind::Http) && error.may_have_executed(), "{error:?}");
    }
}

#[test]
fn what_is_not_http() {
    for garbage in
        [&b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n"[..], b"garbage\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x0a", b"\0\r\n\r\n"]
    {
        let server = Server::once(garbage);
        for result in server.call_both() {
            assert_error(result, ErrorKind::Http, true);
        }
    }
    for coding in ["gzip", "deflate", "br"] {
        let server = Server::once(reply("200 OK", &format!("Content-Encoding: {coding}\r\n"), ANSWER));
        for result in server.call_both() {
            assert_error(result, ErrorKind::Http, true);
        }
    }
}

#[test]
fn endless_heads_and_bodies() {
    let head_without_end = Server::start(|peer| {
        peer.request();
        peer.send(b"HTTP/1.1 200 OK\r\n");
        peer.send_for_ever(b"X-Filler: abcdefghijklmnopqrstuvwxyz\r\n");
    });
    for result in head_without_end.call_both() {
        assert_error(result, BUFFER, true);
    }
    let line_without_end = Server::start(|peer| {
        peer.request();
        peer.send_for_ever(b"HTTP/1.1 200 OK");
    });
    for result in line_without_end.call_both() {
        assert_error(result, BUFFER, true);
    }
    for head in ["", "Transfer-Encoding: chunked\r\n", "Content-Length: 10000000000\r\n"] {
        let body_without_end = Server::start(move |peer| {
            peer.request();
            peer.send(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes());
            peer.send_for_ever(if head.starts_with('T') { b"4\r\nabcd\r\n" } else { b"abcdabcdabcd" });
        });
        for mut transport in each(&body_without_end.url(), &limited(100_000)) {
            assert_error(exchange(&mut transport), BYTES, true);
        }
    }
}

#[test]
fn a_body_of_exactly_the_limit_passes() {
    let size = ANSWER.len() as u64;
    let closing = [b"HTTP/1.1 200 OK\r\n\r\n", ANSWER].concat();
    for bytes in [reply("200 OK", "", ANSWER), chunked(&[3]), closing] {
        let server = Server::once(bytes);
        for mut transport in each(&server.url(), &limited(size)) {
            assert_eq!(exchange(&mut transport).unwrap().1, ANSWER);
        }
        for mut transport in each(&server.url(), &limited(size - 1)) {
            assert_error(exchange(&mut transport), BYTES, true);
        }
    }
}

#[test]
fn large_bodies_both_ways() {
    let server = Server::start(|peer| {
        let request = peer.request().unwrap();
        peer.send(&reply("200 OK", "", &request[request.len() - 3_000_000..]));
        peer.wait_for_close();
    });
    let call: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    for mut transport in each(&server.url(), &Options::new()) {
        let mut reply = Vec::new();
        transport.exchange(&call, &mut reply).unwrap();
        assert!(reply == call);
    }
}
