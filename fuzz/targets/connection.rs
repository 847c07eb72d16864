//! Any bytes on a connection, to a server with methods and a page: no panic, and what it answers does not
//! depend on the pieces in which they come.
#![no_main]

use std::cell::RefCell;

use fuzz::input::{Input, Pieces};
use fuzz::serving::{answers, server};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::Server;

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
