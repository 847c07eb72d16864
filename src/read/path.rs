//! Where the reader stands among arrays and structs: bounds the depth, and tells an error's path.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::text::{self, Within};

/// What kind of container is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// The document itself: its values are the parameters.
    #[default]
    Document,
    Array,
    Struct,
}

/// An open container and how far it has been read.
///
/// A member's name is kept as its place in the document, so that a small document is read without
/// any allocation; only when the window slides past it is it copied.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// How many values have begun in it.
    pub(super) count: u64,
    /// The name of its present member, undecoded, by offset in the document.
    pub(super) name_at: u64,
    pub(super) name_len: usize,
}

/// So many levels need no allocation.
const INLINE: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Stack {
    /// The innermost open container.
    pub(super) top: Frame,
    outer: [Frame; INLINE],
    more: Vec<Frame>,
    depth: usize,
    /// Names that the window does not hold, by offset: as much of them as is shown.
    names: Vec<(u64, Box<str>)>,
}

impl Stack {
    /// How many containers are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    #[inline]
    pub(super) fn push(&mut self, kind: Kind) {
        match self.outer.get_mut(self.depth) {
            Some(frame) => *frame = self.top,
            None => self.more.push(self.top),
        }
        self.depth += 1;
        self.top = Frame { kind, ..Frame::default() };
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.top = match self.outer.get(self.depth) {
            Some(frame) => *frame,
            None => self.more.pop().unwrap_or_default(),
        };
    }

    /// Notes the name of the present member by its place.
    #[cfg(feature = "json")]
    pub(super) fn name_at(&mut self, at: u64, length: usize) {
        (self.top.name_at, self.top.name_len) = (at, length);
    }

    /// Notes the name of the present member where it does not stand in the document in one piece.
    pub(super) fn name(&mut self, name: &str) {
        // Any number does that no other open container has.
        self.top.name_at = u64::MAX - self.depth as u64;
        self.top.name_len = name.len();
        let at = self.top.name_at;
        self.names.retain(|(known, _)| *known != at);
        self.names.push((at, text::short(name).into()));
    }

    fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.outer.iter().take(self.depth).chain(&self.more).chain([&self.top])
    }

    /// Copies the names that are about to leave the window: those before `end`.
    pub(super) fn keep_names(&mut self, window: &str, base: u64, end: u64) {
        let mut names = core::mem::take(&mut self.names);
        names.retain(|(at, _)| self.frames().any(|frame| frame.name_at == *at));
        for frame in self.frames().filter(|frame| frame.kind == Kind::Struct && frame.name_len > 0) {
            if frame.name_at >= base && frame.name_at < end && names.iter().all(|(at, _)| *at != frame.name_at) {
                names.push((frame.name_at, shown(window, base, frame).into()));
            }
        }
        self.names = names;
    }

    /// The path of the present value, like `params[0].rows[7].id`.
    pub(super) fn path(&self, root: &str, window: &str, base: u64) -> String {
        let mut path = String::new();
        for frame in self.frames() {
            match frame.kind {
                Kind::Struct if frame.name_len > 0 => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    match self.names.iter().find(|(at, _)| *at == frame.name_at) {
                        Some((_, name)) => path.push_str(name),
                        None => path.push_str(&shown(window, base, frame)),
                    }
                }
                Kind::Document if frame.count == 0 => {}
                Kind::Document if root != "params" => path.push_str(root),
                Kind::Document => index(&mut path, root, frame.count),
                Kind::Array if frame.count > 0 => index(&mut path, "", frame.count),
                _ => {}
            }
        }
        path
    }
}

/// The place of the last one of so many.
fn index(path: &mut String, name: &str, count: u64) {
    // Cannot fail: a `String` takes everything.
    let _ = write!(path, "{name}[{}]", count.saturating_sub(1));
}

/// The name of the present member, decoded, as much of it as is shown.
fn shown(window: &str, base: u64, frame: &Frame) -> String {
    let start = usize::try_from(frame.name_at.saturating_sub(base)).unwrap_or(usize::MAX);
    let raw = window.get(start..start.saturating_add(frame.name_len)).unwrap_or_default();
    let mut name = String::new();
    // It has been decoded before, so that nothing is wrong with it.
    let _ = text::decode(raw, Within::Content, &mut name);
    text::short(&name)
}
