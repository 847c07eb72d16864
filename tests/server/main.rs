//! The server beyond one path on one TCP socket.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
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

/// `host:port` of a URL.
fn address(url: &str) -> &str {
    url.split('/').nth(2).unwrap()
}

/// A call of `add(2, 3)` as a document.
const ADD: &str = "<methodCall><methodName>add</methodName><params><param><value><int>2</int></value></param>\
    <param><value><int>3</int></value></param></params></methodCall>";

/// The same as a request, with these fields.
fn add_request(path: &str, fields: &str) -> Vec<u8> {
    let length = ADD.len();
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n{fields}\r\n{ADD}").into_bytes()
}
