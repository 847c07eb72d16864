//! XML-RPC for small tools and devices: a streaming codec, a single-threaded server, a blocking client.
//!
//! ```no_run
//! # #[cfg(all(feature = "server", feature = "client"))]
//! # mod example {
//! use tiny_xmlrpc::{Client, Server};
//!
//! # fn server() -> tiny_xmlrpc::Result<()> {
//! let mut server = Server::bind("127.0.0.1:8000")?;
//! server.add("add", |a: i32, b: i32| a + b);
//! server.serve_forever()?;
//! # Ok(()) }
//!
//! # fn client() -> tiny_xmlrpc::Result<()> {
//! let client = Client::new("http://127.0.0.1:8000")?;
//! let sum: i32 = client.call("add", (2, 3))?;
//! # Ok(()) }
//! # }
//! ```
//!
//! # The way of the data
//!
//! ```text
//!  bytes ──► characters ──► tokens ──► events ──► Value | your serde types | a stream you pull
//!            (charset,      (the one   (grammar,      │
//!             window)        file that  fast)         ▼
//!                            names                 Methods: one dispatch function
//!                            xmlparser)            (introspection and multicall hang on it)
//!                                                     │
//!  bytes ◄── sink ◄──── escaped text ◄── events ◄── Value | your serde types | a stream you push
//! ```
//!
//! What moves the bytes stands outside of it and knows no XML: the server's event loop and the client's
//! transports. [`Methods`] knows no sockets. The rooms, by what they turn into what:
//!
//! | room | purpose |
//! |---|---|
//! | `event`, `error`, `fault`, `limits` | what all rooms speak of: [`Event`], [`Error`], [`Fault`], [`Limits`] |
//! | `text`, `scalar`, `base64`, `datetime` | what stands between two tags, both ways side by side |
//! | `read` | [`Reader`]: a document, from text, bytes or a stream, to [`Event`]s |
//! | `write` | [`Writer`]: events to a document, in a [`Dialect`], into a [`Sink`] |
//! | `spool` | [`Spool`]: bytes in memory up to a threshold, and beyond it in a temporary file |
//! | `value` | [`Value`] and [`Struct`], for what has no type |
//! | `serde` | types of your own, straight from and to events; their names in signatures |
//! | `message` | whole calls, responses and faults |
//! | `methods` | [`Methods`]: registered functions, dispatch, introspection, multicall; [`Page`]: a page about them |
//! | `json` | JSON-RPC: requests and replies to and from the same events (feature `json`) |
//! | `http1` | what an HTTP head means and how a body is framed, without sockets; for both sides |
//! | [`server`] | [`Server`]: an event loop on one thread, and methods on it; CGI, SCGI, streams |
//! | [`tiny_http`] | methods on a server of that crate, beside its other pages |
//! | [`client`] | [`Client`]: typed calls over kept connections and other transports |
//! | `guide` | the guides below, and nothing to call |
//! | `bin/tiny-xmlrpc` | the tool (feature `cli`) |
//!
//! What each file of a room does stands at the head of its `mod.rs`.
//!
//! # How a call goes through
//!
//! From the bytes on the server's socket to the function that is called, and back:
//!
//! 1. `server/event_loop.rs`, `turn`: waits until sockets are ready, has new connections let in (`event_loop/opening.rs`),
//!    and gives each connection that can do something its turn, in the order of `event_loop/queue.rs`.
//! 2. `server/connection.rs`, `advance`, `read`, `take_in`: reads, and finds where a head ends (`http1/scan.rs`).
//! 3. `server/connection/exchange.rs`, `begin`: parses the head (`http1/request.rs`) and asks the service whether it takes
//!    such a request. `take_body` collects a body that is on its way (`http1/body.rs`, `server/incoming.rs`); `answer` hands
//!    the complete request to the service, here or on another thread (`server/workers.rs`), once there is memory for its
//!    reply (`server/backpressure.rs`).
//! 4. `server/site.rs`, `Whole::request`: finds by the path which methods, or which page. `server/rpc_service.rs`,
//!    `Rpc::request`: makes a [`Reader`] of the body, whose coding `server/decoded.rs` takes off. (JSON takes its turn in
//!    `server/json.rs` and `json/respond.rs`, and is back in step 5 with `dispatch`.)
//! 5. `methods/dispatch.rs`, `respond_for`: reads the method's name (`begin_call` in `message.rs`), begins the response;
//!    `dispatch` asks whether the call is allowed, and finds the method.
//! 6. `methods/handler.rs`, `Handler::call` of a `Function`: takes one parameter after another (`methods/params.rs`,
//!    `next_raw`). Each is an event (`read/mod.rs`, `next_raw`): of the shapes in `read/fast.rs`, or by way of
//!    `read/tokens.rs` and `read/grammar.rs`; `serde/de.rs`, `read_from`, makes it a value of the parameter's type. Then
//!    the function is called.
//! 7. `methods/returns.rs`, `return_to`: writes the result (`serde/ser.rs` to events, `write/writer.rs` and
//!    `write/elements.rs` to text) into the `methods/answer.rs`. If anything went wrong, `respond_for` takes that back and
//!    writes the fault.
//! 8. `server/rpc_service.rs`, `finish`: the answer as a reply, compressed if that is wanted (`server/gzip.rs`).
//! 9. `server/connection/exchange.rs`, `conclude`: puts head and body out (`server/outgoing.rs`, `push`; `http1/write.rs`).
//! 10. `server/connection.rs`, `flush`: sends what the socket takes, and the rest when it takes more.
//!
//! A client's call goes from `client/call.rs`, `call`, by way of `client/pool.rs`, `exchange`, to a transport, mostly
//! `client/kept.rs`, which connects and sends; `client/receive.rs` brings the reply, and `read_response` in `message.rs` makes
//! it a value or an error.
//!
//! # Guides
//!
//! [From Python](guide::from_python), name by name; [arguments and results larger than memory](guide::streaming);
//! [what to do when a call fails](guide::errors_and_retries); [documents and peers that mean no good](guide::limits);
//! [peers with views of their own](guide::dialects); [with a heap and nothing else](guide::without_std).
//!
//! # Decisions
//!
//! - **Both [`Value`] and serde read the same events**, never one through the other, so that white space,
//!   limits, positions and errors are the same for both.
//! - **Tokens come from `xmlparser`, but not all of them.** It takes complete text only and cannot ask for more,
//!   so the end of a tag is looked for first, and comments, CDATA and text, which may be longer than any window, are
//!   walked through here. The shapes of ordinary traffic (`<value><int>…`) are recognised byte by byte
//!   before any tokenizer; fuzzing compares both ways.
//! - **Numbers that are not finite are refused when read**, as the specification has none, unless the dialect is that
//!   of a peer which sends them: [`Dialect::python`], [`Dialect::ros`].
//! - **The server's network face is a loop of its own**, since what comes from a network must not be able to stop
//!   it: see [`server`].
//! - **A handler's result implements [`Return`]** rather than any `Serialize`, since `Result` implements
//!   `Serialize` as well: which of the two was meant could not be told.
//! - **Instances are registered method by method**, with their private names left out, so that a call is one lookup of a
//!   whole name and never a walk along attributes.
//! - **Parameters are checked against signatures while they are read**: each narrows the signatures that still fit, and
//!   none is kept for it.
//! - **JSON-RPC is another codec, not another server** (feature `json`): its parameters are events like those of XML, and
//!   a [`Writer`] that was told so writes the events of a result as JSON. Of what is not the codec nothing is there twice.
//! - **[`interface!`] is no procedural macro**: it needs no crate of its own and nothing to be built first.
//! - **A multicall is read whole before any of its calls is made**: a document that breaks off makes none.
//!
//! # Without std
//!
//! Without default features the crate is the codec and needs `alloc` alone; with `serde` it has typed values and
//! [`Methods`] too. A panic in a handler can be caught only with `std`.
//!
//! # Limits
//!
//! Whatever comes from outside is bounded: documents by [`Limits`], the server's connections by
//! [`server::Config`], the client's patience by [`client::Options`]. All bounds are finite unless you raise them.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Documentation links to what some sets of features leave out.
#![cfg_attr(
    not(all(feature = "server", feature = "client", feature = "tiny_http")),
    allow(rustdoc::broken_intra_doc_links)
)]

