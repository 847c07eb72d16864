//! Several connections at once to a server's loop, on real sockets: any bytes on each, in any pieces, between each
//! other's in any order. What each gets does not depend on the others, and nothing is left of them.
#![no_main]

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use fuzz::input::stretched;
use fuzz::serving::{answers, server, timeless};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::Server;

/// How many steps an input begins with: see [`step`].
const STEPS: usize = 8;

/// What stands between the bytes of one connection and those of the next. It is in no text.
const NEXT: u8 = 0xFE;

/// The most connections that an input has.
const MOST: usize = 4;

/// Rounds of the loop within which everything ends.
const ROUNDS: usize = 100_000;

thread_local! {
    static SERVER: RefCell<(Server<'static>, PathBuf)> = RefCell::new(listening());
}

fn listening() -> (Server<'static>, PathBuf) {
    let path = std::env::temp_dir().join(format!("interleaved-{}", std::process::id()));
    let mut server = server();
    server.event_loop().bind_unix(&path, 0o600).expect("a socket");
    (server, path)
}

// The steps, which are repeated until all is sent, and then the bytes of each connection.
fuzz_target!(|bytes: &[u8]| {
    let Some((steps, documents)) = bytes.split_first_chunk::<STEPS>() else { return };
    let documents: Vec<Vec<u8>> = documents.splitn(MOST, |byte| *byte == NEXT).map(stretched).collect();
    SERVER.with_borrow_mut(|(server, path)| {
        let mut peers: Vec<Peer<'_>> = documents.iter().map(|document| Peer::connect(path, document)).collect();
        for step in steps.iter().cycle().take(100) {
            if peers.iter().all(Peer::is_done) {
                break;
            }
            let count = peers.len();
            peers[usize::from(step & 3) % count].step(step >> 2);
            // Now and then several steps come at once.
            if step & 3 != 3 {
                server.poll().expect("a round");
            }
        }
        for peer in &mut peers {
            peer.finish();
        }
        for round in 0.. {
            server.poll().expect("a round");
            // Each of them in each round.
            if peers.iter_mut().map(Peer::read).fold(true, |all, ended| all & ended) {
                break;
            }
            assert!(round < ROUNDS, "a connection does not end");
        }
        for peer in peers.drain(..).filter(|peer| !peer.broke_off) {
            let (alone, among) = (answers(server, peer.all), timeless(&peer.output));
            assert!(alone == among, "{}\n\n{}", alone.escape_ascii(), among.escape_ascii());
        }
        for round in 0.. {
            if server.event_loop().connections() == 0 {
                break;
            }
            server.poll().expect("a round");
            assert!(round < ROUNDS, "a connection is left");
        }
        assert_eq!(server.event_loop().buffered(), 0);
    });
});

/// One that talks to the server.
struct Peer<'d> {
    socket: Option<UnixStream>,
    all: &'d [u8],
    rest: &'d [u8],
    output: Vec<u8>,
    /// It went in the middle of it, so that it can't know what was to come.
    broke_off: bool,
}

impl<'d> Peer<'d> {
    fn connect(path: &PathBuf, document: &'d [u8]) -> Self {
        let socket = UnixStream::connect(path).expect("a connection");
        socket.set_nonblocking(true).expect("a socket");
        Self { socket: Some(socket), all: document, rest: document, output: Vec::new(), broke_off: false }
    }

    fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Sends so many bytes; or all there are; or reads, as often as not too little; or goes away.
    fn step(&mut self, what: u8) {
        match what {
            0 => self.send(usize::MAX),
            62 => drop(self.read()),
            63 => {
                self.broke_off = true;
                self.rest = b"";
                self.socket = None;
            }
            count => self.send(count.into()),
        }
    }

    fn send(&mut self, count: usize) {
        let Some(socket) = &mut self.socket else { return };
        match socket.write(&self.rest[..count.min(self.rest.len())]) {
            Ok(count) => self.rest = &self.rest[count..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // The server has ended it.
            Err(_) => self.rest = b"",
        }
    }

    /// Sends what is left, as far as somebody takes it, and no more.
    fn finish(&mut self) {
        self.send(usize::MAX);
        if let Some(socket) = self.socket.as_ref().filter(|_| self.rest.is_empty()) {
            // It may be ended.
            let _ = socket.shutdown(Shutdown::Write);
        }
    }

    /// Reads what there is. Whether it is over.
    fn read(&mut self) -> bool {
        if !self.rest.is_empty() {
            self.finish();
        }
        let Some(socket) = &mut self.socket else { return true };
        match socket.read_to_end(&mut self.output) {
            Ok(_) => true,
            // What the server did not read any more makes the end a reset, after what it has sent.
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }
}
