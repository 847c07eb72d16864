//! XML-RPC for small tools and devices.
#![cfg_attr(not(feature = "std"), no_std)]

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
