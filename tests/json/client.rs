//! The client of JSON-RPC: against our server, and against replies of every kind.

use std::sync::{Arc, Mutex};

use tiny_xmlrpc::client::{Memory, Options, Reply, Retry, Transport, TransportChoice};
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Binary, Client, DateTime, Error, ErrorKind, Fault, Methods, Phase, Result, Server, Struct, Value};

use crate::serving::Serving;

fn methods(server: &mut Server<'static>) {
    server.add("add", |a: i32, b: i32| a + b).help("Adds.");
    server.add("divide", |a: i32, b: i32| a.checked_div(b).ok_or(Fault::new(7, "by \"zero\"")));
    server.add("moment", |moment: DateTime| moment);
    server.add("bytes", |bytes: Binary| bytes);
    server.add("echo", |value: Value| value);
    server.add("sum", |numbers: Vec<i64>| numbers.iter().sum::<i64>());
    server.add("numbers", |to: i32| (0..to).collect::<Vec<_>>());
    let mut count = 0;
    server.add("count", move || {
        count += 1;
        count
    });
    server.introspection(true).multicall(true);
}

#[test]
fn calls_are_as_those_of_xml() -> Result<()> {
    let server = Serving::start(Config::default(), methods);
    for choice in [TransportChoice::Kept, TransportChoice::Minreq] {
        let mut options = Options::new();
        options.choice(choice).json_rpc(true);
        let client = Client::with_options(&server.url, &options)?;
        assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
        let fault = client.call::<i32>("divide", (1, 0)).unwrap_err();
        assert_eq!(fault.fault(), Some(&Fault::new(7, "by \"zero\"")));
        let fault = client.call::<i32>("none", ()).unwrap_err();
        assert_eq!(fault.fault(), Some(&Fault::new(-32601, "Method not found")));
        let moment = DateTime::new(2026, 1, 2, 3, 4, 5)?;
        assert_eq!(client.call::<DateTime>("moment", (moment,))?, moment);
        assert_eq!(client.call::<String>("moment", (moment,))?, "2026-01-02T03:04:05");
        let bytes = Binary::from((0..=255).collect::<Vec<u8>>());
        assert_eq!(client.call::<Binary>("bytes", (&bytes,))?, bytes);
        let value = Value::from(Struct::from_iter([
            ("a", Value::Nil),
            ("b", Value::I8(1 << 40)),
            ("c", Value::Array(vec![1.5.into(), "é\n".into(), true.into()])),
        ]));
        assert_eq!(client.call_value("echo", core::slice::from_ref(&value))?, value);
        let error = client.call::<i32>("echo", ("x",)).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Type, "params[0]: expected int, found string \"x\"".into())
        );
        assert_eq!(client.call::<i32>("add", (f64::NAN, 1)).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(client.call::<i32>("a\nb", ()).unwrap_err().kind(), ErrorKind::Usage);

        assert_eq!(client.list_methods()?.len(), 13);
        assert_eq!(client.method_help("add")?, "Adds.");
        assert_eq!(client.method_signature("add")?, [["int", "int", "int"]]);
        assert!(client.capabilities()?.iter().any(|one| one.name == "introspection"));
        assert_eq!(client.at("system").call::<String>("methodHelp", ("add",))?, "Adds.");
    }
    Ok(())
}

