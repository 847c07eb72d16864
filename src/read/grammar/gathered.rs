//! What the text of an element comes to: gathered piece by piece, within its limit, and read as what the element holds.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Fail, Grammar, Holds, Raw, State, Text};
use crate::read::tokens::{Span, View};
use crate::text::{self, TextError, Within, short};
use crate::{DateTime, ErrorKind, Limit, base64, scalar};

/// What the text of the present element has come to.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The name of the element that holds it.
    pub(super) tag: String,
    /// What it is.
    pub(super) holds: Holds,
    text: String,
    bytes: Vec<u8>,
    base64: base64::Decoder,
    /// As far as is known, it is letters of base64 alone.
    letters: bool,
    /// How much of it there was, chunks already handed out included.
    total: u64,
    /// Something other than white space was among it.
    solid: bool,
}

/// A piece of text that has been seen and not yet decoded.
pub(super) type Piece = Option<(Span, Within)>;

impl Grammar {
    /// An element with text is complete.
    pub(super) fn collected(&mut self, view: View<'_>, piece: &mut Piece) -> Result<Raw, Box<Fail>> {
        let holds = self.gathered.holds;
        let scalar = |error: scalar::ScalarError, text: &str| {
            Fail::value(error.0, format!("{}, found \"{}\"", error.1, short(text).escape_debug()))
        };
        match holds {
            Holds::MethodName => {
                let name = self.gathered_text(view, piece)?;
                if scalar::trim(resolve(view, &name)).is_empty() {
                    return Err(Fail::value(ErrorKind::Grammar, "expected the name of a method, found none"));
                }
                self.state = State::CallParams;
                return Ok(Raw::Call(name));
            }
            Holds::Name => {
                let whole = if self.gathered.total == 0 { piece.clone() } else { None };
                let name = self.gathered_text(view, piece)?;
                match whole {
                    Some((span, Within::Content)) => self.named(&span),
                    _ => self.stack.name(resolve(view, &name)),
                }
                self.state = State::MemberValue;
                return Ok(Raw::Name(name));
            }
            Holds::String => {
                let text = self.gathered_text(view, piece)?;
                self.state = State::ValueEnd;
                return Ok(Raw::String(text));
            }
            Holds::Base64 => {
                self.gather(view, piece)?;
                let mut bytes = core::mem::take(&mut self.gathered.bytes);
                self.gathered.base64.finish(&mut bytes).map_err(|_| {
                    Fail::value(ErrorKind::Scalar, "expected base64 of whole bytes, found a part of one at its end")
                })?;
                self.text_limit(bytes.len())?;
                self.state = State::ValueEnd;
                return Ok(Raw::Base64(bytes));
            }
            _ => {}
        }
        let gathered = self.gathered_text(view, piece)?;
        self.state = State::ValueEnd;
        let text = resolve(view, &gathered);
        let raw = match holds {
            Holds::Nil if scalar::trim(text).is_empty() => Raw::Nil,
            Holds::Nil => return Err(scalar((ErrorKind::Scalar, "expected nothing in nil"), text)),
            Holds::Boolean => Raw::Boolean(scalar::parse_boolean(text).map_err(|error| scalar(error, text))?),
            Holds::Int(bits) => {
                let number = scalar::parse_integer(text).map_err(|error| scalar(error, text))?;
                let fits = match bits {
                    8 => i8::try_from(number).is_ok(),
                    16 => i16::try_from(number).is_ok(),
                    _ => true,
                };
                match i32::try_from(number) {
                    _ if !fits => {
                        let message = format!("expected an integer of {bits} bits, found {number}");
                        return Err(Fail::value(ErrorKind::Scalar, message));
                    }
                    Ok(small) if bits < 64 => Raw::Int(small),
                    _ => Raw::I8(number),
                }
            }
            Holds::Int32 => {
                let number = scalar::parse_integer(text).map_err(|error| scalar(error, text))?;
                i32::try_from(number).map_or(Raw::I8(number), Raw::Int)
            }
            Holds::Double => {
                Raw::Double(scalar::parse_double(text, self.non_finite).map_err(|error| scalar(error, text))?)
            }
            Holds::DateTime => match DateTime::parse(text) {
                Ok(moment) => Raw::DateTime(moment, gathered),
                Err(message) => return Err(scalar((ErrorKind::Scalar, message), text)),
            },
            Holds::BigInteger => {
                scalar::parse_big_integer(text).map_err(|error| scalar(error, text))?;
                Raw::BigInteger(trimmed(view, gathered))
            }
            Holds::BigDecimal => {
                scalar::parse_big_decimal(text).map_err(|error| scalar(error, text))?;
                Raw::BigDecimal(trimmed(view, gathered))
            }
            Holds::MethodName | Holds::Name | Holds::String | Holds::Base64 => return Ok(Raw::String(gathered)),
        };
        Ok(raw)
    }

