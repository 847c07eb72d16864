//! What a hostile client sees, and that a healthy one sees nothing of it.

use std::time::{Duration, Instant};

use super::support::*;
use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request, RequestHead, Service};

/// Time-outs short enough to be waited for.
fn hasty() -> Config {
    let mut config = Config::default();
    config.head_timeout = Duration::from_millis(300);
    config.idle_timeout = Duration::from_secs(1);
    config.pace_window = Duration::from_millis(100);
    config.linger_timeout = Duration::from_millis(100);
    config
}

#[test]
fn every_malformed_request_is_answered_and_closes() {
    let server = Running::start(Config::default());
    let mut healthy = server.connect();
    for (request, status) in [
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1125899906842624\r\n\r\nhello", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999999\r\n\r\nhello", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\nhello", 411),
        ("POST / HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("\x16\x03\x01\x02\x00\x01", 400),
    ] {
        let mut client = server.connect();
        let answer = client.send(request).answer();
        assert_eq!((answer.status, answer.closes()), (status, true), "{request:?}");
        assert!(client.is_ended(), "{request:?}");
        echo(&mut healthy, "x");
    }
    let stats = server.stop();
    assert_eq!((stats.refused, stats.requests), (15, 15));
}

#[test]
fn a_head_without_end_is_answered() {
    let server = Running::start(Config::default());
    for line in ["GET / HTTP/1.1\r\nA: ", "GET /", "G", "\r\n\r\n"] {
        let mut client = server.connect();
        client.send(line);
        let mut writer = client.stream.try_clone().unwrap();
        // It sends until nobody listens any more.
        let thread = std::thread::spawn(move || {
            let piece = if line == "\r\n\r\n" { b"\r\n".repeat(500) } else { b"x".repeat(1000) };
            (0..100_000).find(|_| std::io::Write::write_all(&mut writer, &piece).is_err())
        });
        if line != "\r\n\r\n" {
            assert_eq!(client.answer().status, 431, "{line:?}");
            assert!(thread.join().unwrap().is_some());
        } else {
            client.stream.shutdown(std::net::Shutdown::Both).unwrap();
            thread.join().unwrap();
        }
    }
    let mut client = server.connect();
    client.send(format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: b\r\n".repeat(100)));
    assert_eq!(client.answer().status, 431);
    echo(&mut server.connect(), "x");
}

#[test]
fn slow_heads_and_slow_bodies_have_their_time() {
    let server = Running::start(hasty());
    let mut healthy = server.connect();
    echo(&mut healthy, "x");
    let mut silent = server.connect();
    let mut heads: Vec<_> = (0..50).map(|_| server.connect()).collect();
    let mut bodies: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for body in &mut bodies {
        body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    }
    let mut chunked = server.connect();
    chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    let start = Instant::now();
    // Each byte alone doesn't earn more time.
    while start.elapsed() < Duration::from_millis(450) {
        for client in heads.iter_mut().chain(&mut bodies) {
            let _ = std::io::Write::write_all(&mut client.stream, b"G");
        }
        let _ = std::io::Write::write_all(&mut chunked.stream, b"1;x\r\nx\r\n");
        echo(&mut healthy, "x");
        std::thread::sleep(Duration::from_millis(2));
    }
    for client in heads.iter_mut().chain(&mut bodies).chain([&mut chunked]) {
        // The reply, or nothing if a byte that came after it reset the connection.
        if let Some(answer) = client.try_answer() {
            assert_eq!((answer.status, answer.closes()), (408, true));
        }
        assert!(client.is_ended());
    }
    assert!(silent.is_ended());
    assert!(healthy.is_ended(), "after the idle time");
    echo(&mut server.connect(), "x");
    assert_eq!(server.stop().timed_out, 103);
}

#[test]
fn a_transfer_that_moves_on_may_take_long() {
    let mut config = hasty();
    config.pace_window = Duration::from_secs(1);
    let server = Running::start(config);
    let mut client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n");
    let start = Instant::now();
    for _ in 0..30 {
        client.send("x".repeat(1_000));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(start.elapsed() > Duration::from_secs(1));
    assert_eq!(client.answer().body.len(), 30_008);
}

#[test]
fn a_client_that_never_reads_its_reply_has_its_time() {
    let server = Running::start(hasty());
    let mut deaf: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for client in &mut deaf {
        client.send("GET /large?10000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    let mut healthy = server.connect();
    let handle = server.handle.clone();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(1) {
        echo(&mut healthy, "x");
    }
    for client in &mut deaf {
        let mut sum = 0;
        while let Ok(count @ 1..) = std::io::Read::read(&mut client.stream, &mut [0; 65536]) {
            sum += count;
        }
        assert!(sum < 10_000_000);
    }
    assert!(!handle.is_requested());
    assert_eq!(server.stop().timed_out, 3);
}

#[test]
fn pipelining_without_reading_is_bounded() {
    let server = Running::start(hasty());
    let mut deaf = server.connect();
    deaf.stream.set_nonblocking(true).unwrap();
    let requests = post("/", &"x".repeat(1_000)).repeat(50);
    // Sends as long as the server takes anything; what it takes is bounded by the sockets' buffers.
    let (mut sent, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_millis(80) {
        sent += std::io::Write::write(&mut deaf.stream, requests.as_bytes()).unwrap_or(0);
    }
    assert!(sent < 64 << 20);
    echo(&mut server.connect(), "x");
    server.stop();
}

#[test]
fn connections_beyond_the_cap_take_the_place_of_the_oldest_unfinished() {
    let mut config = Config::default();
    config.max_connections = 10;
    let server = Running::start(config);
    let mut healthy = server.connect();
    echo(&mut healthy, "x");
    let mut left = Vec::new();
    for _ in 0..100 {
        left.push(server.connect());
        // Being served is what keeps it.
        echo(&mut server.connect(), "new");
        echo(&mut healthy, "x");
    }
    let ended = left.iter_mut().take(80).filter_map(|client| client.is_ended().then_some(())).count();
    assert_eq!(ended, 80);
    echo(left.last_mut().unwrap(), "x");
    echo(&mut healthy, "x");
    assert!(server.stop().evicted >= 90);
}

#[test]
fn one_address_has_its_own_cap() {
    let mut config = Config::default();
    config.max_connections_per_address = 4;
    let server = Running::start(config);
    let mut clients: Vec<_> = (0..4).map(|_| server.connect()).collect();
    for client in &mut clients {
        echo(client, "x");
    }
    let mut fifth = server.connect();
    echo(&mut fifth, "x");
    assert!(clients[0].is_ended());
    echo(&mut clients[1], "x");
    assert_eq!(server.stop().evicted, 1);
}

#[test]
fn a_connection_being_answered_is_not_given_up() {
    let mut config = Config::default();
    config.max_connections = 2;
    let server = Running::start(config);
    let mut large = [server.connect(), server.connect()];
    for client in &mut large {
        client.send("GET /large?10000000 HTTP/1.1\r\nHost: a\r\n\r\n");
        // The reply has begun.
        assert_eq!(client.stream.peek(&mut [0]).unwrap(), 1);
    }
    assert!(server.connect().is_ended());
    for client in &mut large {
        assert_eq!(client.answer().body.len(), 10_000_000);
    }
    echo(&mut server.connect(), "x");
}

#[test]
fn memory_is_bounded_over_all_connections() {
    let mut config = Config::default();
    config.max_buffered = 1 << 20;
    let server = Running::start(config);
    let mut healthy = server.connect();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500001\r\n\r\n";
    let mut clients: Vec<_> = (0..5).map(|_| server.connect()).collect();
    let mut refused = 0;
    for client in &mut clients {
        client.send(head);
        let _ = std::io::Write::write_all(&mut client.stream, "x".repeat(500_000).as_bytes());
        echo(&mut healthy, "x");
    }
    for client in &mut clients {
        let _ = std::io::Write::write_all(&mut client.stream, b"x");
        let answer = client.answer();
        refused += usize::from(answer.status == 503);
        assert!(answer.status == 200 || (answer.status == 503 && answer.closes()), "{}", answer.status);
    }
    assert!((1..=4).contains(&refused), "{refused}");
}

#[test]
fn replies_that_nobody_reads_are_given_up_when_memory_is_short() {
    let mut config = Config::default();
    config.max_buffered = 20_000_000;
    let server = Running::start(config);
    let mut healthy = server.connect();
    echo(&mut healthy, "x");
    let large = "GET /large?9000000 HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut deaf: Vec<_> = (0..2).map(|_| server.connect()).collect();
    for client in &mut deaf {
        client.send(large);
        assert_eq!(client.stream.peek(&mut [0]).unwrap(), 1);
    }
    // What has been quick goes on; large ones do when the deaf have had their second.
    let mut known = server.connect();
    for _ in 0..3 {
        echo(&mut healthy, "x");
    }
    assert_eq!(known.send(large).answer().status, 200);
    // That it would be large could not be seen.
    let mut deaf: Vec<_> = (0..2).map(|_| server.connect()).collect();
    for client in &mut deaf {
        client.send(large);
        assert_eq!(client.stream.peek(&mut [0]).unwrap(), 1);
    }
    let answer = healthy.send(large).answer();
    assert_eq!((answer.status, answer.closes()), (503, true));
    drop(deaf);
    assert!(server.stop().evicted >= 1);
}

#[test]
fn resets_and_short_connections_leave_nothing_behind() {
    let server = Running::start(Config::default());
    let mut healthy = server.connect();
    for round in 0..300 {
        let mut client = server.connect();
        match round % 6 {
            0 => drop(client),
            1 => drop(client.send("POST / HT")),
            2 => drop(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf")),
            // Unread bytes make the close a reset.
            3 => drop(client.send(post("/", "x")).stream.peek(&mut [0])),
            4 => drop(client.send("GET /large?3000000 HTTP/1.1\r\nHost: a\r\n\r\n").stream.peek(&mut [0])),
            _ => drop(client.send("GET / HTTP/1.0\r\n\r\n").answer()),
        }
        echo(&mut healthy, "x");
    }
    assert_eq!(server.stop().accepted, 301);
}

#[test]
fn a_peer_may_be_turned_away_before_a_byte_is_read() {
    struct Deny(u32);
    impl Service for Deny {
        fn connect(&mut self, peer: std::net::SocketAddr) -> bool {
            assert!(peer.ip().is_loopback());
            self.0 += 1;
            self.0 > 1
        }
        fn request(&mut self, _: &Request<'_>) -> Reply {
            Reply::text(200, "in")
        }
    }
    let server = Running::with(Config::default(), Deny(0));
    assert!(server.connect().is_ended());
    assert_eq!(server.connect().send(post("/", "x")).answer().text(), "in");
    assert_eq!(server.stop().turned_away, 1);
}

#[test]
fn a_panic_in_the_head_is_survived() {
    struct Panics;
    impl Service for Panics {
        fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
            assert!(head.path() != "/panic", "as asked");
            Ok(())
        }
        fn request(&mut self, _: &Request<'_>) -> Reply {
            Reply::text(200, "in")
        }
    }
    let server = Running::with(Config::default(), Panics);
    let answer = server.connect().send(post("/panic", "x")).answer();
    assert_eq!((answer.status, answer.closes()), (500, true));
    assert_eq!(server.connect().send(post("/", "x")).answer().text(), "in");
}

/// Runs itself with few descriptors, so that there is no need to change those of the other tests.
#[test]
#[cfg(unix)]
fn running_out_of_descriptors_is_survived() {
    if std::env::var_os("TEST_FEW_DESCRIPTORS").is_some() {
        return with_few_descriptors();
    }
    let output = std::process::Command::new("sh")
        .args(["-c", "ulimit -n 64 && exec \"$0\" --exact hostile::running_out_of_descriptors_is_survived"])
        .arg(std::env::current_exe().unwrap())
        .env("TEST_FEW_DESCRIPTORS", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[cfg(unix)]
fn with_few_descriptors() {
    let exhaust = || std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect::<Vec<_>>();
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let address = server.local_addr().unwrap();

    // Nobody there who could make room.
    let mut files = exhaust();
    files.pop();
    let mut client = Socket::connect(address);
    client.send(post("/", "x"));
    assert!(!server.run_one(&mut Echo, Some(Duration::from_millis(300))).unwrap());
    let tries = server.stats().exhausted;
    assert!((1..=5).contains(&tries), "{tries}");
    files.clear();
    assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
    assert_eq!(client.answer().text(), "POST /? x");

    // The connection that was left makes room.
    let mut left = Socket::connect(address);
    client.send(post("/", "y"));
    assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
    assert_eq!((client.answer().text(), server.connections()), ("POST /? y", 2));
    let mut files = exhaust();
    files.pop();
    let mut newcomer = Socket::connect(address);
    newcomer.send(post("/", "z"));
    assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
    assert_eq!((newcomer.answer().text(), left.is_ended()), ("POST /? z", true));
    client.send(post("/", "x"));
    assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
    assert_eq!(client.answer().text(), "POST /? x");
    assert_eq!(server.stats().evicted, 1);
}
