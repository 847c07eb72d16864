//! Python's `xmlrpc.client`, which parses with expat.

use std::process::Command;

use super::remote;
use crate::case::Case;
use crate::documents::Document;

pub(super) const NAME: &str = "python";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let mut command = Command::new("python3");
    command.args(["-c", include_str!("python.py")]);
    remote::cases(NAME, Ok(command), document, cases);
}
