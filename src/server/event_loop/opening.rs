//! Where the loop listens, and whom it lets in.

use core::panic::AssertUnwindSafe;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
#[cfg(unix)]
use std::os::unix::net::UnixListener;
use std::panic::catch_unwind;
use std::time::Instant;

use mio::{Events, Interest, Poll, Token, Waker};

use super::queue::{Queue, ROUND};
use super::{EVENTS, EventLoop, LISTENERS, WAKER};
use crate::server::connection::{Connection, Protocol};
use crate::server::listener::{Accepted, Listener};
use crate::server::shared::Shared;
use crate::server::socket::Socket;
use crate::server::table::Table;
#[cfg(unix)]
use crate::server::unix;
use crate::server::workers::Workers;
use crate::server::{Config, Service, ShutdownHandle};

/// Connections accepted before others have their turn, if they take no [`ROUND`].
const ACCEPTS: usize = 256;

impl EventLoop {
    /// Listens on the first of these addresses that can be had. Port 0 takes any free one.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// println!("listening at {}", server.local_addr()?);
    /// // Nobody else can have that port now.
    /// assert!(EventLoop::bind(server.local_addr()?, Config::default()).is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If none can be had, or the system has no descriptors left.
    pub fn bind(address: impl ToSocketAddrs, config: Config) -> io::Result<Self> {
        Self::from_listener(TcpListener::bind(address)?, config)
    }

    /// Serves a socket that listens already: an inherited one, or one with options of your own.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use std::net::TcpListener;
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let address = listener.local_addr()?;
    /// let server = EventLoop::from_listener(listener, Config::default())?;
    /// assert_eq!(server.local_addr()?, address);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the system has no descriptors left.
    pub fn from_listener(listener: TcpListener, config: Config) -> io::Result<Self> {
        let mut this = Self::without_listeners(config)?;
        this.add_listener(listener)?;
        Ok(this)
    }

    /// Listens nowhere yet: sockets are [added](Self::add_listener).
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use std::net::TcpListener;
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let mut server = EventLoop::without_listeners(Config::default())?;
    /// assert!(server.local_addr().is_err());
    /// server.add_listener(TcpListener::bind("127.0.0.1:0")?)?;
    /// assert!(server.local_addr().is_ok());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the system has no descriptors left.
    pub fn without_listeners(config: Config) -> io::Result<Self> {
        let poll = Poll::new()?;
        let stop = ShutdownHandle::new(Waker::new(poll.registry(), WAKER)?);
        Ok(Self {
            poll,
            events: Events::with_capacity(EVENTS),
            listeners: Vec::new(),
            table: Table::new(),
            queue: Queue::default(),
            began: Instant::now(),
            patient_until: None,
            shared: Shared::new(config, stop),
            stops: None,
        })
    }

    /// Serves another listening socket as well, say for IPv6.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, net::{TcpListener, TcpStream}};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let another = TcpListener::bind("[::1]:0").or_else(|_| TcpListener::bind("127.0.0.1:0"))?;
    /// # let mut client = TcpStream::connect(another.local_addr()?)?;
    /// server.add_listener(another)?;
    /// # client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// # server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\nhello"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the socket can't be waited on.
    pub fn add_listener(&mut self, listener: TcpListener) -> io::Result<()> {
        self.listen(Listener::tcp(listener)?)
    }

    /// Serves a listening Unix socket as well. Its peers have no address, so that neither the cap per address
    /// nor [`Service::connect`] concerns them.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, os::unix::net::{UnixListener, UnixStream}};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("rpc.sock");
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::without_listeners(Config::default())?;
    /// server.add_unix_listener(UnixListener::bind(&path)?)?;
    /// let mut client = UnixStream::connect(&path)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\nhello"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the socket can't be waited on.
    #[cfg(unix)]
    pub fn add_unix_listener(&mut self, listener: UnixListener) -> io::Result<()> {
        self.listen(Listener::unix(listener)?)
    }

    /// Makes a Unix socket at this path, which only those can connect to whom the mode (`0o600`) lets write to it, and
    /// serves it as well.
    ///
    /// What a server that is no more has left there is replaced; a socket that somebody listens on is not, nor any
    /// other file. The socket's file goes with the loop, or when that is shut down.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, os::unix::net::UnixStream};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("rpc.sock");
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::without_listeners(Config::default())?;
    /// server.bind_unix(&path, 0o600)?;
    /// let mut client = UnixStream::connect(&path)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\nhello"));
    /// drop(server);
    /// assert!(!path.exists());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `AddrInUse` if somebody listens there, `AlreadyExists` if it is another file; if the file can't be made.
    #[cfg(unix)]
    pub fn bind_unix(&mut self, path: impl AsRef<std::path::Path>, mode: u32) -> io::Result<()> {
        let (listener, file) = unix::bind(path.as_ref(), mode)?;
        let mut listener = Listener::unix(listener)?;
        listener.file = Some(file);
        self.listen(listener)
    }

