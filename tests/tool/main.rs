//! The command-line tool, run as a user runs it.
#![allow(clippy::unwrap_used)]

mod documents;
mod run;
