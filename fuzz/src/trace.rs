//! All that a reader tells of a document, to compare it with what another one tells.

use std::borrow::Cow;
use std::fmt;

use tiny_xmlrpc::{Error, ErrorKind, Event, Position, Reader};

/// An event, where it was, and what its path was.
#[derive(Debug, Clone)]
pub struct Step {
    pub event: Event<'static>,
    pub position: Position,
    pub path: String,
}

/// All of an error that a caller can see.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub kind: ErrorKind,
    pub message: String,
    pub position: Option<Position>,
    pub path: Option<String>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // Whatever it is, it can be shown.
        let _ = format!("{error} {error:?}");
        Self {
            kind: error.kind(),
            message: error.message().into(),
            position: error.position(),
            path: error.path().map(Into::into),
        }
    }
}

/// The events of a document up to its end or to the error that ended it.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    pub steps: Vec<Step>,
    pub failure: Option<Failure>,
}

impl Trace {
    /// Reads a document to its end; chunks are put together with the value that they are a part of.
    pub fn of(mut reader: Reader<'_>) -> Self {
        let mut trace = Self::default();
        let mut chunks: Option<Step> = None;
        loop {
            let event = match reader.next_event() {
                Ok(event) => owned(event),
                Err(error) => {
                    trace.failure = Some(error.into());
                    // An error is the end.
                    let again = reader.next_event().map(owned);
                    assert_eq!(again.unwrap_err().kind(), ErrorKind::Usage);
                    return trace;
                }
            };
            let mut step = Step { event, position: reader.position(), path: reader.path() };
            if let Some(before) = chunks.take() {
                assert_eq!(
                    (before.position, &before.path),
                    (step.position, &step.path),
                    "a chunk is where its value is"
                );
                step.event = joined(before.event, step.event);
            }
            match step.event {
                Event::StringChunk(_) | Event::Base64Chunk(_) => chunks = Some(step),
                Event::End => {
                    trace.steps.push(step);
                    let again = reader.next_event().map(owned);
                    assert_eq!(again.unwrap_err().kind(), ErrorKind::Usage);
                    return trace;
                }
                _ => trace.steps.push(step),
            }
        }
    }

    /// The event at which the two part, if they do.
    fn difference(&self, other: &Self) -> Option<usize> {
        let differs =
            |(a, b): (&Step, &Step)| !same(&a.event, &b.event) || a.position != b.position || a.path != b.path;
        self.steps.iter().zip(&other.steps).position(differs)
    }

    /// Whether this one tells the same as the other as far as it goes.
    pub fn begins(&self, other: &Self) -> bool {
        self.steps.len() <= other.steps.len() && self.difference(other).is_none()
    }

    /// Fails unless both tell the same, and end in the same way.
    pub fn assert_same(&self, other: &Self, what: &str) {
        if let Some(at) = self.difference(other) {
            panic!("{what}: event {at}\n{:#?}\n{:#?}", self.steps[at], other.steps[at]);
        }
        let end = |trace: &Self| (trace.steps.len(), trace.failure.clone());
        assert!(end(self) == end(other), "{what}: the end\n{:#?}\n{:#?}", end(self), end(other));
    }
}

/// Fails unless both are the same, or the same error.
pub fn assert_same_outcome<T: fmt::Debug>(a: Result<T, Error>, b: Result<T, Error>, what: &str) {
    let (a, b) = (a.map_err(Failure::from), b.map_err(Failure::from));
    // As text, in which one not-a-number is like another.
    let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
    assert!(a == b, "{what}:\n{a}\n{b}");
}

/// Whether two events say the same; one not-a-number is like another.
pub fn same(a: &Event<'_>, b: &Event<'_>) -> bool {
    match (a, b) {
        (Event::Double(a), Event::Double(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        _ => a == b,
    }
}

/// A chunk and what follows it.
pub fn joined(chunk: Event<'static>, next: Event<'static>) -> Event<'static> {
    match (chunk, next) {
        (Event::StringChunk(a), Event::StringChunk(b)) => Event::StringChunk(Cow::Owned(a.into_owned() + &b)),
        (Event::StringChunk(a), Event::String(b)) => Event::String(Cow::Owned(a.into_owned() + &b)),
        (Event::Base64Chunk(a), Event::Base64Chunk(b)) => Event::Base64Chunk([a, b].concat().into()),
        (Event::Base64Chunk(a), Event::Base64(b)) => Event::Base64([a, b].concat().into()),
        (chunk, next) => panic!("expected the rest of {chunk:?}, found {next:?}"),
    }
}

/// The event on its own.
pub fn owned(event: Event<'_>) -> Event<'static> {
    let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    match event {
        Event::Call(name) => Event::Call(text(name)),
        Event::Response => Event::Response,
        Event::Fault => Event::Fault,
        Event::Nil => Event::Nil,
        Event::Boolean(value) => Event::Boolean(value),
        Event::Int(value) => Event::Int(value),
        Event::I8(value) => Event::I8(value),
        Event::Double(value) => Event::Double(value),
        Event::DateTime(value, lexeme) => Event::DateTime(value, text(lexeme)),
        Event::BigInteger(digits) => Event::BigInteger(text(digits)),
        Event::BigDecimal(digits) => Event::BigDecimal(text(digits)),
        Event::StringChunk(chunk) => Event::StringChunk(text(chunk)),
        Event::String(value) => Event::String(text(value)),
        Event::Base64Chunk(chunk) => Event::Base64Chunk(chunk.into_owned().into()),
        Event::Base64(bytes) => Event::Base64(bytes.into_owned().into()),
        Event::StartArray => Event::StartArray,
        Event::EndArray => Event::EndArray,
        Event::StartStruct => Event::StartStruct,
        Event::Name(name) => Event::Name(text(name)),
        Event::EndStruct => Event::EndStruct,
        Event::End => Event::End,
        other => panic!("an event that is not known here: {other:?}"),
    }
}
