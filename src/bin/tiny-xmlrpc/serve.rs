//! `serve`: a server to try clients against.

use std::net::ToSocketAddrs;

use tiny_xmlrpc::Server;

use crate::arguments::Arguments;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::validator;

/// `tiny-xmlrpc serve`
pub(crate) fn serve(arguments: &Arguments) -> Result<()> {
    let address = match arguments.operand(0)? {
        "" => "127.0.0.1:8000".to_owned(),
        port if port.bytes().all(|byte| byte.is_ascii_digit()) => format!("127.0.0.1:{port}"),
        address => address.to_owned(),
    };
    let found = address.to_socket_addrs().map_err(|error| {
        arguments.usage(format!("expected an address with a port, like 127.0.0.1:8000, found {address:?}: {error}"))
    })?;
    let mut server = Server::bind(&found.collect::<Vec<_>>()[..]).map_err(|error| Failure::Bad(error.to_string()))?;
    validator::set_up(&mut server);
    if arguments.has("verbose") {
        server.log_to(std::io::stderr());
    }
    print(&format!("{}\n", server.url()))?;
    Ok(server.serve_forever()?)
}
