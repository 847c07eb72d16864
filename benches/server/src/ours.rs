//! tiny_xmlrpc's own server.

use std::net::SocketAddr;

use tiny_xmlrpc::Server;

use crate::records::{date, records};
use crate::{Failure, announce};

pub(crate) fn serve(address: SocketAddr) -> Result<(), Failure> {
    let records = records(date)?;
    let mut server = Server::bind(address)?;
    server.add("add", |a: i32, b: i32| a.wrapping_add(b));
    server.add("records", || &records[..]);
    announce(server.local_addr()?)?;
    Ok(server.serve_forever()?)
}
