//! The validator as a user runs it.

use tiny_xmlrpc::Client;

use crate::example::example;
use crate::peer::Peer;

#[test]
fn it_says_where_it_listens_and_answers_there() {
    let mut validator = Peer::start(example("validator").arg("127.0.0.1:0"));
    let url = validator.line();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/RPC2"), "{url}");
    let client = Client::new(&url).unwrap();
    let names = client.list_methods().unwrap();
    for name in ["validator1.echoStructTest", "addtogether", "quadratic", "remote_repr", "faulty", "system.multicall"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    for name in names {
        assert_ne!(client.method_help(&name).unwrap(), "", "{name}");
        // What takes any number of parameters has none.
        let none = ["addtogether", "faulty"].contains(&&*name);
        assert_eq!(client.method_signature(&name).unwrap().is_empty(), none, "{name}");
    }
    let error = client.call::<i32>("faulty", ()).unwrap_err();
    assert_eq!(error.fault().unwrap().code(), 42);
}

#[test]
fn it_says_what_it_wants() {
    for arguments in [&[][..], &["127.0.0.1:0", "more"], &["nowhere"]] {
        let output = example("validator").args(arguments).output().unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("address"), "{arguments:?}");
    }
}
