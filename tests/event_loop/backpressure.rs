//! Replies that are more than memory may hold at once: their requests wait, and others don't wait for ever.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::support::*;
use tiny_xmlrpc::server::{Config, EventLoop, ShutdownHandle, Stats};

/// A loop that is looked at after each request.
struct Watched {
    address: SocketAddr,
    handle: ShutdownHandle,
    thread: Option<JoinHandle<(Stats, usize)>>,
}

impl Watched {
    /// With so many workers, or none.
    fn start(config: Config, workers: usize) -> Self {
        let mut server = EventLoop::bind("127.0.0.1:0", config).unwrap();
        if workers > 0 {
            server.workers(workers, || Echo).unwrap();
        }
        Self::run(server)
    }

    fn run(mut server: EventLoop) -> Self {
        let (address, handle) = (server.local_addr().unwrap(), server.shutdown_handle());
        let stop = handle.clone();
        let thread = thread::spawn(move || {
            let mut most = 0;
            while !stop.is_requested() {
                server.run_one(&mut Echo, None).unwrap();
                most = most.max(server.buffered());
            }
            (server.stats(), most)
        });
        Self { address, handle, thread: Some(thread) }
    }

    fn connect(&self) -> Socket {
        Socket::connect(self.address)
    }

    /// What it did, and the bytes it had in memory at most.
    fn stop(mut self) -> (Stats, usize) {
        self.handle.shutdown();
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.handle.shutdown();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn large(size: usize) -> String {
    format!("GET /large?{size} HTTP/1.1\r\nHost: a\r\n\r\n")
}

/// Has so many ask at the same time, each several times, and read; gives the statuses of all.
fn statuses(address: SocketAddr, clients: usize, request: &str) -> Vec<u16> {
    let mut clients: Vec<_> = (0..clients).map(|_| Socket::connect(address)).collect();
    for client in &mut clients {
        client.send(request);
    }
    thread::scope(|scope| {
        let readers: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                scope.spawn(move || {
                    let first = client.answer().status;
                    // One that was refused is closed.
                    let second = if first == 200 { client.send(request).answer().status } else { first };
                    [first, second]
                })
            })
            .collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    })
}

#[test]
fn replies_wait_for_memory_in_place_of_being_refused() {
    const MOST: usize = 4 << 20;
    for workers in [0, 2] {
        // What the sockets take at once, and what they don't.
        for (clients, size, most) in [(64, 800_000, MOST), (10, 6_000_000, 6 * MOST)] {
            let mut config = Config::default();
            config.max_buffered = most;
            let server = Watched::start(config, workers);
            let statuses = statuses(server.address, clients, &large(size));
            assert!(statuses.iter().all(|&status| status == 200), "{workers} workers: {statuses:?}");
            let (stats, buffered) = server.stop();
            assert_eq!((stats.requests, stats.evicted), (2 * clients as u64, 0));
            assert!(buffered <= most, "{workers} workers: {buffered}");
        }
    }
}

#[test]
fn all_are_answered_in_a_loop_that_is_not_interrupted() {
    let mut config = Config::default();
    config.max_buffered = 4 << 20;
    for workers in [0, 2] {
        let server = Running::with_workers(config.clone(), workers);
        assert_eq!(statuses(server.address, 64, &large(800_000)), [200; 128], "{workers} workers");
        assert_eq!(server.stop().requests, 128);
    }
}

#[test]
fn bodies_wait_with_their_requests() {
    let mut config = Config::default();
    config.max_buffered = 8 << 20;
    for workers in [0, 2] {
        let server = Watched::start(config.clone(), workers);
        // Their replies are as large. Some come in one piece with their heads and some don't.
        for size in [60_000, 200_000] {
            let request = post("/", &"x".repeat(size));
            assert_eq!(statuses(server.address, 16, &request), [200; 32], "{workers} workers");
        }
        assert!(server.stop().1 <= 8 << 20);
    }
}

#[test]
fn those_who_never_read_are_given_up_for_those_who_wait() {
    const SIZE: usize = 5_500_000;
    let mut config = Config::default();
    config.max_buffered = 24_000_000;
    for workers in [0, 2] {
        let server = Watched::start(config.clone(), workers);
        let mut known = server.connect();
        echo(&mut known, "x");
        let mut deaf: Vec<_> = (0..6).map(|_| server.connect()).collect();
        for client in &mut deaf {
            client.send(large(SIZE));
        }
        assert_eq!(deaf[0].stream.peek(&mut [0]).unwrap(), 1);
        let mut patient: Vec<_> = (0..4).map(|_| server.connect()).collect();
        for client in &mut patient {
            client.send(large(SIZE));
        }
        let answered = AtomicBool::new(false);
        thread::scope(|scope| {
            let readers: Vec<_> =
                patient.iter_mut().map(|client| scope.spawn(move || client.answer().body.len())).collect();
            scope.spawn(|| {
                let lengths: Vec<_> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
                answered.store(true, Ordering::Relaxed);
                assert_eq!(lengths, [SIZE; 4], "{workers} workers");
            });
            // Who asks for little has nothing to wait for.
            let mut calls = 0;
            while !answered.load(Ordering::Relaxed) {
                echo(&mut known, "x");
                calls += 1;
            }
            assert!(calls > 10, "{workers} workers: {calls}");
        });
        drop(deaf);
        let (stats, buffered) = server.stop();
        assert!(stats.evicted >= 3, "{workers} workers: {}", stats.evicted);
        assert!(buffered <= 24_000_000, "{workers} workers: {buffered}");
    }
}

