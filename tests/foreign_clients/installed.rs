//! Clients of other languages, as they are installed here: each a script beside this file that calls what there is and knows what comes back.

use std::process::Command;

use tiny_xmlrpc::server::Config;

use crate::peer::{Peer, installed};
use crate::serving::Serving;
use crate::validator::add_methods;

/// Runs a script against a server of its own, whose URL is its argument, unless what the probe asks for is missing.
fn run(program: &str, script: &str, probes: &[&[&str]]) {
    let skipped = format!("calls of {script}");
    for probe in probes {
        if !installed(Command::new(probe[0]).args(&probe[1..]), &skipped) {
            return;
        }
    }
    let server = Serving::start(Config::default(), |server| add_methods(server.methods()));
    let path = format!("{}/tests/foreign_clients/{script}", env!("CARGO_MANIFEST_DIR"));
    Peer::start(Command::new(program).args([&path, &server.url])).finish();
}

#[test]
fn perl_rpc_xml_calls() {
    run("perl", "rpc_xml.pl", &[&["perl", "-MRPC::XML::Client", "-e1"]]);
}

#[test]
fn ruby_xmlrpc_calls() {
    run("ruby", "xmlrpc.rb", &[&["ruby", "-rxmlrpc/client", "-e1"]]);
}

#[test]
fn php_xmlrpc_calls() {
    let probe = ["php", "-r", "exit(function_exists('xmlrpc_encode_request') ? 0 : 1);"];
    run("php", "xmlrpc.php", &[&probe]);
}

#[test]
fn xmlrpc_c_tools_call() {
    // The tools themselves have no way to be asked whether they are there.
    let tools: [&[&str]; 3] =
        [&["bash", "--version"], &["xmlrpc-c-config", "--version"], &["perl", "-MFrontier::Client", "-e1"]];
    run("bash", "xmlrpc.sh", &tools);
}

#[test]
fn curl_calls() {
    run("bash", "curl.sh", &[&["bash", "--version"], &["curl", "--version"]]);
}
