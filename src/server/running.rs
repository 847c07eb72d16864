//! Running a server: by itself, request by request, or from somebody else's loop.

use core::time::Duration;
use std::io::Write;
use std::time::Instant;

use super::log::Log;
use super::rpc_service::Rpc;
use super::site::Whole;
use super::{Reply, Request, Server, Service};
use crate::Result;
use crate::methods::Methods;

impl<'h> Server<'h> {
    /// Runs until one request has been answered. `false` when the server was shut down instead.
    ///
    /// Requests that are refused before they reach the methods are answered on the way and do not count.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # #[cfg(feature = "client")] {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// let url = server.url();
    /// let sum = std::thread::scope(|scope| {
    ///     let client = scope.spawn(|| tiny_xmlrpc::call::<i32>(&url, "add", (2, 3)));
    ///     assert!(server.handle_request()?);
    ///     client.join().unwrap()
    /// })?;
    /// assert_eq!(sum, 5);
    /// # }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when the system cannot wait for sockets any more; nothing that
    /// a peer does is an error here.
    pub fn handle_request(&mut self) -> Result<bool> {
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(self.event_loop.run_one(&mut service, None)?)
    }

    /// Runs until one request has been answered, or so much time has passed: `false`, as when the server was shut down.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use std::time::Duration;
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// // Nobody calls.
    /// assert!(!server.handle_request_timeout(Duration::from_millis(1))?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`handle_request`](Self::handle_request).
    pub fn handle_request_timeout(&mut self, timeout: Duration) -> Result<bool> {
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(self.event_loop.run_one(&mut service, Some(timeout))?)
    }

    /// Runs until the server is shut down: see [`shutdown_handle`](Self::shutdown_handle).
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # #[cfg(feature = "client")] {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// let handle = server.shutdown_handle();
    /// server.add("stop", move || handle.shutdown());
    /// # let url = server.url();
    /// # let client = std::thread::spawn(move || tiny_xmlrpc::call::<()>(&url, "stop", ()));
    /// server.serve_forever()?;
    /// # client.join().unwrap()?;
    /// # }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`handle_request`](Self::handle_request).
    pub fn serve_forever(&mut self) -> Result<()> {
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(self.event_loop.run_until_shutdown(&mut service)?)
    }

    /// Runs as long as this says so, which is asked before the first request and after each one, or until the server is
    /// shut down.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # #[cfg(feature = "client")] {
    /// use std::cell::Cell;
    ///
    /// let running = Cell::new(true);
    /// let mut server = tiny_xmlrpc::Server::bind("127.0.0.1:0")?;
    /// server.add("stop", || running.set(false));
    /// # let url = server.url();
    /// # let client = std::thread::spawn(move || tiny_xmlrpc::call::<()>(&url, "stop", ()));
    /// server.serve_while(|| running.get())?;
    /// # client.join().unwrap()?;
    /// # }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`handle_request`](Self::handle_request).
    pub fn serve_while(&mut self, mut goes_on: impl FnMut() -> bool) -> Result<()> {
        while goes_on() && self.handle_request()? {}
        Ok(())
    }

    /// Does what can be done now, without waiting: for a loop of your own. `false` once the server was shut down.
    ///
    /// Wait for [the descriptor](#impl-AsFd-for-Server<'_>) to become readable or for
    /// [`next_deadline`](Self::next_deadline) to pass, then call this.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # #[cfg(unix)] {
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// # use mio::{Events, Interest, Poll, Token, unix::SourceFd};
    /// use std::os::fd::{AsFd, AsRawFd};
    /// use std::time::Instant;
    /// # use tiny_xmlrpc::{Server, server::Reply};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// # server.page("/", |_| Reply::text(200, "hello"));
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// // The loop is the crate `mio`'s here.
    /// let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(8));
    /// let descriptor = server.as_fd().as_raw_fd();
    /// poll.registry().register(&mut SourceFd(&descriptor), Token(7), Interest::READABLE)?;
    /// while server.stats().requests == 0 {
    ///     let wait = server.next_deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    ///     poll.poll(&mut events, wait)?;
    ///     server.poll()?;
    /// }
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\nhello"));
    /// # }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`handle_request`](Self::handle_request).
    pub fn poll(&mut self) -> Result<bool> {
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(self.event_loop.poll(&mut service)?)
    }