#[test]
fn nobody_waits_longer_than_the_pace_window() {
    const SIZE: usize = 22_000_000;
    let mut config = Config::default();
    config.max_buffered = 24_000_000;
    config.pace_window = Duration::from_millis(500);
    for workers in [0, 1] {
        let server = Watched::start(config.clone(), workers);
        let mut slow = server.connect();
        slow.send(large(SIZE));
        assert_eq!(slow.stream.peek(&mut [0]).unwrap(), 1);
        let answered = AtomicBool::new(false);
        thread::scope(|scope| {
            // It takes its reply slowly, but it does.
            let reading = scope.spawn(|| {
                let mut sum = 0;
                let mut piece = [0; 50_000];
                while !answered.load(Ordering::Relaxed) && sum < SIZE {
                    match slow.stream.read(&mut piece) {
                        Ok(count @ 1..) => sum += count,
                        _ => break,
                    }
                    thread::sleep(Duration::from_millis(5));
                }
                sum
            });
            let mut fresh = server.connect();
            echo(&mut fresh, "x");
            answered.store(true, Ordering::Relaxed);
            let read = reading.join().unwrap();
            assert!(read < SIZE, "{workers} workers: {read}");
        });
    }
}

/// Who has nothing to do with those that take all the memory has not to wait for them.
#[test]
fn nobody_waits_for_those_of_another_network() {
    let mut config = Config::default();
    config.max_buffered = 24_000_000;
    // Who waits does so for longer than the test.
    config.pace_window = 2 * PATIENCE;
    for workers in [0, 1] {
        let other = std::net::TcpListener::bind("[::1]:0").unwrap();
        let address = other.local_addr().unwrap();
        let mut server = EventLoop::bind("127.0.0.1:0", config.clone()).unwrap();
        server.add_listener(other).unwrap();
        if workers > 0 {
            server.workers(workers, || Echo).unwrap();
        }
        let server = Watched::run(server);
        let mut slow = server.connect();
        slow.send(large(17_000_000));
        assert_eq!(slow.stream.peek(&mut [0]).unwrap(), 1);
        let taken = AtomicBool::new(false);
        thread::scope(|scope| {
            // It takes its reply slowly, but it does.
            scope.spawn(|| {
                let mut piece = [0; 4_000];
                while !taken.load(Ordering::Relaxed) && matches!(slow.stream.read(&mut piece), Ok(1..)) {
                    thread::sleep(Duration::from_millis(5));
                }
            });
            let mut waiting = server.connect();
            waiting.send(post("/", "later"));
            for _ in 0..3 {
                echo(&mut Socket::connect(address), "now");
            }
            waiting.stream.set_nonblocking(true).unwrap();
            assert!(waiting.stream.peek(&mut [0]).is_err(), "{workers} workers");
            taken.store(true, Ordering::Relaxed);
        });
    }
}

#[test]
fn workers_that_are_busy_keep_no_page_waiting() {
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};
    use tiny_xmlrpc::server::{Reply, Request, RequestHead, Service};

    /// On the loop's thread.
    struct Pages;
    impl Service for Pages {
        fn stays(&mut self, head: &RequestHead<'_>) -> bool {
            head.path() == "/page"
        }
        fn request(&mut self, _: &Request<'_>) -> Reply {
            Reply::text(200, "page")
        }
    }
    let (release, released) = channel::<()>();
    let (begun, has_begun) = channel::<()>();
    let shared = Arc::new(Mutex::new((begun, released)));
    let mut server = EventLoop::bind("127.0.0.1:0", Config::default()).unwrap();
    let worker = move || {
        let shared = shared.clone();
        move |_: &Request<'_>| {
            let shared = shared.lock().unwrap();
            shared.0.send(()).unwrap();
            shared.1.recv().unwrap();
            Reply::text(200, "at last")
        }
    };
    server.workers(1, worker).unwrap();
    let (address, handle) = (server.local_addr().unwrap(), server.shutdown_handle());
    let thread = thread::spawn(move || server.run_until_shutdown(&mut Pages).unwrap());
    let mut waiting: Vec<_> = (0..3).map(|_| Socket::connect(address)).collect();
    for client in &mut waiting {
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    has_begun.recv().unwrap();
    let mut client = Socket::connect(address);
    assert_eq!(client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n").answer().text(), "page");
    for _ in 0..3 {
        release.send(()).unwrap();
    }
    for client in &mut waiting {
        assert_eq!(client.answer().text(), "at last");
    }
    handle.shutdown();
    thread.join().unwrap();
}
