//! Which connections are used again, and the one second try.

use super::*;

/// Answers every request on every connection.
fn healthy(reply: Vec<u8>) -> Server {
    Server::start(move |peer| while peer.request().is_some() && peer.send(&reply) {})
}

/// The answer as HTTP/1.0 with these fields.
fn old(fields: &str) -> Vec<u8> {
    let head = format!("HTTP/1.0 200 OK\r\n{fields}Content-Length: {}\r\n\r\n", ANSWER.len());
    [head.as_bytes(), ANSWER].concat()
}

/// Makes so many calls, and tells how many connections they took.
fn calls(server: &Server, times: usize) -> usize {
    let mut kept = server.kept(&Options::new());
    for _ in 0..times {
        assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
    }
    assert_eq!(server.requests(), times);
    server.connections()
}

#[test]
fn one_connection_carries_many_calls() {
    assert_eq!(calls(&healthy(reply("200 OK", "", ANSWER)), 5), 1);
    assert_eq!(calls(&healthy(chunked(&[7, 5])), 5), 1);
    assert_eq!(calls(&healthy(reply("200 OK", "Connection: keep-alive\r\n", ANSWER)), 5), 1);
    assert_eq!(calls(&healthy(old("Connection: keep-alive\r\n")), 5), 1);
}

#[test]
fn a_connection_that_ends_is_not_used_again() {
    // The script closes after one reply, as these replies announce.
    let closing = |reply: Vec<u8>| {
        Server::start(move |peer| {
            peer.request();
            peer.send(&reply);
        })
    };
    assert_eq!(calls(&closing(reply("200 OK", "Connection: close\r\n", ANSWER)), 3), 3);
    assert_eq!(calls(&closing(old("")), 3), 3);
    assert_eq!(calls(&closing([b"HTTP/1.1 200 OK\r\n\r\n", ANSWER].concat()), 3), 3);
}

#[test]
fn bytes_behind_a_reply_end_the_connection() {
    let server = Server::start(|peer| {
        peer.request();
        let mut bytes = reply("200 OK", "", ANSWER);
        bytes.extend(reply("200 OK", "", b"<methodResponse>forged</methodResponse>"));
        peer.send(&bytes);
        peer.wait_for_close();
    });
    assert_eq!(calls(&server, 3), 3);
}

#[test]
fn an_error_status_ends_the_connection() {
    // As Python's server does it: what is left of the refused request would be taken for the next one.
    let server = healthy(reply("404 Not Found", "", b"nothing here"));
    let mut kept = server.kept(&Options::new());
    for _ in 0..3 {
        assert_error(exchange(&mut kept), ErrorKind::Http, false);
        assert!(!kept.is_connected());
    }
    assert_eq!((server.connections(), server.requests()), (3, 3));
    // A fault is an answer, whatever its status.
    assert_eq!(calls(&healthy(reply("500 Internal Server Error", "", ANSWER)), 3), 1);
}

#[test]
fn interim_replies_are_skipped_within_bounds() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    let with = |times: usize| [interim.repeat(times), reply("200 OK", "", ANSWER)].concat();
    assert_eq!(calls(&healthy(with(1)), 3), 1);
    assert_eq!(calls(&healthy(with(8)), 3), 1);
    let too_many = Server::once(with(9));
    assert_error(too_many.call(), ErrorKind::Http, true);
    let endless = Server::start(|peer| {
        peer.request();
        peer.send_for_ever(b"HTTP/1.1 102 Processing\r\n\r\n");
    });
    assert_error(endless.call(), ErrorKind::Http, true);
    let only = Server::once(interim.to_vec());
    assert_error(only.call(), WAIT, true);
    let switching = Server::once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    assert_error(switching.call(), ErrorKind::Http, true);
}

#[test]
fn a_stale_connection_is_replaced_once() {
    // Closes after every reply without a word.
    let server = Server::once(reply("200 OK", "", ANSWER));
    let mut kept = server.kept(&Options::new());
    for _ in 0..4 {
        assert_eq!(exchange(&mut kept).unwrap().1, ANSWER);
        assert!(kept.is_connected());
    }
    assert_eq!((server.connections(), server.requests()), (4, 4));
}

