//! XML-RPC for small tools and devices.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod error;
pub mod fault;
#[cfg(any(feature = "server", feature = "client"))]
mod http1;
mod limits;
#[cfg(feature = "server")]
pub mod server;

pub use error::{Error, ErrorKind, Limit, Phase, Position, Result};
pub use fault::Fault;
pub use limits::Limits;
