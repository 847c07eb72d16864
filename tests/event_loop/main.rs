//! `EventLoop`, over loopback and with plain sockets as its clients: the HTTP that it speaks, hostile clients, bodies in
//! files, running and ending it.
#![cfg(feature = "server")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backpressure;
mod control;
mod hostile;
mod http;
#[path = "../support/raw_http.rs"]
mod raw_http;
#[cfg(all(target_os = "linux", feature = "spool"))]
mod spooling;
mod support;
mod vocabulary;
