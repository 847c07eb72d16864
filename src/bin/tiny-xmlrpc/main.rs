//! `tiny-xmlrpc`: XML-RPC from the command line.
//!
//! ```text
//! arguments ──► a command ──► Client | Reader | Writer ──► JSON, text, XML
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `arguments`, `commands` | the command line; the table of all commands and options |
//! | `help`, `completions`, `man` | what people and shells are told of that table |
//! | `call`, `multicall`, `ping`, `introspection`, `codegen`, `serve`, `documents` | the commands |
//! | `connection`, `dialect`, `values` | what their options and operands mean |
//! | `json` | documents and values as JSON, and back |
//! | `output`, `progress`, `failure` | what is printed, and how a command ends |

mod arguments;
mod call;
mod codegen;
mod commands;
mod completions;
mod connection;
mod dialect;
mod documents;
mod failure;
mod help;
mod introspection;
mod json;
mod man;
mod multicall;
mod output;
mod ping;
mod progress;
mod serve;
/// The methods that `serve` has: those of the example of this name.
#[path = "../../../examples/validator.rs"]
#[allow(dead_code)]
mod validator;
mod values;

use std::process::ExitCode;

use arguments::{Arguments, Asked};
use failure::{Failure, Result};
use output::{print, tell};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let text = failure.to_string();
            if !text.is_empty() {
                tell(format_args!("{text}\n"));
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
        "call" => call::call(arguments),
        "list" => introspection::list(arguments),
        "describe" => introspection::describe(arguments),
        "multicall" => multicall::multicall(arguments),
        "ping" => ping::ping(arguments),
        "codegen" => codegen::codegen(arguments),
        "serve" => serve::serve(arguments),
        "completions" => completions::completions(arguments),
        "man" => man::man(),
        "decode" => documents::decode(arguments),
        "encode" => documents::encode(arguments),
        name => Err(Failure::usage(format!("expected a command that there is, found {name:?}"))),
    }
}
