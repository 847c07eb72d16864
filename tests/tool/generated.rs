//! `serve`, `codegen` against it, and what that makes, compiled and used.

use std::process::Command;

use tiny_xmlrpc::{Client, Struct, Value};

use crate::peer::Peer;
use crate::run::{run, tool};
use crate::validator_interface::ValidatorClient;

/// The tool's own server.
fn serve() -> (Peer, String) {
    let mut command: Command = tool();
    let mut peer = Peer::start(command.args(["serve", "127.0.0.1:0"]));
    let url = peer.line();
    (peer, url)
}

#[test]
fn the_module_is_the_one_that_is_compiled_here() {
    let (_server, url) = serve();
    let module = run(["codegen", &url, "--name", "Validator"]).ok();
    let known = include_str!("validator_interface.rs");
    assert!(module == known, "tests/tool/validator_interface.rs should be:\n{module}");
    let told = run(["codegen", &url, "--name", "x y"]).failed(2);
    assert!(told.starts_with("tiny-xmlrpc codegen: expected a --name like Service, found \"x y\""), "{told}");
}

#[test]
fn its_client_calls_the_methods() {
    let (_server, url) = serve();
    let client = Client::new(&url).unwrap();
    let validator = ValidatorClient::new(&client);
    assert_eq!(validator.quadratic(2.0, -4.0, 0.0).unwrap(), [Value::Double(0.0), Value::Double(2.0)]);
    assert_eq!(validator.remote_repr("x".into()).unwrap(), "x".into());
    let stooges = Struct::from_iter([("moe", 1), ("larry", 2), ("curly", 3)]);
    assert_eq!(validator.validator1_easy_struct_test(stooges.clone()).unwrap(), 6);
    assert_eq!(validator.validator1_array_of_structs_test(&[stooges.into()]).unwrap(), 3);
    assert_eq!(validator.validator1_count_the_entities("<&>").unwrap()["ctAmpersands"], Value::Int(1));
    assert!(validator.system_list_methods().unwrap().contains(&"faulty".into()));
}

#[test]
fn an_address_that_is_taken_is_told() {
    let (_server, url) = serve();
    let address = url.trim_start_matches("http://").trim_end_matches("/RPC2");
    let told = run(["serve", address]).failed(1);
    assert!(told.starts_with(&format!("tiny-xmlrpc: cannot listen at {address}: ")), "{told}");
    for nonsense in ["nowhere", "99999", "127.0.0.1:x"] {
        let told = run(["serve", nonsense]).failed(2);
        assert!(told.starts_with("tiny-xmlrpc serve: expected an address with a port, like 127.0.0.1:8000"), "{told}");
    }
}
