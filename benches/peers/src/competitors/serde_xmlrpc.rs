//! serde_xmlrpc 0.2. It writes from `Value` alone, by value, so typed encoding goes through `to_value`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_xmlrpc::Value;

use crate::case::{Case, Task, written};
use crate::documents::{Date, Document, Message, Node, Tallied, Tally, Visit, VisitBorrowed};

pub(super) const NAME: &str = "serde_xmlrpc";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let xml = document.xml.as_str();
    match document.message {
        Message::Response => {
            let decode = move || serde_xmlrpc::response_from_str::<Value>(xml).map_err(text);
            cases.push(Case::new(NAME, Task::DecodeValue, decode, Tally::of));
        }
        Message::Call(_) => {
            let decode = move || Ok(serde_xmlrpc::request_from_str(xml).map_err(text)?.1);
            let tally = |params: &Vec<Value>| {
                let mut tally = Tally::default();
                params.iter().for_each(|param| param.tally(&mut tally));
                tally
            };
            cases.push(Case::new(NAME, Task::DecodeValue, decode, tally));
        }
    }
    let value = value(&document.node);
    cases.push(Case::prepared(
        NAME,
        Task::EncodeValue,
        move || value.clone(),
        |value| write(document.message, value),
        |out: &String| written(document, out.as_bytes()),
    ));
    document.data.visit(Date::clone, &mut Typed { document, cases });
    document.data.visit_borrowed(Date::clone, &mut Borrowed { document, cases });
}

fn write(message: Message, value: Value) -> Result<String, String> {
    match (message, value) {
        (Message::Response, value) => serde_xmlrpc::response_to_string(std::iter::once(value)),
        (Message::Call(method), Value::Array(params)) => serde_xmlrpc::request_to_string(method, params),
        (Message::Call(method), value) => serde_xmlrpc::request_to_string(method, vec![value]),
    }
    .map_err(text)
}

struct Typed<'a> {
    document: &'static Document,
    cases: &'a mut Vec<Case>,
}

impl Visit for Typed<'_> {
    fn visit<T>(&mut self, value: T)
    where
        T: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let document = self.document;
        let decode = move || match document.message {
            Message::Response => serde_xmlrpc::response_from_str::<T>(&document.xml).map_err(text),
            Message::Call(_) => {
                let (_, params) = serde_xmlrpc::request_from_str(&document.xml).map_err(text)?;
                serde_xmlrpc::from_values(params).map_err(text)
            }
        };
        self.cases.push(Case::new(NAME, Task::DecodeTyped, decode, Tally::of));
        let encode = move || write(document.message, serde_xmlrpc::to_value(&value).map_err(text)?);
        self.cases.push(Case::encode(NAME, Task::EncodeTyped, document, encode));
    }
}

struct Borrowed<'a> {
    document: &'static Document,
    cases: &'a mut Vec<Case>,
}

impl VisitBorrowed for Borrowed<'_> {
    fn visit<T>(&mut self, _: T)
    where
        T: Serialize + Deserialize<'static> + Tallied + 'static,
    {
        let document = self.document;
        if document.message == Message::Response {
            let decode = move || serde_xmlrpc::response_from_str::<T>(&document.xml).map_err(text);
            self.cases.push(Case::new(NAME, Task::DecodeBorrowed, decode, Tally::of));
        }
    }
}

fn text(error: serde_xmlrpc::Error) -> String {
    error.to_string()
}

fn value(node: &Node) -> Value {
    match node {
        Node::Int(value) | Node::I4(value) => Value::Int(*value),
        Node::Double(value) => Value::Double(*value),
        Node::Boolean(value) => Value::Bool(*value),
        Node::String(value) => Value::String(value.clone()),
        Node::Date(Date(date)) => match iso8601_06::datetime(date) {
            Ok(date) => Value::DateTime(date),
            Err(_) => Value::String(date.clone()),
        },
        Node::Base64(bytes) => Value::Base64(bytes.clone()),
        Node::Array(items) | Node::Params(items) => Value::Array(items.iter().map(value).collect()),
        Node::Struct(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(name, node)| ((*name).to_owned(), value(node))).collect();
            Value::Struct(members)
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
