//! A server that a method ends, in three ways.
//!
//! Watch all three with `cargo run --example remote_stop`, or run each side by itself:
//!
//! ```text
//! cargo run --example remote_stop -- serve flag 127.0.0.1:8000
//! cargo run --example remote_stop -- call http://127.0.0.1:8000
//! ```
//!
//! `flag` is a loop around `handle_request` that looks at a flag, `own` the same as the `serve_forever` of a server of
//! the program's own, and `handle` the server's own `serve_forever`, ended by its shutdown handle. Whoever calls `stop`
//! gets an answer before the server ends.

use std::cell::Cell;
use std::error::Error;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::thread;

use tiny_xmlrpc::{Client, Result, Server};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// A loop that ends once the handler has changed what both of them see. A handler borrows it: no lock, no thread.
fn with_a_flag(address: &str, started: impl FnOnce(String)) -> Result<()> {
    let running = Cell::new(true);
    let mut server = Server::bind(address)?;
    server.add("greet", greet);
    server.add("stop", || {
        running.set(false);
        true
    });
    started(server.url());
    while running.get() {
        server.handle_request()?;
    }
    Ok(())
}

/// A server of the program's own, which can be told to quit.
struct Quitting {
    server: Server<'static>,
    quit: Rc<Cell<bool>>,
}

impl Quitting {
    fn bind(address: &str) -> Result<Self> {
        let (mut server, quit) = (Server::bind(address)?, Rc::new(Cell::new(false)));
        let flag = quit.clone();
        server.add("stop", move || {
            flag.set(true);
            true
        });
        Ok(Self { server, quit })
    }

    fn serve_forever(&mut self) -> Result<()> {
        self.quit.set(false);
        while !self.quit.get() {
            self.server.handle_request()?;
        }
        Ok(())
    }
}

fn with_a_server_of_its_own(address: &str, started: impl FnOnce(String)) -> Result<()> {
    let mut own = Quitting::bind(address)?;
    own.server.add("greet", greet);
    started(own.server.url());
    own.serve_forever()
}

/// The handle also ends the server from another thread. What has come by then is answered first.
fn with_the_handle(address: &str, started: impl FnOnce(String)) -> Result<()> {
    let mut server = Server::bind(address)?;
    let handle = server.shutdown_handle();
    server.add("greet", greet);
    server.add("stop", move || {
        handle.shutdown();
        true
    });
    started(server.url());
    server.serve_forever()
}

fn greet(name: String) -> String {
    format!("hello, {name}")
}

fn serve(way: &str, address: &str, started: impl FnOnce(String)) -> Outcome {
    match way {
        "flag" => with_a_flag(address, started)?,
        "own" => with_a_server_of_its_own(address, started)?,
        "handle" => with_the_handle(address, started)?,
        _ => return Err(format!("expected flag, own or handle, found {way:?}").into()),
    }
    Ok(())
}

/// Calls the server, and then ends it.
fn call(url: &str) -> Result<()> {
    let client = Client::new(url)?;
    println!("greet: {}", client.call::<String>("greet", ("Arthur",))?);
    println!("stop: {}", client.call::<bool>("stop", ())?);
    Ok(())
}

fn demonstrate() -> Outcome {
    for way in ["flag", "own", "handle"] {
        println!("{way}");
        let (sender, urls) = channel();
        let server = thread::spawn(move || serve(way, "127.0.0.1:0", |url| drop(sender.send(url))));
        // None comes if the server can't start, and then it says why.
        let url = urls.recv();
        if let Ok(url) = &url {
            call(url)?;
        }
        server.join().map_err(|_| "the server panicked")??;
        println!("the server has ended, and nobody answers:");
        match call(&url?) {
            Ok(()) => return Err("expected nobody, found somebody".into()),
            Err(error) => println!("{error}\n"),
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(),
        ["serve", way, address] => serve(way, address, |url| println!("{url}")),
        ["call", url] => call(url).map_err(Into::into),
        _ => Err("expected nothing, `serve flag|own|handle ADDRESS` or `call URL`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
