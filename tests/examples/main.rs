//! The example programs as a user runs them: what they print, and Python on the other side.
//!
//! Python's part is skipped where it is not installed; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client", feature = "tiny_http"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod allow_hosts;
mod clock;
mod constant_memory;
mod embedded;
#[path = "../support/example.rs"]
mod example;
#[cfg(unix)]
mod fileshare;
mod fleet;
#[path = "../support/peer.rs"]
mod peer;
mod quickstart;
mod readme;
#[cfg(unix)]
mod remote_files;
mod remote_stop;
mod strings;
mod validator;
mod web;

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

/// Each of them says how it is to be called.
#[test]
fn they_say_what_they_want() {
    for name in ["allow_hosts", "clock", "remote_stop", "strings", "web"] {
        for arguments in [&["serve"][..], &["call", "http://127.0.0.1:1", "more"], &["other"]] {
            let told = refused(name, arguments);
            assert!(told.starts_with("expected ") && told.contains("serve"), "{name} {arguments:?}: {told}");
        }
        let told = refused(name, &["call", "http://127.0.0.1:1"]);
        assert!(told.starts_with("connecting to 127.0.0.1:1 failed: "), "{name}: {told}");
    }
}
