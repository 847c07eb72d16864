//! `interface!` from outside of the crate: its three sides, and that a call through it is like any other.
#![cfg(all(feature = "serde", feature = "client"))]
#![deny(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::too_many_arguments)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiny_xmlrpc::client::Memory;
use tiny_xmlrpc::{Binary, Client, Dialect, Fault, Methods, Result, Value, from_slice, interface, returns};

/// A type of one's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    x: i32,
    y: i32,
}

returns!(Point);

interface! {
    /// Some of everything.
    pub trait Everything {
        /// Adds two numbers.
        ///
        ///     Indented.
        fn add(&self, a: i32, b: i32) -> i32;
        /// Divides.
        fn divide(&self, dividend: i32, divisor: i32) -> core::result::Result<i32, Fault> = "math.divide";
        /** Greets somebody. */
        fn greet(&mut self, name: &str, greeting: Option<String>) -> String;
        #[doc = "Sums."]
        #[allow(clippy::ptr_arg)]
        fn sum(&self, numbers: &[f64], more: &Vec<f64>,) -> f64;
        /// Moves a point.
        fn shift(&self, point: &Point, by: (i32, i32)) -> Point;
        /// A keyword for a name.
        fn r#type(&self, r#in: BTreeMap<String, Value>) -> std::result::Result<Vec<String>, std::num::ParseIntError>;
        /// Nothing in, nothing out.
        fn nothing(&self);
        /// Bytes.
        fn reverse(&self, bytes: Binary) -> Binary;
        /// Private.
        fn _private(&self) -> i32;
        /// Panics.
        fn panic(&self) -> Option<i32>;
        /// Twelve.
        fn twelve(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: &str) -> String;
    }
    pub client EverythingClient;
}

interface! {
    /// What the other is not.
    trait Wrong {
        fn add(&self, a: &str) -> i32;
        fn divide(&self, dividend: i32) -> i32 = "math.divide";
        fn greet(&self, a: &str, b: &str, c: &str) -> String;
        fn nothing(&self) -> i32;
        fn missing(&self) -> i32;
    }
    client WrongClient;
}

interface! {
    pub(crate) trait Empty {}
}

interface! {
    /// Names that the macro uses itself.
    trait Names {
        fn names(&self, this: i32, instance: &str, client: i32, name: &str, prefix: i32) -> String;
    }
    client NamesClient;
}

impl Names for () {
    fn names(&self, this: i32, instance: &str, client: i32, name: &str, prefix: i32) -> String {
        format!("{this}{instance}{client}{name}{prefix}")
    }
}

#[test]
fn parameters_may_have_any_names() {
    let client = Client::over(Memory::new(|call| {
        let mut methods = Methods::new();
        methods.instance("", Names::into_instance(()));
        methods.respond(call)
    }));
    assert_eq!(NamesClient::new(&client).names(1, "a", 2, "b", 3).unwrap(), "1a2b3");
}

impl Empty for () {}

struct All {
    greeted: usize,
}

impl Everything for All {
    fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    fn divide(&self, dividend: i32, divisor: i32) -> core::result::Result<i32, Fault> {
        dividend.checked_div(divisor).ok_or(Fault::new(7, "division by zero"))
    }

    fn greet(&mut self, name: &str, greeting: Option<String>) -> String {
        self.greeted += 1;
        format!("{} {name}, number {}", greeting.as_deref().unwrap_or("hello"), self.greeted)
    }

    fn sum(&self, numbers: &[f64], more: &Vec<f64>) -> f64 {
        numbers.iter().chain(more).sum()
    }

    fn shift(&self, point: &Point, by: (i32, i32)) -> Point {
        Point { x: point.x + by.0, y: point.y + by.1 }
    }

    fn r#type(&self, r#in: BTreeMap<String, Value>) -> std::result::Result<Vec<String>, std::num::ParseIntError> {
        r#in.into_keys().map(|key| Ok(key.parse::<i32>()?.to_string())).collect()
    }

    fn nothing(&self) {}

    fn reverse(&self, mut bytes: Binary) -> Binary {
        bytes.reverse();
        bytes
    }

    fn _private(&self) -> i32 {
        1
    }

    fn panic(&self) -> Option<i32> {
        panic!("a secret")
    }

    fn twelve(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: &str) -> String {
        format!("{}{l}", [a, b, c, d, e, f, g, h, i, j, k].iter().sum::<u8>())
    }
}