    pub(super) fn gathered_clear(&mut self, tag: &str, holds: Holds) {
        self.gathered.holds = holds;
        self.gathered.tag.clear();
        self.gathered.tag.push_str(tag);
        self.gathered.text.clear();
        self.gathered.bytes.clear();
        self.gathered.base64 = base64::Decoder::default();
        self.gathered.letters = holds == Holds::Base64;
        self.gathered.total = 0;
        self.gathered.solid = false;
    }

    /// Whether what follows is the text of a base64, of which so many bytes are within the limit: then
    /// [`letters`](Self::letters) takes them as they are.
    pub(in crate::read) fn takes_letters(&self, bytes: usize) -> bool {
        let room = (self.gathered.bytes.len() + self.gathered.base64.pending() + bytes) as u64;
        self.state == State::Collect
            && self.gathered.letters
            && self.tokens.is_between()
            && self.gathered.total.saturating_add(room) <= self.limits.text
    }

    /// Decodes more of a base64 without any look at it as text, unless it is not letters alone.
    pub(in crate::read) fn letters(&mut self, bytes: &[u8]) -> bool {
        self.gathered.letters = self.gathered.base64.push_letters(bytes, &mut self.gathered.bytes);
        self.gathered.letters
    }

    /// Decodes the piece at hand into what is gathered.
    pub(super) fn gather(&mut self, view: View<'_>, piece: &mut Piece) -> Result<(), Box<Fail>> {
        let Some((mut span, within)) = piece.take() else { return Ok(()) };
        if self.gathered.holds == Holds::Base64 {
            // What is letters and line ends needs no decoding as text.
            let raw = view.text.get(span.clone()).unwrap_or_default();
            span.start += self.gathered.base64.push_lines(raw.as_bytes(), &mut self.gathered.bytes);
        }
        let raw = view.text.get(span.clone()).unwrap_or_default();
        let Err(error) = self.gather_raw(raw, within, span.start)? else { return Ok(()) };
        // What stands before may be wrong as well, and counts first.
        let _ = self.gather_raw(raw.get(..error.at).unwrap_or_default(), within, span.start)?;
        Err(Fail::text(error, span.start))
    }

    /// Decodes `raw`, which stands at `base`, unless it is no text; then nothing has been gathered.
    fn gather_raw(&mut self, raw: &str, within: Within, base: usize) -> Result<Result<(), TextError>, Box<Fail>> {
        if self.gathered.holds == Holds::Base64 {
            let decoded = match text::decoded(raw, within) {
                Ok(decoded) => decoded.map_or(Cow::Borrowed(raw), Cow::Owned),
                Err(error) => return Ok(Err(error)),
            };
            let pushed = self.gathered.base64.push(decoded.as_bytes(), &mut self.gathered.bytes);
            self.text_limit(self.gathered.bytes.len() + self.gathered.base64.pending())?;
            return pushed.map(Ok).map_err(|base64::BadBase64(at)| {
                let found = decoded.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                let message = format!("expected base64, found {found:?}");
                Fail::new(ErrorKind::Scalar, message, base + text::origin(raw, within, at))
            });
        }
        let before = self.gathered.text.len();
        if let Err(error) = text::decode(raw, within, &mut self.gathered.text) {
            self.gathered.text.truncate(before);
            return Ok(Err(error));
        }
        let added = self.gathered.text.get(before..).unwrap_or_default();
        self.gathered.total += added.len() as u64;
        self.gathered.solid |= !scalar::trim(added).is_empty();
        self.text_limit(0)?;
        Ok(Ok(()))
    }

