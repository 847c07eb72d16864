//! Our client against Python's server, which `simple_server.py` sets up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::{Binary, Client, DateTime, Dialect, Error, ErrorKind, Result, Struct, Value};

use crate::peer::Peer;
use crate::python;
use crate::random::Random;
use crate::told::told;

const HTTP10: &str = "HTTP/1.0";
const HTTP11: &str = "HTTP/1.1";

/// A server of Python's, whose port follows from what it printed.
struct SimpleServer {
    url: String,
    peer: Peer,
}

impl SimpleServer {
    fn start(arguments: &[&str]) -> Option<Self> {
        let mut peer = python("simple_server.py", arguments)?;
        let url = format!("http://127.0.0.1:{}", peer.line());
        Some(Self { url, peer })
    }

    fn client(&self) -> Client {
        Client::new(&self.url).unwrap().with_dialect(Dialect::python())
    }
}

/// Runs a test against both versions of HTTP.
fn each(test: impl Fn(&SimpleServer)) {
    each_of(&[&[HTTP10], &[HTTP11]], test);
}

/// Runs a test against servers that are started with these arguments.
fn each_of(servers: &[&[&str]], test: impl Fn(&SimpleServer)) {
    for arguments in servers {
        let Some(server) = SimpleServer::start(arguments) else { return };
        test(&server);
        assert!(server.peer.finish().is_empty());
    }
}

fn fault_of<T: std::fmt::Debug>(result: Result<T>) -> (i32, String) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault);
    let fault = error.fault().unwrap();
    (fault.code(), fault.message().to_owned())
}

fn date() -> DateTime {
    DateTime::new(1998, 7, 17, 14, 8, 55).unwrap()
}

#[test]
fn values_of_all_types_come_back() {
    let quest = Struct::from_iter([("goal", Value::from("the Grail")), ("years", Value::from(vec![930, 932]))]);
    let cases = [
        (Value::Nil, "NoneType"),
        (Value::Boolean(true), "bool"),
        (Value::Boolean(false), "bool"),
        (Value::Int(0), "int"),
        (Value::Int(i32::MAX), "int"),
        (Value::Int(i32::MIN), "int"),
        (Value::Double(-2.5), "float"),
        (Value::Double(5e-324), "float"),
        (Value::Double(f64::MAX), "float"),
        (Value::Double(f64::NEG_INFINITY), "float"),
        (Value::from(""), "str"),
        (Value::from("Arthur"), "str"),
        (Value::DateTime(date()), "DateTime"),
        (Value::Base64(vec![]), "Binary"),
        (Value::Base64((0..=255).collect()), "Binary"),
        (Value::Array(vec![]), "list"),
        (Value::from(vec![Value::Int(1), Value::Nil, Value::from(vec!["x"])]), "list"),
        (Value::from(Struct::new()), "dict"),
        (Struct::from_iter([("name", Value::from("Arthur")), ("quest", quest.into())]).into(), "dict"),
    ];
    // With Python's wrappers for dates and bytes, and with its own types.
    each_of(&[&[HTTP10], &[HTTP11], &[HTTP11, "builtin"]], |server| {
        let client = server.client();
        for (value, kind) in &cases {
            let found: String = client.call("kind", (value,)).unwrap();
            let builtin = match *kind {
                "DateTime" => "datetime",
                "Binary" => "bytes",
                kind => kind,
            };
            assert!(found == *kind || found == builtin, "{value:?}: {found}");
            assert_eq!(client.call::<String>("told", (value,)).unwrap(), told(value));
            assert_eq!(client.call::<Value>("echo", (value,)).unwrap(), *value);
            assert_eq!(client.call_value("echo", std::slice::from_ref(value)).unwrap(), *value);
        }
    });
}