/// All of it by the interface.
fn by_interface() -> Methods<'static> {
    let mut methods = Methods::new();
    methods.introspection(true).instance("", All { greeted: 0 }.into_instance()).instance("", Empty::into_instance(()));
    methods
}

/// The same by closures.
fn by_closures() -> Methods<'static> {
    let mut greeted = 0;
    let mut methods = Methods::new();
    methods.introspection(true);
    methods.add("add", |a: i32, b: i32| a + b);
    methods.add("math.divide", |a: i32, b: i32| a.checked_div(b).ok_or(Fault::new(7, "division by zero")));
    methods.add("greet", move |name: String, greeting: Option<String>| {
        greeted += 1;
        format!("{} {name}, number {greeted}", greeting.as_deref().unwrap_or("hello"))
    });
    methods.add("sum", |numbers: Vec<f64>, more: Vec<f64>| numbers.iter().chain(&more).sum::<f64>());
    methods.add("shift", |point: Point, by: (i32, i32)| Point { x: point.x + by.0, y: point.y + by.1 });
    methods.add("type", |members: BTreeMap<String, Value>| {
        members.into_keys().map(|key| Ok(key.parse::<i32>()?.to_string())).collect::<std::result::Result<Vec<_>, _>>()
            as std::result::Result<Vec<String>, std::num::ParseIntError>
    });
    methods.add("nothing", || ());
    methods.add("reverse", |mut bytes: Binary| {
        bytes.reverse();
        bytes
    });
    methods.add("panic", || -> Option<i32> { panic!("a secret") });
    methods
}

/// What came back: a value as it is shown, or a fault.
type Told = std::result::Result<String, Fault>;

fn told<T: Serialize>(result: Result<T>) -> Told {
    match result {
        Ok(value) => Ok(String::from_utf8(tiny_xmlrpc::to_vec(&value).unwrap()).unwrap()),
        Err(error) => {
            let fault = error.fault().unwrap_or_else(|| panic!("{error}"));
            Err(without_position(fault))
        }
    }
}

/// Documents that mean the same may be laid out differently.
fn without_position(fault: &Fault) -> Fault {
    Fault::new(fault.code(), fault.message().split(" at 1:").next().unwrap())
}

fn over(methods: fn() -> Methods<'static>) -> Client {
    Client::over(Memory::new(move |call| methods().respond(call)))
}

/// One call: by the interface's client, by its name and values, and as bytes.
struct Case {
    name: &'static str,
    call: fn(&Client) -> Told,
    params: Vec<Value>,
    /// What stands in `<params>`.
    raw: &'static str,
    /// The result as it stands in the answer, or the fault.
    expected: std::result::Result<&'static str, (i32, &'static str)>,
}