    /// All the text of the element: borrowed when it is one piece that needs no decoding.
    pub(super) fn gathered_text(&mut self, view: View<'_>, piece: &mut Piece) -> Result<Text, Box<Fail>> {
        if self.gathered.total == 0 {
            let (span, within) = piece.clone().unwrap_or((0..0, Within::Content));
            let raw = view.text.get(span.clone()).unwrap_or_default();
            if text::is_plain(raw, within) == Ok(true) {
                self.gathered.total = raw.len() as u64;
                self.text_limit(0)?;
                return Ok(Text::Window(span));
            }
        }
        self.gather(view, piece)?;
        Ok(Text::Owned(core::mem::take(&mut self.gathered.text)))
    }

    /// A part of a long text, when enough of it has come.
    pub(super) fn chunk(&mut self) -> Option<Raw> {
        let string = match self.state {
            State::Collect => self.gathered.holds == Holds::String,
            // White space alone may still turn out to stand before a type element.
            State::ValueOpen => self.gathered.solid,
            _ => false,
        };
        if string && self.gathered.text.len() >= self.chunk {
            return Some(Raw::StringChunk(core::mem::take(&mut self.gathered.text)));
        }
        if self.gathered.bytes.len() >= self.chunk {
            let bytes = core::mem::take(&mut self.gathered.bytes);
            self.gathered.total += bytes.len() as u64;
            return Some(Raw::Base64Chunk(bytes));
        }
        None
    }

    /// Goes on with a text of which these chunks have been handed out: what comes next is all of it.
    pub(in crate::read) fn regain(&mut self, mut text: String, mut bytes: Vec<u8>) {
        self.gathered.total = self.gathered.total.saturating_sub(bytes.len() as u64);
        text.push_str(&self.gathered.text);
        self.gathered.text = text;
        bytes.extend_from_slice(&self.gathered.bytes);
        self.gathered.bytes = bytes;
        self.chunk = usize::MAX;
    }

    /// Checks the length of the text so far, `more` bytes not yet counted included.
    fn text_limit(&self, more: usize) -> Result<(), Box<Fail>> {
        let (limit, which, what) = match self.gathered.holds {
            Holds::Name | Holds::MethodName => (self.limits.name as u64, Limit::Name, "a name"),
            _ => (self.limits.text, Limit::Text, "text"),
        };
        if self.gathered.total.saturating_add(more as u64) > limit {
            let message = format!("expected {what} of at most {limit} bytes, found more");
            return Err(Fail::value(ErrorKind::Limit(which), message));
        }
        Ok(())
    }

    /// Before a type element there may be white space and nothing else.
    pub(super) fn no_text(&mut self, view: View<'_>, piece: &mut Piece) -> Result<(), Box<Fail>> {
        self.gather(view, piece)?;
        if self.gathered.solid {
            let message = "expected a type element or text alone in <value>, found both";
            return Err(Fail::value(ErrorKind::Grammar, message));
        }
        Ok(())
    }
}

fn resolve<'t>(view: View<'t>, text: &'t Text) -> &'t str {
    match text {
        Text::Window(span) => view.text.get(span.clone()).unwrap_or_default(),
        Text::Owned(text) => text,
    }
}

/// The same text without white space around it.
fn trimmed(view: View<'_>, text: Text) -> Text {
    match text {
        Text::Window(span) => {
            let raw = view.text.get(span.clone()).unwrap_or_default();
            let start = span.start + (raw.len() - raw.trim_start_matches([' ', '\t', '\r', '\n']).len());
            Text::Window(start..start + scalar::trim(raw).len())
        }
        Text::Owned(text) => Text::Owned(scalar::trim(&text).into()),
    }
}
