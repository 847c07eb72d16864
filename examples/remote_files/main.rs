//! The files of one directory of another machine: `pwd`, `ls`, `cd`, `mkdir` and `cp`, from several clients at once.
//!
//! ```text
//! cargo run --example remote_files                                      a demonstration: both sides, in a directory made for it
//! cargo run --example remote_files -- serve DIRECTORY [127.0.0.1:8000]  the server
//! cargo run --example remote_files -- visit URL                         the client
//! ```
//!
//! The server prints its URL on a line once it listens, and serves until it is interrupted. Port 0 takes any free one.
//!
//! | method | |
//! |---|---|
//! | `hello(name)` | a greeting; the name may be nil or left out |
//! | `pwd()` | the current directory, `.` for the one that is served |
//! | `ls(name)` | what is in a directory, sorted; of nil or nothing, the current one |
//! | `cd(name)` | makes a directory the current one; of nil or nothing, the one that is served |
//! | `mkdir(name)` | makes a directory |
//! | `cp(from, to)` | copies a file to a file, or into a directory |
//! | `show()` | a person, of whom one thing is nil |
//!
//! What has nothing to say answers nil. What goes wrong is a fault; its codes are in `directory.rs`. The current directory
//! is the server's, as it is a process's: all clients have the same.
//!
//! Names never lead out of the directory that is served, be it by `..`, from the root, or over a link. Who may call is
//! not asked: whoever reaches the address may.

mod directory;
mod visit;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use directory::Directory;
use tiny_xmlrpc::{Dialect, Instance, Methods, Result, Server, Struct, Unrepresentable, Value};

/// Calls that are answered at the same time.
const WORKERS: usize = 4;

const USAGE: &str = "usage: remote_files | remote_files serve DIRECTORY [ADDRESS] | remote_files visit URL";

/// A person as an instance.
struct Person {
    name: &'static str,
    telephone: Option<String>,
}

impl Person {
    fn show(&self) -> Struct {
        Struct::from_iter([("name", Value::from(self.name)), ("telephone", self.telephone.clone().into())])
    }
}

/// The methods, for one of the threads that answer.
fn methods(directory: &Arc<Directory>) -> Methods<'static> {
    let mut methods = Methods::new();
    // Nil is what Python's `allow_none` allows. Names of files may have characters that XML cannot carry.
    let mut dialect = Dialect::python();
    dialect.unrepresentable = Unrepresentable::Replace;
    methods.dialect(dialect).introspection(true);

    let greet = |name: Option<String>| format!("hello, {}", name.as_deref().unwrap_or("whoever you are"));
    methods.add("hello", greet).help("Greets.");
    let this = Arc::clone(directory);
    methods.add("pwd", move || this.current()).help("Returns the current directory.");
    let this = Arc::clone(directory);
    methods.add("ls", move |name: Option<String>| this.list(name.as_deref())).help("Returns what is in a directory.");
    let this = Arc::clone(directory);
    methods
        .add("cd", move |name: Option<String>| this.change(name.as_deref()))
        .help("Makes a directory the current one, for all clients.");
    let this = Arc::clone(directory);
    methods.add("mkdir", move |name: String| this.make(&name)).help("Makes a directory.");
    let this = Arc::clone(directory);
    methods
        .add("cp", move |from: String, to: String| this.copy(&from, &to))
        .help("Copies a file to a file, whose place it takes, or into a directory.");

    let mut person = Instance::new(Person { name: "Arthur", telephone: None });
    person.add("show", Person::show).help("Shows a person.");
    methods.instance("", person);
    methods
}

/// A server of this directory, not yet serving.
fn server(address: &str, directory: Directory) -> Result<Server<'static>> {
    let mut server = Server::bind(address)?;
    let directory = Arc::new(directory);
    server.workers(WORKERS, move || methods(&directory))?;
    Ok(server)
}

/// Both sides, in a directory that is made for it and goes with it.
fn demonstrate() -> std::result::Result<(), Box<dyn Error>> {
    let files = tempfile::tempdir()?;
    std::fs::write(files.path().join("charter.txt"), "Hear ye\n")?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", files.path().join("outside"))?;

    let mut server = server("127.0.0.1:0", Directory::open(files.path())?)?;
    let (url, stop) = (server.url(), server.shutdown_handle());
    let client = thread::spawn(move || {
        let visited = visit::visit(&url);
        // Ends the server also when the visit failed.
        stop.shutdown();
        visited
    });
    server.serve_forever()?;
    Ok(client.join().map_err(|_| "the client panicked")??)
}

fn run(arguments: &[&str]) -> std::result::Result<(), Box<dyn Error>> {
    match arguments {
        [] => demonstrate(),
        ["visit", url] => Ok(visit::visit(url)?),
        ["serve", directory, address @ ..] if address.len() <= 1 => {
            let address = address.first().unwrap_or(&"127.0.0.1:8000");
            let mut server = server(address, Directory::open(directory.as_ref())?)?;
            println!("{}", server.url());
            std::io::stdout().flush()?;
            Ok(server.serve_forever()?)
        }
        _ => Err(USAGE.into()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("remote_files: {error}");
            ExitCode::FAILURE
        }
    }
}
