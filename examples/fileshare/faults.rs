//! The faults of the protocol.

use std::fmt::Display;

use tiny_xmlrpc::Fault;
use tiny_xmlrpc::fault::codes;

/// The file was not found.
pub(crate) const NOT_FOUND: i32 = 100;
/// Access is denied.
pub(crate) const DENIED: i32 = 200;

pub(crate) fn not_found(name: &str) -> Fault {
    Fault::new(NOT_FOUND, format!("couldn't find the file {name:?}"))
}

pub(crate) fn denied(to_what: impl Display) -> Fault {
    Fault::new(DENIED, format!("access denied: {to_what}"))
}

/// The node itself failed: its disk is full, say.
pub(crate) fn failed(error: impl Display) -> Fault {
    Fault::new(codes::SYSTEM, error.to_string())
}
