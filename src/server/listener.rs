//! The listening sockets.

use core::time::Duration;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use mio::event::Source;
use mio::{Interest, Registry, Token};

use super::connection::Protocol;
use super::pace::after;
use super::socket::Socket;

/// How long accepting rests after an error that more of the same would not mend.
const REST: Duration = Duration::from_millis(100);

/// A listening socket of one of the kinds that a loop serves.
#[derive(Debug)]
enum Kind {
    Tcp(mio::net::TcpListener),
    #[cfg(unix)]
    Unix(mio::net::UnixListener),
}

impl Kind {
    fn source(&mut self) -> &mut dyn Source {
        match self {
            Self::Tcp(socket) => socket,
            #[cfg(unix)]
            Self::Unix(socket) => socket,
        }
    }

    fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => listener.accept().map(|(socket, peer)| (Socket::Tcp(socket), Some(peer))),
            #[cfg(unix)]
            Self::Unix(listener) => listener.accept().map(|(socket, _)| (Socket::Unix(socket), None)),
        }
    }
}

/// A listening socket, and whether there is somebody to accept.
#[derive(Debug)]
pub(super) struct Listener {
    socket: Kind,
    pub(super) protocol: Protocol,
    /// The file of a Unix socket, which goes with it.
    #[cfg(unix)]
    pub(super) file: Option<super::unix::SocketFile>,
    /// Where it listens, if it is a TCP socket.
    pub(super) local_addr: Option<SocketAddr>,
    /// Somebody may be waiting.
    pub(super) ready: bool,
    /// The poll has told that somebody waits, and nobody was accepted since.
    pub(super) told: bool,
    /// A connection was given up for the one that waits.
    pub(super) evicted: bool,
    /// Until when it rests after an error.
    pub(super) rests_until: Option<Instant>,
}

/// What came of accepting.
#[derive(Debug)]
pub(super) enum Accepted {
    Connection(Socket, Option<SocketAddr>),
    /// Nobody waits.
    Nobody,
    /// That one was gone before it was accepted.
    Gone,
    /// There are no descriptors or no memory for another. It is to be tried again with fewer open.
    Exhausted(io::Error),
}

impl Listener {
    pub(super) fn tcp(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let local_addr = listener.local_addr()?;
        Ok(Self::of(Kind::Tcp(mio::net::TcpListener::from_std(listener)), Some(local_addr)))
    }

    #[cfg(unix)]
    pub(super) fn unix(listener: std::os::unix::net::UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self::of(Kind::Unix(mio::net::UnixListener::from_std(listener)), None))
    }

    fn of(socket: Kind, local_addr: Option<SocketAddr>) -> Self {
        Self {
            socket,
            protocol: Protocol::Http,
            #[cfg(unix)]
            file: None,
            local_addr,
            ready: false,
            told: false,
            evicted: false,
            rests_until: None,
        }
    }

    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(self.socket.source(), token, Interest::READABLE)
    }

    /// Accepts one connection. No error of one connection, nor the lack of descriptors, ends a server.
    pub(super) fn accept(&mut self) -> Accepted {
        match self.socket.accept() {
            Ok((socket, peer)) => {
                self.told = false;
                self.evicted = false;
                Accepted::Connection(socket, peer)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.ready = false;
                Accepted::Nobody
            }
            Err(error) if exhausted(&error) => Accepted::Exhausted(error),
            // ECONNABORTED, EPROTO, ENETDOWN and the like belong to the connection (accept(2)).
            Err(_) => Accepted::Gone,
        }
    }

    /// The poll tells that somebody waits.
    pub(super) fn notice(&mut self) {
        self.ready = true;
        self.told = true;
    }

    /// Has the poll tell whether somebody waits: registering again brings a readiness anew.
    pub(super) fn ask(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        self.ready = false;
        registry.reregister(self.socket.source(), token, Interest::READABLE)
    }

    /// Stops accepting for a while.
    pub(super) fn rest(&mut self, now: Instant) {
        self.rests_until = Some(after(now, REST));
        self.evicted = false;
        self.ready = true;
    }

    /// Whether to accept now.
    pub(super) fn is_ready(&mut self, now: Instant) -> bool {
        if self.rests_until.is_some_and(|until| now >= until) {
            self.rests_until = None;
        }
        self.ready && self.rests_until.is_none()
    }
}

/// EMFILE, ENFILE, ENOMEM, ENOBUFS, by their numbers where std has no kind for them.
fn exhausted(error: &io::Error) -> bool {
    let number = error.raw_os_error();
    error.kind() == io::ErrorKind::OutOfMemory
        || (cfg!(unix) && matches!(number, Some(12 | 23 | 24)))
        || (cfg!(any(target_os = "linux", target_os = "android")) && number == Some(105))
        || (cfg!(all(unix, not(any(target_os = "linux", target_os = "android")))) && number == Some(55))
        || (cfg!(windows) && matches!(number, Some(10_024 | 10_055)))
}
