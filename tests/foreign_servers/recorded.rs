//! Replies as a server that is not run here sends them.

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, Struct, Value};

use crate::serving::Serving;

/// What supervisor's server answers, as our client takes it. The results of a multicall stand
/// bare among faults, and a signature is one flat array.
#[test]
fn replies_of_supervisor_to_a_multicall_and_of_its_signatures() {
    let serving = Serving::start(Config::default(), |server| {
        server.add("system.multicall", |calls: Vec<Value>| -> Value {
            let fault = Struct::from_iter([("faultCode", Value::Int(10)), ("faultString", "BAD_NAME: cat".into())]);
            let answer = |at| if at % 2 == 0 { Value::from(format!("call {at}")) } else { fault.clone().into() };
            (0..calls.len()).map(answer).collect()
        });
        server.add("system.methodSignature", |_: String| ["boolean", "string"]);
    });
    let client = Client::new(&serving.url).unwrap();
    let mut calls = client.multicall();
    calls.add("supervisor.getState", ()).unwrap().add("supervisor.startProcess", ("cat",)).unwrap();
    calls.add("supervisor.getPID", ()).unwrap();
    let results: Vec<tiny_xmlrpc::Result<String>> = calls.run().unwrap();
    let told: Vec<String> =
        results.into_iter().map(|result| result.unwrap_or_else(|error| error.to_string())).collect();
    assert_eq!(told, ["call 0", "fault 10: BAD_NAME: cat", "call 2"]);
    assert_eq!(client.method_signature("supervisor.startProcess").unwrap(), [["boolean", "string"]]);
}
