//! The shapes that make up ordinary traffic, recognised byte by byte.
//!
//! This is where the speed is. A shape that stands whole in the window and is spelled in the common
//! way, with or without white space between the elements, becomes an event at once. Everything else
//! (attributes, comments, CDATA, prefixes, whatever is wrong, whatever is cut) is a miss: nothing
//! has been consumed, but for the end of the root element, and `grammar.rs` does it.
//!
//! Warning to editors: what is accepted here must be accepted there with the same event, which
//! fuzzing compares. When in doubt, miss.

use memchr::memchr;

use super::grammar::{Grammar, Raw, Root, State, Text};
use super::path::Kind;
use super::tokens::View;
use crate::text::{self, Within, find_special};
use crate::{DateTime, base64};

/// Behind the literal, if it stands at `at`.
#[inline(always)]
fn eat<const N: usize>(bytes: &[u8], at: usize, literal: &[u8; N]) -> Option<usize> {
    match bytes.get(at..)?.first_chunk::<N>() {
        Some(found) if found == literal => Some(at + N),
        _ => None,
    }
}

/// Behind the XML declaration, in the forms that nearly everybody writes.
fn declaration(bytes: &[u8], at: usize) -> Option<usize> {
    eat(bytes, at, b"<?xml version=\"1.0\"?>")
        .or_else(|| eat(bytes, at, b"<?xml version='1.0'?>"))
        .or_else(|| eat(bytes, at, b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"))
        .or_else(|| eat(bytes, at, b"<?xml version=\"1.0\" encoding=\"utf-8\"?>"))
}

/// Behind white space, of which indented documents have long runs.
#[inline(always)]
fn space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
        while let Some(end) = eat(bytes, at, b"        ") {
            at = end;
        }
    }
    at
}

/// Behind white space and the literal.
#[inline(always)]
fn spaced<const N: usize>(bytes: &[u8], at: usize, literal: &[u8; N]) -> Option<usize> {
    match eat(bytes, at, literal) {
        Some(end) => Some(end),
        None => eat(bytes, space(bytes, at), literal),
    }
}

/// The two end tags behind a scalar, next to one another or with white space between.
#[inline(always)]
fn close<const N: usize>(bytes: &[u8], at: usize, tag: &[u8; N]) -> Option<usize> {
    spaced(bytes, eat(bytes, at, tag)?, b"</value>")
}

impl Grammar {
    /// The next event, if it comes in a common shape.
    #[inline]
    pub(super) fn fast(&mut self, view: View<'_>) -> Option<Raw> {
        if !self.tokens.is_between() || !self.shortcuts {
            return None;
        }
        let bytes = view.text.as_bytes();
        let at = self.tokens.pos;
        match self.state {
            State::Data => {
                if let Some(digits) = eat(bytes, at, b"<value><int>") {
                    return self.fast_int(bytes, at, digits);
                }
                let at = space(bytes, at);
                if let Some(inside) = eat(bytes, at, b"<value>") {
                    return self.fast_value(view, at, inside);
                }
                let start = space(bytes, eat(bytes, at, b"</data>")?);
                let end = eat(bytes, start, b"</array></value>")
                    .or_else(|| spaced(bytes, eat(bytes, start, b"</array>")?, b"</value>"))?;
                Some(self.fast_end(start, end, Raw::EndArray))
            }
            State::MemberEnd => match eat(bytes, at, b"</member><member><name>") {
                Some(name) => self.fast_name(view, name - b"<name>".len(), name),
                None => self.fast_member(view, spaced(bytes, at, b"</member>")?),
            },
            State::MemberValue | State::ParamValue | State::FaultValue => self.fast_only_value(view, at),
            State::Members => self.fast_member(view, at),
            State::Params if self.root == Root::Call || self.stack.top.count == 0 => {
                match spaced(bytes, at, b"<param>") {
                    Some(param) => self.fast_only_value(view, param),
                    None => self.fast_root_end(view, at),
                }
            }
            State::ParamEnd => {
                let at = spaced(bytes, at, b"</param>")?;
                match spaced(bytes, at, b"<param>") {
                    Some(param) if self.root == Root::Call => self.fast_only_value(view, param),
                    _ => self.fast_root_end(view, at),
                }
            }
            State::CallParams => {
                let param = spaced(bytes, spaced(bytes, at, b"<params>")?, b"<param>")?;
                self.fast_only_value(view, param)
            }
            State::Prolog => self.fast_prolog(view, at),
            State::Epilog if view.last && at == bytes.len() => {
                self.state = State::Done;
                self.start = at;
                Some(Raw::End)
            }
            _ => None,
        }
    }

