//! The classic ways to end a server from afar, and a server in somebody else's loop.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use tiny_xmlrpc::{Client, Error, Server};

/// Serves on this thread while a client calls `stop`, and then finds nobody there.
fn ends(serve: impl FnOnce(Server<'_>)) {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let url = server.url();
    let client = thread::spawn({
        let url = url.clone();
        move || {
            let client = Client::new(&url)?;
            assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
            client.call::<String>("stop", ())
        }
    });
    serve(server);
    assert_eq!(client.join().unwrap().unwrap(), "bye");
    assert!(Client::new(&url).unwrap().call::<i32>("add", (2, 3)).is_err());
    // The port is free at once.
    Server::bind(url.split('/').nth(2).unwrap()).unwrap();
}

#[test]
fn a_method_clears_the_flag_of_the_loop() {
    ends(|mut server| {
        let running = Rc::new(Cell::new(true));
        let flag = running.clone();
        server.add("add", |a: i32, b: i32| a + b);
        server.add("stop", move || {
            flag.set(false);
            "bye"
        });
        while running.get() {
            server.handle_request().unwrap();
        }
    });
}

#[test]
fn a_method_ends_the_callers_own_serve_forever() {
    fn serve_forever(mut server: Server<'_>) {
        let quit = Rc::new(Cell::new(false));
        let flag = quit.clone();
        server.add("add", |a: i32, b: i32| a + b);
        server.add("stop", move || {
            flag.set(true);
            "bye"
        });
        server.serve_while(|| !quit.get()).unwrap();
    }
    ends(serve_forever);
}

/// A server whose method `stop` uses its handle.
fn with_the_handle(server: &mut Server<'_>) {
    let handle = server.shutdown_handle();
    server.add("add", |a: i32, b: i32| a + b);
    server.add("stop", move || {
        handle.shutdown();
        "bye"
    });
}

#[test]
fn a_method_uses_the_handle() {
    ends(|mut server| {
        with_the_handle(&mut server);
        server.serve_forever().unwrap();
        assert!(!server.handle_request().unwrap());
    });
}

#[test]
fn serving_while_something_holds_ends_with_the_handle_too() {
    ends(|mut server| {
        with_the_handle(&mut server);
        server.serve_while(|| true).unwrap();
    });
}

#[test]
fn a_request_is_waited_for_as_long_as_asked() {
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    let start = Instant::now();
    assert!(!server.handle_request_timeout(Duration::from_millis(50)).unwrap());
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert!(!server.handle_request_timeout(Duration::ZERO).unwrap());
}

/// The loop is another poll, which has the server's descriptor as one of its own.
#[test]
#[cfg(unix)]
fn another_loop_waits_for_the_servers_descriptor() {
    use std::os::fd::{AsFd, AsRawFd};

    let mut server = Server::bind("127.0.0.1:0").unwrap();
    let quit = Rc::new(Cell::new(false));
    let flag = quit.clone();
    server.add("add", |a: i32, b: i32| a + b);
    server.add("stop", move || flag.set(true));
    let url = server.url();
    let client = thread::spawn(move || -> Result<i32, Error> {
        let client = Client::new(&url)?;
        let sum = client.call("add", (2, 3))?;
        client.call::<()>("stop", ())?;
        Ok(sum)
    });
    let descriptor = server.as_fd().as_raw_fd();
    let mut poll = mio::Poll::new().unwrap();
    let mut events = mio::Events::with_capacity(4);
    let mut source = mio::unix::SourceFd(&descriptor);
    poll.registry().register(&mut source, mio::Token(7), mio::Interest::READABLE).unwrap();
    while !quit.get() {
        let timeout = server.next_deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
        poll.poll(&mut events, timeout).unwrap();
        assert!(events.iter().all(|event| event.token() == mio::Token(7)));
        assert!(server.poll().unwrap());
    }
    drop(server);
    assert_eq!(client.join().unwrap().unwrap(), 5);
}
