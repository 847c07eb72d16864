//! The page about the methods: as the server sends it, and what a browser makes of it.
//!
//! The browser is skipped where Chromium or Python are not installed; with `REQUIRE_PEERS=1` in the environment that is a
//! failure.
#![cfg(feature = "server")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;
#[path = "../support/peer.rs"]
mod peer;
#[path = "../support/raw_http.rs"]
mod raw_http;
mod sent;
#[path = "../support/serving.rs"]
mod serving;
