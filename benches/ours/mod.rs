//! What the benches use of tiny_xmlrpc, in one place: all that changes here when its API does.
#![allow(dead_code, reason = "each of the crates that include this module uses its own part of it")]

use std::io::Read;

use serde::{Deserialize, Serialize};
use tiny_xmlrpc::{DateTime, Dialect, Error, Event, MethodCall, MethodResponse, Reader, Struct, Value, Writer};

use crate::documents::{Date, Message, Node, Params, Tallied, Tally};

/// The date as the codec's serde side knows it.
#[expect(clippy::expect_used, reason = "the documents hold dates of the base form only")]
pub(crate) fn date(Date(date): &Date) -> DateTime {
    date.parse().expect("a date of the base form")
}

/// The value of a reply; for a call, the array of its params.
pub(crate) fn value(node: &Node) -> Value {
    match node {
        Node::Int(value) | Node::I4(value) => Value::Int(*value),
        Node::Double(value) => Value::Double(*value),
        Node::Boolean(value) => Value::Boolean(*value),
        Node::String(value) => Value::String(value.clone()),
        Node::Date(value) => Value::DateTime(date(value)),
        Node::Base64(bytes) => Value::Base64(bytes.clone()),
        Node::Array(items) | Node::Params(items) => Value::Array(items.iter().map(value).collect()),
        Node::Struct(members) => {
            Value::Struct(members.iter().map(|(name, node)| (*name, value(node))).collect::<Struct>())
        }
    }
}

/// A reader over the document in memory.
pub(crate) fn slice(xml: &str) -> Reader<'_> {
    Reader::new(xml)
}

/// A reader over the document in memory, which is still to be found to be text.
pub(crate) fn bytes(xml: &[u8]) -> Reader<'_> {
    Reader::from_bytes(xml)
}

/// A reader that sees the document through its window.
pub(crate) fn stream<'a>(xml: impl Read + 'a) -> Reader<'a> {
    Reader::from_reader(xml)
}

/// The value of a reply; of a call the params as an array.
pub(crate) fn decode_value(message: Message, mut reader: Reader<'_>) -> Result<Value, String> {
    match message {
        Message::Response => match MethodResponse::read(&mut reader).map_err(text)? {
            MethodResponse::Result(value) => Ok(value),
            MethodResponse::Fault(fault) => Err(fault.to_string()),
        },
        Message::Call(_) => MethodCall::read(&mut reader).map(|call| Value::Array(call.params)).map_err(text),
    }
}

pub(crate) fn decode_typed<'de, T: Deserialize<'de>>(mut reader: Reader<'de>) -> Result<T, String> {
    reader.read_response().map_err(text)
}

pub(crate) fn decode_params<'de, S: Deserialize<'de>>(mut reader: Reader<'de>) -> Result<Params<S>, String> {
    let reader = &mut reader;
    reader.begin_call().map_err(text)?;
    let params = (read(reader)?, read(reader)?, read(reader)?, read(reader)?);
    reader.finish().map_err(text)?;
    Ok(params)
}

fn read<'de, T: Deserialize<'de>>(reader: &mut Reader<'de>) -> Result<T, String> {
    reader.read().map_err(text)
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

pub(crate) fn encode_typed<T: Serialize>(message: Message, value: &T) -> Result<Vec<u8>, String> {
    match message {
        Message::Response => tiny_xmlrpc::to_vec(value),
        Message::Call(method) => tiny_xmlrpc::call_to_vec(method, value, Dialect::strict()),
    }
    .map_err(text)
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

impl Tallied for DateTime {
    fn tally(&self, tally: &mut Tally) {
        tally.date();
    }
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
