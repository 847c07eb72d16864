//! All that a hostile network may do to a server, while a healthy client keeps calling.
//!
//! Server and attackers are processes of their own, so that each has its own descriptors and the server's memory can be
//! read. Built with optimisation (`cargo test --release --test siege -- --nocapture`) everything has the size that it
//! would have out there; without, it is made smaller so as to end within some seconds. With `SOAK_SECONDS=600` the soak
//! takes as long.
#![cfg(all(target_os = "linux", feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attacks;
mod besieged;
mod descriptors;
mod healthy;
mod idle;
#[path = "../support/peer.rs"]
mod peer;
mod process;
#[path = "../support/raw_http.rs"]
mod raw_http;
mod requests;
mod siege;
mod soak;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whether what is measured is what a user would have.
const FULL: bool = cfg!(not(debug_assertions));

/// Keeps those tests apart that measure times.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows what was measured, past the harness if it is what a user would have.
fn show(table: &str) {
    match FULL {
        true => tell(table),
        false => println!("{table}"),
    }
}

/// Says something past the harness, which would keep it.
fn tell(what: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("\n{what}\n").as_bytes());
}
