//! The shapes that make up ordinary traffic, recognised byte by byte.
//!
//! This is where the speed is. A shape that stands whole in the window and is spelled in the common
//! way, with or without white space between the elements, becomes an event at once. Everything else
//! (attributes, comments, CDATA, prefixes, whatever is wrong, whatever is cut) is a miss: nothing
//! has been consumed, and `grammar.rs` does it.
//!
//! Warning to editors: what is accepted here must be accepted there with the same event, which
//! fuzzing compares. When in doubt, miss.

use alloc::boxed::Box;
use alloc::string::String;

use memchr::memchr;

use super::grammar::{Fail, Grammar, Raw, Root, State, Text};
use super::path::Kind;
use super::tokens::View;
use crate::text::{self, Within, find_special};
use crate::{DateTime, base64};

/// An event, or `None` for a miss.
type Hit<T = Raw> = Result<Option<T>, Box<Fail>>;

/// Behind the literal, if it stands at `at`.
#[inline(always)]
fn eat<const N: usize>(bytes: &[u8], at: usize, literal: &[u8; N]) -> Option<usize> {
    match bytes.get(at..)?.first_chunk::<N>() {
        Some(found) if found == literal => Some(at + N),
        _ => None,
    }
}

/// Behind white space.
#[inline(always)]
fn space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Behind white space and the literal.
#[inline(always)]
fn spaced<const N: usize>(bytes: &[u8], at: usize, literal: &[u8; N]) -> Option<usize> {
    eat(bytes, at, literal).or_else(|| eat(bytes, space(bytes, at), literal))
}

/// The two end tags behind a scalar, next to one another or with white space between.
#[inline(always)]
fn close<const N: usize>(bytes: &[u8], at: usize, tag: &[u8; N]) -> Option<usize> {
    spaced(bytes, eat(bytes, at, tag)?, b"</value>")
}

impl Grammar {
    /// The next event, if it comes in a common shape.
    #[inline]
    pub(super) fn fast(&mut self, view: View<'_>) -> Hit {
        if !self.tokens.is_between() || !self.shortcuts {
            return Ok(None);
        }
        let bytes = view.text.as_bytes();
        let at = self.tokens.pos;
        match self.state {
            State::Data => {
                let at = space(bytes, at);
                if let Some(inside) = eat(bytes, at, b"<value>") {
                    return self.fast_value(view, at, inside);
                }
                let Some(data) = eat(bytes, at, b"</data>") else { return Ok(None) };
                let start = space(bytes, data);
                let end = eat(bytes, start, b"</array></value>")
                    .or_else(|| spaced(bytes, eat(bytes, start, b"</array>")?, b"</value>"));
                Ok(end.map(|end| self.fast_end(start, end, Raw::EndArray)))
            }
            State::Members => Ok(self.fast_member(view, at)),
            State::MemberEnd => Ok(spaced(bytes, at, b"</member>").and_then(|at| self.fast_member(view, at))),
            State::MemberValue | State::ParamValue | State::FaultValue => {
                let at = space(bytes, at);
                match eat(bytes, at, b"<value>") {
                    Some(inside) => self.fast_value(view, at, inside),
                    None => Ok(None),
                }
            }
            State::Params if self.root == Root::Call || self.stack.top.count == 0 => {
                let Some(param) = spaced(bytes, at, b"<param>") else { return Ok(self.fast_root_end(view, at)) };
                let at = space(bytes, param);
                match eat(bytes, at, b"<value>") {
                    Some(inside) => self.fast_value(view, at, inside),
                    None => Ok(None),
                }
            }
            State::ParamEnd => {
                let Some(at) = spaced(bytes, at, b"</param>") else { return Ok(None) };
                if self.root == Root::Call
                    && let Some(param) = spaced(bytes, at, b"<param>")
                {
                    let at = space(bytes, param);
                    if let Some(inside) = eat(bytes, at, b"<value>") {
                        return self.fast_value(view, at, inside);
                    }
                    return Ok(None);
                }
                Ok(self.fast_root_end(view, at))
            }
            State::CallParams => {
                let Some(params) = spaced(bytes, at, b"<params>") else { return Ok(None) };
                let Some(param) = spaced(bytes, params, b"<param>") else { return Ok(None) };
                let at = space(bytes, param);
                match eat(bytes, at, b"<value>") {
                    Some(inside) => self.fast_value(view, at, inside),
                    None => Ok(None),
                }
            }
            State::Prolog => Ok(self.fast_prolog(view, at)),
            _ => Ok(None),
        }
    }

