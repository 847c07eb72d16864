//! The bounds and time-outs of the server's connections.

use core::time::Duration;
use std::path::PathBuf;

/// Bounds and time-outs of an [`EventLoop`](super::EventLoop). All are finite unless you raise them.
///
/// ```
/// use std::time::Duration;
/// use tiny_xmlrpc::server::Config;
///
/// let mut config = Config::default();
/// config.max_connections = 10_000;
/// config.idle_timeout = Duration::from_secs(15);
/// ```
///
/// Not to be chosen: a head has at most 16 KiB and 100 header fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Open connections. One more takes the place of the one that has gone longest without a finished
    /// request; one that is being answered is never given up for it, one that waits for memory
    /// is. Default: 1,000.
    ///
    /// Each takes a file descriptor: raise the process's limit (`ulimit -n`) with it. When descriptors run
    /// out first, the same rule makes room.
    pub max_connections: usize,
    /// Open connections from one address, for IPv6 from one /64 network. One more takes the place of
    /// one from the same address. Default: 256.
    ///
    /// Behind a reverse proxy all have the proxy's address.
    pub max_connections_per_address: usize,
    /// Bytes of a request's body. A larger one is answered with status 413, before it is read if its
    /// length says so. Default: 16 MiB.
    pub max_body: u64,
    /// Bytes of requests and replies that wait in memory, over all connections together. Default: 32 MiB.
    ///
    /// While replies hold more than half of it, further requests wait, in the order in which they came, until peers have
    /// taken enough, or a [`pace_window`](Self::pace_window) has passed; and connections are closed whose peers have
    /// taken nothing of their reply for a second. A request doesn't wait if the reply before it on its connection was
    /// small (64 KiB), nor, up to three quarters of it, if no reply to its address (of IPv6, the /64) waits to be taken.
    ///
    /// A body or a reply that would go beyond it all the same is answered with status 503: one that is larger than the
    /// half that others leave, or than the share in it of each of the workers. Requests that come in one piece and need
    /// not wait are not affected, nor are small replies.
    pub max_buffered: usize,
    /// Bytes of a request's body that are kept in memory where its [`Service`](super::Service) can take it from a
    /// file: what goes beyond is written to a temporary one. Default: 256 KiB.
    ///
    /// It takes the feature `spool`; without it, bodies stay in memory.
    pub spool_threshold: usize,
    /// Where those files are made, in place of the system's directory for temporary files (which often is memory
    /// itself). Default: none.
    pub spool_directory: Option<PathBuf>,
    /// Bytes of bodies in such files, over all connections together. A body that would go beyond is answered with
    /// status 503. Default: 1 GiB.
    pub max_spooled: u64,
    /// Bytes of the one buffer that all sockets are read to, from 512 to 1 MiB. Default: 64 KiB.
    ///
    /// A request that doesn't fit in it is collected in memory of its own.
    pub read_buffer: usize,
    /// From the first byte of a head, or from connecting, to the head's end. Then status 408, or nothing
    /// if not a byte came. Default: 10 s.
    pub head_timeout: Duration,
    /// From a reply to the next request's first byte, on a connection that is kept. Default: 60 s.
    pub idle_timeout: Duration,
    /// The time in which a body or a reply must move on by `min_rate` times this time, again and again until it
    /// ends. Then status 408 for a body, and nothing for a reply. Default: 10 s.
    pub pace_window: Duration,
    /// Bytes a second that a body must come with, and a reply be taken with, on average over a
    /// `pace_window`. Default: 1,024.
    pub min_rate: u32,
    /// Bytes of a refused request's body that are read past to keep the connection. With more to come it
    /// is closed. Default: 64 KiB.
    pub max_drain: u64,
    /// How long a connection that the server ends is still read, so that the last reply isn't lost by
    /// a reset (RFC 9112, section 9.6). Default: 2 s.
    pub linger_timeout: Duration,
    /// How long a shutdown waits for requests that have begun. Default: 5 s.
    pub shutdown_timeout: Duration,
}

impl Config {
    /// Bounds for a device with a few hundred KiB of heap: 16 connections, 8 of one address, bodies of 32 KiB, 128 KiB
    /// of them in memory and 1 MiB in files, those beyond 8 KiB, and a read buffer of 4 KiB. Time-outs are those of the
    /// default.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::bind_with("127.0.0.1:0", Config::device())?;
    /// assert_eq!(server.event_loop().config().max_body, 32 * 1024);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn device() -> Self {
        Self {
            max_connections: 16,
            max_connections_per_address: 8,
            max_body: 32 * 1024,
            max_buffered: 128 * 1024,
            spool_threshold: 8 * 1024,
            max_spooled: 1 << 20,
            read_buffer: 4 * 1024,
            ..Self::default()
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_connections: 1_000,
            max_connections_per_address: 256,
            max_body: 16 << 20,
            max_buffered: 32 << 20,
            spool_threshold: crate::DEFAULT_SPOOL_THRESHOLD,
            spool_directory: None,
            max_spooled: 1 << 30,
            read_buffer: 64 * 1024,
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            pace_window: Duration::from_secs(10),
            min_rate: 1_024,
            max_drain: 64 * 1024,
            linger_timeout: Duration::from_secs(2),
            shutdown_timeout: Duration::from_secs(5),
        }
    }
}
