//! What was asked for on the command line.

use std::time::Duration;

const USAGE: &str =
    "usage: clients [--rounds N] [--ms N] [--megabytes N] | clients --only CLIENT --calls N | clients serve";

pub(crate) enum Command {
    Measure(Options),
    Count {
        client: String,
        calls: u32,
    },
    /// What the other two start as a process of its own.
    Serve,
}

pub(crate) struct Options {
    pub(crate) rounds: usize,
    /// How long each client's turn in a round is meant to be.
    pub(crate) turn: Duration,
    /// The size of the download, before it is base64.
    pub(crate) megabytes: u64,
}

pub(crate) fn parse() -> Result<Command, String> {
    let mut options = Options { rounds: 15, turn: Duration::from_millis(150), megabytes: 100 };
    let (mut client, mut calls) = (None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "serve" {
            return Ok(Command::Serve);
        }
        let value = arguments.next().ok_or(USAGE)?;
        let number = || value.parse::<u32>().ok().filter(|&number| number > 0).ok_or(USAGE);
        match argument.as_str() {
            "--rounds" => options.rounds = number()? as usize,
            "--ms" => options.turn = Duration::from_millis(number()?.into()),
            "--megabytes" => options.megabytes = number()?.into(),
            "--calls" => calls = Some(number()?),
            "--only" => client = Some(value),
            _ => return Err(USAGE.to_owned()),
        }
    }
    match (client, calls) {
        (None, None) => Ok(Command::Measure(options)),
        (Some(client), Some(calls)) => Ok(Command::Count { client, calls }),
        _ => Err(USAGE.to_owned()),
    }
}
