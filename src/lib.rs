//! XML-RPC for small tools and devices.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "client")]
pub mod client;
mod error;
pub mod fault;
#[cfg(any(feature = "server", feature = "client"))]
mod http1;
mod limits;

pub use error::{Error, ErrorKind, Limit, Phase, Position, Result};
pub use fault::Fault;
pub use limits::Limits;