extern crate alloc;

// In this order their types' own methods come first in the documentation, before those that other rooms add to them.
#[cfg(feature = "serde")]
mod methods;
mod read;
mod write;

mod base64;
#[cfg(feature = "client")]
pub mod client;
mod datetime;
mod error;
mod event;
pub mod fault;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(any(feature = "server", feature = "client", feature = "tiny_http"))]
mod http1;
#[cfg(feature = "json")]
mod json;
mod limits;
mod message;
mod scalar;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "std")]
mod spool;
mod text;
#[cfg(feature = "tiny_http")]
pub mod tiny_http;
mod value;

#[cfg(feature = "serde")]
pub use crate::serde::Binary;
#[cfg(feature = "client")]
pub use client::{Client, Multicall, call};
pub use datetime::DateTime;
pub use error::{Error, ErrorKind, Limit, Phase, Position, Result};
pub use event::Event;
pub use fault::Fault;
pub use limits::Limits;
#[cfg(all(feature = "serde", feature = "std"))]
pub use message::from_reader;
pub use message::{MethodCall, MethodResponse};
#[cfg(feature = "serde")]
pub use message::{call_to_vec, from_slice, from_str, response_to_vec, to_string, to_vec};
#[cfg(feature = "serde")]
pub use methods::{
    Answer, Answered, Argument, Caller, Context, Entry, Instance, IntoHandler, IntoMethod, Methods, Page, Params, Rest,
    Return, Signature, Stream, StreamedItems, Typed,
};
#[cfg(all(feature = "serde", feature = "std"))]
pub use methods::{StreamedBytes, StreamedFile};
#[cfg(feature = "std")]
pub use read::Bytes;
pub use read::{DEFAULT_WINDOW, Reader};
#[cfg(feature = "serde")]
pub use read::{Items, Members};
#[cfg(feature = "server")]
pub use server::Server;
#[cfg(feature = "std")]
pub use spool::{DEFAULT_SPOOL_THRESHOLD, Spool, SpoolReader};
pub use text::Unrepresentable;
pub use value::{Struct, Value};
#[cfg(feature = "std")]
pub use write::IoSink;
pub use write::{Counter, Dialect, Extension, Sink, Writer};

/// What the macros need by a path that is there in every crate.
#[doc(hidden)]
pub mod __private {
    pub use alloc::borrow::ToOwned;
    pub use core::borrow::Borrow;

    #[cfg(feature = "serde")]
    pub use crate::methods::interface::{help, is_argument, is_return, name, names};
}

/// The examples of the README, as tests.
#[cfg(all(doctest, feature = "server", feature = "client", feature = "tiny_http"))]
#[doc = include_str!("../README.md")]
struct Readme;
