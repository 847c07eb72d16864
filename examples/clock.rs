//! A server that knows what time it is, and a client that writes it as it likes.
//!
//! Run both sides in one process with `cargo run --example clock`, or each by itself:
//!
//! ```text
//! cargo run --example clock -- serve 127.0.0.1:8000
//! cargo run --example clock -- call http://127.0.0.1:8000
//! ```
//!
//! A `dateTime.iso8601` has no time zone. Which one is meant the server has to say, and here the help of the method
//! does: UTC.

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use tiny_xmlrpc::{Client, DateTime, Result, Server};

type Outcome = std::result::Result<(), Box<dyn Error + Send + Sync>>;

fn server(address: &str) -> Result<Server<'static>> {
    let mut server = Server::bind(address)?;
    server.introspection(true);
    server.add("today", DateTime::now_utc).help("Returns the date and the time of day, in UTC.");
    Ok(server)
}

fn serve(address: &str) -> Outcome {
    let mut server = server(address)?;
    println!("{}", server.url());
    server.serve_forever()?;
    Ok(())
}

fn call(url: &str) -> Outcome {
    let client = Client::new(url)?;
    let now: DateTime = client.call("today", ())?;
    // The parts are numbers, for whatever form there may be.
    let (day, month, year) = (now.day(), now.month(), now.year());
    println!("today: {day:02}.{month:02}.{year:04}, {:02}:{:02}", now.hour(), now.minute());
    println!("  {}", client.method_help("today")?);
    Ok(())
}

/// Both sides in one process.
fn demonstrate() -> Outcome {
    let mut server = server("127.0.0.1:0")?;
    let (url, stop) = (server.url(), server.shutdown_handle());
    let client = thread::spawn(move || {
        let called = call(&url);
        stop.shutdown();
        called
    });
    server.serve_forever()?;
    client.join().map_err(|_| "the client panicked")?
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
