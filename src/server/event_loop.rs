//! The loop: who is ready, who has had its time, who has to go.

mod ending;
mod memory;
mod opening;
mod queue;

use core::time::Duration;
use std::io;
use std::time::Instant;

use mio::{Events, Interest, Poll, Token};

pub(super) use queue::Standing;

use super::backpressure::FREE_REPLY;
use super::connection::Next;
use super::incoming::Room;
use super::listener::Listener;
use super::log::Log;
use super::pace::after;
use super::shared::Shared;
use super::table::Table;
use super::{Config, Service, ShutdownHandle};
use queue::{COSTLY, Queue};

const WAKER: Token = Token(usize::MAX);

/// Tokens from here on are listeners', below it connections'.
const LISTENERS: usize = usize::MAX >> 1;

/// Requests of one connection that are answered before others have their turn.
const QUOTA: usize = 32;

/// What the poll tells at once.
const EVENTS: usize = 1024;

/// The server's connections on one thread: accepts, reads, hands requests to a [`Service`], sends replies.
///
/// The service is passed with each call, so it may borrow what lives on the caller's stack, and the loop is
/// yours between the calls:
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
///
/// # fn main() -> std::io::Result<()> {
/// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
/// let address = server.local_addr()?;
/// let client = std::thread::spawn(move || -> std::io::Result<String> {
///     let mut stream = TcpStream::connect(address)?;
///     stream.write_all(b"GET /hello HTTP/1.0\r\n\r\n")?;
///     let mut reply = String::new();
///     stream.read_to_string(&mut reply)?;
///     Ok(reply)
/// });
///
/// let mut seen = Vec::new();
/// server.run_one(&mut |request: &Request<'_>| {
///     seen.push(request.path().to_string());
///     Reply::text(200, "hello")
/// }, None)?;
/// assert_eq!(seen, ["/hello"]);
/// # drop(server);
/// assert!(client.join().unwrap()?.ends_with("\r\n\r\nhello"));
/// # Ok(()) }
/// ```
///
/// Dropping it sends what is left of replies that have begun, for
/// [`Config::shutdown_timeout`] at the longest, and closes everything.
#[derive(Debug)]
pub struct EventLoop {
    poll: Poll,
    events: Events,
    listeners: Vec<Listener>,
    table: Table,
    queue: Queue,
    /// When the round of turns began.
    began: Instant,
    /// Nobody is given up for the memory that his reply takes before this, unless too much is taken.
    patient_until: Option<Instant>,
    shared: Shared,
    /// When a shutdown that has begun ends at the latest.
    stops: Option<Instant>,
}

/// Counts of what an [`EventLoop`] has done since it began.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// # use std::{io::Write, net::TcpStream};
/// # use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
/// # let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
/// # let mut client = TcpStream::connect(server.local_addr()?)?;
/// # client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
/// # server.run_one(&mut |_: &Request<'_>| Reply::text(200, ""), None)?;
/// let stats = server.stats();
/// println!("{} of {} connections for want of time", stats.timed_out, stats.accepted);
/// assert_eq!((stats.accepted, stats.timed_out), (1, 0));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections accepted.
    pub accepted: u64,
    /// Accepted connections that [`Service::connect`] turned away.
    pub turned_away: u64,
    /// Times that accepting failed for want of descriptors or memory.
    pub exhausted: u64,
    /// Connections closed to make room for newcomers, or for memory.
    pub evicted: u64,
    /// Connections that have had their time, idle ones among them.
    pub timed_out: u64,
    /// Requests handed to [`Service::request`].
    pub requests: u64,
    /// Requests refused by the loop, or by [`Service::head`].
    pub refused: u64,
}

