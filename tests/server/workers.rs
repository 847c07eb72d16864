//! Calls answered on several threads.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use super::add_request;
use super::serving::Serving;
use tiny_xmlrpc::server::{Basic, Config, Reply};
use tiny_xmlrpc::{Client, Context, Dialect, Methods, call_to_vec};

#[test]
fn calls_run_at_the_same_time() {
    let server = Serving::start(Config::default(), |server| {
        let together = Arc::new(Barrier::new(4));
        server
            .workers(4, move || {
                let (mut methods, together) = (Methods::new(), together.clone());
                // It returns only if four are in it.
                methods.add("meet", move || {
                    together.wait();
                    1
                });
                methods
            })
            .unwrap();
    });
    let url = &server.url;
    thread::scope(|scope| {
        let calls: Vec<_> =
            (0..4).map(|_| scope.spawn(|| Client::new(url).unwrap().call::<i32>("meet", ()).unwrap())).collect();
        assert!(calls.into_iter().all(|call| call.join().unwrap() == 1));
    });
}

#[test]
fn a_slow_method_delays_nobody_else_and_a_shutdown_waits_for_it() {
    let (release, released) = channel::<()>();
    let (begun, has_begun) = channel::<()>();
    let released = Mutex::new(Some(released));
    let begun = Mutex::new(begun);
    let shared = Arc::new((released, begun));
    let server = Serving::start(Config::default(), move |server| {
        server
            .workers(2, move || {
                let (mut methods, shared) = (Methods::new(), shared.clone());
                methods.add("slow", move || {
                    let released = shared.0.lock().unwrap().take().unwrap();
                    shared.1.lock().unwrap().send(()).unwrap();
                    released.recv().unwrap();
                    "at last"
                });
                methods.add("add", |a: i32, b: i32| a + b);
                methods
            })
            .unwrap();
        server.page("/page", |_| Reply::text(200, "page"));
    });
    let url = server.url.clone();
    let slow = thread::spawn(move || Client::new(&url).unwrap().call::<String>("slow", ()).unwrap());
    has_begun.recv().unwrap();
    let client = Client::new(&server.url).unwrap();
    for number in 0..100 {
        assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
    }
    let page = super::raw_http::exchange(server.address(), b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(page.text(), "page");
    let stopping = thread::spawn(move || server.stop());
    thread::sleep(Duration::from_millis(50));
    release.send(()).unwrap();
    assert_eq!(slow.join().unwrap(), "at last");
    assert_eq!(stopping.join().unwrap().requests, 102);
}

#[test]
fn replies_on_one_connection_keep_their_order() {
    let server = Serving::start(Config::default(), |server| {
        server
            .workers(4, || {
                let mut methods = Methods::new();
                methods.add("echo", |number: i32| {
                    // The earlier ones take longer.
                    thread::sleep(Duration::from_micros(if number % 8 == 0 { 2_000 } else { 0 }));
                    number
                });
                methods
            })
            .unwrap();
    });
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let mut requests = Vec::new();
    for number in 0..200 {
        let call = call_to_vec("echo", &(number,), Dialect::strict()).unwrap();
        let close = if number == 199 { "Connection: close\r\n" } else { "" };
        write!(requests, "POST / HTTP/1.1\r\nHost: a\r\n{close}Content-Length: {}\r\n\r\n", call.len()).unwrap();
        requests.extend_from_slice(&call);
    }
    stream.write_all(&requests).unwrap();
    let mut replies = String::new();
    stream.read_to_string(&mut replies).unwrap();
    let numbers: Vec<i32> =
        replies.split("<int>").skip(1).map(|rest| rest.split_once('<').unwrap().0.parse().unwrap()).collect();
    assert!(numbers.iter().copied().eq(0..200), "{numbers:?}");
    assert_eq!(server.stop().requests, 200);
}

#[test]
fn a_panic_costs_nothing_and_state_is_each_threads_own() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let server = Serving::start(Config::default(), move |server| {
        let mut users = Basic::new("x");
        users.user("ada", "x");
        server
            .workers(1, move || {
                count.fetch_add(1, Ordering::Relaxed);
                let mut methods = Methods::new();
                let mut calls = 0;
                // Neither Send nor Sync.
                let local = std::rc::Rc::new(std::cell::Cell::new(0));
                methods.add("next", move || {
                    calls += 1;
                    local.set(local.get() + 1);
                    assert!(calls != 2, "as asked");
                    calls
                });
                methods.add("user", |context: Context| context.user().map(str::to_owned).unwrap_or_default());
                methods
            })
            .unwrap()
            .authenticate(users);
    });
    let host = server.address();
    let client = Client::new(&format!("http://ada:x@{host}/RPC2")).unwrap();
    assert_eq!(client.call::<i32>("next", ()).unwrap(), 1);
    assert_eq!(client.call::<i32>("next", ()).unwrap_err().fault().unwrap().code(), -32603);
    assert_eq!(client.call::<i32>("next", ()).unwrap(), 3);
    assert_eq!(client.call::<String>("user", ()).unwrap(), "ada");
    let unauthorized = super::raw_http::exchange(host, add_request("/", "")).unwrap();
    assert_eq!(unauthorized.status, 401);
    // Once for the names, once for the thread.
    assert_eq!(made.load(Ordering::Relaxed), 2);
}

#[test]
fn clients_may_go_while_their_calls_run() {
    let server = Serving::start(Config::default(), |server| {
        server
            .workers(2, || {
                let mut methods = Methods::new();
                methods.add("add", |a: i32, b: i32| {
                    thread::sleep(Duration::from_millis(2));
                    a + b
                });
                methods
            })
            .unwrap();
    });
    for _ in 0..50 {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(&add_request("/", "")).unwrap();
    }
    let client = Client::new(&server.url).unwrap();
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    server.stop();
}

#[test]
fn many_clients_are_all_answered() {
    let server = Serving::start(Config::default(), |server| {
        server
            .workers(3, || {
                let mut methods = Methods::new();
                methods.add("add", |a: i32, b: i32| a + b);
                methods.add("length", |text: String| text.len() as i32);
                methods
            })
            .unwrap();
    });
    let url = &server.url;
    thread::scope(|scope| {
        for client in 0..16_i32 {
            scope.spawn(move || {
                let proxy = Client::new(url).unwrap();
                for call in 0..50 {
                    assert_eq!(proxy.call::<i32>("add", (client, call)).unwrap(), client + call);
                }
                let text = "x".repeat(300_000);
                assert_eq!(proxy.call::<i32>("length", (text,)).unwrap(), 300_000);
            });
        }
    });
    assert_eq!(server.stop().requests, 16 * 51);
}
