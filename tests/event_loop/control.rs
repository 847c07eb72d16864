//! Running and ending the loop.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::support::*;
use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};

#[test]
fn run_one_answers_one_request() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    assert!(!server.run_one(&mut Echo, Some(Duration::ZERO)).unwrap());
    assert!(!server.run_one(&mut Echo, Some(Duration::from_millis(5))).unwrap());

    let mut first = Socket::connect(server.local_addr().unwrap());
    let mut second = Socket::connect(server.local_addr().unwrap());
    first.send(post("/", "a") + &post("/", "b"));
    second.send(post("/", "c") + "GET");
    let mut count = 0;
    for expected in 1..=3 {
        let mut service = |_: &Request<'_>| {
            count += 1;
            Reply::text(200, count.to_string())
        };
        assert!(server.run_one(&mut service, Some(PATIENCE)).unwrap());
        assert_eq!(count, expected);
    }
    assert!(!server.run_one(&mut Echo, Some(Duration::ZERO)).unwrap());
    let mut answers = [first.answer(), first.answer(), second.answer()].map(|answer| answer.text().to_string());
    answers.sort();
    assert_eq!(answers, ["1", "2", "3"]);
    assert!(first.stream.set_nonblocking(true).is_ok() && std::io::Read::read(&mut first.stream, &mut [0]).is_err());
}

#[test]
fn refused_requests_are_answered_on_the_way() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let mut client = Socket::connect(server.local_addr().unwrap());
    client.send(post("/refuse/404", "a") + &post("/", "b"));
    assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
    assert_eq!((client.answer().status, client.answer().status), (404, 200));
}

#[test]
fn a_reply_left_behind_is_sent_when_the_loop_is_dropped() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let mut client = Socket::connect(server.local_addr().unwrap());
    client.send("GET /large?20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    let reader = std::thread::spawn(move || client.answer().body.len());
    let mut running = true;
    while running {
        server.run_one(&mut Echo, None).unwrap();
        running = false;
    }
    drop(server);
    assert_eq!(reader.join().unwrap(), 20_000_000);
}

#[test]
fn a_handler_may_shut_the_loop_down() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let address = server.local_addr().unwrap();
    let (mut idle, mut begun, mut client) =
        (Socket::connect(address), Socket::connect(address), Socket::connect(address));
    begun.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    let handle = server.shutdown_handle();
    let thread = std::thread::spawn(move || {
        let mut service = |request: &Request<'_>| {
            if request.path() == "/stop" {
                handle.shutdown();
            }
            Reply::text(200, "answered")
        };
        server.run_until_shutdown(&mut service).unwrap();
        // From now on it says so at once.
        server.run_until_shutdown(&mut service).unwrap();
        assert!(!server.run_one(&mut service, None).unwrap());
        assert!(server.local_addr().is_err());
        server.stats()
    });
    idle.send("\r\n");
    let answer = client.send(post("/stop", "")).answer();
    assert_eq!((answer.text(), answer.closes(), client.is_ended()), ("answered", true, true));
    assert!(idle.is_ended());
    // What had begun is answered.
    let answer = begun.send("lo").answer();
    assert_eq!((answer.text(), answer.closes(), begun.is_ended()), ("answered", true, true));
    assert_eq!(thread.join().unwrap().requests, 2);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_shutdown_ends_in_its_time() {
    let mut config = Config::default();
    config.shutdown_timeout = Duration::from_millis(100);
    let server = Running::start(config);
    let mut client = server.connect();
    echo(&mut client, "x");
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    let mut large = server.connect();
    large.send("GET /large?50000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    let start = Instant::now();
    server.stop();
    assert!(start.elapsed() < PATIENCE);
    assert!(client.is_ended());
}

#[test]
fn another_thread_may_shut_it_down_and_the_port_is_free_at_once() {
    let mut server = Running::start(Config::default());
    for _ in 0..3 {
        let mut client = server.connect();
        echo(&mut client, "x");
        let address = server.address;
        server.stop();
        assert!(client.is_ended());
        let listener = TcpListener::bind(address).unwrap();
        let mut again = EventLoop::from_listener(listener, Config::default()).unwrap();
        let mut client = Socket::connect(address);
        client.send(post("/", "x"));
        assert!(again.run_one(&mut Echo, Some(PATIENCE)).unwrap());
        assert_eq!(client.answer().text(), "POST /? x");
        drop(again);
        server = Running::start(Config::default());
    }
}

#[test]
fn one_loop_serves_several_sockets() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addresses = [server.local_addr().unwrap(), other.local_addr().unwrap()];
    server.add_listener(other).unwrap();
    for address in addresses {
        let mut client = Socket::connect(address);
        client.send(post("/", "x"));
        assert!(server.run_one(&mut Echo, Some(PATIENCE)).unwrap());
        assert_eq!(client.answer().text(), "POST /? x");
    }
}

