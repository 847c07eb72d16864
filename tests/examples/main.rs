//! The example programs as a user runs them: what they print, and Python on the other side.
//!
//! Python's part is skipped where it is not installed; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client", feature = "tiny_http"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/example.rs"]
mod example;
#[path = "../support/peer.rs"]
mod peer;
mod quickstart;
mod validator;

use std::process::Command;

use example::example;

/// What an example prints with these arguments, if it ends well and complains of nothing.
#[track_caller]
fn printed(name: &str, arguments: &[&str]) -> String {
    let output = example(name).args(arguments).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{}\n{out}\n{err}", output.status);
    out
}
