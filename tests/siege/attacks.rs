//! What attackers do, each kind in a process of its own.
//!
//! Out there they have machines of their own and a network between. So that it is not they who keep the few processors of
//! this one from everybody else, their processes let others go before, and an attack comes in bursts with pauses between
//! them. It goes on until it is told to end.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::FULL;
use super::peer::Peer;
use super::process::{PATIENCE, Share, itself, most_descriptors};
use super::requests::{ECHO, LARGE, add, document};

const ATTACK: &str = "TEST_ATTACK";
const TARGET: &str = "TEST_TARGET";

/// What an attacker says once all of the attack was done.
const DONE: &str = "the attack was made";

/// Without optimisation the server takes ten times as long.
const PIPELINED: usize = if FULL { 300_000 } else { 10_000 };
const SHORT: usize = if FULL { 10_000 } else { 1_000 };
pub(crate) const LEFT: usize = 2_000;
const SLOW: usize = 200;
const RESETS: usize = if FULL { 1_000 } else { 100 };
const LEVELS: usize = 100_000;

type Attack = fn(&Front);

/// All of them by their names.
pub(crate) const ATTACKS: &[(&str, Attack)] = &[
    ("slow heads and bodies", slow),
    ("connections left", left),
    ("short connections", short),
    ("resets in the body", resets),
    ("a body of 1 PB", |front| refused(front, "Content-Length: 1125899906842624\r\n", 413)),
    ("a header of 512 MiB", endless_header),
    ("pipelined requests", pipelined),
    ("two framings", |front| refused(front, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400)),
    ("100,000 levels", |front| {
        answered(front, &document("", ECHO.to_owned() + &"<value><array><data>".repeat(LEVELS)), "-32600");
    }),
    ("entity bombs", |front| {
        let entities: String = (b'b'..=b'j')
            .map(|name| {
                format!("<!ENTITY {} \"{}\">", char::from(name), format!("&{};", char::from(name - 1)).repeat(10))
            })
            .collect();
        let bomb = format!("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">{entities}]>{ECHO}<value>&j;</value>");
        answered(front, &document("", bomb), "-32700");
    }),
    #[cfg(feature = "gzip")]
    ("gzip bombs", |front| answered(front, &super::requests::gzip_bomb(), "times its size")),
    ("120 replies of 1 MB unread", |front| deaf(front, 120, b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")),
    // The handler that makes one of these takes some ms, for which others have to wait.
    ("30 replies of 4 MB unread", |front| deaf(front, 30, LARGE)),
];

/// An attacker at work. It is to be [told to end](Self::end).
pub(crate) struct Attacker(Peer);

impl Attacker {
    /// Starts one; waits until the attack has had its full size once.
    pub(crate) fn start(name: &str, address: &str) -> Self {
        let share = Share { nice: 19, ..Share::FULL };
        let mut command = itself("attacks::attacks_if_it_is_asked_to", ATTACK, name, share);
        let mut peer = Peer::start(command.env(TARGET, address));
        while !peer.line().contains(DONE) {}
        Self(peer)
    }

    /// Has it end, which it has to do without finding that anything was not as expected.
    pub(crate) fn end(self) {
        self.0.finish();
    }
}

#[test]
fn attacks_if_it_is_asked_to() {
    let Ok(name) = std::env::var(ATTACK) else { return };
    let over = Arc::new(AtomicBool::new(false));
    let told = over.clone();
    thread::spawn(move || {
        let _ = std::io::stdin().read(&mut [0]);
        told.store(true, Ordering::Relaxed);
    });
    let front = Front { address: std::env::var(TARGET).unwrap(), over };
    ATTACKS.iter().find(|(known, _)| *known == name).unwrap().1(&front);
}

/// Where the attack is made, and how long.
pub(crate) struct Front {
    address: String,
    over: Arc<AtomicBool>,
}

impl Front {
    fn try_connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Some(stream)
    }

    fn connect(&self) -> TcpStream {
        self.try_connect().unwrap()
    }

    /// Bursts, of which so many are all of the attack, until it is to end.
    fn bursts(&self, all: usize, pause: Duration, mut burst: impl FnMut()) {
        for number in 1.. {
            burst();
            if number == all {
                // The harness was told to keep nothing.
                println!("\n{DONE}");
            }
            if number >= all && self.over.load(Ordering::Relaxed) {
                return;
            }
            thread::sleep(pause);
        }
    }
}

const PAUSE: Duration = Duration::from_millis(10);

/// 200 heads and 200 bodies, byte by byte.
fn slow(front: &Front) {
    let begin = |body: bool| {
        let mut stream = front.connect();
        let begun: &[u8] = if body { b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" } else { b"P" };
        let _ = stream.write_all(begun);
        stream
    };
    let mut streams: Vec<(bool, TcpStream)> = (0..2 * SLOW).map(|at| (at < SLOW, begin(at < SLOW))).collect();
    front.bursts(20, 2 * PAUSE, || {
        for (body, stream) in &mut streams {
            if stream.write_all(b"O").is_err() {
                *stream = begin(*body);
            }
        }
    });
}

/// How many there are descriptors for.
pub(crate) fn most_left() -> usize {
    LEFT.min(most_descriptors().saturating_sub(50))
}

/// 2,000 connections that say nothing, all open at the same time on this side.
fn left(front: &Front) {
    const BURST: usize = 50;
    let most = most_left();
    let mut left = VecDeque::new();
    front.bursts(LEFT / BURST, PAUSE, || {
        for _ in 0..BURST {
            if left.len() >= most {
                left.pop_front();
            }
            left.extend(front.try_connect());
        }
    });
}

/// 10,000 connections that are closed at once.
fn short(front: &Front) {
    front.bursts(SHORT / 100, PAUSE, || {
        for _ in 0..100 {
            drop(front.connect());
        }
    });
}

/// Connections reset in the middle of a body.
fn resets(front: &Front) {
    front.bursts(RESETS / 50, PAUSE, || {
        for _ in 0..50 {
            let mut stream = front.connect();
            let two = add().repeat(2);
            stream.write_all(&two[..two.len() - 100]).unwrap();
            // That the first one's reply has come and isn't read makes the close a reset.
            let _ = stream.peek(&mut [0]);
        }
    });
}

/// What is refused by its head.
fn refused(front: &Front, fields: &str, status: u16) {
    let request = format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n0\r\n\r\n");
    answered(front, request.as_bytes(), &format!("HTTP/1.1 {status} "));
}

/// Something that has an answer in which this is found, and after which the connection is closed by the server or by the
/// attacker's end of sending.
fn answered(front: &Front, request: &[u8], expected: &str) {
    front.bursts(20, PAUSE, || {
        let mut stream = front.connect();
        let _ = stream.write_all(request);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.contains(expected), "{expected:?} is not in {answer}");
    });
}

/// A head with a field of 512 MiB, as far as it can be sent.
fn endless_header(front: &Front) {
    const WHOLE: usize = 512 << 20;
    let piece = vec![b'x'; 65_536];
    front.bursts(20, PAUSE, || {
        let mut stream = front.connect();
        let mut sent = stream.write(b"GET / HTTP/1.1\r\nA: ").unwrap();
        while sent < WHOLE {
            match stream.write(&piece) {
                Ok(count) => sent += count,
                Err(_) => break,
            }
        }
        assert!(sent < WHOLE / 8, "it was read up to {sent}");
    });
}

/// 300,000 requests in one go on one connection.
fn pipelined(front: &Front) {
    front.bursts(1, PAUSE, || {
        let mut stream = front.connect();
        stream.write_all(&add()).unwrap();
        let mut buffer = vec![0; 65_536];
        let one = stream.read(&mut buffer).unwrap();
        let mut sender = stream.try_clone().unwrap();
        let (all, end) = (PIPELINED / 100, &front.over);
        let sent = thread::scope(|scope| {
            let sending = scope.spawn(move || {
                let hundred = add().repeat(100);
                let mut sent = 0;
                // All of them the first time, and later until it is to end.
                while sent < all && !(sent > 0 && end.load(Ordering::Relaxed)) {
                    sender.write_all(&hundred).unwrap();
                    sent += 1;
                }
                sender.shutdown(Shutdown::Write).unwrap();
                sent * 100
            });
            let mut answers = 0;
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                answers += count;
            }
            let sent = sending.join().unwrap();
            // All replies are of one length.
            assert_eq!(answers, sent * one);
            sent
        });
        assert!(sent > 0);
    });
}

/// Those who ask for a lot, all at once, and read nothing of it.
fn deaf(front: &Front, count: usize, request: &[u8]) {
    let mut deaf = Vec::new();
    front.bursts(5, 5 * PAUSE, || {
        deaf.clear();
        deaf.extend((0..count).map(|_| front.connect()));
        for stream in &mut deaf {
            let _ = stream.write_all(request);
        }
        for stream in &deaf {
            let _ = stream.peek(&mut [0]);
        }
    });
}
