//! Serves `add`, and answers it by calling `add` of another server.

use tiny_xmlrpc::{Client, Server};

fn main() -> tiny_xmlrpc::Result<()> {
    let client = Client::new(&std::env::args().nth(1).unwrap_or_default())?;
    let mut server = Server::bind("127.0.0.1:8000")?;
    server.add("add", |a: i32, b: i32| client.call::<i32>("add", (a, b)));
    server.serve_forever()
}
