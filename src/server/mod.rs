//! The server's network face: one thread, thousands of connections, nothing that a peer does stops it.
//!
//! ```no_run
//! use tiny_xmlrpc::Server;
//!
//! let mut server = Server::bind("127.0.0.1:8000")?;
//! server.introspection(true).multicall(true);
//! server.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
//! server.serve_forever()?;
//! # Ok::<(), tiny_xmlrpc::Error>(())
//! ```
//!
//! ```text
//!            ┌─────────────────────── EventLoop ───────────────────────┐
//! accept ──► │ Idle ──► Head ──► Body ──► Service::request ──► writing │ ──► Idle (keep-alive)
//!            │           └─► Service::head: refuse before the body     │ ──► Last ──► Linger ──► closed
//!            └─────────────────────────────────────────────────────────┘
//! ```
//!
//! [`EventLoop`] speaks HTTP and knows no XML. It hands complete, bounded requests to a [`Service`] and
//! sends what that answers. Every state of a connection has a deadline, every buffer a bound: see [`Config`].
//!
//! Requests come to the same connections over TCP, Unix sockets, pairs of streams ([`serve_stream`]), CGI ([`serve_cgi`])
//! and SCGI, and may be answered by [workers](EventLoop::workers).
//!
//! Handlers run on the loop's thread unless there are workers, and one that has begun can't be interrupted. But whose
//! calls have been quick goes before who is new or takes long, so that a quick client waits for one costly handler at most
//! and not for all that were asked for before; those in turn move on with every round. A connection's turn ends with the
//! request after which it has taken half a millisecond, with half a MiB read or sent.
//!
//! What costs a thread per connection elsewhere costs some hundred bytes here: a request that comes in one
//! piece is parsed where it was read to and its reply is sent in one write, so that a waiting connection
//! owns no buffer at all.

// What each file does:
//
// | on the way of a request | |
// |---|---|
// | `event_loop` | who is ready, and whose time is over; `opening` whom it lets in, `queue` whose turn it is, `memory` who goes where there is none, `ending` how it ends |
// | `listener`, `socket`, `unix` | what connections come from, what they talk over, the files of Unix sockets |
// | `table`, `shared`, `pace` | all connections, what they use in turn, how fast they must be |
// | `connection` | bytes to requests, replies to bytes; `exchange` one request and its reply, `held` a request that waits |
// | `scgi`, `gateway` | a request's head where a web server in front has read it |
// | `incoming`, `outgoing` | a request whose body is on its way; replies that wait to be sent |
// | `request`, `reply`, `service` | what a service gets and gives, and what it is |
// | `backpressure` | which requests wait until replies have been taken |
// | `workers` | services on other threads |
// | `site` | the service of a whole server: what answers at which path |
// | `rpc_service` | the methods at their paths as a service; `decoded` bodies, `json` for JSON-RPC, `documentation` the page |
// | `gzip` | compressed bodies |
//
// | what a program sees | |
// |---|---|
// | `rpc_server` | `Server`: where it listens, what it offers |
// | `running` | `Server`: running it, its workers, its log |
// | `ways_in`, `stream` | `Server`: sockets of other kinds; a pair of streams, CGI |
// | `config`, `access`, `log`, `shutdown` | bounds, who may ask, what is told of requests, ending it from elsewhere |

// Bytes from the network come through here: nothing in it may panic. Tests may.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

// First in the documentation, before the methods that others add to it.
mod rpc_server;

mod access;
mod backpressure;
mod config;
mod connection;
mod decoded;
mod documentation;
mod event_loop;
mod gateway;
#[cfg(feature = "gzip")]
mod gzip;
mod incoming;
#[cfg(feature = "json")]
mod json;
mod listener;
mod log;
mod outgoing;
mod pace;
mod reply;
mod request;
mod rpc_service;
mod running;
mod scgi;
mod service;
mod shared;
mod shutdown;
mod site;
mod socket;
mod stream;
mod table;
#[cfg(unix)]
mod unix;
mod ways_in;
mod workers;

pub use crate::http1::DEFAULT_PATHS;
pub use access::{Basic, Network};
pub use config::Config;
pub use event_loop::{EventLoop, Stats};
pub use reply::Reply;
pub use request::{BodyReader, Request, RequestHead};
pub use rpc_server::Server;
pub use service::Service;
pub use shutdown::ShutdownHandle;
pub use stream::{serve_cgi, serve_gateway, serve_stream};