#[test]
fn it_can_be_polled_from_another_loop() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    assert_eq!(server.next_deadline(), None);
    let address = server.local_addr().unwrap();
    let client = std::thread::spawn(move || {
        let mut client = Socket::connect(address);
        client.send(post("/", "a") + &post("/", "b"));
        [client.answer(), client.answer()].map(|answer| answer.text().to_string())
    });
    wait_until(|| server.poll(&mut Echo).unwrap() && server.stats().requests == 2);
    assert_eq!(client.join().unwrap(), ["POST /? a", "POST /? b"]);
    wait_until(|| server.poll(&mut Echo).unwrap() && server.connections() == 0);
    server.shutdown_handle().shutdown();
    assert!(!server.poll(&mut Echo).unwrap());
}

#[test]
fn who_was_quick_does_not_wait_for_all_who_take_long() {
    const COSTLY: usize = 20;
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let address = server.local_addr().unwrap();
    let mut order = Vec::new();
    let mut serve = |server: &mut EventLoop| {
        let mut service = |request: &Request<'_>| {
            order.push(request.path().to_owned());
            if request.path() == "/costly" {
                std::thread::sleep(Duration::from_millis(2));
            }
            Reply::text(200, "done")
        };
        assert!(server.run_one(&mut service, Some(PATIENCE)).unwrap());
    };
    let mut quick = Socket::connect(address);
    quick.send(post("/quick", ""));
    serve(&mut server);
    quick.answer();
    // Newcomers, of whom nothing is known yet, each with two requests.
    let mut costly: Vec<_> = (0..COSTLY).map(|_| Socket::connect(address)).collect();
    for client in &mut costly {
        client.send(post("/costly", "") + &post("/costly", ""));
    }
    serve(&mut server);
    for _ in 1..2 * COSTLY {
        quick.send(post("/quick", ""));
        serve(&mut server);
        quick.answer();
        // However often the quick one comes, the others move on.
        serve(&mut server);
    }
    for client in &mut costly {
        assert_eq!([client.answer().status, client.answer().status], [200, 200]);
    }
    let expected = ["/quick", "/costly"].repeat(2 * COSTLY);
    assert_eq!(order, expected);
}

#[test]
fn a_connection_does_not_keep_others_waiting_with_costly_requests_in_a_row() {
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let address = server.local_addr().unwrap();
    let (mut many, mut one) = (Socket::connect(address), Socket::connect(address));
    many.send(post("/costly", "").repeat(10));
    one.send(post("/costly", ""));
    let mut order = Vec::new();
    let mut service = |request: &Request<'_>, peer: Option<std::net::SocketAddr>| {
        order.push(peer);
        assert_eq!(request.path(), "/costly");
        std::thread::sleep(Duration::from_millis(2));
        Reply::text(200, "done")
    };
    let mut service = |request: &Request<'_>| service(request, request.head().peer());
    while server.stats().requests < 11 {
        server.poll(&mut service).unwrap();
    }
    let peer = Some(one.stream.local_addr().unwrap());
    let at = order.iter().position(|it| *it == peer).unwrap();
    assert!(at <= 2, "{at}");
}
