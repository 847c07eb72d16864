//! Our client against servers of other implementations, over loopback: of other languages, and programs that are spoken
//! to by XML-RPC. (Python's are in `tests/python`.)
//!
//! A server that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(feature = "client")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod daemons;
mod languages;
#[path = "../support/peer.rs"]
mod peer;
#[cfg(feature = "server")]
mod recorded;
#[cfg(feature = "server")]
#[path = "../support/serving.rs"]
mod serving;

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use tiny_xmlrpc::client::{Options, Retry};
use tiny_xmlrpc::{Client, Error, ErrorKind, Result};

/// A port that was free just now, for servers that take no socket and do not tell their port.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A client that waits until the server listens, as long as it takes.
fn patient(url: &str, options: &mut Options) -> Client {
    let pause = Duration::from_millis(20);
    options.timeout(Duration::from_secs(100)).retry(Retry::new(u32::MAX).first_pause(pause).longest_pause(pause));
    Client::with_options(url, options).unwrap()
}

fn is_installed(program: &str, arguments: &[&str], skipped: &str) -> bool {
    peer::installed(Command::new(program).args(arguments), skipped)
}

#[track_caller]
fn fault_of<T: std::fmt::Debug>(result: Result<T>) -> (i32, String) {
    let error: Error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault, "{error:?}");
    let fault = error.fault().unwrap();
    (fault.code(), fault.message().to_owned())
}
