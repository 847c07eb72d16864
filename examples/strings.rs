//! An instance with nested and private members, from both sides.
//!
//! Run both sides in one process with `cargo run --example strings`, or each by itself:
//!
//! ```text
//! cargo run --example strings -- serve 127.0.0.1:8000
//! cargo run --example strings -- call http://127.0.0.1:8000
//! ```
//!
//! What the instance has is called by its name, and what its members have by dotted names. What begins with an
//! underscore is private: for a caller it does not exist.

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use tiny_xmlrpc::{Client, Fault, Instance, Server};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// The most bytes that a text may be repeated to.
const LONGEST: usize = 1_000_000;

struct Strings {
    secret: &'static str,
}

impl Strings {
    fn chop_in_half(&self, text: String) -> String {
        text.chars().take(text.chars().count() / 2).collect()
    }

    fn repeat(&self, text: String, times: usize) -> Result<String, Fault> {
        match text.len().checked_mul(times) {
            Some(length) if length <= LONGEST => Ok(text.repeat(times)),
            _ => Err(Fault::new(1, format!("expected a result of at most {LONGEST} bytes"))),
        }
    }

    fn secret(&self) -> &'static str {
        self.secret
    }
}

/// A member of the above.
struct Words;

impl Words {
    fn join(&self, words: Vec<String>, separator: String) -> String {
        words.join(&separator)
    }
}

/// A member of that member.
struct Case;

impl Case {
    fn upper(&self, text: String) -> String {
        text.to_uppercase()
    }
}

fn server(address: &str) -> tiny_xmlrpc::Result<Server<'static>> {
    let mut case = Instance::new(Case);
    case.add("upper", Case::upper).help("Writes a text in capitals.");

    let mut hidden = Instance::new(Case);
    hidden.add("upper", Case::upper);

    let mut words = Instance::new(Words);
    words.add("join", Words::join).help("Puts words together, with a separator between them.");
    words.member("case", case);

    let mut strings = Instance::new(Strings { secret: "xyzzy" });
    strings.add("chop_in_half", Strings::chop_in_half).help("Returns the first half of a text.");
    strings.add("repeat", Strings::repeat).help("Repeats a text so many times.");
    strings.add("_secret", Strings::secret);
    strings.member("words", words);
    // Private with all that it has.
    strings.member("_hidden", hidden);

    let mut server = Server::bind(address)?;
    server.introspection(true).instance("", strings);
    Ok(server)
}

fn call(url: &str) -> Outcome {
    let client = Client::new(url)?;
    let names = client.list_methods()?;
    println!("the methods:");
    for name in names.iter().filter(|name| !name.starts_with("system.")) {
        println!("  {name}");
    }

    let half: String = client.call("chop_in_half", ("I am a confident guy",))?;
    println!("chop_in_half: {half:?}");
    let repeated: String = client.call("repeat", ("tick ", 5))?;
    println!("repeat: {repeated:?}");
    let joined: String = client.call("words.join", (["I", "like it!"], " really "))?;
    println!("words.join: {joined:?}");
    // The same name for all the members of a member.
    let case = client.at("words.case");
    let upper: String = case.call("upper", ("straße",))?;
    println!("words.case.upper: {upper:?}");

    println!("_secret: {}", refused(client.call("_secret", ()))?);
    println!("_hidden.upper: {}", refused(client.call("_hidden.upper", ("straße",)))?);
    Ok(())
}

/// The fault of a call that has to end with one.
fn refused(called: tiny_xmlrpc::Result<String>) -> Result<Fault, Box<dyn Error + Send + Sync>> {
    match called {
        Ok(told) => Err(format!("expected a fault, found {told:?}").into()),
        Err(error) => error.fault().cloned().ok_or(error.into()),
    }
}

fn serve(address: &str) -> Outcome {
    let mut server = server(address)?;
    println!("{}", server.url());
    server.serve_forever()?;
    Ok(())
}

/// Both sides in one process.
fn demonstrate() -> Outcome {
    let mut server = server("127.0.0.1:0")?;
    let (url, stop) = (server.url(), server.shutdown_handle());
    thread::scope(|scope| {
        let client = scope.spawn(move || {
            let called = call(&url);
            stop.shutdown();
            called
        });
        server.serve_forever()?;
        client.join().map_err(|_| "the client panicked")?
    })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(),
        ["serve", address] => serve(address),
        ["call", url] => call(url),
        _ => Err("expected nothing, `serve ADDRESS` or `call URL`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
