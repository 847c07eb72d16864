//! What goes to standard output.

use std::fmt;
use std::io::{self, Write};

use tiny_xmlrpc::Spool;

use crate::failure::Result;

/// Prints a text.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Says something on standard error. If nobody listens there, that is no reason to end.
pub(crate) fn tell(text: impl fmt::Display) {
    let _ = write!(io::stderr(), "{text}");
}

/// Prints what may be too much for memory.
pub(crate) fn print_spool(text: Spool) -> Result<()> {
    let mut out = io::stdout().lock();
    match text.as_slice() {
        Some(text) => out.write_all(text)?,
        None => drop(io::copy(&mut text.into_reader(), &mut out)?),
    }
    Ok(out.flush()?)
}

/// A line on as many lines of so many characters as it takes, each behind this indentation; a longer word has one for
/// itself.
pub(crate) fn wrap(line: &str, indent: &str, width: usize, text: &mut String) {
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length <= width {
            text.push(' ');
            column += 1 + length;
        } else {
            if column > 0 {
                text.push('\n');
            }
            text.push_str(indent);
            column = indent.chars().count() + length;
        }
        text.push_str(word);
    }
    text.push('\n');
}
