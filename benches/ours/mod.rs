//! What the benches use of tiny_xmlrpc, in one place: all that changes here when its API does.
#![allow(dead_code, reason = "each of the crates that include this module uses its own part of it")]

use std::io::Read;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::documents::{Date, Message, Node, Tally};

const ABSENT: &str = "the codec is not there yet";

/// A whole message, untyped.
pub(crate) struct Value(());

pub(crate) fn message(_: Message, _: &Node) -> Value {
    Value(())
}

/// The date as the codec's serde side knows it.
pub(crate) fn date(date: &Date) -> Date {
    date.clone()
}

pub(crate) fn tally(_: &Value) -> Tally {
    Tally::default()
}

pub(crate) fn decode_value(_: Message, _: &str) -> Result<Value, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn decode_typed<T: Deserialize<'static>>(_: Message, _: &'static str) -> Result<T, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn read_value(_: Message, _: impl Read) -> Result<Value, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn read_typed<T: DeserializeOwned>(_: Message, _: impl Read) -> Result<T, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn encode_value(_: &Value) -> Result<String, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn encode_typed<T: Serialize>(_: Message, _: &T) -> Result<String, String> {
    Err(ABSENT.to_owned())
}
