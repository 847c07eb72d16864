//! `serve`: a server to try clients against.

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
    let bound = Server::bind(address.as_str());
    let mut server = bound.map_err(|error| Failure::Bad(format!("listening at {address}: {error}")))?;
    validator::set_up(&mut server);
    if arguments.has("verbose") {
        server.log_to(std::io::stderr());
    }
    print(&format!("{}\n", server.url()))?;
    Ok(server.serve_forever()?)
}
