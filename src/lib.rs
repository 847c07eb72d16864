//! XML-RPC for small tools and devices: a single-threaded server, a blocking client, and a streaming codec under
//! both that also works alone and without std.
//!
//! ```text
//!  bytes ──► tokens ──► events ──► Value | serde types         Reader, from a slice or a stream
//!                                     │
//!                                     ▼
//!                                  Methods                     one dispatch; introspection, multicall
//!                                     │
//!  bytes ◄── escaper ◄─ events ◄── Value | serde types         Writer, to any Sink
//! ```
//!
//! What moves the bytes stands outside and knows no XML: the [`server`]'s event loop, the [`client`]'s transports.
//!
//! | To | there is |
//! |---|---|
//! | serve functions | [`Server`] over HTTP; [`Methods`] without a network |
//! | call methods | [`Client`], and [`call`] for a single call |
//! | read and write whole messages | [`MethodCall`], [`MethodResponse`] of [`Value`]s; [`from_slice`], [`to_vec`] typed |
//! | read and write event by event | [`Reader`], [`Writer`], [`Event`] |
//! | say what a peer understands | [`Dialect`] |
//! | bound what a peer may send | [`Limits`], [`server::Config`], [`client::Options`] |
//!
//! ```
//! # #[cfg(all(feature = "server", feature = "client"))] {
//! use tiny_xmlrpc::{Client, Server};
//!
//! let mut server = Server::bind("127.0.0.1:0")?;
//! server.add("add", |a: i32, b: i32| a + b);
//! let url = server.url();
//!
//! let caller = std::thread::spawn(move || Client::new(&url)?.call::<i32>("add", (2, 3)));
//! server.handle_request()?;
//! assert_eq!(caller.join().unwrap()?, 5);
//! # }
//! # Ok::<(), tiny_xmlrpc::Error>(())
//! ```
//!
//! # Features
//!
//! `std`, `serde`, `server`, `client` and `tiny_http` are on by default, `tls` and `encoding_rs` are not. Without any of
//! them there is the codec alone, which needs `alloc`. The README tells what each of them brings and costs.
#![cfg_attr(not(feature = "std"), no_std)]
// Documentation links to what some sets of features leave out.
#![cfg_attr(not(all(feature = "server", feature = "client")), allow(rustdoc::broken_intra_doc_links))]

extern crate alloc;

mod base64;
#[cfg(feature = "client")]
pub mod client;
mod datetime;
mod error;
mod event;
pub mod fault;
#[cfg(any(feature = "server", feature = "client"))]
mod http1;
mod limits;
mod message;
#[cfg(feature = "serde")]
mod methods;
mod read;
mod scalar;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "server")]
pub mod server;
mod text;
mod value;
mod write;

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
pub use methods::{Argument, Entry, IntoHandler, Methods, Params, Rest, Return, Signature, Typed};
#[cfg(feature = "std")]
pub use read::Bytes;
pub use read::{DEFAULT_WINDOW, Reader};
#[cfg(feature = "serde")]
pub use read::{Items, Members};
#[cfg(feature = "server")]
pub use server::Server;
pub use text::Unrepresentable;
pub use value::{Struct, Value};
#[cfg(feature = "std")]
pub use write::IoSink;
pub use write::{Counter, Dialect, Extension, Sink, Writer};

/// What the macros need by a path that is there in every crate.
#[doc(hidden)]
pub mod __private {
    pub use alloc::vec::Vec;
}

/// The examples of the README, as tests.
#[cfg(all(doctest, feature = "server", feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