    /// When [`poll`](Self::poll) has something to do even if nothing comes; at once if there is work left, and
    /// `None` if there is nothing to wait for but the descriptor. [`poll`](Self::poll) shows a loop of both.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let server = Server::bind("127.0.0.1:0")?;
    /// // Without a connection there is only the descriptor to wait for.
    /// assert_eq!(server.next_deadline(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.event_loop.next_deadline()
    }

    /// Has calls answered on `count` threads, at least one, each with methods that `factory` makes on it. The loop stays on
    /// the thread that runs the server, and never waits for a handler.
    ///
    /// These methods take the place of the server's own, at its own [paths](Self::paths). What is registered
    /// [elsewhere](Self::at), and [pages](Self::page), are answered on the server's thread.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use tiny_xmlrpc::{Methods, Server};
    ///
    /// let calls = Arc::new(AtomicU32::new(0));
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.workers(4, move || {
    ///     let (mut methods, calls) = (Methods::new(), calls.clone());
    ///     methods.add("count", move || calls.fetch_add(1, Ordering::Relaxed) + 1);
    ///     methods
    /// })?;
    /// # Ok(()) }
    /// ```
    ///
    /// From which size on replies are compressed, and at which paths JSON-RPC is answered, they take over from the server
    /// as it is when this is called.
    ///
    /// Why a factory, and what becomes of panics and at the end: see
    /// [`EventLoop::workers`](super::EventLoop::workers).
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the system can't make the threads.
    pub fn workers(
        &mut self,
        count: usize,
        factory: impl Fn() -> Methods<'static> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        // What the methods are called, on this thread.
        self.rpc.methods = factory();
        #[cfg(feature = "gzip")]
        let compress_from = self.rpc.compress_from;
        #[cfg(feature = "json")]
        let json_paths = self.rpc.json_paths.clone();
        let names_users = self.site.access.names_users();
        self.event_loop.workers(count, move || {
            let mut rpc = Rpc::at([""]);
            rpc.methods = factory();
            #[cfg(feature = "gzip")]
            {
                rpc.compress_from = compress_from;
            }
            #[cfg(feature = "json")]
            {
                rpc.json_paths.clone_from(&json_paths);
            }
            Worker { rpc, names_users: names_users.clone() }
        })?;
        Ok(self)
    }

    /// Writes a line for each request: Common Log Format, and behind it the method's name, the fault's code and the
    /// seconds from the complete request to its reply.
    ///
    /// ```text
    /// 127.0.0.1 - ada [21/Nov/2026:07:30:25 +0000] "POST /RPC2 HTTP/1.1" 200 123 "add" - 0.000123
    /// 127.0.0.1 - - [21/Nov/2026:07:30:26 +0000] "POST /RPC2 HTTP/1.1" 200 343 "sub" -32601 0.000098
    /// ```
    ///
    /// There are no secrets in it: no query, no header field, no parameters. What a client chose is escaped, so that a
    /// line is a request whatever that was. The writer is flushed after each line, on the server's thread; an error of it
    /// changes nothing.
    ///
    /// A line that begins with `#` tells that the system had no descriptors or no memory for another connection. It comes
    /// at once, and then once a minute for as long as that lasts; [`Stats::exhausted`](super::Stats::exhausted) counts.
    ///
    /// ```text
    /// # [21/Nov/2026:07:30:27 +0000] cannot accept connections: No file descriptors available (os error 24)
    /// ```
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use std::fs::File;
    /// # use std::{io::Write, net::TcpStream};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("access.log");
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.log_to(File::create(&path)?);
    /// # server.page("/", |_| tiny_xmlrpc::server::Reply::text(200, "hello"));
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET /?token=12345 HTTP/1.0\r\n\r\n")?;
    /// # server.handle_request()?;
    /// let line = std::fs::read_to_string(&path)?;
    /// assert!(line.contains("\"GET / HTTP/1.0\" 200 5"));
    /// # Ok(()) }
    /// ```
    pub fn log_to(&mut self, writer: impl Write + Send + 'static) -> &mut Self {
        self.event_loop.log(Log::Writer(Box::new(writer)));
        self
    }

    /// Hands the same lines to the crate `log`, as its level `info` and for the target `tiny_xmlrpc::access`; those about
    /// accepting as `error` and for `tiny_xmlrpc::server`.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # use std::sync::Mutex;
    /// # struct Lines(Mutex<Vec<String>>);
    /// # impl log::Log for Lines {
    /// #     fn enabled(&self, _: &log::Metadata<'_>) -> bool {
    /// #         true
    /// #     }
    /// #     fn log(&self, record: &log::Record<'_>) {
    /// #         if record.target() == "tiny_xmlrpc::access" {
    /// #             self.0.lock().unwrap().push(record.args().to_string());
    /// #         }
    /// #     }
    /// #     fn flush(&self) {}
    /// # }
    /// # static LINES: Lines = Lines(Mutex::new(Vec::new()));
    /// # fn init_logger() {
    /// #     log::set_logger(&LINES).unwrap();
    /// #     log::set_max_level(log::LevelFilter::Info);
    /// # }
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::Server;
    ///
    /// // Such as `env_logger::init()`.
    /// init_logger();
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.log();
    /// # server.page("/", |_| tiny_xmlrpc::server::Reply::text(200, "hello"));
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// # server.handle_request()?;
    /// # assert!(LINES.0.lock().unwrap().iter().any(|line| line.contains("\"GET / HTTP/1.0\" 200 5")));
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "log")]
    pub fn log(&mut self) -> &mut Self {
        self.event_loop.log(Log::Log);
        self
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Server<'_> {
    /// The descriptor that becomes readable when [`poll`](Self::poll) has something to do.
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.event_loop.as_fd()
    }
}

/// What answers calls on a thread of its own.
struct Worker {
    rpc: Rpc<'static>,
    names_users: super::access::NamesUsers,
}

impl Service for Worker {
    fn request(&mut self, request: &Request<'_>) -> Reply {
        self.names_users.answer(request, |request| self.rpc.request(request))
    }
}
