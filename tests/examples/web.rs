//! Calls beside a page: our client and Python's, on both servers.

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python, refused};

const VISIT: &str = "sign: welcome, Arthur
GET /: <!DOCTYPE html><title>Guests</title><p>1 so far
GET /other: status 404
";

#[test]
fn both_sides_are_ours() {
    assert_eq!(printed("web", &[]), format!("on tiny_http\n{VISIT}on server\n{VISIT}"));
    for on in ["tiny_http", "server"] {
        let mut server = Peer::start(example("web").args(["serve", on, "127.0.0.1:0"]));
        assert_eq!(printed("web", &["call", &server.line()]), VISIT);
        assert!(server.finish().is_empty());
    }
    assert_eq!(refused("web", &["serve", "axum", "127.0.0.1:0"]), "expected tiny_http or server, found \"axum\"\n");
}

#[test]
fn the_client_is_pythons() {
    for on in ["tiny_http", "server"] {
        let mut server = Peer::start(example("web").args(["serve", on, "127.0.0.1:0"]));
        let Some(client) = python("web.py", &[&server.line()]) else { return };
        let page = "<!DOCTYPE html><title>Guests</title><p>2 so far";
        assert_eq!(client.finish(), ["welcome, Arthur", "welcome, Zoot", "text/html", page, "/other: 404"]);
        assert!(server.finish().is_empty());
    }
}
