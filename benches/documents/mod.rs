//! The documents that every measurement runs on: the same bytes and the same values for every codec.
//!
//! Nothing is read from disk and nothing is left to chance: a fixed generator makes the values, and [`xml`] writes
//! them the way most peers do. Sizes are those of the written document, whatever a codec itself would write.
#![allow(dead_code, unused_imports, reason = "each of the crates that include this module uses its own part of it")]

mod model;
mod random;
mod tally;
mod xml;

pub(crate) use model::{Data, Date, Level, Params, Record, Visit, VisitBorrowed};
pub(crate) use tally::{Tallied, Tally};
pub(crate) use xml::Node;

use random::Random;

/// What the document is on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    /// A `methodResponse` of one value.
    Response,
    /// A `methodCall` of this method; the value is a tuple and its items are the params.
    Call(&'static str),
}

/// A document in all the forms that the codecs start from.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) message: Message,
    /// What the time is divided by besides bytes, and how many of them there are.
    pub(crate) unit: (&'static str, u64),
    /// The bytes on the wire.
    pub(crate) xml: String,
    /// The value, untyped.
    pub(crate) node: Node,
    /// The value, typed.
    pub(crate) data: Data,
    /// What a codec has to find in it.
    pub(crate) tally: Tally,
}

/// The names of all documents, in the order in which they are measured.
pub(crate) const NAMES: [&str; 10] =
    ["call", "reply", "ints", "doubles", "records", "pretty", "base64", "wrapped", "text", "deep"];

impl Document {
    /// Makes the document of this name; `None` if there is none of that name.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let mut random = Random::new();
        let (message, unit, layout) = (Message::Response, ("document", 1), xml::Layout::Compact);
        let (name, message, unit, layout, data) = match name {
            "call" => ("call", Message::Call("sensor.report"), unit, layout, model::call()),
            "reply" => ("reply", message, unit, layout, model::sample()),
            "ints" => ("ints", message, ("int", 100_000), layout, model::ints(&mut random, 100_000)),
            "doubles" => ("doubles", message, ("double", 100_000), layout, model::doubles(&mut random, 100_000)),
            "records" => ("records", message, ("member", 100_000), layout, model::records(&mut random, 10_000)),
            "pretty" => {
                ("pretty", message, ("member", 100_000), xml::Layout::Pretty, model::records(&mut random, 10_000))
            }
            "base64" => ("base64", message, unit, layout, model::base64(&mut random, 8 << 20)),
            "wrapped" => ("wrapped", message, unit, xml::Layout::Wrapped, model::base64(&mut random, 8 << 20)),
            "text" => ("text", message, unit, layout, model::text(&mut random, 1 << 20)),
            "deep" => ("deep", message, ("level", 100), layout, model::deep(50)),
            _ => return None,
        };
        let node = data.node();
        let xml = xml::write(message, &node, layout);
        let tally = Tally::of(&node);
        Some(Self { name, message, unit, xml, node, data, tally })
    }
}
