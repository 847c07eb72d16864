//! The command-line tool, run as a user runs it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod generated;
#[path = "../support/peer.rs"]
mod peer;
mod python;
mod readme;
mod run;
mod service;
#[path = "../support/serving.rs"]
mod serving;
mod shell;
#[path = "../../examples/validator.rs"]
#[allow(dead_code)]
mod validator;
#[rustfmt::skip]
mod validator_interface;
