//! Serves `add`.

fn main() -> tiny_xmlrpc::Result<()> {
    let mut server = tiny_xmlrpc::Server::bind("127.0.0.1:8000")?;
    server.add("add", |a: i32, b: i32| a + b);
    server.serve_forever()
}