impl EventLoop {
    /// A handle that ends the loop from elsewhere.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// server.shutdown_handle().shutdown();
    /// assert!(!server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.shared.stop.clone()
    }

    /// The bounds and time-outs that it was made with.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// let server = EventLoop::bind("127.0.0.1:0", Config::device())?;
    /// assert_eq!(server.config(), &Config::device());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(super) fn log(&mut self, log: Log) {
        self.shared.log = Some(log);
    }

    /// What it has done so far.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// assert_eq!((server.stats().requests, server.stats().refused), (1, 0));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats
    }

    /// How many connections are open, idle ones among them.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// // It is kept for another request.
    /// assert_eq!(server.connections(), 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn connections(&self) -> usize {
        self.table.len()
    }

    /// Bytes of requests and replies that wait in memory.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTT")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// // The beginning of the other request waits for its end.
    /// assert!(server.buffered() >= 10);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.table.buffered()
    }

    /// Bytes of requests that wait in temporary files: none without the feature `spool`.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut config = Config::default();
    /// config.spool_threshold = 1000;
    /// let mut server = Server::bind_with("127.0.0.1:0", config)?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"POST /RPC2 HTTP/1.0\r\nContent-Length: 1000000\r\n\r\n")?;
    /// client.write_all(&[b' '; 100_000])?;
    /// # while cfg!(feature = "spool") && server.event_loop().spooled() == 0 {
    /// server.poll()?;
    /// # }
    /// println!("{} bytes in files", server.event_loop().spooled());
    /// # assert!(server.event_loop().spooled() <= 100_000);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn spooled(&self) -> u64 {
        self.table.spooled()
    }

    /// Runs until one request has been handed to the service and its reply sent as far as the
    /// socket takes it; the rest goes out in later calls, or when the loop is dropped.
    ///
    /// `false` if the time passed before that, or if the loop was [shut down](Self::shutdown_handle): then the
    /// first call answers what had begun, and each later one returns at once. Requests that the loop
    /// itself or [`Service::head`] refuses are answered on the way and don't count. With no time at all it
    /// looks once at who is ready, and doesn't wait.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// use std::time::Duration;
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let mut hello = |_: &Request<'_>| Reply::text(200, "hello");
    /// assert!(!server.run_one(&mut hello, Some(Duration::ZERO))?);
    ///
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// assert!(server.run_one(&mut hello, None)?);
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\nhello"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If waiting fails, which it does not for anything that a peer does.
    pub fn run_one(&mut self, service: &mut dyn Service, timeout: Option<Duration>) -> io::Result<bool> {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            if self.shared.stop.is_requested() {
                self.finish(service)?;
                return Ok(false);
            }
            if self.turn(service, until, true)? {
                return Ok(true);
            }
            if until.is_some_and(|until| Instant::now() >= until) {
                return Ok(false);
            }
        }
    }

    /// Runs until the loop is [shut down](Self::shutdown_handle), by another thread or by a handler.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let handle = server.shutdown_handle();
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET /stop HTTP/1.0\r\n\r\n")?;
    /// server.run_until_shutdown(&mut |request: &Request<'_>| {
    ///     if request.path() == "/stop" {
    ///         handle.shutdown();
    ///     }
    ///     Reply::text(200, "good bye")
    /// })?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// # assert!(reply.ends_with("\r\n\r\ngood bye"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If waiting fails, which it does not for anything that a peer does.
    pub fn run_until_shutdown(&mut self, service: &mut dyn Service) -> io::Result<()> {
        while !self.shared.stop.is_requested() {
            self.turn(service, None, false)?;
        }
        self.finish(service)
    }

    /// Does what can be done now, without waiting: for a loop of your own.
    ///
    /// Wait for [the descriptor](#impl-AsFd-for-EventLoop) to become readable or for
    /// [`next_deadline`](Self::next_deadline) to pass, then call this. `false` once it was shut down.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// while server.stats().requests == 0 {
    ///     // A loop of your own waits here.
    ///     server.poll(&mut |_: &Request<'_>| Reply::text(200, "hello"))?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If asking the system fails.
    pub fn poll(&mut self, service: &mut dyn Service) -> io::Result<bool> {
        if self.shared.stop.is_requested() {
            self.finish(service)?;
            return Ok(false);
        }
        self.turn(service, Some(Instant::now()), false)?;
        Ok(true)
    }

    /// When [`poll`](Self::poll) has something to do even if nothing comes; at once if there is work left, and
    /// `None` if there is nothing to wait for but the descriptor.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use std::time::Instant;
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// assert_eq!(server.next_deadline(), None);
    ///
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")?;
    /// server.run_one(&mut |_: &Request<'_>| Reply::text(200, "hello"), None)?;
    /// // The connection is kept for so long.
    /// let most = Instant::now() + server.config().idle_timeout;
    /// assert!(server.next_deadline().is_some_and(|deadline| deadline <= most));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        if !self.queue.is_empty() || self.listeners.iter().any(|it| it.ready && it.rests_until.is_none()) {
            return Some(self.shared.now);
        }
        let rests = self.listeners.iter().filter_map(|it| it.rests_until);
        rests.chain(self.table.earliest()).chain(self.resumes_at()).min()
    }

    /// One round: waits if there is nothing to do, but not beyond `until`; then gives connections their turns.
    /// With `one`, ends after one request, and says whether there was one.
    fn turn(&mut self, service: &mut dyn Service, until: Option<Instant>, one: bool) -> io::Result<bool> {
        let mut full = false;
        let mut next = self.next();
        if next.is_none() {
            full = self.wait(until)?;
            self.accept(service);
            self.began = self.shared.now;
            self.deliver();
            self.resume(service);
            self.queue.begin();
            next = self.next();
        }
        let before = self.shared.stats.requests;
        while let Some(key) = next {
            let mut quota = if one { 1 } else { QUOTA };
            self.advance(key, service, &mut quota);
            self.relieve();
            if one && self.shared.stats.requests != before {
                return Ok(true);
            }
            next = self.next();
        }
        // Only after everybody's bytes are read: if a handler took long, that is not the peers' delay. With more
        // events than fit there may be others.
        if !full {
            self.expire(service);
        }
        Ok(self.shared.stats.requests != before)
    }

    /// Who is next in this round.
    fn next(&mut self) -> Option<usize> {
        let (now, began) = (self.shared.now, self.began);
        self.queue.next(|| now.saturating_duration_since(began))
    }

    /// Waits for events and puts the connections they are for in the queue. Says whether there may be more.
    fn wait(&mut self, until: Option<Instant>) -> io::Result<bool> {
        let wake = self.next_deadline().into_iter().chain(until).chain(self.stops).min();
        let timeout = wake.map(|wake| wake.saturating_duration_since(Instant::now()));
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            Err(_) => self.events.clear(),
            Ok(()) => {}
        }
        self.shared.now = Instant::now();
        self.shared.date.update();
        let mut count = 0_usize;
        for event in &self.events {
            count = count.saturating_add(1);
            let token = event.token();
            if token == WAKER {
                continue;
            }
            if let Some(index) = token.0.checked_sub(LISTENERS) {
                if let Some(listener) = self.listeners.get_mut(index) {
                    listener.notice();
                }
            } else if let Some(connection) = self.table.get_mut(token.0) {
                connection.notice(event);
                if !connection.queued {
                    connection.queued = true;
                    self.queue.push(token.0, connection.standing);
                }
            }
        }
        Ok(count >= EVENTS)
    }

    /// Brings what workers have answered to the connections that wait for it.
    fn deliver(&mut self) {
        let Some(workers) = &self.shared.workers else { return };
        for done in workers.done() {
            if done.counted {
                self.shared.backpressure.end(done.reply.memory());
            }
            if let Some(connection) = self.table.get_mut(done.key).filter(|it| it.serial == done.serial) {
                connection.deliver(done.reply);
                if !connection.queued {
                    connection.queued = true;
                    self.queue.push_answered(done.key, connection.standing);
                }
                self.table.account_replies(done.key);
            }
        }
    }

    /// Puts a connection in the queue, if it isn't there.
    fn enqueue(&mut self, key: usize) {
        if let Some(connection) = self.table.get_mut(key).filter(|it| !it.queued) {
            connection.queued = true;
            self.queue.push(key, connection.standing);
        }
    }

    /// Gives a connection its turn.
    fn advance(&mut self, key: usize, service: &mut dyn Service, quota: &mut usize) {
        let (buffered, spooled) = (self.table.buffered(), self.table.spooled());
        let replies = self.table.replies();
        let Some(connection) = self.table.get_mut(key) else { return };
        connection.queued = false;
        let config = &self.shared.config;
        self.shared.room = Room {
            memory: config.max_buffered.saturating_sub(buffered.saturating_sub(connection.accounted)),
            disk: config.max_spooled.saturating_sub(spooled.saturating_sub(connection.accounted_disk)),
        };
        self.shared.replies = replies.saturating_sub(connection.accounted_replies);
        self.shared.key = key;
        let (began, answered) = (self.shared.now, self.shared.stats.requests);
        self.shared.turn_ends = after(began, COSTLY);
        let next = connection.advance(&mut self.shared, service, quota);
        let answered = self.shared.stats.requests != answered;
        if !answered {
            // No handler has had the clock read.
            self.shared.now = Instant::now();
        }
        // One that was not long counts as none: so most turns cost no more than this comparison.
        let spent = match self.shared.now < self.shared.turn_ends {
            true => Duration::ZERO,
            false => self.shared.now.saturating_duration_since(began),
        };
        connection.standing = connection.standing.after(spent, answered);
        // A small buffer is made more quickly than given.
        let is_large = self.shared.spare.borrow().capacity() > FREE_REPLY;
        if let Some(workers) = self.shared.workers.as_ref().filter(|_| is_large) {
            workers.give(self.shared.spare.take());
        }
        self.settle(key, next);
    }

    /// Sees to what a connection waits for after its turn.
    fn settle(&mut self, key: usize, next: Next) {
        let Some(connection) = self.table.get_mut(key) else { return };
        match next {
            Next::Close => {
                self.table.remove(key);
                return;
            }
            Next::Turn if !connection.queued => {
                connection.queued = true;
                self.queue.push(key, connection.standing);
            }
            Next::Rest if !connection.queued => {
                connection.queued = true;
                self.queue.push_answered(key, connection.standing);
            }
            // Most connections never wait to write, so writes are watched from the first that has to.
            Next::Write if !connection.watches_writes => {
                let interest = Interest::READABLE | Interest::WRITABLE;
                if self.poll.registry().reregister(&mut connection.socket, Token(key), interest).is_err() {
                    self.table.remove(key);
                    return;
                }
                connection.watches_writes = true;
            }
            Next::Read | Next::Turn | Next::Rest | Next::Write => {}
        }
        self.table.account(key);
    }

    fn expire(&mut self, service: &mut dyn Service) {
        for key in self.table.expired(self.shared.now) {
            let Some(connection) = self.table.get_mut(key).filter(|it| !it.queued) else { continue };
            if connection.overdue(&self.shared) {
                self.enqueue(key);
                continue;
            }
            let next = connection.expire(&mut self.shared, service);
            self.settle(key, next);
        }
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for EventLoop {
    /// The descriptor that becomes readable when [`poll`](Self::poll) has something to do.
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.poll.registry().as_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for EventLoop {
    /// The descriptor that becomes readable when [`poll`](Self::poll) has something to do.
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.poll.as_raw_fd()
    }
}
