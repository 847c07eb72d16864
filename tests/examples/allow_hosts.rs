//! The server that only listed hosts may call: our sides and Python's, each with each.

use std::net::TcpStream;

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python, refused};

const GREETING: &str = "greet: hello, Arthur\n";

/// Whether a client of ours was let go.
#[track_caller]
fn is_let_go(told: &str) {
    // What the client comes upon depends on what it has sent by then.
    let forms =
        ["sending the request failed: ", "waiting for the reply failed: ", "expected a reply, found the end of"];
    assert!(forms.iter().any(|form| told.starts_with(form)), "{told}");
}

fn serve(address: &str, hosts: &[&str]) -> (Peer, String) {
    let mut server = Peer::start(example("allow_hosts").args(["serve", address]).args(hosts));
    let url = server.line();
    (server, url)
}

#[test]
fn three_lives_on_one_port() {
    let printed = printed("allow_hosts", &[]);
    let [first, greeted, second, let_go, third, again] = printed.lines().collect::<Vec<_>>()[..] else {
        panic!("{printed}")
    };
    assert_eq!(
        [first, second, third],
        ["for localhost and 127.0.0.0/8 only", "for 192.0.2.1 only", "for 127.0.0.1 only"]
    );
    assert_eq!([greeted, again], [GREETING.trim_end(); 2]);
    is_let_go(let_go.strip_prefix("greet: ").expect(let_go));
}

#[test]
fn it_starts_again_at_once() {
    let (mut server, url) = serve("127.0.0.1:0", &["localhost"]);
    let address = url.strip_prefix("http://").unwrap().trim_end_matches("/RPC2").to_owned();
    for hosts in [&["localhost"][..], &["192.0.2.0/24", "127.0.0.1"], &["::1", "192.0.2.1"], &["127.0.0.0/8"]] {
        // The server closes this one first, so that it is its port which has to wait.
        let open = TcpStream::connect(&address).unwrap();
        drop(server);
        drop(open);
        (server, _) = serve(&address, hosts);
        match hosts {
            ["::1", ..] => is_let_go(&refused("allow_hosts", &["call", &url])),
            _ => assert_eq!(printed("allow_hosts", &["call", &url]), GREETING),
        }
    }
}

#[test]
fn a_list_that_is_none() {
    assert!(refused("allow_hosts", &["serve", "127.0.0.1:0"]).contains("HOST"));
    let told = refused("allow_hosts", &["serve", "127.0.0.1:0", "no such host"]);
    assert!(told.starts_with("looking up the host \"no such host\": "), "{told}");
}

#[test]
fn the_server_is_pythons() {
    let Some(mut server) = python("allow_hosts.py", &["serve", "127.0.0.1"]) else { return };
    assert_eq!(printed("allow_hosts", &["call", &server.line()]), GREETING);
    let Some(mut server) = python("allow_hosts.py", &["serve", "192.0.2.1"]) else { return };
    is_let_go(&refused("allow_hosts", &["call", &server.line()]));
}

#[test]
fn the_client_is_pythons() {
    for (hosts, told) in [(["localhost", "192.0.2.1"], "hello, Arthur"), (["192.0.2.0/24", "::1"], "let go")] {
        let (_server, url) = serve("127.0.0.1:0", &hosts);
        let Some(client) = python("allow_hosts.py", &["call", &url]) else { return };
        assert_eq!(client.finish(), [told]);
    }
}
