//! The event loop over loopback, with plain sockets as its clients.
#![cfg(feature = "server")]
#![allow(missing_docs)]

mod control;
mod hostile;
mod http;
mod support;
