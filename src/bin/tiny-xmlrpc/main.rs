//! `tiny-xmlrpc`: XML-RPC from the command line.
//!
//! ```text
//! arguments ──► a command ──► Client | Reader | Writer ──► JSON, text, XML
//! ```

#![allow(dead_code)]

mod arguments;
mod commands;
mod dialect;
mod documents;
mod failure;
mod help;
mod json;
mod progress;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Arguments, Asked};
use failure::{Failure, Result};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let text = failure.to_string();
            if !text.is_empty() {
                // There is nowhere to say that this failed.
                let _ = writeln!(std::io::stderr(), "{text}");
            }
            failure.exit_code()
        }
    }
}

fn run() -> Result<()> {
    match arguments::parse(std::env::args_os().skip(1))? {
        Asked::Run(arguments) => command(&arguments),
        Asked::Help(None) => print(&help::all()),
        Asked::Help(Some(command)) => print(&help::of(command)),
        Asked::Version => print(&format!("{}\n", help::version())),
    }
}

fn command(arguments: &Arguments) -> Result<()> {
    match arguments.command.name {
        "decode" => documents::decode(arguments),
        "encode" => documents::encode(arguments),
        name => Err(Failure::usage(format!("expected a command that there is, found {name:?}"))),
    }
}

/// Prints a text to standard output.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
