//! `Server` beyond one path on one TCP socket: who may call, several paths, workers, files, sockets of other kinds, streams
//! and gateways, web servers in front, and the ways to end it.
//!
//! A program that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
#[path = "../support/chunks.rs"]
mod chunks;
mod control;
mod files;
mod paths;
#[path = "../support/peer.rs"]
mod peer;
mod proxies;
mod python;
#[path = "../support/raw_http.rs"]
mod raw_http;
#[path = "../support/serving.rs"]
mod serving;
mod sockets;
mod streams;
mod workers;

/// A call of `add(2, 3)` with these fields.
fn add_request(path: &str, fields: &str) -> Vec<u8> {
    raw_http::post(path, fields, raw_http::ADD)
}
