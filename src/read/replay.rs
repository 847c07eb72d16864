//! Events that were read before, read again: the calls of a multicall, checked whole before any is made.

use alloc::vec::Vec;

use super::grammar::{Root, State};
use super::path::Kind;
use super::reader::Input;
use super::{Raw, Reader, Text};
use crate::Result;

impl Reader<'_> {
    /// The events of the value that began with `first`, which outlive the window.
    pub(crate) fn record(&mut self, first: Raw) -> Result<Vec<Raw>> {
        let outside = match first {
            Raw::StartArray | Raw::StartStruct => self.grammar.stack.depth().saturating_sub(1),
            _ => self.grammar.stack.depth(),
        };
        let mut events = Vec::new();
        let mut event = first;
        loop {
            let unfinished = matches!(event, Raw::StringChunk(_) | Raw::Base64Chunk(_));
            events.push(self.detach(event));
            if self.grammar.stack.depth() <= outside && !unfinished {
                return Ok(events);
            }
            event = self.next_raw()?;
        }
    }

    /// The event with its text owned.
    fn detach(&self, event: Raw) -> Raw {
        let own = |text: Text| Text::Owned(self.own(text));
        match event {
            Raw::Call(text) => Raw::Call(own(text)),
            Raw::Name(text) => Raw::Name(own(text)),
            Raw::String(text) => Raw::String(own(text)),
            Raw::DateTime(moment, text) => Raw::DateTime(moment, own(text)),
            Raw::BigInteger(text) => Raw::BigInteger(own(text)),
            Raw::BigDecimal(text) => Raw::BigDecimal(own(text)),
            other => other,
        }
    }
}

/// Events and where their text is.
pub(super) struct Replay<'de> {
    events: alloc::vec::IntoIter<Raw>,
    /// What text by its place stands in.
    #[cfg(feature = "json")]
    pub(super) text: alloc::borrow::Cow<'de, str>,
    /// Whether they come from JSON, where text stands for types that it has not.
    #[cfg(feature = "json")]
    json: bool,
    /// Whether they are the members of one struct, each a parameter by its name.
    #[cfg(feature = "json")]
    named: bool,
    #[cfg(not(feature = "json"))]
    document: core::marker::PhantomData<&'de str>,
}

impl From<Vec<Raw>> for Replay<'_> {
    fn from(events: Vec<Raw>) -> Self {
        Self {
            events: events.into_iter(),
            #[cfg(feature = "json")]
            text: "".into(),
            #[cfg(feature = "json")]
            json: false,
            #[cfg(feature = "json")]
            named: false,
            #[cfg(not(feature = "json"))]
            document: core::marker::PhantomData,
        }
    }
}

impl Reader<'static> {
    /// Reads these events again, as one value.
    #[cfg(feature = "client")]
    pub(crate) fn replay_value(events: Vec<Raw>) -> Self {
        Self::again(events.into(), Root::Value)
    }
}

impl<'de> Reader<'de> {
    fn again(replay: Replay<'de>, root: Root) -> Self {
        let mut reader = Self::of(Input::Replay(replay));
        reader.grammar.root = root;
        reader.grammar.state = State::Params;
        reader
    }

    /// Reads these events of this reader again, as the parameters of a call. They have passed all checks; behind
    /// them the document ends.
    pub(crate) fn replay_like(&self, events: Vec<Raw>) -> Reader<'static> {
        #[cfg(feature = "json")]
        let replay = Replay { json: self.is_json(), ..Replay::from(events) };
        #[cfg(not(feature = "json"))]
        let replay = Replay::from(events);
        Reader::again(replay, Root::Call)
    }
}

#[cfg(feature = "json")]
impl<'de> Reader<'de> {
    /// Reads events that stand for JSON in this text, the parameters of a call.
    pub(crate) fn json(events: Vec<Raw>, text: &'de str, named: bool) -> Self {
        Self::again(Replay { text: text.into(), json: true, named, ..Replay::from(events) }, Root::Call)
    }

    /// Reads events of JSON as a response.
    #[cfg(feature = "client")]
    pub(crate) fn json_response(events: Vec<Raw>, text: impl Into<alloc::borrow::Cow<'de, str>>) -> Self {
        Self::again(Replay { text: text.into(), json: true, ..Replay::from(events) }, Root::Response)
    }

    /// Reads events of JSON again, as one value.
    #[cfg(feature = "client")]
    pub(crate) fn json_value(events: Vec<Raw>) -> Self {
        Self::again(Replay { json: true, ..Replay::from(events) }, Root::Value)
    }

    /// Whether what is read came as JSON.
    pub(crate) fn is_json(&self) -> bool {
        matches!(&self.input, Input::Replay(replay) if replay.json)
    }

    /// Puts parameters that came by their names in the order of these, if there are any and nothing has been read.
    pub(crate) fn place_by_name(&mut self, names: &[alloc::string::String]) -> Result<()> {
        let Input::Replay(replay) = &mut self.input else { return Ok(()) };
        if !replay.named || names.is_empty() {
            return Ok(());
        }
        replay.named = false;
        let events = core::mem::take(&mut replay.events);
        let text = &replay.text;
        let resolve = |event: &Raw| match event {
            Raw::Name(Text::Window(span)) => text.get(span.clone()).map(Into::into),
            Raw::Name(Text::Owned(name)) => Some(name.clone()),
            _ => None,
        };
        replay.events = crate::json::by_position(events, names, resolve)?.into_iter();
        Ok(())
    }
}

impl Reader<'_> {
    /// The next event of a replay, with the path kept.
    pub(super) fn next_replayed(&mut self) -> Raw {
        let event = match &mut self.input {
            Input::Replay(replay) => replay.events.next(),
            _ => None,
        };
        let Some(event) = event else {
            self.grammar.state = State::Done;
            return Raw::End;
        };
        let stack = &mut self.grammar.stack;
        match &event {
            Raw::EndArray | Raw::EndStruct => stack.pop(),
            Raw::Name(Text::Owned(name)) => stack.name(name),
            #[cfg(feature = "json")]
            Raw::Name(Text::Window(span)) => {
                // By its place it would be read as XML, in which this stands for something else.
                let Input::Replay(Replay { text, .. }) = &self.input else { return event };
                match text.get(span.clone()) {
                    Some(name) if name.contains('&') => stack.name(name),
                    _ => stack.name_at(span.start as u64, span.len()),
                }
            }
            Raw::Call(_) | Raw::Response | Raw::Fault => {}
            _ => {
                stack.top.count += 1;
                match &event {
                    Raw::StartArray => stack.push(Kind::Array),
                    Raw::StartStruct => stack.push(Kind::Struct),
                    _ => {}
                }
            }
        }
        event
    }
}