    /// Consumes up to `end`: the scan of the tokenizer starts anew from there.
    #[inline(always)]
    fn fast_to(&mut self, start: usize, end: usize) {
        self.start = start;
        self.tokens.pos = end;
    }

    /// Counts a value, if the limits let it pass.
    #[inline(always)]
    fn fast_admit(&mut self) -> Option<()> {
        let top = &mut self.stack.top;
        if self.values >= self.limits.values || (top.kind == Kind::Document && top.count >= self.limits.params as u64) {
            return None;
        }
        self.values += 1;
        top.count += 1;
        Some(())
    }

    /// White space and a value.
    #[inline]
    fn fast_only_value(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let at = space(bytes, at);
        let inside = eat(bytes, at, b"<value>")?;
        self.fast_value(view, at, inside)
    }

    /// An int in the shape that arrays are full of.
    #[inline(always)]
    fn fast_int(&mut self, bytes: &[u8], start: usize, digits: usize) -> Option<Raw> {
        let (number, digits_end) = integer(bytes, digits)?;
        let end = match eat(bytes, digits_end, b"</int></value>") {
            Some(end) => end,
            None => close(bytes, digits_end, b"</int>")?,
        };
        self.fast_short(start, end, i32::try_from(number).map_or(Raw::I8(number), Raw::Int))
    }

