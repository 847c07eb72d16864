//! Sequences of a writer's calls, made from nothing; and which of them are in order.

use tiny_xmlrpc::{DateTime, Dialect, Event, Extension, Unrepresentable};

use crate::trace::joined;
use crate::values::{carried, is_carried};

/// The dialect that two bytes choose.
pub fn dialect(a: u8, b: u8) -> Dialect {
    let extension = |bits: u8| match bits & 3 {
        0 => Extension::Off,
        1 => Extension::Plain,
        _ => Extension::Apache,
    };
    let mut dialect = Dialect::strict();
    dialect.nil = extension(a);
    dialect.i8 = extension(a >> 2);
    dialect.big_numbers = a & 0x10 != 0;
    dialect.non_finite = a & 0x20 != 0;
    dialect.untyped_strings = a & 0x40 != 0;
    dialect.unrepresentable = match b & 3 {
        0 => Unrepresentable::Error,
        1 => Unrepresentable::Replace,
        2 => Unrepresentable::Strip,
        _ => Unrepresentable::Base64,
    };
    dialect
}

/// The events that bytes stand for: a letter says which, what it holds follows.
///
/// Text and base64 are a byte of length and so many bytes, taken eight times over from a length of 240 on.
pub fn events(mut bytes: &[u8]) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    while let Some((&letter, rest)) = bytes.split_first() {
        bytes = rest;
        let mut text = || String::from_utf8_lossy(&held(&mut bytes)).into_owned();
        events.push(match letter {
            b'C' => Event::Call(text().into()),
            b'R' => Event::Response,
            b'F' => Event::Fault,
            b'n' => Event::Nil,
            b't' => Event::Boolean(true),
            b'f' => Event::Boolean(false),
            b'i' => Event::Int(i32::from_le_bytes(taken(&mut bytes))),
            b'l' => Event::I8(i64::from_le_bytes(taken(&mut bytes))),
            b'd' => Event::Double(f64::from_le_bytes(taken(&mut bytes))),
            b'D' => {
                let [year, month, day, hour, minute, second] = taken(&mut bytes);
                match DateTime::new(u16::from(year) * 40, month % 16, day % 32, hour % 32, minute % 64, second % 64) {
                    Ok(moment) => Event::DateTime(moment, moment.to_string().into()),
                    Err(_) => continue,
                }
            }
            b'N' => Event::BigInteger(text().into()),
            b'M' => Event::BigDecimal(text().into()),
            b'c' => Event::StringChunk(text().into()),
            b's' => Event::String(text().into()),
            b'k' => Event::Base64Chunk(held(&mut bytes).into()),
            b'b' => Event::Base64(held(&mut bytes).into()),
            b'[' => Event::StartArray,
            b']' => Event::EndArray,
            b'{' => Event::StartStruct,
            b'm' => Event::Name(text().into()),
            b'}' => Event::EndStruct,
            b'E' => Event::End,
            _ => continue,
        });
    }
    events
}

fn held(bytes: &mut &[u8]) -> Vec<u8> {
    let [length] = taken(bytes);
    let (held, rest) = bytes.split_at(bytes.len().min(length.into()));
    *bytes = rest;
    if length >= 240 { held.repeat(8) } else { held.into() }
}

/// So many bytes; zeros where there are no more.
fn taken<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let mut taken = [0; N];
    let length = N.min(bytes.len());
    taken[..length].copy_from_slice(&bytes[..length]);
    *bytes = &bytes[length..];
    taken
}