#[test]
fn results_are_read_as_types() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Knight {
        name: String,
        born: DateTime,
        seal: Binary,
        scars: Option<i32>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        horses: Vec<String>,
        weights: BTreeMap<String, f64>,
        court: Court,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Court {
        Camelot,
        Elsewhere { place: String },
    }
    let knight = |scars, court| Knight {
        name: "Arthur & <Co>".into(),
        born: date(),
        seal: b"\0\xff".to_vec().into(),
        scars,
        horses: vec![],
        weights: [("sword".to_owned(), 1.5)].into(),
        court,
    };
    each(|server| {
        let client = server.client();
        assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
        assert_eq!(client.call::<i64>("add", (2, 3)).unwrap(), 5);
        assert_eq!(client.call::<f64>("divide", (5, 2)).unwrap(), 2.5);
        assert_eq!(client.call::<String>("add", ("x", "ÿ")).unwrap(), "xÿ");
        assert_eq!(client.call::<Vec<i32>>("add", (vec![1], vec![2, 3])).unwrap(), [1, 2, 3]);
        assert_eq!(client.call::<(i32, f64, bool, String)>("echo", ((1, 2.5, true, "four"),)).unwrap().1, 2.5);
        assert_eq!(client.call::<Option<i32>>("nothing", ()).unwrap(), None);
        client.call::<()>("nothing", ()).unwrap();
        assert_eq!(client.call::<i32>("count", vec![1; 200]).unwrap(), 200);
        // Beyond 32 bits Python reads what it does not write.
        assert_eq!(client.call::<String>("told", (1_i64 << 40,)).unwrap(), "int 1099511627776");
        for knight in [knight(None, Court::Camelot), knight(Some(3), Court::Elsewhere { place: "Astolat".into() })] {
            assert_eq!(client.call::<Knight>("echo", (&knight,)).unwrap(), knight);
        }
        let error = client.call::<i32>("add", ("x", "y")).unwrap_err();
        assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Type, true));
        assert!(error.to_string().contains("expected int, found string \"xy\""), "{error}");
    });
}

#[test]
fn text_goes_through_unchanged() {
    each(|server| {
        let client = server.client();
        for text in [
            " ",
            "\n\t \n",
            "<b>&amp;</b> & < > \" ' ]]> <![CDATA[x]]>",
            "&#65;",
            "ÿ äöü",
            "日本語 ελληνικά",
            "\u{1f600} \u{10ffff}",
            "\u{7f}\u{80}\u{85}\u{2028}\u{feff}\u{fffd}",
            &"é<".repeat(100_000),
        ] {
            assert_eq!(client.call::<String>("echo", (text,)).unwrap(), text);
            let name: String = text.chars().take(20_000).collect();
            let members = Struct::from_iter([(name, text)]);
            assert_eq!(client.call::<Struct>("echo", (&members,)).unwrap(), members);
        }
        // A carriage return arrives; Python's own is taken for a line feed, as XML has it.
        for text in ["a\rb\r\nc", "\r", "\r\n"] {
            assert_eq!(client.call::<String>("told", (text,)).unwrap(), told(&text.into()));
            assert_eq!(client.call::<String>("echo", (text,)).unwrap(), text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        assert_eq!(client.call::<String>("returns", ()).unwrap(), "a\nb\nc");
        assert_eq!(client.call::<String>("größe <&>", ()).unwrap(), "named");
        let error = client.call::<String>("echo", ("a\0b",)).unwrap_err();
        assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Unsupported, false));
    });
}

#[test]
fn faults_are_told() {
    each(|server| {
        let client = server.client();
        let call = |method: &str, params: &[Value]| fault_of(client.call_value(method, params));
        assert_eq!(call("fail", &[42.into(), "no <state> & ÿ".into()]), (42, "no <state> & ÿ".into()));
        assert_eq!(call("divide", &[1.into(), 0.into()]), (1, "<class 'ZeroDivisionError'>:division by zero".into()));
        let unknown = "<class 'Exception'>:method \"none\" is not supported";
        assert_eq!(call("none", &[]), (1, unknown.into()));
        assert!(call("add", &[1.into()]).1.starts_with("<class 'TypeError'>:"));
        assert!(call("big", &[]).1.starts_with("<class 'OverflowError'>:"));
        assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
        let error = client.call::<i32>("none", ()).unwrap_err();
        assert_eq!(error.to_string(), format!("fault 1: {unknown}"));
    });
}

#[test]
fn multicalls_are_made() {
    each(|server| {
        let client = server.client();
        let mut calls = client.multicall();
        calls.add("add", (2, 3)).unwrap().add("fail", (42, "no such state")).unwrap();
        calls.add("none", ()).unwrap().add("nothing", ()).unwrap();
        calls.add("echo", (Vec::<i32>::new(),)).unwrap().add("echo", (vec![vec![1]],)).unwrap();
        calls.add("add", ("x", "y")).unwrap();
        type Outcomes =
            (Result<i32>, Result<i32>, Result<i32>, Result<Option<i32>>, Result<Value>, Result<Value>, Result<i32>);
        let (sum, failed, none, nothing, empty, nested, wrong): Outcomes = calls.run().unwrap();
        assert_eq!(sum.unwrap(), 5);
        assert_eq!(fault_of(failed), (42, "no such state".into()));
        assert_eq!(fault_of(none).0, 1);
        assert_eq!(nothing.unwrap(), None);
        assert_eq!((empty.unwrap(), nested.unwrap()), (Value::Array(vec![]), Value::from(vec![vec![1]])));
        assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Type);

        assert!(client.multicall().run::<Vec<Result<i32>>>().unwrap().is_empty());
        let mut calls = client.multicall();
        for number in 0..500 {
            calls.add("add", (number, 1)).unwrap();
        }
        let sums: Result<Vec<i32>> = calls.run::<Vec<Result<i32>>>().unwrap().into_iter().collect();
        assert_eq!(sums.unwrap(), (1..=500).collect::<Vec<i32>>());
    });
}

