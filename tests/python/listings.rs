//! The listings that everybody begins with: the server's half here and the client's in Python, and the other way round.

use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Client, DateTime, Dialect, Fault, Instance, Server};

use crate::python;
use crate::serving::Serving;

struct StringFunctions;

impl StringFunctions {
    fn chop_in_half(&self, text: String) -> String {
        text.chars().take(text.chars().count() / 2).collect()
    }

    fn repeat(&self, text: String, times: usize) -> String {
        text.repeat(times)
    }

    fn private_function(&self) -> bool {
        panic!("nobody calls this")
    }
}

struct Person {
    name: String,
    born: i32,
}

impl Person {
    fn show(&self) -> String {
        format!("{}, {}", self.name, self.born)
    }

    fn rename(&mut self, name: String) {
        self.name = name;
    }
}

fn get_power(n: i64, m: u32) -> Result<i64, Fault> {
    n.checked_pow(m).ok_or_else(|| Fault::new(2, format!("{n} to the power of {m} is too large")))
}

fn add_methods(server: &mut Server<'static>) {
    let mut dialect = Dialect::strict();
    dialect.i8 = Dialect::python().i8;
    server.introspection(true).dialect(dialect);

    let mut python_string = Instance::new(());
    python_string.add("join", |_: &(), words: Vec<String>, separator: String| words.join(&separator));
    python_string.add("_hidden", |_: &()| true);
    let mut strings = Instance::new(StringFunctions);
    strings.add("chop_in_half", StringFunctions::chop_in_half);
    strings.add("repeat", StringFunctions::repeat);
    strings.add("_privateFunction", StringFunctions::private_function);
    strings.member("python_string", python_string);
    let mut hidden = Instance::new(());
    hidden.add("show", |_: &()| true);
    strings.member("_hidden", hidden);
    server.instance("", strings);
    server.add("_string", |text: String| format!("_{text}"));

    server.add("get_power", get_power);
    server.add("today", DateTime::now_utc);

    let mut person = Instance::new(Person { name: "Arthur".into(), born: 930 });
    person.add("show", Person::show);
    person.add("rename", Person::rename);
    person.add("both", |_: &Person| "the instance");
    server.add("both", || "the function");
    server.instance("", person);
}

#[test]
fn pythons_half_calls_ours() {
    let server = Serving::start(Config::default(), add_methods);
    if let Some(client) = python("listings.py", &["call", &server.url]) {
        client.finish();
    }
}

#[test]
fn our_half_calls_pythons() {
    let Some(mut server) = python("listings.py", &["serve"]) else { return };
    let client = Client::new(&server.line()).unwrap();
    assert_eq!(client.call::<String>("chop_in_half", ("I am a confidant guy",)).unwrap(), "I am a con");
    let text = "Repetition is the key to learning!\n";
    assert_eq!(client.call::<String>("repeat", (text, 5)).unwrap(), text.repeat(5));
    assert_eq!(client.call::<String>("_string", ("<= underscore",)).unwrap(), "_<= underscore");
    assert_eq!(client.call::<String>("python_string.join", (["I", "like it!"], " ")).unwrap(), "I like it!");
    assert_eq!(client.at("python_string").call::<String>("join", (["a", "b"], "-")).unwrap(), "a-b");
    let error = client.call::<()>("_privateFunction", ()).unwrap_err();
    assert_eq!(error.fault().unwrap().message(), "<class 'Exception'>:method \"_privateFunction\" is not supported");
    assert_eq!(client.call::<i32>("get_power", (2, 10)).unwrap(), 1024);
    let today: DateTime = client.call("today", ()).unwrap();
    assert_eq!(today, DateTime::new(1998, 7, 17, 14, 8, 55).unwrap());
    server.finish();
}
