//! XML-RPC for small tools and devices.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod base64;
mod datetime;
mod error;
mod event;
pub mod fault;
mod limits;
mod read;
mod scalar;
mod text;
mod value;
mod write;

pub use datetime::DateTime;
pub use error::{Error, ErrorKind, Limit, Phase, Position, Result};
pub use event::Event;
pub use fault::Fault;
pub use limits::Limits;
pub use read::{DEFAULT_WINDOW, Reader};
pub use text::Unrepresentable;
pub use value::{Struct, Value};
#[cfg(feature = "std")]
pub use write::IoSink;
pub use write::{Counter, Dialect, Extension, Sink, Writer};
