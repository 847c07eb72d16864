//! XML-RPC beside an ordinary page, on a `tiny_http` server that the program runs itself.
//!
//! Run it with `cargo run --example web`: it calls itself once, looks at its page, and ends. With `--serve` it
//! goes on until it is interrupted.
//!
//! This is for networks where every peer is trusted; the documentation of `tiny_xmlrpc::tiny_http` says why.

use std::cell::Cell;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use tiny_http::{Header, Response, Server};
use tiny_xmlrpc::tiny_http::{answer, is_call};
use tiny_xmlrpc::{Client, Methods};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let web = Server::http("127.0.0.1:0")?;
    let address = web.server_addr().to_ip().ok_or("expected an IP address")?;
    println!("listening at http://{address}/, calls go to http://{address}/RPC2");

    // What a handler changes and the page shows.
    let guests = Cell::new(0);
    let mut methods = Methods::new();
    methods.introspection(true);
    methods
        .add("sign", |name: String| {
            guests.set(guests.get() + 1);
            format!("welcome, {name}")
        })
        .help("Signs the guest book.");

    thread::scope(|scope| {
        let visitor = (!std::env::args().any(|argument| argument == "--serve")).then(|| {
            scope.spawn(|| {
                let visited = visit(address);
                // Ends the loop below, also when the visit failed.
                web.unblock();
                visited
            })
        });
        while let Ok(request) = web.recv() {
            let peer = request.remote_addr().copied();
            let sent = if is_call(&request, &["/RPC2"]) {
                answer(&mut methods, request)
            } else if request.url() == "/" {
                let page = format!("<!DOCTYPE html><title>Guests</title><p>{} so far\n", guests.get());
                let html: Header = "Content-Type: text/html".parse().map_err(|()| "expected a header field")?;
                request.respond(Response::from_string(page).with_header(html))
            } else {
                request.respond(Response::from_string("no such page\n").with_status_code(404))
            };
            if let Err(error) = sent {
                eprintln!("{peer:?} got no answer: {error}");
            }
        }
        match visitor {
            Some(visitor) => visitor.join().map_err(|_| "the visitor panicked")?,
            None => Ok(()),
        }
    })
}

/// Calls the method, and then asks for the page as a browser would.
fn visit(address: SocketAddr) -> Outcome {
    let client = Client::new(&format!("http://{address}/RPC2"))?;
    println!("sign(\"Arthur\") = {:?}", client.call::<String>("sign", ("Arthur",))?);

    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (_, page) = reply.split_once("\r\n\r\n").ok_or("expected a page")?;
    println!("the page: {}", page.trim_end());
    Ok(())
}
