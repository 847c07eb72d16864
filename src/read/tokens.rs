//! From characters to tokens: the only file that knows `xmlparser`.
//!
//! `xmlparser` takes a complete text and cannot say "give me more", so the end of a token is found
//! first and every construct is handed to it whole. What can be longer than any window, comments,
//! CDATA sections and text, is walked through here, piece by piece.
//!
//! The search for an end remembers how far it got, so that input that comes byte by byte costs no
//! more than input that comes at once.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use memchr::{memchr, memchr3, memmem};
use xmlparser::{ElementEnd, Token as Raw, Tokenizer};

use super::grammar::Fail;
use crate::text::{self, Within, short};
use crate::{ErrorKind, Limit};

/// A stretch of the window, by byte index.
pub(super) type Span = core::ops::Range<usize>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `<name …>`, or `<name …/>`, of which the end tag follows as a token of its own.
    Start { name: Span },
    /// `</name>`
    End { name: Span },
    /// A piece of text that needs decoding; the next piece of the same text may follow.
    Text { raw: Span, within: Within },
    /// The document ends.
    Eof,
}

/// What is at hand of the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'w> {
    pub(super) text: &'w str,
    /// Nothing follows.
    pub(super) last: bool,
    /// More may follow, but there is no room for it until something is consumed.
    pub(super) full: bool,
    /// What follows is no text.
    pub(super) broken: bool,
}

/// At most so many attributes in a tag: they are compared each with each.
const ATTRIBUTES: usize = 64;

/// So many bytes tell `<!--`, `<![CDATA[` and `<!DOCTYPE` apart.
const MARKUP: usize = 9;

#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Everything before is consumed.
    pub(super) pos: usize,
    /// Where the token that came last begins.
    pub(super) began: usize,
    /// Up to here the end of the token at `pos` has been looked for.
    scan: usize,
    /// The quote that the search stands in.
    quote: Option<u8>,
    inside: Inside,
    /// The name of an empty element whose end is still to be told.
    pending_end: Option<Span>,
    /// Something other than white space has come: it is too late for an XML declaration.
    begun: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Comment,
    Cdata,
}

impl Tokens {
    /// Moves to `pos`, behind what somebody else has understood.
    pub(super) fn jump(&mut self, pos: usize) {
        self.pos = pos;
        self.scan = pos;
        self.begun = true;
    }

    /// Whether it is too late for an XML declaration.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether the next token begins at `pos`, with nothing under way.
    pub(super) fn is_between(&self) -> bool {
        self.inside == Inside::Nothing && self.pending_end.is_none()
    }

    /// The window has lost its first `count` bytes, all of them consumed.
    pub(super) fn slide(&mut self, count: usize) {
        self.pos = self.pos.saturating_sub(count);
        self.scan = self.scan.saturating_sub(count);
        self.began = self.began.saturating_sub(count);
        if let Some(name) = &mut self.pending_end {
            *name = name.start.saturating_sub(count)..name.end.saturating_sub(count);
        }
    }

    /// The first byte of the window that is still needed.
    pub(super) fn needed(&self) -> usize {
        self.pending_end.as_ref().map_or(self.pos, |name| name.start.min(self.pos))
    }

    /// The next token, or `None` when more of the document is needed to tell.
    pub(super) fn next(&mut self, view: View<'_>) -> Result<Option<Token>, Box<Fail>> {
        if let Some(name) = self.pending_end.take() {
            // The end of an empty element is where the element is.
            return Ok(Some(Token::End { name }));
        }
        loop {
            if self.inside == Inside::Nothing {
                self.began = self.pos;
            }
            let token = match self.inside {
                Inside::Comment => self.comment(view)?.map(|()| None),
                Inside::Cdata => self.cdata(view)?.map(Some),
                Inside::Nothing => self.between(view)?,
            };
            match token {
                None => return Ok(None),
                Some(None) => {}
                Some(Some(token)) => return Ok(Some(token)),
            }
        }
    }

