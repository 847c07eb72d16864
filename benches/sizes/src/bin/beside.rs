//! Serves `add` on a server of the crate `tiny_http`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut methods = tiny_xmlrpc::Methods::new();
    methods.add("add", |a: i32, b: i32| a + b);
    for request in tiny_http::Server::http("127.0.0.1:8000")?.incoming_requests() {
        let _ = tiny_xmlrpc::tiny_http::answer(&mut methods, request);
    }
    Ok(())
}
