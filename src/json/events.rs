//! The text of a JSON value → its events, within the limits.
//!
//! serde_json tokenises, and hands what it finds to a visitor that notes it down. It recurses for what is nested, so that the
//! depth has a bound of its own beside [`Limits::depth`].

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::big::BigIntegers;
use crate::read::{Raw, Text};
use crate::{Error, ErrorKind, Limit, Limits, Position};

/// How deep JSON may be nested, whatever the limits say: what a thread's stack of 2 MiB carries, several times over.
const MOST_DEPTH: usize = 256;

/// Notes the events of values that stand in a text.
pub(super) struct Recorder<'de> {
    text: &'de str,
    limits: Limits,
    pub(super) events: Vec<Raw>,
    pub(super) big: BigIntegers,
    depth: usize,
    values: u64,
    /// What is wrong, where serde_json's error would not tell its kind.
    refused: Option<Error>,
}

impl<'de> Recorder<'de> {
    pub(super) fn new(text: &'de str, limits: Limits) -> Self {
        let big = BigIntegers::in_text(text);
        Self { text, limits, events: Vec::new(), big, depth: 0, values: 0, refused: None }
    }

    /// Values noted so far.
    pub(super) fn values(&self) -> u64 {
        self.values
    }

    /// Whether it was one of the limits that ended it.
    #[cfg(feature = "client")]
    pub(super) fn has_refused(&self) -> bool {
        self.refused.is_some()
    }

    pub(super) fn name_limit(&self) -> usize {
        self.limits.name
    }

    /// An error of serde_json as one of ours, with its place in the text.
    pub(super) fn error(&mut self, error: &serde_json::Error) -> Error {
        let position = position(self.text, error.line(), error.column());
        self.refused.take().unwrap_or_else(|| malformed(error)).locate(position, String::new)
    }

    /// Where a part of the text stands in it.
    fn text_of(&self, part: &'de str) -> Text {
        // It is what serde_json has not copied out of the text.
        let at = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let span = at..at.saturating_add(part.len());
        match self.text.get(span.clone()) {
            Some(there) if there.len() == part.len() => Text::Window(span),
            _ => Text::Owned(part.into()),
        }
    }

    /// One more value begins.
    #[inline]
    fn count<E: de::Error>(&mut self) -> Result<(), E> {
        self.values = self.values.saturating_add(1);
        if self.values > self.limits.values {
            return Err(self.limit(Limit::Values, "values in a document", self.limits.values));
        }
        Ok(())
    }

    #[inline]
    fn event<E: de::Error>(&mut self, event: Raw) -> Result<(), E> {
        self.count()?;
        self.events.push(event);
        Ok(())
    }

    fn check_text<E: de::Error>(&mut self, length: usize) -> Result<(), E> {
        if length as u64 > self.limits.text {
            return Err(self.limit(Limit::Text, "bytes of text", self.limits.text));
        }
        Ok(())
    }

    fn check_name<E: de::Error>(&mut self, length: usize) -> Result<(), E> {
        if length > self.limits.name {
            return Err(self.limit(Limit::Name, "bytes in a name", self.limits.name as u64));
        }
        Ok(())
    }

    #[cold]
    pub(super) fn limit<E: de::Error>(&mut self, limit: Limit, what: &str, most: u64) -> E {
        let message = format!("expected at most {most} {what}, found more");
        self.refuse(Error::new(ErrorKind::Limit(limit), message))
    }

    #[cold]
    pub(super) fn refuse<E: de::Error>(&mut self, error: Error) -> E {
        self.refused = Some(error);
        E::custom("refused")
    }

    fn enter<E: de::Error>(&mut self, first: Raw) -> Result<(), E> {
        self.event(first)?;
        self.depth = self.depth.saturating_add(1);
        let most = self.limits.depth.min(MOST_DEPTH);
        if self.depth > most {
            return Err(self.limit(Limit::Depth, "arrays and structs inside one another", most as u64));
        }
        Ok(())
    }

