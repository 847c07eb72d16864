//! The typed values, and how they are made.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Node, Random, Tallied};

/// Bytes that travel as base64.
#[derive(Debug, Clone)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

/// A string that borrows from the document where the codec can.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text(#[serde(borrow)] pub(crate) Cow<'static, str>);

/// A date as it is written, for codecs whose serde side has no type for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Date(pub(crate) String);

/// The params of the call.
pub(crate) type Params<S> = (i32, S, f64, bool);

/// The small reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sample<S> {
    pub(crate) id: i32,
    pub(crate) name: S,
    pub(crate) ratio: f64,
}

/// Ten mixed members; `S` is the type of its strings, `D` that of its date.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record<S, D> {
    pub(crate) id: i32,
    pub(crate) level: i32,
    pub(crate) ratio: f64,
    pub(crate) weight: f64,
    pub(crate) active: bool,
    pub(crate) name: S,
    pub(crate) unit: S,
    pub(crate) place: S,
    pub(crate) note: S,
    pub(crate) changed: D,
}

/// Two levels of the deep document: a struct and the array in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Level<S> {
    pub(crate) id: i32,
    pub(crate) name: S,
    pub(crate) items: Vec<Level<S>>,
}

/// The value of a document, typed.
#[derive(Debug)]
pub(crate) enum Data {
    Call(Params<String>),
    Sample(Sample<String>),
    Ints(Vec<i32>),
    Doubles(Vec<f64>),
    Records(Vec<Record<String, Date>>),
    Base64(Bytes),
    Text(String),
    Deep(Level<String>),
}

/// Something to do with a value of whatever type the document has.
pub(crate) trait Visit {
    fn visit<T>(&mut self, value: T)
    where
        T: Serialize + DeserializeOwned + Tallied + 'static;

    /// For a codec that reads the params of a call otherwise than one value.
    fn visit_params<S>(&mut self, params: Params<S>)
    where
        S: Serialize + DeserializeOwned + Tallied + 'static,
    {
        self.visit(params);
    }
}

/// The same for types that may borrow from a document, which lives as long as the process.
pub(crate) trait VisitBorrowed {
    fn visit<T>(&mut self, value: T)
    where
        T: Serialize + Deserialize<'static> + Tallied + 'static;

    fn visit_params<S>(&mut self, params: Params<S>)
    where
        S: Serialize + Deserialize<'static> + Tallied + 'static,
    {
        self.visit(params);
    }
}

impl Data {
    /// Visits the value with owned strings and its dates converted by `date`.
    pub(crate) fn visit<D>(&self, date: impl Fn(&Date) -> D, visit: &mut impl Visit)
    where
        D: Serialize + DeserializeOwned + Tallied + 'static,
    {
        match self {
            Self::Call(params) => visit.visit_params(params.clone()),
            Self::Sample(sample) => visit.visit(sample.clone()),
            Self::Ints(ints) => visit.visit(ints.clone()),
            Self::Doubles(doubles) => visit.visit(doubles.clone()),
            Self::Records(records) => {
                visit.visit(records.iter().map(|record| record.map(String::clone, &date)).collect::<Vec<_>>());
            }
            Self::Base64(bytes) => visit.visit(bytes.clone()),
            Self::Text(text) => visit.visit(text.clone()),
            Self::Deep(level) => visit.visit(level.clone()),
        }
    }

    /// Visits the value with strings that may borrow; nothing for documents without strings.
    pub(crate) fn visit_borrowed<D>(&self, date: impl Fn(&Date) -> D, visit: &mut impl VisitBorrowed)
    where
        D: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let text = |text: &String| Text(Cow::Owned(text.clone()));
        match self {
            Self::Call(params) => visit.visit_params((params.0, text(&params.1), params.2, params.3)),
            Self::Sample(sample) => {
                visit.visit(Sample { id: sample.id, name: text(&sample.name), ratio: sample.ratio });
            }
            Self::Records(records) => {
                visit.visit(records.iter().map(|record| record.map(text, &date)).collect::<Vec<_>>());
            }
            Self::Text(long) => visit.visit(text(long)),
            Self::Deep(level) => visit.visit(level.map(&text)),
            Self::Ints(_) | Self::Doubles(_) | Self::Base64(_) => {}
        }
    }

    /// The same value without types.
    pub(crate) fn node(&self) -> Node {
        match self {
            Self::Call((id, name, ratio, active)) => Node::Params(vec![
                Node::Int(*id),
                Node::String(name.clone()),
                Node::Double(*ratio),
                Node::Boolean(*active),
            ]),
            Self::Sample(sample) => Node::Struct(vec![
                ("id", Node::Int(sample.id)),
                ("name", Node::String(sample.name.clone())),
                ("ratio", Node::Double(sample.ratio)),
            ]),
            Self::Ints(ints) => Node::Array(ints.iter().copied().map(Node::Int).collect()),
            Self::Doubles(doubles) => Node::Array(doubles.iter().copied().map(Node::Double).collect()),
            Self::Records(records) => Node::Array(records.iter().map(Record::node).collect()),
            Self::Base64(bytes) => Node::Base64(bytes.0.clone()),
            Self::Text(text) => Node::String(text.clone()),
            Self::Deep(level) => level.node(),
        }
    }
}