/// What a writer in a dialect makes of an event.
pub enum Written {
    /// It is read as this.
    As(Event<'static>),
    /// It cannot be written.
    Not,
    /// It could be either: the text of a number is not looked at here.
    Unknown(Event<'static>),
}

/// What is read when this event is written; `part` says that chunks came before it.
pub fn written(event: Event<'static>, dialect: Dialect, part: bool) -> Written {
    let all_carried = |text: &str| text.chars().all(is_carried);
    match event {
        Event::Nil if dialect.nil == Extension::Off => Written::Not,
        Event::I8(value) if dialect.i8 == Extension::Off => match i32::try_from(value) {
            Ok(value) => Written::As(Event::Int(value)),
            Err(_) => Written::Not,
        },
        Event::Double(value) if !value.is_finite() && !dialect.non_finite => Written::Not,
        Event::BigInteger(_) | Event::BigDecimal(_) if !dialect.big_numbers => Written::Not,
        Event::BigInteger(text) => Written::Unknown(Event::BigInteger(trimmed(&text).into())),
        Event::BigDecimal(text) => Written::Unknown(Event::BigDecimal(trimmed(&text).into())),
        Event::Call(text) if trimmed(&text).is_empty() => Written::Not,
        Event::Call(text) | Event::Name(text) if !all_carried(&text) => Written::Not,
        Event::String(ref text) | Event::StringChunk(ref text) if !all_carried(text) => {
            let chunk = matches!(event, Event::StringChunk(_));
            let again = |text: String| if chunk { Event::StringChunk(text.into()) } else { Event::String(text.into()) };
            match dialect.unrepresentable {
                Unrepresentable::Replace => {
                    Written::As(again(text.chars().map(|c| if is_carried(c) { c } else { '\u{FFFD}' }).collect()))
                }
                Unrepresentable::Strip => Written::As(again(carried(text))),
                Unrepresentable::Base64 if !chunk && !part => {
                    Written::As(Event::Base64(text.as_bytes().to_vec().into()))
                }
                _ => Written::Not,
            }
        }
        other => Written::As(other),
    }
}

fn trimmed(text: &str) -> String {
    text.trim_matches([' ', '\t', '\r', '\n']).into()
}

/// Which events are in order: the grammar of documents, as plainly as can be.
#[derive(Debug, Default)]
pub struct Order {
    /// The event that the document began with, if it was not a value.
    root: Option<Event<'static>>,
    values: usize,
    /// Which containers are open: whether each is a struct.
    open: Vec<bool>,
    /// A member's name has come and its value has not.
    named: bool,
    /// Chunks of a value have come.
    chunks: Option<Event<'static>>,
    ended: bool,
}

impl Order {
    /// Whether chunks of the present value have come.
    pub fn is_part(&self) -> bool {
        self.chunks.is_some()
    }

    /// Whether the event may come now.
    pub fn allows(&self, event: &Event<'_>) -> bool {
        if self.ended {
            return false;
        }
        match (&self.chunks, event) {
            (Some(Event::StringChunk(_)), Event::StringChunk(_) | Event::String(_)) => return true,
            (Some(Event::Base64Chunk(_)), Event::Base64Chunk(_) | Event::Base64(_)) => return true,
            (Some(_), _) => return false,
            (None, _) => {}
        }
        let in_struct = self.open.last() == Some(&true);
        match event {
            Event::Call(_) | Event::Response | Event::Fault => self.root.is_none() && self.values == 0,
            Event::Name(_) | Event::EndStruct => in_struct && !self.named,
            Event::EndArray => self.open.last() == Some(&false),
            Event::End => {
                let complete = matches!(self.root, Some(Event::Call(_))) || self.values == 1;
                self.open.is_empty() && complete
            }
            // A value.
            _ if self.open.is_empty() => matches!(self.root, Some(Event::Call(_))) || self.values == 0,
            _ => !in_struct || self.named,
        }
    }

    /// Takes an event that is in order.
    pub fn take(&mut self, event: &Event<'static>) {
        if let Event::StringChunk(_) | Event::Base64Chunk(_) = event {
            if self.chunks.is_none() {
                self.begin();
            }
            self.chunks = Some(event.clone());
            return;
        }
        if self.chunks.take().is_some() {
            return;
        }
        match event {
            Event::Call(_) | Event::Response | Event::Fault => self.root = Some(event.clone()),
            Event::Name(_) => self.named = true,
            Event::EndArray | Event::EndStruct => {
                self.open.pop();
            }
            Event::End => self.ended = true,
            _ => {
                self.begin();
                match event {
                    Event::StartArray => self.open.push(false),
                    Event::StartStruct => self.open.push(true),
                    _ => {}
                }
            }
        }
    }

    fn begin(&mut self) {
        self.named = false;
        if self.open.is_empty() {
            self.values += 1;
        }
    }

    /// The events that make the document complete.
    pub fn rest(&mut self) -> Vec<Event<'static>> {
        let mut rest = Vec::new();
        while !self.ended {
            let event = match (&self.chunks, self.open.last()) {
                (Some(Event::StringChunk(_)), _) => Event::String("".into()),
                (Some(_), _) => Event::Base64(Vec::new().into()),
                (None, _) if self.named => Event::Int(1),
                (None, Some(true)) => Event::EndStruct,
                (None, Some(false)) => Event::EndArray,
                (None, None) if self.allows(&Event::End) => Event::End,
                (None, None) => Event::Int(1),
            };
            self.take(&event);
            rest.push(event);
        }
        rest
    }
}

/// The events with chunks put together.
pub fn without_chunks(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let mut chunk: Option<Event<'static>> = None;
    let mut whole = Vec::new();
    for mut event in events {
        if let Some(before) = chunk.take() {
            event = joined(before, event);
        }
        match event {
            Event::StringChunk(_) | Event::Base64Chunk(_) => chunk = Some(event),
            event => whole.push(event),
        }
    }
    whole
}
