//! xmlrpc 0.15. It reads replies and writes calls; a reply is written here with its `Value::write_as_xml` inside an
//! envelope made by hand. It has no typed side.

use std::error::Error;
use std::io::Write as _;

use xmlrpc::{Request, Transport, Value};

use crate::case::{Case, Task};
use crate::documents::{Date, Document, Message, Node, Tallied, Tally};

pub(super) const NAME: &str = "xmlrpc";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let value = value(&document.node);
    match document.message {
        Message::Response => {
            let xml = document.xml.as_bytes();
            let decode = move || Request::new("").call(Canned(xml)).map_err(|error| error.to_string());
            cases.push(Case::new(NAME, Task::DecodeValue, decode, Tally::of));
            cases.push(Case::encode(NAME, Task::EncodeValue, document, move || {
                let mut out = Vec::new();
                reply(&value, &mut out).map_err(|error| error.to_string())?;
                Ok(out)
            }));
        }
        Message::Call(method) => {
            let params = match value {
                Value::Array(params) => params,
                other => vec![other],
            };
            let request = params.into_iter().fold(Request::new(method), Request::arg);
            cases.push(Case::encode(NAME, Task::EncodeValue, document, move || {
                let mut out = Vec::new();
                request.write_as_xml(&mut out).map_err(|error| error.to_string())?;
                Ok(out)
            }));
        }
    }
}

fn reply(value: &Value, out: &mut Vec<u8>) -> std::io::Result<()> {
    out.write_all(b"<?xml version=\"1.0\"?><methodResponse><params><param>")?;
    value.write_as_xml(out)?;
    out.write_all(b"</param></params></methodResponse>")
}

/// The only way to its parser: a transport that has the reply already.
struct Canned(&'static [u8]);

impl Transport for Canned {
    type Stream = &'static [u8];

    fn transmit(self, _: &Request<'_>) -> Result<Self::Stream, Box<dyn Error + Send + Sync>> {
        Ok(self.0)
    }
}

fn value(node: &Node) -> Value {
    match node {
        Node::Int(value) | Node::I4(value) => Value::Int(*value),
        Node::Double(value) => Value::Double(*value),
        Node::Boolean(value) => Value::Bool(*value),
        Node::String(value) => Value::String(value.clone()),
        Node::Date(Date(date)) => match iso8601_04::datetime(date) {
            Ok(date) => Value::DateTime(date),
            Err(_) => Value::String(date.clone()),
        },
        Node::Base64(bytes) => Value::Base64(bytes.clone()),
        Node::Array(items) | Node::Params(items) => Value::Array(items.iter().map(value).collect()),
        Node::Struct(members) => {
            Value::Struct(members.iter().map(|(name, node)| ((*name).to_owned(), value(node))).collect())
        }
    }
}

impl Tallied for Value {
    fn tally(&self, tally: &mut Tally) {
        match self {
            Self::Int(value) => value.tally(tally),
            Self::Int64(value) => tally.int(*value),
            Self::Bool(value) => value.tally(tally),
            Self::String(value) => value.tally(tally),
            Self::Double(value) => value.tally(tally),
            Self::DateTime(_) => tally.date(),
            Self::Base64(bytes) => tally.base64(bytes),
            Self::Array(items) => items.tally(tally),
            Self::Struct(members) => {
                tally.container();
                members.values().for_each(|value| value.tally(tally));
            }
            Self::Nil => tally.container(),
        }
    }
}