#[test]
fn multicalls_are_batches() -> Result<()> {
    let server = Serving::start(Config::default(), methods);
    let client = Client::json(&server.url)?;
    let mut calls = client.multicall();
    let moment = DateTime::new(2026, 1, 2, 3, 4, 5)?;
    calls.add("add", (2, 3))?.add("divide", (1, 0))?.add("moment", (moment,))?.add("echo", (7,))?;
    assert_eq!(calls.add("add", (f64::NAN,)).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(calls.add("", ()).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(calls.len(), 4);
    let (sum, fault, same, text): (Result<i32>, Result<i32>, Result<DateTime>, Result<String>) = calls.run()?;
    assert_eq!((sum?, same?), (5, moment));
    assert_eq!(fault.unwrap_err().fault(), Some(&Fault::new(7, "by \"zero\"")));
    assert_eq!(text.unwrap_err().kind(), ErrorKind::Type);
    // Empty ones are not sent.
    assert_eq!(client.multicall().run::<Vec<Result<i32>>>()?.len(), 0);
    let mut many = client.multicall();
    for _ in 0..1_001 {
        many.add("count", ())?;
    }
    let error = many.run::<Vec<Result<i32>>>().unwrap_err();
    assert_eq!(error.fault().unwrap().code(), -32600);
    assert_eq!(client.call::<i32>("count", ())?, 1);
    Ok(())
}

#[test]
fn notifications_are_not_answered() -> Result<()> {
    let server = Serving::start(Config::default(), methods);
    let client = Client::json(&server.url)?;
    client.notify("count", ())?;
    client.notify("none", (1,))?;
    assert_eq!(client.call::<i32>("count", ())?, 2);
    // They went over one connection.
    let by_xml = Client::new(&server.url)?;
    by_xml.notify("count", ())?;
    assert_eq!(by_xml.notify("none", ()).unwrap_err().fault().unwrap().code(), -32601);
    assert_eq!(by_xml.call::<i32>("count", ())?, 4);
    drop((client, by_xml));
    assert_eq!(server.stop().accepted, 2);
    Ok(())
}

#[test]
fn streams_go_both_ways() -> Result<()> {
    let server = Serving::start(Config::default(), methods);
    let client = Client::json(&server.url)?;
    for once in [false, true] {
        let stream = client.stream("sum").params(|params| {
            params.start_array()?;
            (0..10_000).try_for_each(|number| params.int(number))?;
            params.end_array()
        });
        let stream = if once { stream.once() } else { stream };
        assert_eq!(stream.call::<i64>()?, 49_995_000);
    }
    let last = client.stream("numbers").params(|params| params.int(5_000)).receive(|reply| {
        let mut last = 0;
        for number in reply.items::<i32>()?.take(4_000) {
            last = number?;
        }
        Ok(last)
    })?;
    assert_eq!(last, 3_999);
    assert_eq!(client.stream("none").call::<i32>().unwrap_err().fault().unwrap().code(), -32601);
    Ok(())
}

/// A transport that notes the request and gives this reply.
fn answering(status: u16, content_type: &'static str, reply: &'static str) -> (Client, Arc<Mutex<Vec<String>>>) {
    struct Canned(u16, &'static str, &'static str, Arc<Mutex<Vec<String>>>);

    impl Transport for Canned {
        fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
            self.3.lock().unwrap().push(String::from_utf8(request.to_vec()).unwrap());
            reply.clear();
            reply.extend_from_slice(self.2.as_bytes());
            Reply::new(self.0).with_content_type(self.1).check(reply)
        }
    }

    let requests = Arc::new(Mutex::new(Vec::new()));
    (Client::over(Canned(status, content_type, reply, requests.clone())).with_json_rpc(), requests)
}

#[test]
fn requests_have_the_form_of_the_specification() -> Result<()> {
    let (client, requests) = answering(200, "application/json", r#"{"id":null,"error":{"code":1,"message":"x"}}"#);
    client.call::<i32>("a", (1, None::<i32>, "é\"")).unwrap_err();
    client.call::<i32>("b", ()).unwrap_err();
    client.notify("c", [1, 2]).unwrap_err();
    let mut calls = client.multicall();
    calls.add("d", (Binary::from(b"you".to_vec()),))?.add("e", "x")?;
    assert_eq!(calls.run::<Vec<Result<i32>>>().unwrap_err().fault().unwrap().code(), 1);
    assert_eq!(
        *requests.lock().unwrap(),
        [
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":[1,null,"é\""]}"#,
            r#"{"jsonrpc":"2.0","id":2,"method":"b","params":[]}"#,
            r#"{"jsonrpc":"2.0","method":"c","params":[1,2]}"#,
            r#"[{"jsonrpc":"2.0","id":0,"method":"d","params":["eW91"]},{"jsonrpc":"2.0","id":1,"method":"e","params":["x"]}]"#,
        ]
    );
    Ok(())
}

#[test]
fn replies_that_are_none_are_errors() {
    for (status, content_type, reply, kind, message) in [
        (
            200,
            "text/html",
            "<p>hello</p>",
            ErrorKind::Grammar,
            "expected a JSON-RPC reply, found text/html: <p>hello</p>",
        ),
        (404, "text/html", "<p>none</p>", ErrorKind::Http, "expected HTTP status 200, found 404: <p>none</p>"),
        (204, "", "", ErrorKind::Http, "expected HTTP status 200, found 204"),
        (200, "application/json", r#"{"jsonrpc":"2.0","id":1"#, ErrorKind::Truncated, ""),
        (
            200,
            "application/json",
            r#"{"jsonrpc":"2.0","id":2,"result":1}"#,
            ErrorKind::Grammar,
            "expected the answer to call 1, found id 2",
        ),
        (
            500,
            "application/json",
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":5,"message":"x"}}"#,
            ErrorKind::Fault,
            "fault 5: x",
        ),
        (400, "application/json", r#"{"id":null,"error":"x"}"#, ErrorKind::Fault, "fault -32500: x"),
        (500, "application/json", r#"{"message":"x"}"#, ErrorKind::Http, ""),
    ] {
        let error = answering(status, content_type, reply).0.call::<i32>("m", ()).unwrap_err();
        assert_eq!(error.kind(), kind, "{reply}: {error}");
        assert!(message.is_empty() || error.to_string() == message, "{reply}: {error}");
        assert!(error.may_have_executed() || status == 404);
    }
}

/// A call that is tried again is the same call, and retries are those of XML.
#[test]
fn calls_are_tried_again_as_those_of_xml() -> Result<()> {
    struct Flaky(u32);

    impl Transport for Flaky {
        fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
            self.0 += 1;
            if self.0 < 3 {
                return Err(Error::new(ErrorKind::Transport(Phase::Connect), "not yet"));
            }
            let mut methods = Methods::new();
            methods.add("m", || 1);
            *reply = methods.respond_json(request);
            Ok(Reply::new(200))
        }
    }

    let retry = Retry::new(3).first_pause(std::time::Duration::from_millis(1));
    let client = Client::over(Flaky(0)).with_retry(retry).with_json_rpc();
    assert_eq!(client.call::<i32>("m", ())?, 1);
    let client = Client::over(Memory::new(|_| Vec::new())).with_json_rpc();
    client.notify("m", ())
}
