//! The server that a method ends: our sides and Python's, each with each.

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python};

const WAYS: [&str; 3] = ["flag", "own", "handle"];

#[test]
fn three_servers_end() {
    let printed = printed("remote_stop", &[]);
    let turns: Vec<&str> = printed.split_terminator("\n\n").collect();
    assert_eq!(turns.len(), WAYS.len(), "{printed}");
    for (way, turn) in WAYS.into_iter().zip(turns) {
        let expected = format!(
            "{way}\ngreet: hello, Arthur\nstop: true\nthe server has ended, and nobody answers:\nconnecting to 127.0.0.1:"
        );
        assert!(turn.starts_with(&expected), "{turn}");
    }
}

#[test]
fn the_client_is_ours() {
    for way in WAYS {
        let mut server = Peer::start(example("remote_stop").args(["serve", way, "127.0.0.1:0"]));
        assert_eq!(printed("remote_stop", &["call", &server.line()]), "greet: hello, Arthur\nstop: true\n");
        assert!(server.finish().is_empty());
    }
    let Some(mut server) = python("remote_stop.py", &["serve"]) else { return };
    assert_eq!(printed("remote_stop", &["call", &server.line()]), "greet: hello, Arthur\nstop: true\n");
    assert_eq!(server.finish(), ["the server has ended"]);
}

#[test]
fn the_client_is_pythons() {
    for way in WAYS {
        let mut server = Peer::start(example("remote_stop").args(["serve", way, "127.0.0.1:0"]));
        let Some(client) = python("remote_stop.py", &["call", &server.line()]) else { return };
        assert_eq!(client.finish(), ["hello, Arthur", "True"]);
        assert!(server.finish().is_empty());
    }
}

#[test]
fn there_is_no_fourth_way() {
    let told = crate::refused("remote_stop", &["serve", "force", "127.0.0.1:0"]);
    assert_eq!(told, "expected flag, own or handle, found \"force\"\n");
}
