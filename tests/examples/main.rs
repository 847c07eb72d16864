//! The example programs as a user runs them: what they print, and Python on the other side.
//!
//! Python's part is skipped where it is not installed; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client", feature = "tiny_http"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/example.rs"]
mod example;
#[cfg(unix)]
mod fileshare;
#[path = "../support/peer.rs"]
mod peer;
#[cfg(unix)]
mod remote_files;

use std::process::Command;
use std::sync::OnceLock;

use example::example;
use peer::Peer;

/// What an example prints with these arguments, if it ends well and complains of nothing.
#[track_caller]
fn printed(name: &str, arguments: &[&str]) -> String {
    let output = example(name).args(arguments).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{}\n{out}\n{err}", output.status);
    out
}

/// What an example complains of with these arguments, if it prints nothing and fails.
#[track_caller]
fn refused(name: &str, arguments: &[&str]) -> String {
    let output = example(name).args(arguments).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// A script of this directory as a process; `None` where Python is not installed.
fn python(script: &str, arguments: &[&str]) -> Option<Peer> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let mut probe = Command::new("python3");
        peer::installed(probe.args(["-c", "import xmlrpc.client, xmlrpc.server"]), "the examples against Python's")
    });
    let path = format!("{}/tests/examples/{script}", env!("CARGO_MANIFEST_DIR"));
    // -B: no bytecode is left in the source tree.
    installed.then(|| Peer::start(Command::new("python3").args(["-B", &path]).args(arguments)))
}
