//! The client against servers of other implementations, over loopback.
//!
//! A server that is not installed is skipped; with `REQUIRE_PEERS=1` in the environment that is a failure.
#![cfg(feature = "client")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod daemons;
mod languages;
#[path = "../support/peer.rs"]
#[allow(dead_code)]
mod peer;

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tiny_xmlrpc::client::{Options, Retry};
use tiny_xmlrpc::{Client, Error, ErrorKind, Result};

/// A port that was free just now, for servers that take no socket and do not tell their port.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A directory of its own for one test, which is removed at its end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tiny_xmlrpc-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
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
