//! The server that requests are made to, and what it answers but for what depends on the time.

use std::io::Read;

use core::time::Duration;
use tiny_xmlrpc::server::{Config, Reply};
use tiny_xmlrpc::{Binary, Server, Value};

/// A server with methods and a page, on no socket, and bounds that small inputs come upon.
pub fn server() -> Server<'static> {
    let mut config = Config::default();
    (config.max_body, config.max_drain, config.read_buffer) = (2_000, 500, 512);
    // However long the machine takes.
    let hour = Duration::from_secs(3600);
    (config.head_timeout, config.pace_window, config.linger_timeout) = (hour, hour, hour);
    config.idle_timeout = hour;
    let mut server = Server::without_listeners(config).expect("a loop");
    server.introspection(true).multicall(true);
    server.add("echo", |value: Value| value);
    server.add("bytes", |Binary(bytes): Binary| Binary(bytes));
    server.at("/other").add("add", |a: i32, b: i32| a.checked_add(b).ok_or("an overflow"));
    server.page("/page*", |request| {
        let mut body = Vec::new();
        request.reader().read_to_end(&mut body).expect("the body");
        assert_eq!(body, request.body());
        Reply::new(200, "text/plain", body)
    });
    server.verify_request(move |head| match head.path() {
        "/denied" => Err(Reply::error(403, "denied")),
        _ => Ok(()),
    });
    server
}

/// All that comes back over a connection of its own, [without what depends on the time](timeless).
pub fn answers(server: &mut Server<'static>, stream: impl Read) -> Vec<u8> {
    let mut output = Vec::new();
    server.serve_stream(stream, &mut output).expect("a stream without errors");
    timeless(&output)
}

/// What came back, but for what depends on the time of the day or on how fast the body came.
pub fn timeless(output: &[u8]) -> Vec<u8> {
    let output = without(output, b"HTTP/1.1 100 Continue\r\n\r\n", 0);
    // `Date: Sun, 06 Nov 1994 08:49:37 GMT`
    without(&output, b"\r\nDate: ", 29)
}

/// The bytes without these, wherever they are, and without so many behind them.
fn without(bytes: &[u8], unwanted: &[u8], behind: usize) -> Vec<u8> {
    let (mut rest, mut kept) = (bytes, Vec::new());
    while let Some(at) = rest.windows(unwanted.len()).position(|window| window == unwanted) {
        kept.extend_from_slice(&rest[..at]);
        rest = rest.get(at + unwanted.len() + behind..).unwrap_or_default();
    }
    kept.extend_from_slice(rest);
    kept
}