#[test]
fn introspection_is_read() {
    each(|server| {
        let client = server.client();
        let names = client.list_methods().unwrap();
        assert!(names.is_sorted() && names.len() > 10);
        for name in ["add", "system.listMethods", "system.multicall"] {
            assert!(names.iter().any(|found| found == name), "{name}");
        }
        assert_eq!(client.method_help("add").unwrap(), "Adds two numbers.");
        assert_eq!(client.method_help("echo").unwrap(), "");
        // Python has none to tell, and a text that says so.
        assert!(client.method_signature("add").unwrap().is_empty());
        assert_eq!(client.at("system").call::<Vec<String>>("listMethods", ()).unwrap(), names);
    });
}

#[test]
fn one_shot_calls_are_answered() {
    each(|server| {
        let url = &server.url;
        assert_eq!(tiny_xmlrpc::call::<i32>(url, "add", (2, 3)).unwrap(), 5);
        let text = "é\r<".repeat(50_000);
        assert_eq!(tiny_xmlrpc::call::<String>(url, "told", (&text,)).unwrap(), told(&text.as_str().into()));
        assert_eq!(fault_of(tiny_xmlrpc::call::<i32>(url, "fail", (42, "x"))), (42, "x".into()));
        let error = tiny_xmlrpc::call::<i32>(&format!("{url}/none"), "add", (2, 3)).unwrap_err();
        assert_eq!(error.to_string(), "expected HTTP status 200, found 404: No such page");
    });
}

#[test]
fn the_connection_is_kept_where_the_server_keeps_it() {
    for (version, kept) in [(HTTP11, 1), (HTTP10, 21)] {
        let Some(server) = SimpleServer::start(&[version]) else { return };
        let client = server.client();
        for number in 0..10 {
            assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
            assert_eq!(fault_of(client.call::<i32>("none", ())).0, 1);
        }
        assert_eq!(client.call::<i32>("accepted", ()).unwrap(), kept);
    }
}

#[test]
fn a_wrong_path_is_told() {
    each(|server| {
        let client = Client::new(&format!("{}/none", server.url)).unwrap();
        for _ in 0..2 {
            let error = client.call::<i32>("add", (2, 3)).unwrap_err();
            assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(404)));
            assert_eq!(error.to_string(), "expected HTTP status 200, found 404: No such page");
        }
    });
}

#[test]
fn credentials_and_fields_do_no_harm() {
    each(|server| {
        let mut options = Options::new();
        options.header("X-Something", "else").user_agent("tests");
        let url = server.url.replace("//", "//user:p%40ss@");
        let client = Client::with_options(&url, &options).unwrap();
        assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    });
}

#[test]
fn a_server_that_has_ended_is_told() {
    let Some(server) = SimpleServer::start(&[HTTP11]) else { return };
    let client = server.client();
    assert_eq!(client.call::<i32>("add", (2, 3)).unwrap(), 5);
    server.peer.finish();
    let error: Error = client.call::<i32>("add", (2, 3)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transport(_)), "{error:?}");
}

/// A text as Python's marshaller and XML leave it: every carriage return, alone or before a line feed,
/// has become a line feed.
fn as_echoed(value: &Value) -> Value {
    let text = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    match value {
        Value::String(value) => Value::String(text(value)),
        Value::Array(items) => items.iter().map(as_echoed).collect(),
        Value::Struct(members) => {
            members.iter().map(|(name, value)| (text(name), as_echoed(value))).collect::<Struct>().into()
        }
        other => other.clone(),
    }
}

#[test]
fn a_thousand_random_values_come_back() {
    each_of(&[&[HTTP11], &[HTTP11, "builtin"]], |server| {
        let client = server.client();
        let mut random = Random::new(20_010_516);
        for number in 0..1_000 {
            let value = random.value(4);
            let (echo, seen): (Value, String) = client.call("echo_and_told", (&value,)).unwrap();
            assert_eq!(seen, told(&value), "value {number} as Python saw it: {value:?}");
            assert_eq!(told(&echo), told(&as_echoed(&value)), "value {number} as it came back: {value:?}");
        }
    });
}