    /// `None`: more is needed. `Some(None)`: something was passed over.
    fn between(&mut self, view: View<'_>) -> Result<Option<Option<Token>>, Box<Fail>> {
        let rest = view.text.get(self.pos..).unwrap_or_default();
        let bytes = rest.as_bytes();
        match (bytes.first(), bytes.get(1)) {
            (None, _) if view.last => return Ok(Some(Some(Token::Eof))),
            (None, _) => return Ok(None),
            (Some(b'<'), None) => return self.more(view, "the rest of a tag").map(|()| None),
            (Some(b'<'), Some(b'!')) => return self.declaration(view, bytes),
            (Some(b'<'), Some(b'?')) => return self.instruction(view, rest),
            (Some(b'<'), Some(_)) => return Ok(self.tag(view)?.map(Some)),
            (Some(_), _) => {}
        }
        let from = self.scan.max(self.pos);
        if let Some(length) = memchr(b'<', view.text.as_bytes().get(from..).unwrap_or_default()) {
            return Ok(Some(Some(self.text(from + length))));
        }
        self.scan = view.text.len();
        if view.last {
            return Ok(Some(Some(self.text(view.text.len()))));
        }
        // What has been consumed of the window makes room first, so that the pieces of a text are long.
        if (view.full && self.needed() == 0) || view.broken {
            let end = self.pos + safe_cut(rest);
            if end == self.pos {
                return self.room(view).map(|()| None);
            }
            return Ok(Some(Some(self.text(end))));
        }
        Ok(None)
    }

    fn text(&mut self, end: usize) -> Token {
        let raw = self.pos..end;
        self.pos = end;
        self.scan = end;
        Token::Text { raw, within: Within::Content }
    }

    /// `<!`: a comment or a CDATA section begins, or else a declaration, which is refused.
    fn declaration(&mut self, view: View<'_>, bytes: &[u8]) -> Result<Option<Option<Token>>, Box<Fail>> {
        if bytes.starts_with(b"<!--") {
            self.inside = Inside::Comment;
            self.jump(self.pos + 4);
            return Ok(Some(None));
        }
        if bytes.starts_with(b"<![CDATA[") {
            self.inside = Inside::Cdata;
            self.jump(self.pos + MARKUP);
            return Ok(Some(None));
        }
        if bytes.len() < MARKUP && (b"<!--".starts_with(bytes) || b"<![CDATA[".starts_with(bytes)) {
            return self.more(view, "the rest of a comment or CDATA section").map(|()| None);
        }
        Err(Fail::new(ErrorKind::Syntax, "expected an element, found a document type declaration", self.pos))
    }

    /// Comment ::= '<!--' ((Char - '-') | ('-' (Char - '-')))* '-->' (XML 1.0, production 15)
    fn comment(&mut self, view: View<'_>) -> Result<Option<()>, Box<Fail>> {
        let rest = view.text.get(self.pos..).unwrap_or_default();
        let bytes = rest.as_bytes();
        let end = memmem::find(bytes, b"--");
        // The last byte may be half of the end.
        let upto = end.unwrap_or(if bytes.ends_with(b"-") { bytes.len() - 1 } else { bytes.len() });
        text::check(rest.get(..upto).unwrap_or_default(), Within::Cdata)
            .map_err(|error| Fail::text(error, self.pos))?;
        match end.map(|end| bytes.get(end + 2)) {
            Some(Some(b'>')) => {
                self.inside = Inside::Nothing;
                self.jump(self.pos + upto + 3);
                return Ok(Some(()));
            }
            Some(Some(_)) => {
                return Err(Fail::new(ErrorKind::Syntax, "expected --> after -- in a comment", self.pos + upto));
            }
            Some(None) | None => self.jump(self.pos + upto),
        }
        self.more(view, "the end of a comment").map(|()| None)
    }