    /// The declaration as nearly everybody writes it, and the root element's beginning.
    fn fast_prolog(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        // Behind a comment or an instruction it is too late for a declaration.
        let at = if self.tokens.has_begun() { None } else { declaration(bytes, at) }.unwrap_or(at);
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
        if at < bytes.len() {
            return None;
        }
        if !view.last {
            // Whatever follows, the root element has ended.
            self.state = State::Epilog;
            self.tokens.jump(at);
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
        self.fast_to(start, end);
        self.state = self.after_value();
        event
    }

    /// A member's name, or the end of the struct.
    #[inline]
    fn fast_member(&mut self, view: View<'_>, at: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let at = space(bytes, at);
        if let Some(name) = eat(bytes, at, b"<member><name>") {
            return self.fast_name(view, at + b"<member>".len(), name);
        }
        if let Some(member) = eat(bytes, at, b"<member>") {
            let start = space(bytes, member);
            let name = eat(bytes, start, b"<name>")?;
            return self.fast_name(view, start, name);
        }
        let end = eat(bytes, at, b"</struct></value>")
            .or_else(|| spaced(bytes, eat(bytes, at, b"</struct>")?, b"</value>"))?;
        Some(self.fast_end(at, end, Raw::EndStruct))
    }

    /// A member's name, of which `<name>` stands at `start` and ends at `name`.
    #[inline]
    fn fast_name(&mut self, view: View<'_>, start: usize, name: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let end = name + find_special(bytes.get(name..)?);
        let after = eat(bytes, end, b"</name>")?;
        if end - name > self.limits.name {
            return None;
        }
        let span = name..end;
        self.named(&span);
        self.state = State::MemberValue;
        self.fast_to(start, after);
        Some(Raw::Name(Text::Window(span)))
    }

    /// A value, of which `<value>` stands at `start` and ends at `inside`.
    #[inline]
    fn fast_value(&mut self, view: View<'_>, start: usize, inside: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let mut at = inside;
        if bytes.get(at) != Some(&b'<') {
            // White space before a type element, or else text without one.
            at = space(bytes, at);
            if bytes.get(at) != Some(&b'<') || bytes.get(at + 1) == Some(&b'/') {
                return self.fast_string(view, start, inside, b"</value>");
            }
        }
        match bytes.get(at + 1)? {
            b's' => match eat(bytes, at, b"<string>") {
                Some(text) => self.fast_string(view, start, text, b"</string>"),
                None => {
                    let end = eat(bytes, at, b"<struct>")?;
                    self.fast_open(start, end, Kind::Struct, State::Members, Raw::StartStruct)
                }
            },
            b'i' => {
                if let Some(digits) = eat(bytes, at, b"<int>") {
                    return self.fast_int(bytes, start, digits);
                }
                if let Some(digits) = eat(bytes, at, b"<i4>") {
                    let (number, end) = integer(bytes, digits)?;
                    let end = close(bytes, end, b"</i4>")?;
                    return self.fast_short(start, end, i32::try_from(number).map_or(Raw::I8(number), Raw::Int));
                }
                let (number, end) = integer(bytes, eat(bytes, at, b"<i8>")?)?;
                self.fast_short(start, close(bytes, end, b"</i8>")?, Raw::I8(number))
            }
            b'd' => {
                if let Some(text) = eat(bytes, at, b"<double>") {
                    let (number, end) = double(view.text, text)?;
                    return self.fast_short(start, close(bytes, end, b"</double>")?, Raw::Double(number));
                }
                let text = eat(bytes, at, b"<dateTime.iso8601>")?;
                let length = bytes.get(text..)?.iter().take(64).position(|&b| b == b'<')?;
                let end = close(bytes, text + length, b"</dateTime.iso8601>")?;
                let span = text..text + length;
                let moment = DateTime::parse(view.text.get(span.clone())?).ok()?;
                self.fast_short(start, end, Raw::DateTime(moment, Text::Window(span)))
            }
            b'b' => {
                let Some(text) = eat(bytes, at, b"<boolean>") else {
                    return self.fast_base64(view, start, eat(bytes, at, b"<base64>")?);
                };
                let value = match bytes.get(text)? {
                    b'0' => false,
                    b'1' => true,
                    _ => return None,
                };
                self.fast_short(start, close(bytes, text + 1, b"</boolean>")?, Raw::Boolean(value))
            }
            b'a' => {
                let end = eat(bytes, at, b"<array><data>")
                    .or_else(|| spaced(bytes, eat(bytes, at, b"<array>")?, b"<data>"))?;
                self.fast_open(start, end, Kind::Array, State::Data, Raw::StartArray)
            }
            b'n' => self.fast_scalar(start, close(bytes, at, b"<nil/>")?, Raw::Nil),
            b'/' => self.fast_scalar(start, eat(bytes, at, b"</value>")?, Raw::String(Text::Window(at..at))),
            _ => None,
        }
    }

    /// A scalar is complete whose text nobody has measured. The whole of its markup is taken for it: only where
    /// the limit is hardly wider than that is the difference of interest, and the grammar knows it.
    #[inline(always)]
    fn fast_short(&mut self, start: usize, end: usize, event: Raw) -> Option<Raw> {
        if (end - start) as u64 > self.limits.text {
            return None;
        }
        self.fast_scalar(start, end, event)
    }

    /// A scalar is complete.
    #[inline(always)]
    fn fast_scalar(&mut self, start: usize, end: usize, event: Raw) -> Option<Raw> {
        self.fast_admit()?;
        self.fast_to(start, end);
        self.state = self.after_value();
        Some(event)
    }

    /// A container begins.
    #[inline]
    fn fast_open(&mut self, start: usize, end: usize, kind: Kind, state: State, event: Raw) -> Option<Raw> {
        if self.stack.depth() >= self.limits.depth {
            return None;
        }
        self.fast_admit()?;
        self.stack.push(kind);
        self.fast_to(start, end);
        self.state = state;
        Some(event)
    }

    /// Text up to an end tag, with or without references to decode.
    #[inline]
    fn fast_string<const N: usize>(&mut self, view: View<'_>, start: usize, text: usize, tag: &[u8; N]) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let mut end = text + find_special(bytes.get(text..)?);
        let plain = bytes.get(end) == Some(&b'<');
        if !plain {
            end += memchr(b'<', bytes.get(end..)?)?;
        }
        let after = if tag == b"</value>".as_slice() { eat(bytes, end, tag) } else { close(bytes, end, tag) }?;
        if (end - text) as u64 > self.limits.text || end - text > self.chunk {
            return None;
        }
        let decoded = match plain {
            true => None,
            false => text::decoded(view.text.get(text..end)?, Within::Content).ok()?,
        };
        self.fast_scalar(start, after, Raw::String(decoded.map_or(Text::Window(text..end), Text::Owned)))
    }

    fn fast_base64(&mut self, view: View<'_>, start: usize, text: usize) -> Option<Raw> {
        let bytes = view.text.as_bytes();
        let length = memchr(b'<', bytes.get(text..)?)?;
        let end = close(bytes, text + length, b"</base64>")?;
        if length > self.chunk || (length / 4 * 3 + 3) as u64 > self.limits.text {
            return None;
        }
        let decoded = base64::decode(bytes.get(text..text + length)?).ok()?;
        self.fast_scalar(start, end, Raw::Base64(decoded))
    }
}

/// `-? [0-9]{1,18}`: what cannot overflow. The number and the end.
#[inline(always)]
fn integer(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let negative = bytes.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let (mut number, mut end) = (0, first);
    let rest = bytes.get(first..)?;
    if let Some(head) = rest.first_chunk::<8>() {
        let (value, length) = eight_digits(u64::from_le_bytes(*head));
        number = value;
        end = first + length;
        if length < 8 {
            return (length > 0).then_some((if negative { -number } else { number }, end));
        }
    }
    while let Some(digit) = bytes.get(end).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit <= 9) {
        if end - first >= 18 {
            return None;
        }
        number = number * 10 + i64::from(digit);
        end += 1;
    }
    (end > first).then_some((if negative { -number } else { number }, end))
}