    /// Serves a socket on which a web server forwards requests by SCGI (nginx's `scgi_pass`).
    ///
    /// The peer that services see is the one that the web server tells of (`REMOTE_ADDR`), so let nobody else connect
    /// there. [`Service::connect`] is asked about the web server.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, net::{TcpListener, TcpStream}};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let mut client = TcpStream::connect(listener.local_addr()?)?;
    /// let mut server = EventLoop::without_listeners(Config::default())?;
    /// server.add_scgi_listener(listener)?;
    /// # client.write_all(b"62:CONTENT_LENGTH\x000\0SCGI\x001\0REQUEST_METHOD\0GET\0REQUEST_URI\0/hello\0,")?;
    /// server.run_one(&mut |request: &Request<'_>| Reply::text(200, request.path().to_owned()), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.starts_with("Status: 200 OK\r\n") && reply.ends_with("\r\n\r\n/hello"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the socket can't be waited on.
    pub fn add_scgi_listener(&mut self, listener: TcpListener) -> io::Result<()> {
        let mut listener = Listener::tcp(listener)?;
        listener.protocol = Protocol::Scgi;
        self.listen(listener)
    }

    /// The same on a Unix socket at this path: see [`bind_unix`](Self::bind_unix).
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, os::unix::net::UnixStream};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("scgi.sock");
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::without_listeners(Config::default())?;
    /// server.bind_scgi_unix(&path, 0o660)?;
    /// # let mut client = UnixStream::connect(&path)?;
    /// # client.write_all(b"62:CONTENT_LENGTH\x000\0SCGI\x001\0REQUEST_METHOD\0GET\0REQUEST_URI\0/hello\0,")?;
    /// server.run_one(&mut |request: &Request<'_>| Reply::text(200, request.path().to_owned()), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.starts_with("Status: 200 OK\r\n") && reply.ends_with("\r\n\r\n/hello"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`bind_unix`](Self::bind_unix).
    #[cfg(unix)]
    pub fn bind_scgi_unix(&mut self, path: impl AsRef<std::path::Path>, mode: u32) -> io::Result<()> {
        let (listener, file) = unix::bind(path.as_ref(), mode)?;
        let mut listener = Listener::unix(listener)?;
        listener.file = Some(file);
        listener.protocol = Protocol::Scgi;
        self.listen(listener)
    }

    fn listen(&mut self, mut listener: Listener) -> io::Result<()> {
        let token = Token(LISTENERS.saturating_add(self.listeners.len()));
        listener.register(self.poll.registry(), token)?;
        self.listeners.push(listener);
        Ok(())
    }

    /// The path of the first Unix socket that was [made](Self::bind_unix) here.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # #[cfg(unix)] {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("rpc.sock");
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// assert_eq!(server.unix_path(), None);
    /// server.bind_unix(&path, 0o600)?;
    /// assert_eq!(server.unix_path(), Some(&*path));
    /// # }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unix_path(&self) -> Option<&std::path::Path> {
        #[cfg(unix)]
        return self.listeners.iter().find_map(|listener| Some(listener.file.as_ref()?.path()));
        #[cfg(not(unix))]
        None
    }

    /// Has requests answered on `count` threads, at least one, each with a service that `factory` makes on it.
    ///
    /// The service that the loop is called with still judges peers and heads, and answers what
    /// [stays](Service::stays) with it. Requests on one connection are answered one after the other and in their
    /// order, those on different connections at the same time; the loop never waits for a handler. When more wait than
    /// [`Config::max_connections`], the rest is answered with status 503.
    ///
    /// Threads that make replies faster than clients take them don't fill the memory: requests wait as
    /// [`Config::max_buffered`] says, each thread having one on the way.
    ///
    /// It takes a factory and not a service that all threads share, since so each thread has handlers of its own: they
    /// may be `FnMut`, need neither `Send` nor `Sync` nor a lock, and share what they share through an
    /// `Arc` that the factory captures. A service that is `Sync` can still be shared that way.
    ///
    /// A panic of a service is answered with status 500, and the thread goes on with the same service; a panic of the
    /// factory makes a thread that answers everything so. A shutdown waits for requests that
    /// workers have for [`Config::shutdown_timeout`]; a handler that takes longer then runs on without a
    /// connection to answer.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// server.workers(2, || {
    ///     let mut count = 0;
    ///     move |_: &Request<'_>| {
    ///         count += 1;
    ///         Reply::text(200, format!("{count} on this thread"))
    ///     }
    /// })?;
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::error(500, "nothing stays here"), None)?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("1 on this thread"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the system can't make the threads.
    pub fn workers<S: Service>(
        &mut self,
        count: usize,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> io::Result<()> {
        let waiting = self.shared.config.max_connections;
        self.shared.backpressure.set_workers(count.max(1));
        self.shared.workers =
            Some(Workers::start(count, waiting, self.shared.stop.clone(), self.shared.config.clone(), factory)?);
        Ok(())
    }

    /// The address that is listened on, of the first TCP socket.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// assert_ne!(server.local_addr()?.port(), 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Once the loop was shut down, and if there is none.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let gone = || io::Error::new(io::ErrorKind::NotConnected, "the server listens at no address");
        self.listeners.iter().find_map(|listener| listener.local_addr).ok_or_else(gone)
    }

    pub(super) fn accept(&mut self, service: &mut dyn Service) {
        for index in 0..self.listeners.len() {
            let began = self.shared.now;
            for _ in 0..ACCEPTS {
                let now = self.shared.now;
                if now.saturating_duration_since(began) >= ROUND {
                    break;
                }
                let Some(listener) = self.listeners.get_mut(index) else { break };
                if !listener.is_ready(now) {
                    break;
                }
                match listener.accept() {
                    Accepted::Connection(socket, peer) => {
                        let protocol = listener.protocol;
                        self.admit(socket, peer, protocol, service);
                        self.shared.now = Instant::now();
                    }
                    Accepted::Nobody => break,
                    Accepted::Gone => {}
                    // The system says so whether or not somebody waits.
                    Accepted::Exhausted(_) if !listener.told => {
                        let token = Token(LISTENERS.saturating_add(index));
                        if listener.ask(self.poll.registry(), token).is_err() {
                            listener.rest(now);
                        }
                    }
                    Accepted::Exhausted(error) => {
                        self.shared.exhausted(&error);
                        match self.table.oldest_unfinished(None).filter(|_| !listener.evicted) {
                            Some(oldest) => {
                                listener.evicted = true;
                                self.evict(oldest);
                            }
                            // The descriptors are somebody else's.
                            None => listener.rest(now),
                        }
                    }
                }
            }
        }
    }

    /// Takes a new connection in, in place of an old one if there are too many.
    fn admit(&mut self, mut socket: Socket, peer: Option<SocketAddr>, protocol: Protocol, service: &mut dyn Service) {
        self.shared.stats.accepted = self.shared.stats.accepted.saturating_add(1);
        let welcome = |peer| catch_unwind(AssertUnwindSafe(|| service.connect(peer))).unwrap_or(false);
        if !peer.is_none_or(welcome) {
            self.shared.stats.turned_away = self.shared.stats.turned_away.saturating_add(1);
            return;
        }
        let config = &self.shared.config;
        let full = |address| self.table.count_from(address) >= config.max_connections_per_address;
        let from = peer.map(|peer| peer.ip()).filter(|&address| full(address));
        if from.is_some() || self.table.len() >= config.max_connections {
            match self.table.oldest_unfinished(from) {
                Some(oldest) => self.evict(oldest),
                // All others are being answered: then it is the newcomer that goes.
                None => {
                    self.shared.stats.evicted = self.shared.stats.evicted.saturating_add(1);
                    return;
                }
            }
        }
        if let Socket::Tcp(socket) = &socket {
            // A reply is one write; Nagle's algorithm would hold the end of a large one back.
            let _ = socket.set_nodelay(true);
        }
        let token = Token(self.table.next_key());
        if self.poll.registry().register(&mut socket, token, Interest::READABLE).is_ok() {
            let now = self.shared.now;
            self.table.insert(Connection::new(socket, protocol, peer, now, &self.shared.config));
        }
    }

    pub(super) fn evict(&mut self, key: usize) {
        self.table.remove(key);
        self.shared.stats.evicted = self.shared.stats.evicted.saturating_add(1);
    }
}
