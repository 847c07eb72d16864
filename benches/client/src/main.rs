//! Sequential calls on one thread against the same fast server: tiny_xmlrpc's client, other XML-RPC clients, and a
//! bare socket as the limit. See README.md.

mod clients;
mod options;
mod report;
mod rounds;
mod server;

use std::process::ExitCode;

use options::{Command, Options};

fn main() -> ExitCode {
    let result = match options::parse() {
        Ok(Command::Serve) => server::serve().map_err(|error| error.to_string()),
        Ok(Command::Count { client, calls }) => count(&client, calls),
        Ok(Command::Measure(options)) => measure(&options),
        Err(message) => Err(message),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), String> {
    let server = server::Running::start()?;
    for group in clients::GROUPS {
        report::calls(group, &rounds::run(group, &server.url("/RPC2"), options));
    }
    report::downloads(&rounds::downloads(&server.address(), options)?);
    Ok(())
}

/// Makes so many calls, for a profiler.
fn count(name: &str, calls: u32) -> Result<(), String> {
    let server = server::Running::start()?;
    let all = clients::GROUPS.iter().flat_map(|group| group.clients);
    let client = all.into_iter().find(|client| client.name == name).ok_or_else(|| format!("no client {name}"))?;
    (client.start)(&server.url("/RPC2"))?.calls(calls).map(drop)
}
