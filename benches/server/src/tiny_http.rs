//! tiny_http, with an answer that is there already, and with tiny_xmlrpc's methods.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use tiny_http::{Header, Response, Server};
use tiny_xmlrpc::Methods;
use tiny_xmlrpc::tiny_http::{DEFAULT_PATHS, handle_request};

use crate::{Failure, announce, records};

/// Answers every request with this body.
pub(crate) fn canned(address: SocketAddr, body: &[u8]) -> Result<(), Failure> {
    let server = listen(address)?;
    let header: Header = "Content-Type: text/xml".parse().map_err(|()| "expected a header field")?;
    let mut call = Vec::new();
    loop {
        let mut request = server.recv()?;
        call.clear();
        request.as_reader().read_to_end(&mut call)?;
        // Without a bound to exceed nothing is sent in chunks, for which all would be copied once more.
        let response = Response::from_data(body).with_header(header.clone()).with_chunked_threshold(usize::MAX);
        request.respond(response)?;
    }
}

/// Answers calls.
pub(crate) fn adapter(address: SocketAddr, file: &Path) -> Result<(), Failure> {
    let records = records::read(file)?;
    let mut methods = Methods::new();
    methods.add("add", |a: i32, b: i32| a.wrapping_add(b));
    methods.add("records", || &records[..]);
    let server = listen(address)?;
    while handle_request(&mut methods, &server, &DEFAULT_PATHS)? {}
    Ok(())
}

/// On Linux what is accepted has the options of its listener. Without this one, large answers would wait for Nagle's
/// algorithm.
fn listen(address: SocketAddr) -> Result<Server, Failure> {
    let listener = TcpListener::bind(address)?;
    socket2::SockRef::from(&listener).set_tcp_nodelay(true)?;
    announce(listener.local_addr()?)?;
    Server::from_listener(listener, None)
}
