//! What has been written so far, and so what may come next.

use alloc::format;
use alloc::vec::Vec;

use super::{Sink, Writer};
use crate::{Error, ErrorKind, Result};

/// Where the writer stands; small, so that it can be put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) root: Root,
    /// How many values stand in the document itself.
    pub(super) values: usize,
    /// What may come next.
    pub(super) next: Next,
    /// How many containers stand around the one value that may come: 0 but within a multicall.
    pub(super) floor: usize,
    pub(super) nesting: Nesting,
    pub(super) text: OpenText,
    /// Whether what comes next in the present container of JSON has something before it.
    #[cfg(feature = "json")]
    pub(super) comma: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    None,
    Call,
    Response,
    Fault,
    Value,
    Done,
    /// Something failed in the middle of a value.
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A value, or the end of what it stands in.
    Value,
    /// A member's name, or the end of the struct.
    Name,
    /// The value of a member, and nothing else.
    MemberValue,
}

/// A text that is written in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenText {
    None,
    String,
    /// With the bytes that do not make a group of three yet.
    Base64([u8; 2], u8),
}

/// Which containers are open: a bit each, 128 to the word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Nesting {
    pub(super) depth: usize,
    /// Whether each is a struct, the innermost in the lowest bit.
    structs: u128,
    outer: Vec<u128>,
}

impl Nesting {
    #[inline]
    pub(super) fn push(&mut self, is_struct: bool) {
        if self.depth > 0 && self.depth % 128 == 0 {
            self.outer.push(self.structs);
        }
        self.depth += 1;
        self.structs = self.structs << 1 | u128::from(is_struct);
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.structs >>= 1;
        if self.depth > 0 && self.depth % 128 == 0 {
            self.structs = self.outer.pop().unwrap_or_default();
        }
    }

    /// Whether the innermost container is a struct; `None` where none is open.
    pub(super) fn innermost(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.structs & 1 == 1)
    }
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            root: Root::None,
            values: 0,
            next: Next::Value,
            floor: 0,
            nesting: Nesting::default(),
            text: OpenText::None,
            #[cfg(feature = "json")]
            comma: false,
        }
    }
}

impl<S: Sink> Writer<S> {
    /// A value may come here: writes what stands before it.
    #[inline]
    pub(super) fn begin_value(&mut self, what: &'static str) -> Result<()> {
        if self.state.nesting.depth == self.state.floor {
            return self.begin_outermost(what);
        }
        if self.state.next == Next::Name || !matches!(self.state.text, OpenText::None) {
            return Err(self.out_of_order(what));
        }
        Ok(())
    }

    fn begin_outermost(&mut self, what: &'static str) -> Result<()> {
        self.check_outermost(what)?;
        let param = self.state.floor == 0 && matches!(self.state.root, Root::Call | Root::Response);
        if param { self.sink.write(b"<param>") } else { Ok(()) }
    }

    /// Whether a value may come here that stands in no other, or is written as if it stood in none.
    #[inline(always)]
    pub(super) fn check_outermost(&mut self, what: &'static str) -> Result<()> {
        let room = match self.state.root {
            Root::Broken => false,
            _ if self.state.floor > 0 => self.state.values == 0,
            Root::None => {
                self.state.root = Root::Value;
                true
            }
            Root::Call => true,
            Root::Response | Root::Fault => self.state.values == 0,
            Root::Value | Root::Done => false,
        };
        if !room || self.state.text != OpenText::None {
            return Err(self.out_of_order(what));
        }
        self.state.values += 1;
        Ok(())
    }

    /// A value is complete: writes what stands behind it.
    #[inline]
    pub(super) fn end_value(&mut self) -> Result<()> {
        match self.state.nesting.innermost() {
            Some(true) => {
                self.state.next = Next::Name;
                self.sink.write(b"</member>")
            }
            Some(false) => {
                self.state.next = Next::Value;
                Ok(())
            }
            None if matches!(self.state.root, Root::Call | Root::Response) => self.sink.write(b"</param>"),
            None => Ok(()),
        }
    }

    #[cold]
    pub(super) fn out_of_order(&self, found: &str) -> Error {
        let expected = match (self.state.root, self.state.text, self.state.next, self.state.nesting.innermost()) {
            (Root::Done, ..) => "nothing after the document",
            (Root::Broken, ..) => "nothing after an error",
            (_, OpenText::String, ..) => "the rest of a string",
            (_, OpenText::Base64(..), ..) => "the rest of base64",
            (_, _, Next::Name, Some(true)) => "a member's name or the end of the struct",
            (_, _, Next::MemberValue, _) => "a member's value",
            (_, _, _, Some(_)) => "a value or the end of the array",
            (Root::None, ..) => "the beginning of a document",
            (Root::Call, ..) => "a parameter or the end of the document",
            _ if self.state.values == 0 => "one value",
            _ => "the end of the document",
        };
        Error::new(ErrorKind::Usage, format!("expected {expected}, found {found}"))
    }
}
