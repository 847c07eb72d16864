//! The client: typed calls, and how their bytes reach the server and the reply's bytes come back.
//!
//! ```no_run
//! use std::time::Duration;
//! use tiny_xmlrpc::client::{Client, Options};
//!
//! let mut options = Options::new();
//! options.timeout(Duration::from_secs(5)).basic_auth("user", "secret");
//! let client = Client::with_options("http://127.0.0.1:8000/RPC2", &options)?;
//! let sum: i32 = client.call("add", (2, 3))?;
//! # Ok::<(), tiny_xmlrpc::Error>(())
//! ```
//!
//! ```text
//! Client, Multicall ──► bytes ──► Transport ──► bytes ──► your types
//!
//! Url + Options ──► transport() ──► Box<dyn Transport>
//!   ├─ Kept     one connection, used again: http, unix, a stream of yours
//!   ├─ Minreq   one connection a call: https (feature `tls`)
//!   ├─ Ureq     kept, by ureq: proxies, settings of TLS (feature `ureq`)
//!   ├─ Scgi     one connection a call: scgi
//!   ├─ Process  a child process: its standard input and output
//!   ├─ Memory   a closure, for tests
//!   └─ your own
//! ```
//!
//! A transport moves bytes and knows no XML. What it answers for is that a reply is whole, that
//! it is within the limits, that it comes in time, and that an error tells the truth about
//! whether the call may have been executed.

// What each file does:
//
// | what a program sees | |
// |---|---|
// | `call` | `Client`: calls, and one-shot calls; `stream` those too large to be held |
// | `multicall`, `batch` | several calls at once, as XML-RPC and as JSON-RPC have it; `json` what else a client of that has |
// | `introspection` | what a server tells of its methods |
// | `url`, `options`, `retry` | where, how, and how often |
//
// | on the way of a call | |
// |---|---|
// | `pool` | the transports of a client, tries, and the pauses between them |
// | `transport` | what a transport is, and what a reply must be |
// | `settings` | what of the options an exchange goes by; `cookies`, `proxy`, `tls` for some of them |
// | `kept`, `scgi` | transports over sockets of ours: `connect` and `socket` under them, `outgoing` and `receive` for bodies |
// | `process`, `memory` | transports to a child process, and to a closure |
// | `minreq`, `ureq` | transports over those crates; `pulled` turns a body that is written into one that is read |
// | `redirect` | a transport around another one that follows redirects |
// | `gzip`, `verbose` | compressed bodies, the look at the wire |
// | `refuse` | what is wrong, as errors |

// Bytes from the network come through here: nothing in it may panic. Tests may.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

#[cfg(feature = "json")]
mod batch;
mod call;
mod connect;
mod cookies;
mod gzip;
mod introspection;
#[cfg(feature = "json")]
mod json;
mod kept;
mod memory;
mod minreq;
mod multicall;
mod options;
mod outgoing;
mod pool;
#[cfg(unix)]
mod process;
#[cfg(feature = "ureq")]
mod proxy;
#[cfg(feature = "ureq")]
mod pulled;
mod receive;
mod redirect;
mod refuse;
mod retry;
mod scgi;
mod settings;
mod socket;
mod stream;
#[cfg(feature = "ureq")]
mod tls;
mod transport;
#[cfg(feature = "ureq")]
mod ureq;
mod url;
mod verbose;

#[cfg(test)]
mod tests;

pub use call::{At, Client, call};
pub use introspection::Capability;
pub use kept::Kept;
pub use memory::Memory;
pub use minreq::Minreq;
pub use multicall::{Multicall, Outcomes, Results};
pub use options::{Options, TransportChoice};
pub use outgoing::Outgoing;
#[cfg(unix)]
pub use process::Process;
pub use retry::Retry;
pub use scgi::Scgi;
pub use stream::Streaming;
#[cfg(feature = "ureq")]
pub use tls::{Tls, TlsVersion};
pub use transport::{Reply, Transport};
#[cfg(feature = "ureq")]
pub use ureq::Ureq;
pub use url::{DEFAULT_PATH, Scheme, Url};
pub use verbose::Wire;
