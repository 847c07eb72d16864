//! What ends a command before its time: the exit status, and what standard error says.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::process::ExitCode;

use tiny_xmlrpc::{Error, ErrorKind, Fault};

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense. The command that it is about, if one is known, and what is wrong. Status 2.
    Usage(Option<&'static str>, String),
    /// A document, a file or a reply is not what it has to be. Status 1.
    Bad(String),
    /// The service answered with a fault. Status 3.
    Fault(Fault),
    /// The faults were told already. Status 3.
    Faults,
    /// The network failed, or HTTP did. Status 4.
    Transport(String),
    /// Errors were told already. Status 1.
    Told,
    /// Nobody reads the output any more.
    Closed,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(None, message.into())
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Closed => 0,
            Self::Bad(_) | Self::Told => 1,
            Self::Usage(..) => 2,
            Self::Fault(_) | Self::Faults => 3,
            Self::Transport(_) => 4,
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if let Some(fault) = error.fault() {
            return Self::Fault(fault.clone());
        }
        match error.kind() {
            ErrorKind::Http | ErrorKind::Transport(_) => {
                let hint = if error.is_timeout() { "; see --timeout" } else { "" };
                // A 404 was not, and of an error of connecting it goes without saying.
                let executed = if error.may_have_executed() { "; the call may have been executed" } else { "" };
                Self::Transport(format!("{error}{executed}{hint}"))
            }
            ErrorKind::Usage | ErrorKind::Unsupported => Self::usage(format!("{error}{}", hint(&error))),
            _ => Self::Bad(format!("{error}{}", hint(&error))),
        }
    }
}

/// What the user can do about a value that the dialect has no words for.
pub(crate) fn hint(error: &Error) -> &'static str {
    let message = error.message();
    match error.kind() {
        ErrorKind::Unsupported if message.contains("big") => "; try --dialect apache",
        ErrorKind::Unsupported if message.contains("not a finite") => "; try --dialect python",
        ErrorKind::Unsupported if message.contains("extension") => "; try another --dialect",
        ErrorKind::Scalar if message.starts_with("expected a finite number") => "; try --dialect python",
        _ => "",
    }
}

/// Of writing the output. What is read has its errors told with its name.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Bad(format!("writing failed: {error}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(Some(command), message) => {
                write!(f, "tiny-xmlrpc {command}: {message}\ntiny-xmlrpc {command} --help tells more")
            }
            Self::Usage(None, message) => write!(f, "tiny-xmlrpc: {message}\ntiny-xmlrpc --help tells more"),
            Self::Bad(message) | Self::Transport(message) => write!(f, "tiny-xmlrpc: {}", printable(message)),
            Self::Fault(fault) => write!(f, "{}", printable(&fault.to_string())),
            Self::Faults | Self::Told | Self::Closed => Ok(()),
        }
    }
}

/// A text from elsewhere with nothing in it that a terminal would obey: control characters, but for line breaks and
/// tabs, are shown as escapes.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let obeyed = |character: char| {
        character.is_control() && character != '\n' && character != '\t'
            || matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| {
        if obeyed(character) { character.escape_unicode().to_string() } else { character.to_string() }
    };
    // A carriage return before a line break says nothing more than that does.
    text.replace("\r\n", "\n").chars().map(shown).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_have_nothing_to_obey() {
        assert_eq!(printable("plain\n\ttext"), "plain\n\ttext");
        assert_eq!(printable("a\r\nb\x1b[31m\u{9b}\u{202e}x"), "a\nb\\u{1b}[31m\\u{9b}\\u{202e}x");
    }
}
