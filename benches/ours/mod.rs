//! What the benches use of tiny_xmlrpc, in one place: all that changes here when its API does.
#![allow(dead_code, reason = "each of the crates that include this module uses its own part of it")]

use std::io::Read;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tiny_xmlrpc::{Error, Event, Reader, Struct, Value, Writer};

use crate::documents::{Date, Message, Node, Tallied, Tally};

const ABSENT: &str = "the codec is not there yet";

/// The date as the codec's serde side knows it.
pub(crate) fn date(date: &Date) -> Date {
    date.clone()
}

/// The value of a reply; for a call, the array of its params.
pub(crate) fn value(node: &Node) -> Value {
    match node {
        Node::Int(value) | Node::I4(value) => Value::Int(*value),
        Node::Double(value) => Value::Double(*value),
        Node::Boolean(value) => Value::Boolean(*value),
        Node::String(value) => Value::String(value.clone()),
        Node::Date(Date(date)) => match date.parse() {
            Ok(date) => Value::DateTime(date),
            Err(_) => Value::String(date.clone()),
        },
        Node::Base64(bytes) => Value::Base64(bytes.clone()),
        Node::Array(items) | Node::Params(items) => Value::Array(items.iter().map(value).collect()),
        Node::Struct(members) => {
            Value::Struct(members.iter().map(|(name, node)| (*name, value(node))).collect::<Struct>())
        }
    }
}

pub(crate) fn decode_value(message: Message, xml: &str) -> Result<Value, String> {
    whole(message, Reader::new(xml))
}

pub(crate) fn read_value(message: Message, reader: impl Read) -> Result<Value, String> {
    whole(message, Reader::from_reader(reader))
}

fn whole(message: Message, mut reader: Reader<'_>) -> Result<Value, String> {
    reader.next_event().map_err(text)?;
    match message {
        Message::Response => {
            let value = reader.read_value().map_err(text)?;
            reader.finish().map_err(text)?;
            Ok(value)
        }
        Message::Call(_) => Err(ABSENT.to_owned()),
    }
}

pub(crate) fn decode_typed<T: Deserialize<'static>>(_: Message, _: &'static str) -> Result<T, String> {
    Err(ABSENT.to_owned())
}

pub(crate) fn read_typed<T: DeserializeOwned>(_: Message, _: impl Read) -> Result<T, String> {
    Err(ABSENT.to_owned())
}

/// Pulls every event and drops it; the number of values.
pub(crate) fn pull_events(mut reader: Reader<'_>) -> Result<u64, String> {
    let mut values = 0;
    loop {
        match reader.next_event().map_err(text)? {
            Event::End => return Ok(values),
            Event::Call(_) | Event::Response | Event::Fault | Event::Name(_) | Event::EndArray | Event::EndStruct => {}
            Event::StringChunk(_) | Event::Base64Chunk(_) => {}
            _ => values += 1,
        }
    }
}

pub(crate) fn encode_value(message: Message, value: &Value) -> Result<Vec<u8>, String> {
    let mut writer = Writer::new(Vec::new());
    let written = match (message, value) {
        (Message::Response, value) => writer.response().and_then(|()| writer.value(value)),
        (Message::Call(method), Value::Array(params)) => {
            writer.call(method).and_then(|()| params.iter().try_for_each(|param| writer.value(param)))
        }
        (Message::Call(method), value) => writer.call(method).and_then(|()| writer.value(value)),
    };
    written.and_then(|()| writer.finish()).map_err(text)
}

pub(crate) fn encode_typed<T: Serialize>(_: Message, _: &T) -> Result<Vec<u8>, String> {
    Err(ABSENT.to_owned())
}

fn text(error: Error) -> String {
    error.to_string()
}

/// The values of a message: of a call each param counts, the array that holds them does not.
pub(crate) fn tally(message: Message, value: &Value) -> Tally {
    let mut tally = Tally::default();
    match (message, value) {
        (Message::Call(_), Value::Array(params)) => params.iter().for_each(|param| param.tally(&mut tally)),
        _ => value.tally(&mut tally),
    }
    tally
}

impl Tallied for Value {
    fn tally(&self, tally: &mut Tally) {
        match self {
            Self::Int(value) => value.tally(tally),
            Self::I8(value) => tally.int(*value),
            Self::Boolean(value) => value.tally(tally),
            Self::String(value) => value.tally(tally),
            Self::Double(value) => value.tally(tally),
            Self::DateTime(_) => tally.date(),
            Self::Base64(bytes) => tally.base64(bytes),
            Self::Array(items) => items.tally(tally),
            Self::Struct(members) => {
                tally.container();
                members.iter().for_each(|(_, value)| value.tally(tally));
            }
            _ => tally.container(),
        }
    }
}
