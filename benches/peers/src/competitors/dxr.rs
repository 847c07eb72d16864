//! dxr 0.9. Its typed side is a derive of its own, so the types are written down here once more.

use dxr::{DateTime, MethodCall, MethodResponse, TryFromParams, TryFromValue, TryToParams, TryToValue, Value};

use crate::case::{Case, Task};
use crate::documents::{self as documents, Data, Date, Document, Message, Node, Tallied, Tally};

pub(super) const NAME: &str = "dxr";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let xml = document.xml.as_str();
    let value = value(&document.node);
    match document.message {
        Message::Response => {
            let decode = move || Ok(MethodResponse::from_xml(xml).map_err(text)?.value);
            cases.push(Case::new(NAME, Task::DecodeValue, decode, Tally::of));
            let response = MethodResponse { value };
            let encode = move || response.to_xml().map_err(text);
            cases.push(Case::encode(NAME, Task::EncodeValue, document, encode));
        }
        Message::Call(method) => {
            let decode = move || Ok(MethodCall::from_xml(xml).map_err(text)?.params);
            let tally = |params: &Vec<Value>| {
                let mut tally = Tally::default();
                params.iter().for_each(|param| param.tally(&mut tally));
                tally
            };
            cases.push(Case::new(NAME, Task::DecodeValue, decode, tally));
            let params = match value {
                Value::Array(params) => params,
                other => vec![other],
            };
            let call = MethodCall { name: method.into(), params };
            cases.push(Case::encode(NAME, Task::EncodeValue, document, move || call.to_xml().map_err(text)));
        }
    }
    match &document.data {
        Data::Call(params) => call(document, params.clone(), cases),
        Data::Sample(sample) => {
            typed(document, Sample { id: sample.id, name: sample.name.clone(), ratio: sample.ratio }, cases);
        }
        Data::Ints(ints) => typed(document, ints.clone(), cases),
        Data::Doubles(doubles) => typed(document, doubles.clone(), cases),
        Data::Records(records) => match records.iter().map(Record::new).collect::<Result<Vec<_>, _>>() {
            Ok(records) => typed(document, records, cases),
            Err(error) => cases.push(Case::new(
                NAME,
                Task::DecodeTyped,
                move || Err::<(), _>(error.clone()),
                |_| Tally::default(),
            )),
        },
        Data::Base64(bytes) => typed(document, Bytes(bytes.0.clone()), cases),
        Data::Text(text) => typed(document, text.clone(), cases),
        Data::Deep(level) => typed(document, Level::new(level), cases),
    }
}

fn typed<T>(document: &'static Document, value: T, cases: &mut Vec<Case>)
where
    T: TryFromValue + TryToValue + Tallied + 'static,
{
    let decode = move || T::try_from_value(&MethodResponse::from_xml(&document.xml).map_err(text)?.value).map_err(text);
    cases.push(Case::new(NAME, Task::DecodeTyped, decode, Tally::of));
    let encode = move || MethodResponse { value: value.try_to_value().map_err(text)? }.to_xml().map_err(text);
    cases.push(Case::encode(NAME, Task::EncodeTyped, document, encode));
}

fn call(document: &'static Document, params: (i32, String, f64, bool), cases: &mut Vec<Case>) {
    let Message::Call(method) = document.message else { return };
    let decode = move || {
        let call = MethodCall::from_xml(&document.xml).map_err(text)?;
        <(i32, String, f64, bool)>::try_from_params(&call.params).map_err(text)
    };
    cases.push(Case::new(NAME, Task::DecodeTyped, decode, Tally::of));
    let encode = move || {
        let params = params.try_to_params().map_err(text)?;
        MethodCall { name: method.into(), params }.to_xml().map_err(text)
    };
    cases.push(Case::encode(NAME, Task::EncodeTyped, document, encode));
}

/// The kind of error without its body, which would be the whole document.
fn text(error: dxr::Error) -> String {
    let text = error.to_string();
    text.split(": <").next().unwrap_or_default().to_owned()
}

#[derive(TryFromValue, TryToValue)]
struct Sample {
    id: i32,
    name: String,
    ratio: f64,
}

impl Tallied for Sample {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.name.tally(tally);
        self.ratio.tally(tally);
    }
}

#[derive(TryFromValue, TryToValue)]
struct Record {
    id: i32,
    level: i32,
    ratio: f64,
    weight: f64,
    active: bool,
    name: String,
    unit: String,
    place: String,
    note: String,
    changed: DateTime,
}

impl Record {
    fn new(record: &documents::Record<String, Date>) -> Result<Self, String> {
        Ok(Self {
            id: record.id,
            level: record.level,
            ratio: record.ratio,
            weight: record.weight,
            active: record.active,
            name: record.name.clone(),
            unit: record.unit.clone(),
            place: record.place.clone(),
            note: record.note.clone(),
            changed: record.changed.0.parse().map_err(text)?,
        })
    }
}

impl Tallied for Record {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.level.tally(tally);
        self.ratio.tally(tally);
        self.weight.tally(tally);
        self.active.tally(tally);
        self.name.tally(tally);
        self.unit.tally(tally);
        self.place.tally(tally);
        self.note.tally(tally);
        tally.date();
    }
}

#[derive(TryFromValue, TryToValue)]
struct Level {
    id: i32,
    name: String,
    items: Vec<Level>,
}

impl Level {
    fn new(level: &documents::Level<String>) -> Self {
        Self { id: level.id, name: level.name.clone(), items: level.items.iter().map(Self::new).collect() }
    }
}

impl Tallied for Level {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.name.tally(tally);
        self.items.tally(tally);
    }
}

/// Tells bytes from an array for the tally.
struct Bytes(Vec<u8>);

impl TryFromValue for Bytes {
    fn try_from_value(value: &Value) -> Result<Self, dxr::Error> {
        Vec::<u8>::try_from_value(value).map(Self)
    }
}

impl TryToValue for Bytes {
    fn try_to_value(&self) -> Result<Value, dxr::Error> {
        self.0.try_to_value()
    }
}

impl Tallied for Bytes {
    fn tally(&self, tally: &mut Tally) {
        tally.base64(&self.0);
    }
}

fn value(node: &Node) -> Value {
    match node {
        Node::Int(value) | Node::I4(value) => Value::Integer(*value),
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
            Value::Struct(members.iter().map(|(name, node)| ((*name).to_owned(), value(node))).collect())
        }
    }
}

impl Tallied for Value {
    fn tally(&self, tally: &mut Tally) {
        match self {
            Self::Integer(value) => value.tally(tally),
            Self::Boolean(value) => value.tally(tally),
            Self::String(value) => value.tally(tally),
            Self::Double(value) => value.tally(tally),
            Self::DateTime(_) => tally.date(),
            Self::Base64(bytes) => tally.base64(bytes),
            Self::Array(items) => items.tally(tally),
            Self::Struct(members) => {
                tally.container();
                members.values().for_each(|value| value.tally(tally));
            }
            _ => tally.container(),
        }
    }
}
