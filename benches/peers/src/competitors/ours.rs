//! tiny_xmlrpc, through the adapter that its own bench uses too.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Task};
use crate::codec;
use crate::documents::{Document, Params, Tallied, Tally, Visit, VisitBorrowed};

pub(super) const NAME: &str = "tiny_xmlrpc";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let message = document.message;
    let decode = move || codec::decode_value(message, codec::slice(&document.xml));
    cases.push(Case::new(NAME, Task::DecodeValue, decode, move |value| codec::tally(message, value)));
    let events = move || codec::pull_events(codec::slice(&document.xml));
    cases.push(Case::new(NAME, Task::DecodeBare, events, |values| Tally { values: *values, ..document.tally }));
    let value = codec::value(&document.node);
    let encode = move || codec::encode_value(message, &value);
    cases.push(Case::encode(NAME, Task::EncodeValue, document, encode));
    document.data.visit(codec::date, &mut Typed { document, cases });
    document.data.visit_borrowed(codec::date, &mut Borrowed { document, cases });
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
        let decode = move || codec::decode_typed::<T>(codec::slice(&document.xml));
        self.cases.push(Case::new(NAME, Task::DecodeTyped, decode, Tally::of));
        let encode = move || codec::encode_typed(document.message, &value);
        self.cases.push(Case::encode(NAME, Task::EncodeTyped, document, encode));
    }

    fn visit_params<S>(&mut self, params: Params<S>)
    where
        S: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let document = self.document;
        let decode = move || codec::decode_params::<S>(codec::slice(&document.xml));
        self.cases.push(Case::new(NAME, Task::DecodeTyped, decode, Tally::of));
        let encode = move || codec::encode_typed(document.message, &params);
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
        let decode = move || codec::decode_typed::<T>(codec::slice(&document.xml));
        self.cases.push(Case::new(NAME, Task::DecodeBorrowed, decode, Tally::of));
    }

    fn visit_params<S>(&mut self, _: Params<S>)
    where
        S: Serialize + Deserialize<'static> + Tallied + 'static,
    {
        let document = self.document;
        let decode = move || codec::decode_params::<S>(codec::slice(&document.xml));
        self.cases.push(Case::new(NAME, Task::DecodeBorrowed, decode, Tally::of));
    }
}
