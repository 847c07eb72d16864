//! XML-RPC beside an ordinary page: on a `tiny_http` server that the program runs itself, and on our `Server`.
//!
//! Watch both being called and read with `cargo run --example web`, or run each side by itself, the server as
//! `tiny_http` or as `server`:
//!
//! ```text
//! cargo run --example web -- serve server 127.0.0.1:8000
//! cargo run --example web -- call http://127.0.0.1:8000
//! ```
//!
//! A browser shows the page. tiny_http is for networks where every peer is trusted, as the documentation of
//! `tiny_xmlrpc::tiny_http` explains; `Server` is for all others.

use std::cell::Cell;
use std::error::Error;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::thread;

use tiny_http::{Header, Response};
use tiny_xmlrpc::server::Reply;
use tiny_xmlrpc::tiny_http::{answer, is_call};
use tiny_xmlrpc::{Client, Methods, Server};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// A guest book: what the handlers change, and the page shows.
struct Book {
    guests: Cell<u32>,
    open: Cell<bool>,
}

impl Book {
    fn new() -> Self {
        Self { guests: Cell::new(0), open: Cell::new(true) }
    }

    fn add_methods<'h>(&'h self, methods: &mut Methods<'h>) {
        methods
            .add("sign", |name: String| {
                self.guests.set(self.guests.get() + 1);
                format!("welcome, {name}")
            })
            .help("Signs the guest book.");
        methods.add("close", || self.open.set(false)).help("Closes the guest book, and the server.");
    }

    fn page(&self) -> String {
        format!("<!DOCTYPE html><title>Guests</title><p>{} so far\n", self.guests.get())
    }
}

/// The program has the server and its loop, and hands on the requests that are calls.
fn on_tiny_http(address: &str, started: impl FnOnce(String)) -> Outcome {
    let book = Book::new();
    let mut methods = Methods::new();
    book.add_methods(&mut methods);

    let web = tiny_http::Server::http(address)?;
    started(format!("http://{}", web.server_addr()));
    while book.open.get() {
        let request = web.recv()?;
        let peer = request.remote_addr().copied();
        let sent = if is_call(&request, &["/RPC2"]) {
            answer(&mut methods, request)
        } else if request.url() == "/" {
            let html: Header = "Content-Type: text/html".parse().map_err(|()| "expected a header field")?;
            request.respond(Response::from_string(book.page()).with_header(html))
        } else {
            request.respond(Response::from_string("no such page\n").with_status_code(404))
        };
        if let Err(error) = sent {
            eprintln!("{peer:?} got no answer: {error}");
        }
    }
    Ok(())
}

/// The server has the loop, and asks the program for its page.
fn on_our_server(address: &str, started: impl FnOnce(String)) -> Outcome {
    let book = Book::new();
    let mut server = Server::bind(address)?;
    book.add_methods(server.methods());
    server.paths(["/RPC2"]).page("/", |request| match request.method() {
        "GET" | "HEAD" => Reply::new(200, "text/html", book.page().into_bytes()),
        _ => Reply::method_not_allowed("GET, HEAD"),
    });
    started(format!("http://{}", server.local_addr()?));
    Ok(server.serve_while(|| book.open.get())?)
}

fn serve(on: &str, address: &str, started: impl FnOnce(String)) -> Outcome {
    match on {
        "tiny_http" => on_tiny_http(address, started),
        "server" => on_our_server(address, started),
        _ => Err(format!("expected tiny_http or server, found {on:?}").into()),
    }
}

/// Calls a method, asks for two pages as a browser would, and closes the book.
fn call(url: &str) -> Outcome {
    let client = Client::new(&format!("{url}/RPC2"))?;
    println!("sign: {}", client.call::<String>("sign", ("Arthur",))?);
    for path in ["/", "/other"] {
        let reply = minreq::get(format!("{url}{path}")).send()?;
        match reply.status_code {
            200 => println!("GET {path}: {}", reply.as_str()?.trim_end()),
            status => println!("GET {path}: status {status}"),
        }
    }
    client.call::<()>("close", ())?;
    Ok(())
}

fn demonstrate() -> Outcome {
    for on in ["tiny_http", "server"] {
        println!("on {on}");
        let (sender, urls) = channel();
        let server = thread::spawn(move || serve(on, "127.0.0.1:0", |url| drop(sender.send(url))));
        // None comes if the server can't start, and then it says why.
        if let Ok(url) = urls.recv() {
            call(&url)?;
        }
        server.join().map_err(|_| "the server panicked")??;
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(),
        ["serve", on, address] => serve(on, address, |url| println!("{url}")),
        ["call", url] => call(url),
        _ => Err("expected nothing, `serve tiny_http|server ADDRESS` or `call URL`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
