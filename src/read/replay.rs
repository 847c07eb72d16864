//! Events that were read before, read again: the calls of a multicall, checked whole before any is made.

use alloc::vec::Vec;

use super::grammar::{Root, State};
use super::path::Kind;
use super::{Input, Raw, Reader, Text};
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

impl Reader<'static> {
    /// Reads these events again, as the parameters of a call. They have passed all checks; behind
    /// them the document ends.
    pub(crate) fn replay(events: Vec<Raw>) -> Self {
        Self::again(events, Root::Call)
    }

    /// Reads these events again, as one value.
    #[cfg(feature = "client")]
    pub(crate) fn replay_value(events: Vec<Raw>) -> Self {
        Self::again(events, Root::Value)
    }

    fn again(events: Vec<Raw>, root: Root) -> Self {
        let mut reader = Self::of(Input::Replay(events.into_iter()));
        reader.grammar.root = root;
        reader.grammar.state = State::Params;
        reader
    }
}

impl Reader<'_> {
    /// The next event of a replay, with the path kept.
    pub(super) fn next_replayed(&mut self) -> Raw {
        let Input::Replay(events) = &mut self.input else { return Raw::End };
        let Some(event) = events.next() else { return Raw::End };
        let stack = &mut self.grammar.stack;
        match &event {
            Raw::EndArray | Raw::EndStruct => stack.pop(),
            Raw::Name(Text::Owned(name)) => stack.name(name),
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