impl<S, D> Record<S, D> {
    pub(crate) fn map<S2, D2>(&self, text: impl Fn(&S) -> S2, date: impl Fn(&D) -> D2) -> Record<S2, D2> {
        Record {
            id: self.id,
            level: self.level,
            ratio: self.ratio,
            weight: self.weight,
            active: self.active,
            name: text(&self.name),
            unit: text(&self.unit),
            place: text(&self.place),
            note: text(&self.note),
            changed: date(&self.changed),
        }
    }
}

impl Record<String, Date> {
    fn node(&self) -> Node {
        Node::Struct(vec![
            ("id", Node::Int(self.id)),
            ("level", Node::I4(self.level)),
            ("ratio", Node::Double(self.ratio)),
            ("weight", Node::Double(self.weight)),
            ("active", Node::Boolean(self.active)),
            ("name", Node::String(self.name.clone())),
            ("unit", Node::String(self.unit.clone())),
            ("place", Node::String(self.place.clone())),
            ("note", Node::String(self.note.clone())),
            ("changed", Node::Date(self.changed.clone())),
        ])
    }
}

impl<S> Level<S> {
    pub(crate) fn map<S2>(&self, text: &impl Fn(&S) -> S2) -> Level<S2> {
        Level { id: self.id, name: text(&self.name), items: self.items.iter().map(|level| level.map(text)).collect() }
    }
}

impl Level<String> {
    fn node(&self) -> Node {
        Node::Struct(vec![
            ("id", Node::Int(self.id)),
            ("name", Node::String(self.name.clone())),
            ("items", Node::Array(self.items.iter().map(Self::node).collect())),
        ])
    }
}

const WORDS: [&str; 16] = [
    "a",
    "the",
    "relay",
    "north",
    "pump",
    "valve",
    "sensor",
    "of",
    "pressure",
    "reading",
    "is",
    "lower",
    "than",
    "hall",
    "Zürich",
    "threshold",
];
const CJK: [&str; 6] = ["温度", "压力传感器", "东京", "測定値は正常です", "센서", "机器"];
const MARKUP: [&str; 6] = ["R&D", "<b>", "a < b", "x > y", "\"quoted\"", "AT&T"];

pub(super) fn call() -> Data {
    Data::Call((41, "north relay".to_owned(), 0.125, true))
}

pub(super) fn sample() -> Data {
    Data::Sample(Sample { id: 41, name: "relay".to_owned(), ratio: 0.5 })
}

pub(super) fn ints(random: &mut Random, count: usize) -> Data {
    Data::Ints((0..count).map(|_| random.int()).collect())
}

pub(super) fn doubles(random: &mut Random, count: usize) -> Data {
    Data::Doubles((0..count).map(|_| random.double()).collect())
}

pub(super) fn records(random: &mut Random, count: i32) -> Data {
    Data::Records((0..count).map(|id| record(random, id)).collect())
}

fn record(random: &mut Random, id: i32) -> Record<String, Date> {
    let places: &[&str] = if random.below(8) == 0 { &CJK } else { &WORDS };
    Record {
        id,
        level: random.next() as i32,
        ratio: random.double(),
        weight: random.below(1000) as f64 / 4.0,
        active: random.below(2) == 0,
        name: format!("{} {}", random.pick(&WORDS), random.below(1000)),
        unit: random.pick(&["kPa", "°C", "m/s", "V"]).to_owned(),
        place: random.pick(places).to_owned(),
        note: format!("{} R&D {}", random.pick(&WORDS), random.pick(&WORDS)),
        changed: Date(format!(
            "{}{:02}{:02}T{:02}:{:02}:{:02}",
            1990 + random.below(40),
            1 + random.below(12),
            1 + random.below(28),
            random.below(24),
            random.below(60),
            random.below(60)
        )),
    }
}

pub(super) fn base64(random: &mut Random, bytes: usize) -> Data {
    Data::Base64(Bytes((0..bytes / 8).flat_map(|_| random.next().to_le_bytes()).collect()))
}

/// Words, every eighth of them Chinese, Japanese or Korean, and every eleventh with a character that XML escapes.
pub(super) fn text(random: &mut Random, bytes: usize) -> Data {
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        let words = match (random.below(8), random.below(11)) {
            (_, 0) => &MARKUP[..],
            (0, _) => &CJK[..],
            _ => &WORDS[..],
        };
        text.push_str(random.pick(words));
        text.push(if random.below(15) == 0 { '\n' } else { ' ' });
    }
    text.push('.');
    Data::Text(text)
}

pub(super) fn deep(structs: i32) -> Data {
    let innermost = Level { id: structs, name: "innermost".to_owned(), items: Vec::new() };
    Data::Deep((1..structs).rev().fold(innermost, |inner, id| Level {
        id,
        name: "level".to_owned(),
        items: vec![inner],
    }))
}