#[test]
fn there_is_no_third_try() {
    let server = Server::start(|peer| {
        peer.request();
        if peer.number == 0 {
            peer.send(&reply("200 OK", "", ANSWER));
            // Read the second request and leave it unanswered: what dies in the middle of a call looks like that.
            peer.request();
        }
    });
    let mut kept = server.kept(&Options::new());
    exchange(&mut kept).unwrap();
    assert_error(exchange(&mut kept), WAIT, true);
    assert_eq!((server.connections(), server.requests()), (2, 3));
    assert!(!kept.is_connected());
}

#[test]
fn a_first_try_that_may_have_executed_is_not_forgotten() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        read_request(&mut stream, 0).unwrap();
        stream.write_all(&reply("200 OK", "", ANSWER)).unwrap();
        read_request(&mut stream, 0).unwrap();
    });
    let mut kept = super::super::Kept::new(&url, &Options::new()).unwrap();
    exchange(&mut kept).unwrap();
    // The second try finds nobody, but the first one had been sent whole.
    assert_error(exchange(&mut kept), ErrorKind::Transport(Phase::Connect), true);
    server.join().unwrap();
}

#[test]
fn no_second_try_after_a_byte_of_the_reply_or_a_timeout() {
    let server = Server::start(|peer| {
        peer.request();
        peer.send(&reply("200 OK", "", ANSWER));
        peer.request();
        peer.send(b"H");
    });
    let mut kept = server.kept(&Options::new());
    exchange(&mut kept).unwrap();
    assert_error(exchange(&mut kept), RECEIVE, true);
    assert_eq!((server.connections(), server.requests()), (1, 2));

    let server = Server::start(|peer| {
        peer.request();
        peer.send(&reply("200 OK", "", ANSWER));
        peer.request();
        peer.wait_for_close();
    });
    let mut kept = server.kept(&brief());
    exchange(&mut kept).unwrap();
    assert!(assert_error(exchange(&mut kept), WAIT, true).is_timeout());
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[test]
fn ipv6_literals() {
    let Ok(listener) = TcpListener::bind(("::1", 0)) else {
        return; // a machine without IPv6
    };
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read_request(&mut stream, 0).unwrap();
        stream.write_all(&reply("200 OK", "", &request)).unwrap();
    });
    let url: Url = format!("http://[::1]:{}/", address.port()).parse().unwrap();
    let (_, request) = exchange(&mut *Options::new().transport(&url).unwrap()).unwrap();
    assert!(String::from_utf8(request).unwrap().contains(&format!("\r\nHost: [::1]:{}\r\n", address.port())));
    server.join().unwrap();
}

#[cfg(unix)]
#[test]
fn unix_sockets() {
    use std::os::unix::net::UnixListener;

    let path = std::env::temp_dir().join(format!("tiny_xmlrpc-client-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while let Some(request) = read_request(&mut stream, 0) {
            stream.write_all(&reply("200 OK", "", &request)).unwrap();
        }
    });
    let url: Url = format!("unix:{}:/a", path.display()).parse().unwrap();
    let mut transport = Options::new().transport(&url).unwrap();
    for _ in 0..3 {
        let (_, request) = exchange(&mut *transport).unwrap();
        assert!(request.starts_with(b"POST /a HTTP/1.1\r\nHost: localhost\r\n"));
        assert!(request.ends_with(CALL));
    }
    drop(transport);
    server.join().unwrap();
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn threads_share_a_client() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    use crate::client::Client;

    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(&url).unwrap();
    is_shared(&client);
    let answer = crate::to_vec(&7).unwrap();
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| client.call::<i32>("m", ()).unwrap())).collect();
        // Nobody is answered before all have called: each on a connection of its own.
        let mut peers: Vec<TcpStream> = (0..8).map(|_| listener.accept().unwrap().0).collect();
        for peer in &mut peers {
            read_request(peer, 0).unwrap();
        }
        for peer in &mut peers {
            peer.write_all(&reply("200 OK", "", &answer)).unwrap();
        }
        assert!(calls.into_iter().all(|call| call.join().unwrap() == 7));
    });
}