    /// CDSect ::= '<![CDATA[' (Char* - (Char* ']]>' Char*)) ']]>' (XML 1.0, production 18)
    fn cdata(&mut self, view: View<'_>) -> Result<Option<Token>, Box<Fail>> {
        let from = self.scan.max(self.pos);
        let piece = |end| Token::Text { raw: self.pos..end, within: Within::Cdata };
        if let Some(length) = memmem::find(view.text.as_bytes().get(from..).unwrap_or_default(), b"]]>") {
            let token = piece(from + length);
            self.inside = Inside::Nothing;
            self.jump(from + length + 3);
            return Ok(Some(token));
        }
        if view.full || view.last || view.broken {
            // What there is of it is looked at before its end is missed.
            let end = self.pos + without_open_end(view.text.get(self.pos..).unwrap_or_default());
            if end > self.pos {
                let token = piece(end);
                self.jump(end);
                return Ok(Some(token));
            }
        }
        // The last two bytes may be the beginning of the end.
        self.scan = view.text.len().saturating_sub(2).max(self.pos);
        self.more(view, "the end of a CDATA section").map(|()| None)
    }

    /// The XML declaration, once and first, or a processing instruction, which is passed over.
    fn instruction(&mut self, view: View<'_>, rest: &str) -> Result<Option<Option<Token>>, Box<Fail>> {
        let from = self.scan.max(self.pos + 2);
        let Some(length) = memmem::find(view.text.as_bytes().get(from..).unwrap_or_default(), b"?>") else {
            self.scan = view.text.len().saturating_sub(1).max(self.pos);
            return self.more(view, "the end of a processing instruction").map(|()| None);
        };
        let end = from + length + 2;
        let fragment = rest.get(..end - self.pos).unwrap_or_default();
        let malformed =
            || Fail::new(ErrorKind::Syntax, "malformed XML declaration or processing instruction", self.pos);
        if !self.begun && is_declaration(fragment) {
            // `xmlparser` knows the declaration only with a space after its name.
            let spaced: Cow<'_, str> = if fragment.starts_with("<?xml ") {
                fragment.into()
            } else {
                format!("<?xml {}", fragment.get(6..).unwrap_or_default()).into()
            };
            match Tokenizer::from(&*spaced).next() {
                Some(Ok(Raw::Declaration { .. })) => {}
                _ => return Err(malformed()),
            }
        } else {
            match Tokenizer::from_fragment(fragment, 0..fragment.len()).next() {
                Some(Ok(Raw::ProcessingInstruction { target, span, .. }))
                    if !target.eq_ignore_ascii_case("xml") && span.len() == fragment.len() => {}
                _ => return Err(malformed()),
            }
        }
        self.jump(end);
        Ok(Some(None))
    }

    /// A start tag, an empty element or an end tag.
    fn tag(&mut self, view: View<'_>) -> Result<Option<Token>, Box<Fail>> {
        let bytes = view.text.as_bytes();
        let mut at = self.scan.max(self.pos + 1);
        let end = loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match self.quote {
                Some(quote) => memchr(quote, rest),
                None => memchr3(b'>', b'"', b'\'', rest),
            };
            let Some(length) = found else {
                self.scan = bytes.len();
                return self.more(view, "the end of a tag").map(|()| None);
            };
            at += length + 1;
            match (self.quote, rest.get(length)) {
                (None, Some(b'>')) => break at,
                (None, quote) => self.quote = quote.copied(),
                (Some(_), _) => self.quote = None,
            }
        };
        let fragment = view.text.get(self.pos..end).unwrap_or_default();
        let token = match simple_tag(fragment.as_bytes()) {
            Some((closes, name)) => {
                let name = self.pos + name.start..self.pos + name.end;
                if closes { Token::End { name } } else { Token::Start { name } }
            }
            None => self.any_tag(fragment)?,
        };
        self.jump(end);
        Ok(Some(token))
    }

    /// A tag with attributes, white space, a prefix or a name beyond ASCII.
    fn any_tag(&mut self, fragment: &str) -> Result<Token, Box<Fail>> {
        let base = self.pos;
        let malformed = || Fail::new(ErrorKind::Syntax, "malformed tag", base);
        let mut attributes: Vec<(&str, &str)> = Vec::new();
        let mut found = None;
        for token in Tokenizer::from_fragment(fragment, 0..fragment.len()) {
            match token.map_err(|_| malformed())? {
                Raw::ElementStart { span, .. } => {
                    found = Some(Token::Start { name: base + span.start() + 1..base + span.end() });
                }
                Raw::Attribute { prefix, local, value, .. } => {
                    let name = (prefix.as_str(), local.as_str());
                    if attributes.contains(&name) {
                        let message = format!("expected each attribute once, found {} twice", short(name.1));
                        return Err(Fail::new(ErrorKind::Syntax, message, base + local.start()));
                    }
                    if attributes.len() == ATTRIBUTES {
                        let message = format!("expected at most {ATTRIBUTES} attributes in a tag");
                        return Err(Fail::new(ErrorKind::Limit(Limit::Buffer), message, base));
                    }
                    text::decode(&value, Within::Attribute, &mut String::new())
                        .map_err(|error| Fail::text(error, base + value.start()))?;
                    attributes.push(name);
                }
                Raw::ElementEnd { end: ElementEnd::Open, .. } => {}
                Raw::ElementEnd { end: ElementEnd::Empty, .. } => {
                    if let Some(Token::Start { name }) = &found {
                        self.pending_end = Some(name.clone());
                    }
                }
                Raw::ElementEnd { end: ElementEnd::Close(prefix, local), .. } => {
                    let start = if prefix.is_empty() { local.start() } else { prefix.start() };
                    found = Some(Token::End { name: base + start..base + local.end() });
                }
                _ => return Err(malformed()),
            }
        }
        found.ok_or_else(malformed)
    }

    /// More is needed: fine if more can come.
    fn more(&self, view: View<'_>, wanted: &'static str) -> Result<(), Box<Fail>> {
        if view.last {
            let message = format!("expected {wanted}, found the end of the document");
            return Err(Fail::new(ErrorKind::Truncated, message, view.text.len()));
        }
        self.room(view)
    }

    /// Whether there is room for more: what has been consumed of the window makes some.
    fn room(&self, view: View<'_>) -> Result<(), Box<Fail>> {
        if view.full && self.needed() == 0 { Err(self.too_long(view)) } else { Ok(()) }
    }

    fn too_long(&self, view: View<'_>) -> Box<Fail> {
        let message = format!("expected markup of at most {} bytes, found more", view.text.len());
        Fail::new(ErrorKind::Limit(Limit::Buffer), message, self.pos)
    }
}