/// The number that the digits at the front of these eight characters make, and how many they are.
///
/// The characters are in little-endian order, the first one lowest. All of them are looked at in one
/// word: what is not a digit, then pairs, fours and eights of digits put together.
#[inline(always)]
fn eight_digits(characters: u64) -> (i64, usize) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let digits = characters ^ (ONES * 0x30);
    // The high bit of a byte says that it is more than 9. A carry can only reach bytes behind the first of those.
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & (ONES * 0x80);
    let length = (others.trailing_zeros() / 8) as usize;
    // Zeros in front in place of what is behind.
    let digits = if length < 8 { digits.checked_shl(64 - 8 * length as u32).unwrap_or(0) } else { digits };
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let mask = 0x0000_00FF_0000_00FF;
    let fours = (pairs & mask).wrapping_mul(100 + (1_000_000 << 32));
    let rest = ((pairs >> 16) & mask).wrapping_mul(1 + (10_000 << 32));
    ((fours.wrapping_add(rest) >> 32) as i64, length)
}

/// A decimal of digits and at most one point. The number and the end.
#[inline]
fn double(text: &str, at: usize) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let negative = bytes.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let mut end = first;
    let mut mantissa: u64 = 0;
    let mut digits = 0;
    let mut point = None;
    while let Some(&byte) = bytes.get(end) {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            // Wraps where there are so many digits that it is not used.
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            digits += 1;
        } else if byte == b'.' && point.is_none() {
            point = Some(end);
        } else {
            break;
        }
        end += 1;
    }
    let decimals = point.map_or(0, |point| end - point - 1);
    // Both are exact up to here, so that dividing them rounds once, correctly (Clinger, "How to read
    // floating point numbers accurately").
    if let (1..=15, Some(power)) = (digits, POWERS.get(decimals)) {
        let number = mantissa as f64 / power;
        return Some((if negative { -number } else { number }, end));
    }
    let number: f64 = text.get(at..end)?.parse().ok()?;
    number.is_finite().then_some((number, end))
}

/// The powers of ten that fifteen digits need.
const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn doubles_as_the_standard_library_has_them() {
        let mut state = 1u64;
        for _ in 0..50_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (whole, decimals) = ((state >> 40) % 1_000_000, (state >> 20) as usize % 19);
            let text = format!("{}{whole}.{:0decimals$}", if state & 1 == 0 { "-" } else { "" }, state >> 44);
            let (number, end) = double(&text, 0).unwrap();
            assert_eq!((number.to_bits(), end), (text.parse::<f64>().unwrap().to_bits(), text.len()), "{text}");
        }
        for text in ["0", "-0.0", "5.", ".5", "123456789012345", "0.000000000000001"] {
            assert_eq!(double(text, 0).unwrap().0.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        for text in ["", "-", ".", "-.", "<", "x"] {
            assert_eq!(double(text, 0), None, "{text}");
        }
        assert_eq!(double("1.5.5<", 0), Some((1.5, 3)));
    }

    #[test]
    fn integers_of_every_length() {
        for text in
            ["0", "7", "-1", "42", "0005", "1234567", "12345678", "123456789", "-2147483648", "123456789012345678"]
        {
            for tail in ["<", "</int></value>"] {
                let document = format!("x{text}{tail}");
                assert_eq!(
                    integer(document.as_bytes(), 1),
                    Some((text.parse().unwrap(), 1 + text.len())),
                    "{document}"
                );
            }
        }
        for text in ["", "-", "<", "x", "-x12345678", "+5<", " 5", "1234567890123456789<", "12345678901234567890"] {
            assert_eq!(integer(text.as_bytes(), 0), None, "{text}");
        }
        for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
            assert_eq!(integer(&[b'1', b'2', byte, b'3', 0xFF, 0, b'9', b'9', b'9'], 0), Some((12, 2)), "{byte}");
        }
    }
}
