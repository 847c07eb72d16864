//! The command line to a command with its operands and options.

use std::ffi::{OsStr, OsString};

use lexopt::{Arg, Parser};

use crate::commands::{self, Command, Opt};
use crate::failure::{Failure, Result};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Run(Arguments),
    /// Of all, or of a command.
    Help(Option<&'static Command>),
    Version,
}

/// A command with what stands behind it.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: &'static Command,
    operands: Vec<OsString>,
    options: Vec<(&'static Opt, OsString)>,
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Asked> {
    let mut parser = Parser::from_args(line);
    let command = match next(&mut parser, None)? {
        None => return Err(Failure::usage("expected a command, found none")),
        Some(Found::Operand(name)) if name == "help" => match next(&mut parser, None)? {
            Some(Found::Operand(name)) => return Ok(Asked::Help(Some(command(&name)?))),
            _ => return Ok(Asked::Help(None)),
        },
        Some(Found::Operand(name)) => command(&name)?,
        Some(Found::Option(option, _)) if option.long == "version" => return Ok(Asked::Version),
        Some(Found::Option(..)) => return Ok(Asked::Help(None)),
    };
    let mut arguments = Arguments { command, operands: Vec::new(), options: Vec::new() };
    loop {
        match next(&mut parser, Some(command)).map_err(|failure| about(failure, command))? {
            None => break,
            Some(Found::Operand(operand)) => arguments.operands.push(operand),
            Some(Found::Option(option, _)) if option.long == "help" => return Ok(Asked::Help(Some(command))),
            Some(Found::Option(option, _)) if option.long == "version" => return Ok(Asked::Version),
            Some(Found::Option(option, value)) => arguments.options.push((option, value)),
        }
    }
    let count = arguments.operands.len();
    if count < command.least || count > command.most {
        let wanted = if command.operands.is_empty() { "no arguments" } else { command.operands };
        return Err(arguments.usage(format!("expected {wanted}, found {count} arguments")));
    }
    Ok(Asked::Run(arguments))
}

enum Found {
    Operand(OsString),
    Option(&'static Opt, OsString),
}

fn next(parser: &mut Parser, command: Option<&'static Command>) -> Result<Option<Found>> {
    // `-5` is a number to be sent, and no options.
    if let Some(number) = parser.try_raw_args().and_then(|mut raw| raw.next_if(is_number)) {
        return Ok(Some(Found::Operand(number)));
    }
    let wrong = |error: lexopt::Error| Failure::usage(error.to_string());
    let known = |found: &dyn Fn(&Opt) -> bool| match command {
        Some(command) => command.options().find(|option| found(option)),
        None => commands::COMMON.iter().find(|option| found(option)),
    };
    let option = match parser.next().map_err(wrong)? {
        None => return Ok(None),
        Some(Arg::Value(operand)) => return Ok(Some(Found::Operand(operand))),
        Some(Arg::Long(name)) => known(&|option| option.long == name).ok_or_else(|| format!("--{name}")),
        Some(Arg::Short(name)) => known(&|option| option.short == Some(name)).ok_or_else(|| format!("-{name}")),
    };
    let option = option.map_err(|name| Failure::usage(format!("expected an option that there is, found {name}")))?;
    let value = if option.value.is_empty() { OsString::new() } else { parser.value().map_err(wrong)? };
    Ok(Some(Found::Option(option, value)))
}

fn is_number(argument: &OsStr) -> bool {
    let Some(rest) = argument.to_str().and_then(|text| text.strip_prefix('-')) else { return false };
    rest.starts_with(|first: char| first.is_ascii_digit()) && rest.parse::<f64>().is_ok()
}

fn command(name: &OsStr) -> Result<&'static Command> {
    name.to_str()
        .and_then(commands::find)
        .ok_or_else(|| Failure::usage(format!("expected a command that there is, found {:?}", name.to_string_lossy())))
}

fn about(failure: Failure, command: &Command) -> Failure {
    match failure {
        Failure::Usage(None, message) => Failure::Usage(Some(command.name), message),
        other => other,
    }
}

impl Arguments {
    /// What is wrong with them.
    pub(crate) fn usage(&self, message: impl Into<String>) -> Failure {
        Failure::Usage(Some(self.command.name), message.into())
    }

    /// Whether the option is there.
    pub(crate) fn has(&self, long: &str) -> bool {
        self.options.iter().any(|(option, _)| option.long == long)
    }

    /// All values of an option.
    pub(crate) fn values(&self, long: &str) -> Result<Vec<&str>> {
        let given = self.options.iter().filter(|(option, _)| option.long == long);
        given.map(|(_, value)| self.text(value)).collect()
    }

    /// The value of an option, the last one if there are several.
    pub(crate) fn value(&self, long: &str) -> Result<Option<&str>> {
        Ok(self.values(long)?.pop())
    }

    /// The operands as they came, for names of files.
    pub(crate) fn operands(&self) -> &[OsString] {
        &self.operands
    }

    /// An operand as text; empty if there are fewer.
    pub(crate) fn operand(&self, at: usize) -> Result<&str> {
        self.operands.get(at).map_or(Ok(""), |operand| self.text(operand))
    }

    fn text<'a>(&self, argument: &'a OsStr) -> Result<&'a str> {
        argument
            .to_str()
            .ok_or_else(|| self.usage(format!("expected UTF-8, found other bytes in {:?}", argument.to_string_lossy())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &[&str]) -> Result<Asked> {
        parse(line.iter().map(OsString::from))
    }

    fn run(line: &[&str]) -> Arguments {
        match parsed(line) {
            Ok(Asked::Run(arguments)) => arguments,
            other => panic!("{line:?}: {other:?}"),
        }
    }

    fn refused(line: &[&str]) -> String {
        match parsed(line) {
            Err(failure @ Failure::Usage(..)) => failure.to_string().lines().next().unwrap().to_owned(),
            other => panic!("{line:?}: {other:?}"),
        }
    }

    #[test]
    fn options_stand_anywhere() {
        let arguments = run(&["decode", "a", "--value", "-", "--dialect=python", "b"]);
        assert_eq!(arguments.command.name, "decode");
        assert_eq!(arguments.operands(), ["a", "-", "b"]);
        assert!(arguments.has("value"));
        assert_eq!(arguments.value("dialect").unwrap(), Some("python"));
        let arguments = run(&["decode", "--", "--value"]);
        assert_eq!(arguments.operands(), ["--value"]);
    }

    #[test]
    fn negative_numbers_are_operands() {
        assert_eq!(run(&["decode", "-5", "-1.5e3", "--value"]).operands(), ["-5", "-1.5e3"]);
        assert_eq!(refused(&["decode", "-5x"]), "tiny-xmlrpc decode: expected an option that there is, found -5");
    }

    #[test]
    fn help_comes_before_what_is_missing() {
        assert!(matches!(parsed(&["--help"]), Ok(Asked::Help(None))));
        assert!(matches!(parsed(&["help"]), Ok(Asked::Help(None))));
        assert!(matches!(parsed(&["-V"]), Ok(Asked::Version)));
        for line in [["help", "encode"], ["encode", "-h"]] {
            let Ok(Asked::Help(Some(command))) = parsed(&line) else { panic!("{line:?}") };
            assert_eq!(command.name, "encode");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        assert_eq!(refused(&[]), "tiny-xmlrpc: expected a command, found none");
        assert_eq!(refused(&["x"]), "tiny-xmlrpc: expected a command that there is, found \"x\"");
        assert_eq!(refused(&["--x"]), "tiny-xmlrpc: expected an option that there is, found --x");
        assert_eq!(refused(&["decode", "--x"]), "tiny-xmlrpc decode: expected an option that there is, found --x");
        assert_eq!(refused(&["decode", "--dialect"]), "tiny-xmlrpc decode: missing argument for option '--dialect'");
        assert!(refused(&["decode", "--value=5"]).starts_with("tiny-xmlrpc decode: unexpected argument"));
    }
}
