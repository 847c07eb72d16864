//! A server that only listed hosts may call, and that starts again on its port at once.
//!
//! Watch it with `cargo run --example allow_hosts`, or run each side by itself:
//!
//! ```text
//! cargo run --example allow_hosts -- serve 127.0.0.1:8000 localhost 192.0.2.0/24
//! cargo run --example allow_hosts -- call http://127.0.0.1:8000
//! ```
//!
//! Behind the address come the hosts: names, addresses, networks. Whoever else connects is let go before a byte of his
//! is read.

use std::error::Error;
use std::net::ToSocketAddrs;
use std::process::ExitCode;
use std::thread;

use tiny_xmlrpc::{Client, Server};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn server(address: &str, hosts: &[&str]) -> Outcome<Server<'static>> {
    // No time has to pass for the port to be free again, whatever connections were on it.
    let mut server = Server::bind(address)?;
    for &host in hosts {
        if server.allow(host).is_ok() {
            continue;
        }
        // Names are looked up once, here.
        let found = (host, 0).to_socket_addrs().map_err(|error| format!("looking up the host {host:?}: {error}"))?;
        for found in found {
            server.allow(&found.ip().to_string())?;
        }
    }
    server.add("greet", |name: String| format!("hello, {name}"));
    Ok(server)
}

fn serve(address: &str, hosts: &[&str]) -> Outcome {
    let mut server = server(address, hosts)?;
    println!("{}", server.url());
    server.serve_forever()?;
    Ok(())
}

fn call(url: &str) -> Outcome {
    let greeting: String = Client::new(url)?.call("greet", ("Arthur",))?;
    println!("greet: {greeting}");
    Ok(())
}

/// Three lives of a server on one port: we may call, we may not, and we may again.
fn demonstrate() -> Outcome {
    let mut address = "127.0.0.1:0".to_owned();
    for hosts in [&["localhost", "127.0.0.0/8"][..], &["192.0.2.1"], &["127.0.0.1"]] {
        let mut server = server(&address, hosts)?;
        // The next ones listen where the first one did.
        address = server.local_addr()?.to_string();
        let (url, stop) = (server.url(), server.shutdown_handle());
        println!("for {} only", hosts.join(" and "));
        let client = thread::spawn(move || {
            if let Err(error) = call(&url) {
                println!("greet: {error}");
            }
            stop.shutdown();
        });
        server.serve_forever()?;
        client.join().map_err(|_| "the client panicked")?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demonstrate(),
        ["serve", address, ref hosts @ ..] if !hosts.is_empty() => serve(address, hosts),
        ["call", url] => call(url),
        _ => Err("expected nothing, `serve ADDRESS HOST…` or `call URL`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
