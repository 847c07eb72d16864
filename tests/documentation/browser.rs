//! The page in Chromium: `page.py` looks at it and uses its forms.

use std::process::Command;

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Dialect, Fault, Page, Server, Value};

use crate::peer::{Peer, installed};
use crate::serving::Serving;

/// A value as `page.py` expects to be told of it.
fn taken(value: &Value) -> String {
    let listed = |items: Vec<String>| items.join(", ");
    match value {
        Value::DateTime(moment) => format!("DateTime({moment})"),
        Value::Array(items) => format!("Array([{}])", listed(items.iter().map(taken).collect())),
        Value::Struct(members) => {
            let member = |(name, value): (&str, &Value)| format!("{name:?}: {}", taken(value));
            format!("Struct({{{}}})", listed(members.iter().map(member).collect()))
        }
        other => format!("{other:?}"),
    }
}

fn add_methods(server: &mut Server<'static>) {
    server.introspection(true).multicall(true).dialect(Dialect::xmlrpc_c());
    server.documentation(Page::new("A page").description("In a browser.\n\nSee add.").forms(true));
    server.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    server.add("echo", |value: Value| value);
    server.add("taken", |value: Value| taken(&value));
    server.add("nothing", || ());
    server.add("fail", |code: i32, message: String| Err::<(), _>(Fault::new(code, message)));
    server.add("größe <&>", |text: String| format!("named {text}"));
    server.add("a.name_that_is_longer_than_a_small_screen_has_room_for_in_one_line", |value: Value| value);
}

#[test]
fn the_page_is_shown_and_its_forms_call() {
    let skipped = "the documentation page in a browser";
    let browser = installed(Command::new("chromium").arg("--version"), skipped);
    if !browser || !installed(Command::new("python3").arg("--version"), skipped) {
        return;
    }
    let server = Serving::start(Config::default(), add_methods);
    let script = format!("{}/tests/documentation/page.py", env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3");
    python.args(["-B", &script, &server.url]);
    // To look at it.
    python.args(std::env::var_os("SCREENSHOTS"));
    assert_eq!(Peer::start(&mut python).finish(), ["done"]);
}