fn cases() -> Vec<Case> {
    let point =
        || Value::from([("x", Value::Int(1)), ("y", Value::Int(2))].into_iter().collect::<tiny_xmlrpc::Struct>());
    let key = |name: &'static str| Value::from([(name, Value::Int(1))].into_iter().collect::<tiny_xmlrpc::Struct>());
    vec![
        Case {
            name: "add",
            call: |client| told(EverythingClient::new(client).add(2, -3)),
            params: vec![2.into(), (-3).into()],
            raw: "<param><value><i4>2</i4></value></param>\n<param><value><int> -3 </int></value></param>",
            expected: Ok("<int>-1</int>"),
        },
        Case {
            name: "math.divide",
            call: |client| told(EverythingClient::new(client).divide(7, 2)),
            params: vec![7.into(), 2.into()],
            raw: "<param><value><int>7</int></value></param><param><value><int>2</int></value></param>",
            expected: Ok("<int>3</int>"),
        },
        Case {
            name: "math.divide",
            call: |client| told(EverythingClient::new(client).divide(7, 0)),
            params: vec![7.into(), 0.into()],
            raw: "<param><value><int>7</int></value></param><param><value><int>0</int></value></param>",
            expected: Err((7, "division by zero")),
        },
        Case {
            name: "greet",
            call: |client| told(EverythingClient::new(client).greet("Ada", None)),
            params: vec!["Ada".into()],
            raw: "<param><value>Ada</value></param>",
            expected: Ok("<string>hello Ada, number 1</string>"),
        },
        Case {
            name: "greet",
            call: |client| told(EverythingClient::new(client).greet("<&>", Some("ÿ".into()))),
            params: vec!["<&>".into(), "ÿ".into()],
            raw: "<param><value>&lt;&amp;></value></param><param><value><string>&#255;</string></value></param>",
            expected: Ok("<string>ÿ &lt;&amp;&gt;, number 1</string>"),
        },
        Case {
            name: "sum",
            call: |client| told(EverythingClient::new(client).sum(&[1.5, 2.0], &vec![])),
            params: vec![vec![1.5, 2.0].into(), Value::Array(vec![])],
            raw: "<param><value><array><data><value><double>1.5</double></value><value><int>2</int></value></data></array>\
                  </value></param><param><value><array><data/></array></value></param>",
            expected: Ok("<double>3.5</double>"),
        },
        Case {
            name: "shift",
            call: |client| told(EverythingClient::new(client).shift(&Point { x: 1, y: 2 }, (10, 20))),
            params: vec![point(), vec![10, 20].into()],
            raw: "<param><value><struct><member><name>y</name><value><int>2</int></value></member><member><name>x</name>\
                  <value><int>1</int></value></member></struct></value></param><param><value><array><data><value><int>10\
                  </int></value><value><int>20</int></value></data></array></value></param>",
            expected: Ok("<struct><member><name>x</name><value><int>11</int></value></member><member><name>y</name>\
                          <value><int>22</int></value></member></struct>"),
        },
        Case {
            name: "type",
            call: |client| told(EverythingClient::new(client).r#type([("+5".into(), Value::Int(1))].into())),
            params: vec![key("+5")],
            raw: "<param><value><struct><member><name>+5</name><value>x</value></member></struct></value></param>",
            expected: Ok("<array><data><value><string>5</string></value></data></array>"),
        },
        Case {
            name: "type",
            call: |client| told(EverythingClient::new(client).r#type([("x".into(), Value::Int(1))].into())),
            params: vec![key("x")],
            raw: "<param><value><struct><member><name>x</name><value>x</value></member></struct></value></param>",
            expected: Err((-32500, "invalid digit found in string")),
        },
        Case {
            name: "reverse",
            call: |client| told(EverythingClient::new(client).reverse(b"abc".to_vec().into())),
            params: vec![Value::Base64(b"abc".into())],
            raw: "<param><value><base64>YW\nJj</base64></value></param>",
            expected: Ok("<base64>Y2Jh</base64>"),
        },
        Case {
            name: "panic",
            call: |client| told(EverythingClient::new(client).panic()),
            params: vec![],
            raw: "",
            expected: Err((-32603, "internal error")),
        },
        Case {
            name: "_private",
            call: |client| told(EverythingClient::new(client)._private()),
            params: vec![],
            raw: "",
            expected: Err((-32601, "method \"_private\" not found")),
        },
        Case {
            name: "missing",
            call: |client| told(WrongClient::new(client).missing()),
            params: vec![],
            raw: "",
            expected: Err((-32601, "method \"missing\" not found")),
        },
        Case {
            name: "add",
            call: |client| told(WrongClient::new(client).add("x")),
            params: vec!["x".into()],
            raw: "<param><value>x</value></param>",
            expected: Err((-32602, "params[0]: expected int, found string \"x\"")),
        },
        Case {
            name: "math.divide",
            call: |client| told(WrongClient::new(client).divide(7)),
            params: vec![7.into()],
            raw: "<param><value><int>7</int></value></param>",
            expected: Err((-32602, "params[1]: expected int, found only 1 parameter")),
        },
        Case {
            name: "greet",
            call: |client| told(WrongClient::new(client).greet("a", "b", "c")),
            params: vec!["a".into(), "b".into(), "c".into()],
            raw: "<param><value>a</value></param><param><value>b</value></param><param><value>c</value></param>",
            expected: Err((-32602, "expected 2 parameters, found 3")),
        },
    ]
}

#[test]
fn a_call_is_a_call_whichever_way() {
    for Case { name, call, params, raw, expected } in cases() {
        let expected = match expected {
            Ok(value) => Ok(format!(
                "<?xml version=\"1.0\"?><methodResponse><params><param><value>{value}</value></param></params></methodResponse>"
            )),
            Err((code, message)) => Err(Fault::new(code, message)),
        };
        let document = format!(
            "<?xml version='1.0'?>\n<methodCall>\n<methodName>{name}</methodName>\n<params>{raw}</params></methodCall>\n"
        );
        for methods in [by_interface, by_closures] {
            let client = over(methods);
            assert_eq!(call(&client), expected, "{name} by its client");
            assert_eq!(told(client.call_value(name, &params)), expected, "{name} by values");
            let answer = methods().respond(document.as_bytes());
            let raw = match from_slice::<Value>(&answer) {
                Ok(_) => Ok(String::from_utf8(answer).unwrap()),
                Err(error) => Err(Fault::new(
                    error.fault().unwrap().code(),
                    error.fault().unwrap().message().split(" at 4:").next().unwrap(),
                )),
            };
            assert_eq!(raw, expected, "{name} as bytes");
        }
    }
}

#[test]
fn nothing_is_nothing() {
    for methods in [by_interface, by_closures] {
        let client = over(methods);
        EverythingClient::new(&client).nothing().unwrap();
        assert_eq!(client.call_value("nothing", &[]).unwrap(), Value::Boolean(true));
    }
}

#[test]
fn a_client_gets_what_it_asked_for_or_an_error_of_its_own() {
    let error = WrongClient::new(&over(by_interface)).nothing().unwrap_err();
    assert_eq!(error.to_string(), "params[0]: expected int, found boolean true at 1:53");
}

#[test]
fn help_signatures_and_names_come_from_the_declaration() {
    let mut methods = by_interface();
    assert_eq!(
        methods.names().iter().filter(|name| !name.starts_with("system.")).copied().collect::<Vec<_>>(),
        ["add", "greet", "math.divide", "nothing", "panic", "reverse", "shift", "sum", "twelve", "type"]
    );
    assert_eq!(methods.help("add"), Some("Adds two numbers.\n\n    Indented."));
    assert_eq!(methods.help("greet"), Some("Greets somebody."));
    assert_eq!(methods.help("sum"), Some("Sums."));
    let closures = by_closures();
    for name in ["add", "math.divide", "greet", "sum", "shift", "type", "nothing", "reverse", "panic"] {
        assert_eq!(methods.signatures(name), closures.signatures(name), "{name}");
    }
    assert_eq!(methods.signatures("sum").unwrap(), [["double", "array", "array"]]);
    for (name, parameters) in [
        ("add", &["a", "b"][..]),
        ("math.divide", &["dividend", "divisor"]),
        ("type", &["in"]),
        ("nothing", &[]),
        ("system.listMethods", &[]),
    ] {
        assert_eq!(methods.parameters(name).unwrap(), parameters, "{name}");
    }
    assert_eq!(methods.parameters("_private"), None);
    // A name that the instance keeps private can be given by hand.
    methods.add("_private", || 1);
    assert_eq!(methods.names()[0], "_private");
}

#[test]
fn below_a_prefix() {
    let client = Client::over(Memory::new(|call| {
        let mut methods = Methods::new();
        let mut outer = All { greeted: 0 }.into_instance();
        outer.member("inner", All { greeted: 10 }.into_instance());
        methods.instance("all", outer);
        methods.respond(call)
    }));
    let everything = EverythingClient::new(&client);
    assert_eq!(everything.at("all").greet("Ada", None).unwrap(), "hello Ada, number 1");
    assert_eq!(everything.at("all.inner").greet("Ada", None).unwrap(), "hello Ada, number 11");
    assert_eq!(everything.at("all").divide(4, 2).unwrap(), 2);
    assert_eq!(everything.add(1, 2).unwrap_err().fault().unwrap().code(), -32601);
    let numbers = everything.at("all").twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "!");
    assert_eq!(numbers.unwrap(), "66!");
}

#[test]
fn nils_are_sent_where_the_dialect_has_them() {
    let client = Client::over(Memory::new(|call| {
        assert!(String::from_utf8_lossy(call).contains("<param><value><nil/></value></param>"));
        by_interface().respond(call)
    }));
    let client = client.with_dialect(Dialect::python());
    assert_eq!(EverythingClient::new(&client).greet("Ada", None).unwrap(), "hello Ada, number 1");
}
