//! Clients of all kinds against the methods of `examples/validator.rs`.
//!
//! A client that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod foreign;
#[path = "../support/peer.rs"]
#[allow(dead_code)]
mod peer;
mod raw;
#[path = "../support/serving.rs"]
#[allow(dead_code)]
mod serving;
#[path = "../../examples/validator.rs"]
#[allow(dead_code)]
mod validator;
