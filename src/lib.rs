//! XML-RPC for small tools and devices.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod base64;
mod datetime;
mod error;
mod event;
pub mod fault;
mod limits;
mod message;
mod read;
mod scalar;
#[cfg(feature = "serde")]
mod serde;
mod text;
mod value;
mod write;

#[cfg(feature = "serde")]
pub use crate::serde::Binary;
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
pub use read::{DEFAULT_WINDOW, Reader};
pub use text::Unrepresentable;
pub use value::{Struct, Value};
#[cfg(feature = "std")]
pub use write::IoSink;
pub use write::{Counter, Dialect, Extension, Sink, Writer};
