//! tiny_xmlrpc's own server.

use std::net::SocketAddr;
use std::path::Path;

use tiny_xmlrpc::{Methods, Server};

use crate::{Failure, announce, records};

/// With `workers`, handlers run on so many threads beside the loop's.
pub(crate) fn serve(address: SocketAddr, file: &Path, workers: usize) -> Result<(), Failure> {
    // For threads it has to outlive everything.
    let records: &[_] = Vec::leak(records::read(file)?);
    let methods = move || {
        let mut methods = Methods::new();
        methods.add("add", |a: i32, b: i32| a.wrapping_add(b));
        methods.add("records", move || records);
        methods
    };
    let mut server = Server::bind(address)?;
    if workers > 0 {
        server.workers(workers, methods)?;
    } else {
        *server.methods() = methods();
    }
    announce(server.local_addr()?)?;
    Ok(server.serve_forever()?)
}
