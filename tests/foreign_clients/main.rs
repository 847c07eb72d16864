//! Clients of other implementations against our server: those that are installed call the methods of
//! `examples/validator.rs`, of others the requests are here as they send them. (Python's are in `tests/python`.)
//!
//! A client that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod installed;
#[path = "../support/peer.rs"]
mod peer;
#[path = "../support/raw_http.rs"]
mod raw_http;
mod recorded;
#[path = "../support/serving.rs"]
mod serving;
#[path = "../../examples/validator.rs"]
#[allow(dead_code)]
mod validator;
mod validator_methods;
