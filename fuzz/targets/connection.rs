//! Any bytes on a connection, to a server with methods and a page: no panic, and what it answers does not
//! depend on the pieces in which they come.
#![no_main]

use std::cell::RefCell;
use std::io::Read;

use fuzz::input::{Input, Pieces};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::server::{Config, Reply};
use tiny_xmlrpc::{Binary, Server, Value};

thread_local! {
    static SERVER: RefCell<Server<'static>> = RefCell::new(server());
}

// The settings of `Input`, of which the window and the limits are not used.
fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    SERVER.with_borrow_mut(|server| {
        let whole = answers(server, &input.document[..]);
        let pieces = answers(server, Pieces { bytes: &input.document, sizes: input.sizes });
        assert!(whole == pieces, "{}\n\n{}", whole.escape_ascii(), pieces.escape_ascii());
        assert!(whole.is_empty() || whole.starts_with(b"HTTP/1.1 "), "{}", whole.escape_ascii());
    });
});

fn server() -> Server<'static> {
    let mut config = Config::default();
    (config.max_body, config.max_drain, config.read_buffer) = (2_000, 500, 512);
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

/// All that came back, but for what depends on the time of the day or on how fast the body came.
fn answers(server: &mut Server<'static>, stream: impl Read) -> Vec<u8> {
    let mut output = Vec::new();
    server.serve_stream(stream, &mut output).expect("a stream without errors");
    let output = without(&output, b"HTTP/1.1 100 Continue\r\n\r\n", 0);
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