    /// The declaration as nearly everybody writes it, and the root element's beginning.
    fn fast_prolog(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let at = eat(bytes, at, b"<?xml version=\"1.0\"?>")
            .or_else(|| eat(bytes, at, b"<?xml version='1.0'?>"))
            .or_else(|| eat(bytes, at, b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"))
            .or_else(|| eat(bytes, at, b"<?xml version=\"1.0\" encoding=\"utf-8\"?>"))
            .unwrap_or(at);
        let at = space(bytes, at);
        if let Some(root) = eat(bytes, at, b"<methodResponse>") {
            let start = space(bytes, root);
            let params = eat(bytes, start, b"<params>")?;
            self.root = Root::Response;
            self.state = State::Params;
            self.start = start;
            self.tokens.jump(params);
            return Some(Raw::Response);
        }
        let start = space(bytes, eat(bytes, at, b"<methodCall>")?);
        let name = eat(bytes, start, b"<methodName>")?;
        let end = name + find_special(bytes.get(name..)?);
        let after = eat(bytes, end, b"</methodName>")?;
        if end - name > self.limits.name || crate::scalar::trim(view.text.get(name..end)?).is_empty() {
            return None;
        }
        self.root = Root::Call;
        self.state = State::CallParams;
        self.start = start;
        self.tokens.jump(after);
        Some(Raw::Call(Text::Window(name..end)))
    }

    /// The end of the parameters and of the document.
    fn fast_root_end(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        if self.root == Root::Response && self.stack.top.count != 1 {
            return None;
        }
        let bytes = view.text.as_bytes();
        let at = spaced(bytes, at, b"</params>")?;
        let at = match self.root {
            Root::Call => spaced(bytes, at, b"</methodCall>")?,
            _ => spaced(bytes, at, b"</methodResponse>")?,
        };
        let at = space(bytes, at);
        if !view.last || at < bytes.len() {
            return None;
        }
        self.state = State::Done;
        self.start = at;
        self.tokens.jump(at);
        Some(Raw::End)
    }

    /// A container is complete.
    #[inline]
    fn fast_end(&mut self, start: usize, end: usize, event: Raw) -> Raw {
        self.stack.pop();
        self.start = start;
        self.tokens.jump(end);
        self.state = self.after_value();
        event
    }

    /// A member's name, or the end of the struct.
    #[inline]
    fn fast_member(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let at = space(bytes, at);
        let (start, name) = match eat(bytes, at, b"<member><name>") {
            Some(name) => (at + b"<member>".len(), name),
            None => match eat(bytes, at, b"<member>") {
                Some(member) => {
                    let start = space(bytes, member);
                    (start, eat(bytes, start, b"<name>")?)
                }
                None => {
                    let end = eat(bytes, at, b"</struct></value>")
                        .or_else(|| spaced(bytes, eat(bytes, at, b"</struct>")?, b"</value>"))?;
                    return Some(self.fast_end(at, end, Raw::EndStruct));
                }
            },
        };
        let end = name + find_special(bytes.get(name..)?);
        let after = eat(bytes, end, b"</name>")?;
        if end - name > self.limits.name {
            return None;
        }
        let span = name..end;
        self.named(&span);
        self.state = State::MemberValue;
        self.start = start;
        self.tokens.jump(after);
        Some(Raw::Name(Text::Window(span)))
    }

    /// A value, of which `<value>` stands at `start` and ends at `inside`.
    #[inline]
    fn fast_value(&mut self, view: View<'_>, start: usize, inside: usize) -> Hit {
        let bytes = view.text.as_bytes();
        let mut at = inside;
        if bytes.get(at) != Some(&b'<') {
            // White space before a type element, or else text without one.
            at = space(bytes, at);
            if bytes.get(at) != Some(&b'<') || bytes.get(at + 1) == Some(&b'/') {
                return self.fast_string(view, start, inside, b"</value>");
            }
        }
        match bytes.get(at + 1) {
            Some(b'i') => {
                let hit = if let Some(digits) = eat(bytes, at, b"<int>") {
                    integer(bytes, digits).and_then(|(n, end)| Some((n, close(bytes, end, b"</int>")?, false)))
                } else if let Some(digits) = eat(bytes, at, b"<i4>") {
                    integer(bytes, digits).and_then(|(n, end)| Some((n, close(bytes, end, b"</i4>")?, false)))
                } else if let Some(digits) = eat(bytes, at, b"<i8>") {
                    integer(bytes, digits).and_then(|(n, end)| Some((n, close(bytes, end, b"</i8>")?, true)))
                } else {
                    None
                };
                let Some((number, end, wide)) = hit else { return Ok(None) };
                let event = match i32::try_from(number) {
                    Ok(small) if !wide => Raw::Int(small),
                    _ => Raw::I8(number),
                };
                self.fast_scalar(start, end, event)
            }
            Some(b's') => {
                if let Some(text) = eat(bytes, at, b"<string>") {
                    return self.fast_string(view, start, text, b"</string>");
                }
                match eat(bytes, at, b"<struct>") {
                    Some(end) => self.fast_open(start, end, Kind::Struct, State::Members, Raw::StartStruct),
                    None => Ok(None),
                }
            }
            Some(b'd') => {
                if let Some(text) = eat(bytes, at, b"<double>") {
                    return match double(view.text, text)
                        .and_then(|(n, end)| Some((n, close(bytes, end, b"</double>")?)))
                    {
                        Some((number, end)) => self.fast_scalar(start, end, Raw::Double(number)),
                        None => Ok(None),
                    };
                }
                let Some(text) = eat(bytes, at, b"<dateTime.iso8601>") else { return Ok(None) };
                let Some(length) = bytes.get(text..).and_then(|rest| rest.iter().take(64).position(|&b| b == b'<'))
                else {
                    return Ok(None);
                };
                let Some(end) = close(bytes, text + length, b"</dateTime.iso8601>") else { return Ok(None) };
                let span = text..text + length;
                match DateTime::parse(view.text.get(span.clone()).unwrap_or_default()) {
                    Ok(moment) => self.fast_scalar(start, end, Raw::DateTime(moment, Text::Window(span))),
                    Err(_) => Ok(None),
                }
            }
            Some(b'b') => {
                if let Some(text) = eat(bytes, at, b"<boolean>") {
                    let value = match bytes.get(text) {
                        Some(b'0') => false,
                        Some(b'1') => true,
                        _ => return Ok(None),
                    };
                    return match close(bytes, text + 1, b"</boolean>") {
                        Some(end) => self.fast_scalar(start, end, Raw::Boolean(value)),
                        None => Ok(None),
                    };
                }
                let Some(text) = eat(bytes, at, b"<base64>") else { return Ok(None) };
                self.fast_base64(view, start, text)
            }
            Some(b'a') => {
                let end =
                    eat(bytes, at, b"<array><data>").or_else(|| spaced(bytes, eat(bytes, at, b"<array>")?, b"<data>"));
                match end {
                    Some(end) => self.fast_open(start, end, Kind::Array, State::Data, Raw::StartArray),
                    None => Ok(None),
                }
            }
            Some(b'n') => match close(bytes, at, b"<nil/>") {
                Some(end) => self.fast_scalar(start, end, Raw::Nil),
                None => Ok(None),
            },
            Some(b'/') => match eat(bytes, at, b"</value>") {
                Some(end) => self.fast_scalar(start, end, Raw::String(Text::Window(at..at))),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// A scalar is complete.
    #[inline]
    fn fast_scalar(&mut self, start: usize, end: usize, event: Raw) -> Hit {
        self.begin_value(start)?;
        self.tokens.jump(end);
        self.state = self.after_value();
        Ok(Some(event))
    }

    /// A container begins.
    #[inline]
    fn fast_open(&mut self, start: usize, end: usize, kind: Kind, state: State, event: Raw) -> Hit {
        self.begin_value(start)?;
        self.push(kind)?;
        self.tokens.jump(end);
        self.state = state;
        Ok(Some(event))
    }

    /// Text up to an end tag, with or without references to decode.
    #[inline]
    fn fast_string<const N: usize>(&mut self, view: View<'_>, start: usize, text: usize, tag: &[u8; N]) -> Hit {
        let bytes = view.text.as_bytes();
        let Some(rest) = bytes.get(text..) else { return Ok(None) };
        let mut end = text + find_special(rest);
        let plain = bytes.get(end) == Some(&b'<');
        if !plain {
            let Some(length) = memchr(b'<', bytes.get(end..).unwrap_or_default()) else { return Ok(None) };
            end += length;
        }
        let after = if tag == b"</value>".as_slice() { eat(bytes, end, tag) } else { close(bytes, end, tag) };
        let Some(after) = after else { return Ok(None) };
        if (end - text) as u64 > self.limits.text || end - text > self.chunk {
            return Ok(None);
        }
        if plain {
            return self.fast_scalar(start, after, Raw::String(Text::Window(text..end)));
        }
        let raw = view.text.get(text..end).unwrap_or_default();
        match text::is_plain(raw, Within::Content) {
            Ok(true) => self.fast_scalar(start, after, Raw::String(Text::Window(text..end))),
            Ok(false) => {
                let mut decoded = String::with_capacity(raw.len());
                match text::decode(raw, Within::Content, &mut decoded) {
                    Ok(()) => self.fast_scalar(start, after, Raw::String(Text::Owned(decoded))),
                    Err(_) => Ok(None),
                }
            }
            Err(_) => Ok(None),
        }
    }

    fn fast_base64(&mut self, view: View<'_>, start: usize, text: usize) -> Hit {
        let bytes = view.text.as_bytes();
        let Some(length) = memchr(b'<', bytes.get(text..).unwrap_or_default()) else { return Ok(None) };
        let Some(end) = close(bytes, text + length, b"</base64>") else { return Ok(None) };
        if length > self.chunk || (length / 4 * 3 + 3) as u64 > self.limits.text {
            return Ok(None);
        }
        match base64::decode(bytes.get(text..text + length).unwrap_or_default()) {
            Ok(decoded) => self.fast_scalar(start, end, Raw::Base64(decoded)),
            Err(_) => Ok(None),
        }
    }
}

/// `-? [0-9]{1,18}`: what cannot overflow. The number and the end.
#[inline(always)]
fn integer(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let negative = bytes.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let mut number: i64 = 0;
    let mut length = 0;
    for &byte in bytes.get(first..)?.iter().take(19) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        // Wraps at the nineteenth digit at the earliest, which is refused below.
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
        length += 1;
    }
    if length == 0 || length > 18 {
        return None;
    }
    Some((if negative { -number } else { number }, first + length))
}

/// A decimal of digits and at most one point. The number and the end.
#[inline(always)]
fn double(text: &str, at: usize) -> Option<(f64, usize)> {
    let plain = |b: &u8| b.is_ascii_digit() || *b == b'.' || *b == b'-';
    let length = text.as_bytes().get(at..)?.iter().take(400).position(|b| !plain(b))?;
    let number: f64 = text.get(at..at + length)?.parse().ok()?;
    number.is_finite().then_some((number, at + length))
}
