//! The event loop over loopback, with plain sockets as its clients.
#![cfg(feature = "server")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backpressure;
mod control;
mod hostile;
mod http;
#[cfg(all(target_os = "linux", feature = "spool"))]
mod spooling;
mod support;
mod vocabulary;
