//! JSON: what the tool shows documents and values as, and reads them from.
//!
//! Typed, which is the canonical form, every value says its type and nothing is lost, so that it can be written back:
//!
//! ```text
//! document ::= {"methodName":text,"params":[value,…]} | {"params":[value]}
//!            | {"fault":{"faultCode":number,"faultString":text}} | value
//! value    ::= {"int":5} | {"i8":5} | {"boolean":true} | {"string":"x"} | {"double":1.5} | {"double":"nan"}
//!            | {"dateTime":"19980717T14:08:55"} | {"base64":"…"} | {"nil":null}
//!            | {"biginteger":"…"} | {"bigdecimal":"…"}
//!            | {"array":[value,…]} | {"struct":[["name",value],…]}
//! ```
//!
//! Plain, a value is the JSON that comes closest to it.

pub(crate) mod plain;
pub(crate) mod read;
pub(crate) mod write;

use std::fmt;
use std::io;

use tiny_xmlrpc::{Error, Position};

/// What is wrong in a document, with its place there.
#[derive(Debug)]
pub(crate) struct Located {
    /// Line and column, from 1.
    place: Option<(u64, u64)>,
    /// Which value, as in `params[0].rows[7].id`; empty outside of the values.
    path: String,
    message: String,
}

impl Located {
    pub(crate) fn at(position: Position, message: impl Into<String>) -> Self {
        Self { place: Some((position.line, position.column)), path: String::new(), message: message.into() }
    }

    pub(crate) fn new(place: (u64, u64), path: String, message: impl Into<String>) -> Self {
        Self { place: Some(place), path, message: message.into() }
    }
}

impl From<Error> for Located {
    fn from(error: Error) -> Self {
        Self {
            place: error.position().map(|position| (position.line, position.column)),
            path: error.path().unwrap_or_default().to_owned(),
            message: format!("{}{}", error.message(), crate::failure::hint(&error)),
        }
    }
}

impl From<io::Error> for Located {
    fn from(error: io::Error) -> Self {
        Error::from(error).into()
    }
}

/// As compilers print it behind the name of the file: `:2:4: params[0]: what is wrong`.
impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.message)
    }
}
