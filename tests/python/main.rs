//! Python's `xmlrpc.client` and `xmlrpc.server` as peers, over loopback.
//!
//! Skipped where Python is not installed; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod facts;
mod listings;
#[path = "../support/peer.rs"]
mod peer;
mod proxy;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/serving.rs"]
mod serving;
mod simple_server;
#[path = "../support/told.rs"]
mod told;

use std::process::Command;
use std::sync::OnceLock;

use peer::Peer;

/// A script of this directory as a process; `None` where Python is not installed.
fn python(script: &str, arguments: &[&str]) -> Option<Peer> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let mut probe = Command::new("python3");
        peer::installed(probe.args(["-c", "import xmlrpc.client, xmlrpc.server"]), "calls from and to Python")
    });
    let path = format!("{}/tests/python/{script}", env!("CARGO_MANIFEST_DIR"));
    // -B: no bytecode is left in the source tree.
    installed.then(|| Peer::start(Command::new("python3").args(["-B", &path]).args(arguments)))
}
