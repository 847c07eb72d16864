//! What handlers learn of a call that came over a network: from our server, and from one of tiny_http's.
#![cfg(all(feature = "server", feature = "client", feature = "tiny_http"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::thread;

use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::tiny_http::{DEFAULT_PATHS, handle_request};
use tiny_xmlrpc::{Caller, Client, Context, Fault, Methods, Result, Server};

fn tell(context: Context) -> (String, String, bool, String) {
    let key = context.header("x-key").unwrap_or_default();
    (
        context.method().into(),
        context.path().unwrap_or_default().into(),
        context.peer().is_some_and(|peer| peer.ip().is_loopback() && peer.port() > 0),
        String::from_utf8(key.into()).unwrap(),
    )
}

/// Only those who have the key.
fn with_key(_: &str, caller: &dyn Caller) -> Result<(), Fault> {
    if caller.header("X-KEY").is_some() { Ok(()) } else { Err(Fault::new(401, "no key")) }
}

fn calls(url: &str) {
    let mut options = Options::new();
    options.header("X-Key", "the key");
    let client = Client::with_options(url, &options).unwrap();
    let told: (String, String, bool, String) = client.call("tell", ()).unwrap();
    assert_eq!(told, ("tell".into(), "/RPC2".into(), true, "the key".into()));
    let error = Client::new(url).unwrap().call::<()>("tell", ()).unwrap_err();
    assert_eq!(error.fault(), Some(&Fault::new(401, "no key")));
}

#[test]
fn handlers_learn_of_a_call_to_our_server() {
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    server.authorize(with_key).add("tell", tell);
    let url = server.url();
    let client = thread::spawn(move || calls(&url));
    for _ in 0..2 {
        assert!(server.handle_request().unwrap());
    }
    client.join().unwrap();
}

#[test]
fn handlers_learn_of_a_call_to_a_server_of_tiny_http() {
    let web = tiny_http::Server::http("127.0.0.1:0").unwrap();
    let mut methods = Methods::new();
    methods.authorize(with_key).add("tell", tell);
    let url = format!("http://{}/RPC2", web.server_addr());
    let client = thread::spawn(move || calls(&url));
    for _ in 0..2 {
        assert!(handle_request(&mut methods, &web, &DEFAULT_PATHS).unwrap());
    }
    client.join().unwrap();
}