/// `<?xml` and white space: the XML declaration, and no other instruction.
fn is_declaration(fragment: &str) -> bool {
    fragment.strip_prefix("<?xml").is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n']))
}

/// `<name>` or `</name>` with an ASCII name and nothing else: whether it closes, and the name.
fn simple_tag(fragment: &[u8]) -> Option<(bool, Span)> {
    let closes = fragment.get(1) == Some(&b'/');
    let start = if closes { 2 } else { 1 };
    let end = fragment.len().checked_sub(1)?;
    let name = fragment.get(start..end)?;
    let simple = name.first()?.is_ascii_alphabetic() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'.');
    simple.then_some((closes, start..end))
}

/// How much of a text that goes on may be taken: not the half of a reference, of a line end or of `]]>`.
pub(super) fn safe_cut(text: &str) -> usize {
    let bytes = text.as_bytes();
    let tail = bytes.len().saturating_sub(text::REFERENCE_MAX);
    let open = bytes.iter().skip(tail).rposition(|&b| b == b'&' || b == b';').map(|at| tail + at);
    let end = match open {
        Some(at) if bytes.get(at) == Some(&b'&') => at,
        _ => bytes.len(),
    };
    without_open_end(text.get(..end).unwrap_or_default())
}

/// The length without what may be the beginning of a line end or of `]]>`.
fn without_open_end(text: &str) -> usize {
    let open = match text.as_bytes() {
        [.., b']', b']'] => 2,
        [.., b']' | b'\r'] => 1,
        _ => 0,
    };
    text.len() - open
}