    fn leave(&mut self, last: Raw) {
        self.depth = self.depth.saturating_sub(1);
        self.events.push(last);
    }

    /// The items of an array, each a parameter.
    pub(super) fn params<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        let mut count: usize = 0;
        while items.next_element_seed(&mut *self)?.is_some() {
            count = count.saturating_add(1);
            self.check_params(count)?;
        }
        Ok(())
    }

    /// The members of an object, each a parameter by its name.
    pub(super) fn named_params<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.enter(Raw::StartStruct)?;
        let mut count: usize = 0;
        while members.next_key_seed(Name(self))?.is_some() {
            count = count.saturating_add(1);
            self.check_params(count)?;
            members.next_value_seed(&mut *self)?;
        }
        self.leave(Raw::EndStruct);
        Ok(())
    }

    fn check_params<E: de::Error>(&mut self, count: usize) -> Result<(), E> {
        if count > self.limits.params {
            return Err(self.limit(Limit::Params, "parameters", self.limits.params as u64));
        }
        Ok(())
    }
}

/// Notes one value.
impl<'de> DeserializeSeed<'de> for &mut Recorder<'de> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Recorder<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.event(Raw::Nil)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.event(Raw::Boolean(value))
    }

    #[inline]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.big.next();
        self.event(match i32::try_from(value) {
            Ok(small) => Raw::Int(small),
            Err(_) => Raw::I8(value),
        })
    }

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            // What is beyond is found by its digits.
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        match self.big.next() {
            Some(digits) => {
                self.check_text(digits.len())?;
                self.event(Raw::BigInteger(Text::Window(digits)))
            }
            None => self.event(Raw::Double(value)),
        }
    }

    #[inline]
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<(), E> {
        self.check_text(text.len())?;
        let text = self.text_of(text);
        self.event(Raw::String(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.check_text(text.len())?;
        self.event(Raw::String(Text::Owned(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.enter(Raw::StartArray)?;
        while items.next_element_seed(&mut *self)?.is_some() {}
        self.leave(Raw::EndArray);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.enter(Raw::StartStruct)?;
        while members.next_key_seed(Name(self))?.is_some() {
            members.next_value_seed(&mut *self)?;
        }
        self.leave(Raw::EndStruct);
        Ok(())
    }
}

/// Notes a member's name.
struct Name<'r, 'de>(&'r mut Recorder<'de>);

impl<'de> DeserializeSeed<'de> for Name<'_, 'de> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    #[inline]
    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<(), E> {
        self.0.check_name(name.len())?;
        let name = self.0.text_of(name);
        self.0.events.push(Raw::Name(name));
        Ok(())
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<(), E> {
        self.0.check_name(name.len())?;
        self.0.events.push(Raw::Name(Text::Owned(name.into())));
        Ok(())
    }
}

/// What serde_json says of a text, by our kinds.
#[cold]
pub(super) fn malformed(error: &serde_json::Error) -> Error {
    let said = format!("{error}");
    let said = said.split(" at line ").next().unwrap_or_default();
    // It is JSON, but of no type that there is.
    if said == "number out of range" {
        return Error::new(ErrorKind::Scalar, "expected a number of at most 1.8e308");
    }
    let kind = if error.is_eof() { ErrorKind::Truncated } else { ErrorKind::Syntax };
    Error::new(kind, format!("expected JSON: {said}"))
}

/// The place that serde_json tells by a line, from 1, and how many bytes of it have been read.
#[cold]
fn position(text: &str, line: usize, column: usize) -> Option<Position> {
    let mut start: usize = 0;
    for _ in 1..line {
        start = start.saturating_add(text.get(start..)?.find('\n')?).saturating_add(1);
    }
    let read = text.get(start..)?.get(..column.saturating_sub(1)).unwrap_or_default();
    let offset = start.saturating_add(read.len()) as u64;
    Some(Position { offset, line: line as u64, column: (read.chars().count() as u64).saturating_add(1) })
}
