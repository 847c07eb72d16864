//! Events that were read before, read again: the calls of a multicall, checked whole before any is made.

use alloc::vec::Vec;

use super::grammar::{Root, State};
use super::path::Kind;
use super::{Input, Raw, Reader, Text};
use crate::Result;

impl Reader<'_> {
    /// The events of the value that comes next, which outlive the window.
    pub(crate) fn record_value(&mut self) -> Result<Vec<Raw>> {
        let mut events = Vec::new();
        let outside = self.grammar.stack.depth();
        loop {
            let event = self.next_raw()?;
            let event = self.detach(event);
            let unfinished = matches!(event, Raw::StringChunk(_) | Raw::Base64Chunk(_));
            events.push(event);
            if self.grammar.stack.depth() <= outside && !unfinished {
                return Ok(events);
            }
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
        let mut reader = Self::of(Input::Replay(events.into_iter()));
        reader.grammar.root = Root::Call;
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
