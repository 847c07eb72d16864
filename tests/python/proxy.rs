//! Python's client against our server. What it calls and expects is in `proxy.py`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiny_xmlrpc::server::{Config, Stats};
use tiny_xmlrpc::{Binary, DateTime, Dialect, Fault, Rest, Server, Struct, Typed, Value};

use crate::python;
use crate::serving::Serving;
use crate::told::told;

#[derive(Serialize, Deserialize)]
struct Point {
    x: i32,
    y: i32,
}

fn next_year(moment: DateTime) -> tiny_xmlrpc::Result<DateTime> {
    let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
    DateTime::new(moment.year() + 1, moment.month(), moment.day(), hour, minute, second)
}

fn add_methods(server: &mut Server<'static>) {
    server.introspection(true).multicall(true);
    server.add("echo", |value: Value| value);
    server.add("kind", |value: Value| value.type_name());
    server.add("told", |value: Value| told(&value));
    server.add("echo_and_told", |value: Value| {
        let told = told(&value);
        (value, told)
    });
    server.add("negate", |value: bool| !value);
    server.add("next", |number: i32| number + 1);
    server.add("half", |number: f64| number / 2.0);
    server.add("upper", |text: String| text.to_uppercase());
    server.add("next_year", next_year);
    server.add("reversed", |bytes: Binary| Binary::from(bytes.iter().rev().copied().collect::<Vec<u8>>()));
    server
        .add("lengths", |texts: Vec<String>| -> Vec<usize> { texts.iter().map(|text| text.chars().count()).collect() });
    server.add("doubled", |numbers: BTreeMap<String, i32>| -> BTreeMap<String, i32> {
        numbers.into_iter().map(|(name, number)| (name, number * 2)).collect()
    });
    server.add("maybe", |number: Option<i32>| number);
    server.add("nothing", || ());
    server.add("move", |point: Point, by: i32| Typed(Point { x: point.x + by, y: point.y + by }));
    server.add("sum", |Rest(numbers): Rest<i32>| numbers.iter().sum::<i32>());
    server.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    server.add("big", || 1_i64 << 62);
    server.add("dotted.name.of.a_method", |text: String| text);
    server.add("größe", || "named");
    server.add("returns", || Struct::from_iter([("a\rb", "\r\n\r \r")]));
    server.add("fail", |code: i32, message: String| Err::<i32, _>(Fault::new(code, message)));
    server.add("parse", |text: String| text.parse::<i32>());
    server.add("panic", || -> i32 { panic!("a text that stays here") });
}

/// Runs one of the scenarios of the script. What the server did; `None` where there is no Python.
fn run(scenario: &str, dialect: Dialect) -> Option<Stats> {
    let server = Serving::start(Config::default(), move |server| {
        add_methods(server);
        server.dialect(dialect);
    });
    python("proxy.py", &[scenario, &server.url])?.finish();
    Some(server.stop())
}

macro_rules! scenarios {
    ($($scenario:ident)*) => {$(
        #[test]
        fn $scenario() {
            run(stringify!($scenario), Dialect::python());
        }
    )*};
}

scenarios! { types typed text containers faults introspection multicall addresses encodings randoms }

#[test]
fn compressed_calls_are_read_or_refused() {
    // Without the feature a compressed call is refused, and the connection is good for the next one all the same.
    let scenario = if cfg!(feature = "gzip") { "compressed" } else { "compressed_refused" };
    run(scenario, Dialect::python());
}

#[test]
fn the_strict_dialect_is_read() {
    run("strict", Dialect::strict());
}

#[test]
fn the_connection_is_kept() {
    if let Some(stats) = run("kept", Dialect::python()) {
        assert_eq!((stats.accepted, stats.requests, stats.refused), (1, 102, 0));
    }
}
