//! Character data of XML, both ways: references and line ends decoded, characters escaped.
//!
//! This is the one place that knows which characters XML can carry (XML 1.0, 2.2), how it names
//! the others (4.1, 4.6) and what it does to line ends (2.11).

use alloc::string::String;

use crate::ErrorKind;

/// What is wrong in a piece of text, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextError {
    pub(crate) at: usize,
    pub(crate) kind: ErrorKind,
    pub(crate) message: &'static str,
}

/// Where the text stands: markup means nothing inside a CDATA section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    Content,
    Attribute,
    Cdata,
}

const CHARACTER: &str = "expected a character that XML allows, found a control character";
const NONCHARACTER: &str = "expected a character that XML allows, found U+FFFE or U+FFFF";
const REFERENCE: &str = "expected a reference like &amp; or &#233;, found a bare ampersand";
const REFERENCE_CHAR: &str = "expected a reference to a character that XML allows";
const ENTITY: &str = "expected one of the entities lt, gt, amp, quot, apos, found another";
const CDATA_END: &str = "expected text, found the end of a CDATA section";

/// The length of the longest reference that is looked at: `&#x0010FFFF;` and some more zeros.
pub(crate) const REFERENCE_MAX: usize = 32;

/// Whether a byte of text needs a look: markup, references, line ends, what may not be there at
/// all, and 0xEF, which begins U+FFFE and U+FFFF.
const fn is_special(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n') || byte == b'<' || byte == b'>' || byte == b'&' || byte == 0xEF
}

static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = is_special(i as u8);
        i += 1;
    }
    table
};

/// The index of the first byte that needs a look, or the length.
///
/// The same set serves reading and writing. Eight bytes are looked at in one word; tabs and line ends
/// stop it as well, and are passed over. The last word may have bytes of the one before it once more.
#[inline]
pub(crate) fn find_special(bytes: &[u8]) -> usize {
    let mut tail = bytes;
    while let Some((word, rest)) = tail.split_first_chunk::<8>() {
        if let Some(at) = special_in(*word) {
            return bytes.len() - tail.len() + at;
        }
        tail = rest;
    }
    if tail.is_empty() {
        return bytes.len();
    }
    if let Some(word) = bytes.last_chunk::<8>() {
        return special_in(*word).map_or(bytes.len(), |at| bytes.len() - 8 + at);
    }
    tail.iter().position(|&byte| SPECIAL[usize::from(byte)]).unwrap_or(tail.len())
}

/// The index of the first byte that needs a look.
#[inline(always)]
fn special_in(word: [u8; 8]) -> Option<usize> {
    let mut found = suspects(u64::from_le_bytes(word));
    while found != 0 {
        let at = (found.trailing_zeros() / 8) as usize;
        if word.get(at).is_some_and(|&byte| SPECIAL[usize::from(byte)]) {
            return Some(at);
        }
        found &= found - 1;
    }
    None
}

/// A text of at most 16 bytes at the front of a buffer; `None` where it is longer, or where a byte needs a look.
///
/// Most names and many strings are as short as that. One or two words are put together without a loop, and can be
/// copied without a look at the length.
#[inline(always)]
pub(crate) fn short_plain(bytes: &[u8]) -> Option<[u8; 16]> {
    // Spaces stand behind the text, since a zero would need a look.
    const SPACES: u64 = 0x2020_2020_2020_2020;
    let (low, high) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            // Words that have some bytes in common.
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            if bytes.len() > 16 || suspects(first) | suspects(last) != 0 {
                return None;
            }
            (first, last.checked_shr(8 * (16 - bytes.len() as u32)).unwrap_or(0))
        }
        _ => {
            let text = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    let last = u64::from(u32::from_le_bytes(*last)) << (8 * (bytes.len() - 4));
                    u64::from(u32::from_le_bytes(*first)) | last
                }
                _ => match *bytes {
                    [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
                    [a, b] => u64::from(u16::from_le_bytes([a, b])),
                    [a] => u64::from(a),
                    _ => 0,
                },
            };
            if suspects(text | SPACES << (8 * bytes.len())) != 0 {
                return None;
            }
            (text, 0)
        }
    };
    Some((u128::from(low) | u128::from(high) << 64).to_le_bytes())
}

/// From this length on, text is looked through once as a whole before it is taken apart.
const LONG: usize = 128;

/// Whether long text has nothing special in it but what [`memchr`] can be asked for, at a multiple of
/// the speed of [`find_special`]: `&`, `<` and `>`.
fn is_simple(bytes: &[u8]) -> bool {
    // Without a branch inside, so that the compiler makes vector instructions of it.
    let odd = |piece: &[u8]| {
        piece.iter().fold(false, |odd, &byte| odd | (byte < 0x20 && byte != b'\t' && byte != b'\n') | (byte == 0xEF))
    };
    bytes.len() >= LONG && !bytes.chunks(4096).any(odd)
}

/// The high bit of each byte that may be special: of all that are, and of some others behind them.
#[inline(always)]
const fn suspects(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // A byte that is zero borrows from its high bit.
    const fn zero(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    // `<` and `>` differ in one bit.
    let markup = zero((word & !(ONES * 0x02)) ^ (ONES * 0x3C));
    let reference = zero(word ^ (ONES * 0x26));
    let lead = zero(word ^ (ONES * 0xEF));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (markup | reference | lead | control) & (ONES * 0x80)
}

/// Whether XML can carry this character (XML 1.0, production 2).
pub(crate) const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// What the special byte at the start of `rest` is.
enum Special {
    /// An ordinary character after all, of this many bytes.
    Plain(usize),
    /// Stands for this character, and takes this many bytes.
    Char(char, usize),
}

fn special(rest: &str, before: &str, within: Within) -> Result<Special, TextError> {
    let fail = |kind, message| Err(TextError { at: before.len(), kind, message });
    let bytes = rest.as_bytes();
    match bytes.first() {
        Some(b'\r') => Ok(Special::Char('\n', if bytes.get(1) == Some(&b'\n') { 2 } else { 1 })),
        Some(b'&') if within != Within::Cdata => match reference(rest) {
            Ok((c, length)) => Ok(Special::Char(c, length)),
            Err((kind, message)) => fail(kind, message),
        },
        Some(b'>') if within == Within::Content && before.ends_with("]]") => fail(ErrorKind::Syntax, CDATA_END),
        Some(b'<' | b'>' | b'&') => Ok(Special::Plain(1)),
        Some(0xEF) if bytes.starts_with(b"\xEF\xBF\xBE") || bytes.starts_with(b"\xEF\xBF\xBF") => {
            fail(ErrorKind::Character, NONCHARACTER)
        }
        Some(0xEF) => Ok(Special::Plain(3)),
        _ => fail(ErrorKind::Character, CHARACTER),
    }
}

/// Reference ::= EntityRef | CharRef (XML 1.0, productions 66 to 68): the character and the length.
fn reference(rest: &str) -> Result<(char, usize), (ErrorKind, &'static str)> {
    // What nearly every reference is.
    match rest.as_bytes() {
        [_, b'a', b'm', b'p', b';', ..] => return Ok(('&', 5)),
        [_, b'l', b't', b';', ..] => return Ok(('<', 4)),
        [_, b'g', b't', b';', ..] => return Ok(('>', 4)),
        _ => {}
    }
    const BARE: (ErrorKind, &str) = (ErrorKind::Syntax, REFERENCE);
    const CHAR: (ErrorKind, &str) = (ErrorKind::Character, REFERENCE_CHAR);
    let window = rest.as_bytes().iter().take(REFERENCE_MAX);
    let end = window.clone().position(|&b| b == b';').ok_or(BARE)?;
    let name = rest.get(1..end).ok_or(BARE)?;
    let c = match name {
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let Some(number) = name.strip_prefix('#') else {
                let named = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b) || b >= 0x80);
                return Err(if named && !name.is_empty() { (ErrorKind::Syntax, ENTITY) } else { BARE });
            };
            let (digits, radix) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (number, 10),
            };
            if digits.is_empty() || !digits.bytes().all(|b| char::from(b).is_digit(radix)) {
                return Err(BARE);
            }
            let code = u32::from_str_radix(digits, radix).map_err(|_| CHAR)?;
            char::from_u32(code).filter(|&c| is_xml_char(c)).ok_or(CHAR)?
        }
    };
    Ok((c, end + 1))
}

/// Checks all of `raw`.
pub(crate) fn check(raw: &str, within: Within) -> Result<(), TextError> {
    let mut at = find_special(raw.as_bytes());
    while let Some((before, rest)) = raw.split_at_checked(at).filter(|(_, rest)| !rest.is_empty()) {
        match special(rest, before, within)? {
            Special::Plain(length) | Special::Char(_, length) => at += length,
        }
        at += find_special(raw.as_bytes().get(at..).unwrap_or_default());
    }
    Ok(())
}

/// Whether `raw` is its own decoded form, so that it can be borrowed; where it is not, no more of it is checked.
pub(crate) fn is_plain(raw: &str, within: Within) -> Result<bool, TextError> {
    let mut at = find_special(raw.as_bytes());
    while at < raw.len() {
        let (before, rest) = raw.split_at_checked(at).unwrap_or((raw, ""));
        match special(rest, before, within)? {
            Special::Plain(length) => at += length,
            Special::Char(..) => return Ok(false),
        }
        at += find_special(raw.as_bytes().get(at..).unwrap_or_default());
    }
    Ok(true)
}

/// The decoded form of `raw`; `None` where that is what stands there.
pub(crate) fn decoded(raw: &str, within: Within) -> Result<Option<String>, TextError> {
    let mut out = String::new();
    Ok(decode_into(raw, within, &mut out)?.then_some(out))
}

/// Appends the decoded form of `raw` to `out`.
pub(crate) fn decode(raw: &str, within: Within, out: &mut String) -> Result<(), TextError> {
    if !decode_into(raw, within, out)? {
        out.push_str(raw);
    }
    Ok(())
}

/// Appends the decoded form of `raw` to `out`, but only if there is something to decode: whether there was.
fn decode_into(raw: &str, within: Within, out: &mut String) -> Result<bool, TextError> {
    let bytes = raw.as_bytes();
    if within != Within::Cdata && is_simple(bytes) && memchr::memmem::find(bytes, b"]]>").is_none() {
        return decode_references(raw, out);
    }
    let mut start = 0;
    let mut at = 0;
    loop {
        at += find_special(bytes.get(at..).unwrap_or_default());
        let Some((before, rest)) = raw.split_at_checked(at).filter(|(_, rest)| !rest.is_empty()) else { break };
        match special(rest, before, within)? {
            Special::Plain(length) => at += length,
            Special::Char(c, length) => {
                if start == 0 {
                    out.reserve(raw.len());
                }
                out.push_str(before.get(start..).unwrap_or_default());
                out.push(c);
                at += length;
                start = at;
            }
        }
    }
    if start > 0 {
        out.push_str(raw.get(start..).unwrap_or_default());
    }
    Ok(start > 0)
}

/// [`decode_into`] for text that has nothing to decode but references.
fn decode_references(raw: &str, out: &mut String) -> Result<bool, TextError> {
    let bytes = raw.as_bytes();
    let mut start = 0;
    for at in memchr::memchr_iter(b'&', bytes) {
        if start == 0 {
            out.reserve(raw.len());
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"&amp;") {
            // The character is there already.
            out.push_str(raw.get(start..=at).unwrap_or_default());
            start = at + 5;
            continue;
        }
        out.push_str(raw.get(start..at).unwrap_or_default());
        // What nearly all others are, as constants, which cost less to append than any character.
        if rest.starts_with(b"&lt;") {
            out.push('<');
            start = at + 4;
        } else if rest.starts_with(b"&gt;") {
            out.push('>');
            start = at + 4;
        } else {
            let rest = raw.get(at..).unwrap_or_default();
            let (c, length) = reference(rest).map_err(|(kind, message)| TextError { at, kind, message })?;
            out.push(c);
            start = at + length;
        }
    }
    if start > 0 {
        out.push_str(raw.get(start..).unwrap_or_default());
    }
    Ok(start > 0)
}

/// Which byte of `raw` the byte `at` of its decoded form comes from.
#[cold]
pub(crate) fn origin(raw: &str, within: Within, at: usize) -> usize {
    let (mut from, mut decoded) = (0, 0);
    loop {
        let plain = find_special(raw.as_bytes().get(from..).unwrap_or_default());
        if decoded + plain >= at {
            return from + (at - decoded);
        }
        (from, decoded) = (from + plain, decoded + plain);
        let Some((before, rest)) = raw.split_at_checked(from).filter(|(_, rest)| !rest.is_empty()) else { return from };
        let (length, taken) = match special(rest, before, within) {
            Ok(Special::Plain(length)) => (length, length),
            Ok(Special::Char(c, taken)) => (c.len_utf8(), taken),
            Err(_) => return from,
        };
        if decoded + length > at {
            return from;
        }
        (from, decoded) = (from + taken, decoded + length);
    }
}

/// What to do with a character that XML cannot carry (XML 1.0, production 2): U+0000 to U+001F but for tab and line
/// ends, U+FFFE and U+FFFF.
///
/// `\r` is not among them: it is written as `&#13;` and always survives. In the names of methods and members such
/// characters are an error whatever is said here.
///
/// ```
/// use tiny_xmlrpc::{Dialect, Unrepresentable, Writer};
///
/// let mut dialect = Dialect::strict();
/// dialect.unrepresentable = Unrepresentable::Strip;
/// let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
/// writer.string("form\u{C}feed\r\n")?;
/// assert_eq!(writer.finish()?, b"<value><string>formfeed&#13;\n</string></value>");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Unrepresentable {
    /// An error that names the character. The default, since everything else loses something.
    #[default]
    Error,
    /// U+FFFD, the replacement character, stands in for it.
    Replace,
    /// It is left out.
    Strip,
    /// The whole string is sent as base64 of its UTF-8 form, as some peers do.
    Base64,
}

/// What [`escape`] met and cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forbidden {
    pub(crate) at: usize,
    pub(crate) character: char,
}

/// Hands `text` to `out` piece by piece with `&`, `<`, `>` and `\r` escaped.
///
/// `>` is escaped as well so that `]]>` never appears; no peer minds.
#[inline]
pub(crate) fn escape<E: From<Forbidden>>(
    text: &str,
    policy: Unrepresentable,
    mut out: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let bytes = text.as_bytes();
    let simple = is_simple(bytes);
    let next = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + if simple { memchr::memchr3(b'&', b'<', b'>', rest).unwrap_or(rest.len()) } else { find_special(rest) }
    };
    let mut start = 0;
    let mut at = next(0);
    while let Some(&byte) = bytes.get(at) {
        let (length, replacement): (usize, &[u8]) = match byte {
            b'&' => (1, b"&amp;"),
            b'<' => (1, b"&lt;"),
            b'>' => (1, b"&gt;"),
            b'\r' => (1, b"&#13;"),
            _ => {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()).filter(|&c| !is_xml_char(c)) else {
                    at = next(at + 1);
                    continue;
                };
                match policy {
                    Unrepresentable::Replace => (c.len_utf8(), "\u{FFFD}".as_bytes()),
                    Unrepresentable::Strip => (c.len_utf8(), b""),
                    Unrepresentable::Error | Unrepresentable::Base64 => {
                        return Err(Forbidden { at, character: c }.into());
                    }
                }
            }
        };
        out(bytes.get(start..at).unwrap_or_default())?;
        out(replacement)?;
        start = at + length;
        at = next(start);
    }
    out(bytes.get(start..).unwrap_or_default())
}

/// Whether XML can carry every character of `text`.
pub(crate) fn is_representable(text: &str) -> bool {
    text.chars().all(is_xml_char)
}

/// A name as error messages show it: not too long of it.
pub(crate) fn short(name: &str) -> String {
    let mut shown: String = name.chars().take(32).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    fn decoded(raw: &str, within: Within) -> Result<String, TextError> {
        let mut out = String::new();
        decode(raw, within, &mut out)?;
        assert_eq!(is_plain(raw, within), Ok(out == raw));
        Ok(out)
    }

    #[test]
    fn every_special_byte_is_found_at_every_place() {
        for length in 0..40 {
            assert_eq!(find_special(&alloc::vec![b'x'; length]), length);
            for at in 0..length {
                for byte in 0..=255 {
                    let mut text = alloc::vec![b'\n'; length];
                    text[at] = byte;
                    text[length - 1] = b'&';
                    let expected = if is_special(text[at]) { at } else { length - 1 };
                    assert_eq!(find_special(&text), expected, "{byte} at {at} of {length}");
                }
            }
        }
    }

    #[test]
    fn short_texts_are_whole_and_their_special_bytes_seen() {
        for length in 0..20 {
            let text: Vec<u8> = (0..length).map(|at| b'a' + at).collect();
            assert_eq!(
                short_plain(&text).map(|buffer| buffer[..text.len()].to_vec()),
                (length <= 16).then(|| text.clone())
            );
            for at in 0..text.len() {
                for byte in 0..=255 {
                    let mut text = text.clone();
                    text[at] = byte;
                    let plain = !is_special(byte) && byte != b'\t' && byte != b'\n' && length <= 16;
                    assert_eq!(short_plain(&text).map(|buffer| buffer[..text.len()].to_vec()), plain.then_some(text));
                }
            }
        }
    }

    #[test]
    fn decodes_references_and_line_ends() {
        for (raw, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("a&lt;b&gt;&amp;&quot;&apos;", "a<b>&\"'"),
            ("&#65;&#x42;&#x1F600;&#13;", "AB\u{1F600}\r"),
            ("a\r\nb\rc\n", "a\nb\nc\n"),
            ("\u{FF0C}\u{FFFD}", "\u{FF0C}\u{FFFD}"),
            ("a]]b>c]>", "a]]b>c]>"),
            ("&#0000000000000065;", "A"),
        ] {
            assert_eq!(decoded(raw, Within::Content).unwrap(), expected, "{raw}");
        }
        assert_eq!(decoded("a&lt;<b>]]&", Within::Cdata).unwrap(), "a&lt;<b>]]&");
    }

    #[test]
    fn refuses_what_xml_does_not_allow() {
        for (raw, kind, at) in [
            ("ab&", ErrorKind::Syntax, 2),
            ("&;", ErrorKind::Syntax, 0),
            ("a & b;", ErrorKind::Syntax, 2),
            ("&nbsp;", ErrorKind::Syntax, 0),
            ("&#;", ErrorKind::Syntax, 0),
            ("&#x;", ErrorKind::Syntax, 0),
            ("&#6A;", ErrorKind::Syntax, 0),
            ("&#+65;", ErrorKind::Syntax, 0),
            ("&#-65;", ErrorKind::Syntax, 0),
            ("&#X41;", ErrorKind::Syntax, 0),
            ("&#0;", ErrorKind::Character, 0),
            ("&#xD800;", ErrorKind::Character, 0),
            ("&#4294967361;", ErrorKind::Character, 0),
            ("&#xFFFF;", ErrorKind::Character, 0),
            ("12345678901234567890123456789012345\u{1}", ErrorKind::Character, 35),
            ("x\u{FFFE}", ErrorKind::Character, 1),
            ("a]]>b", ErrorKind::Syntax, 3),
        ] {
            let error = decoded(raw, Within::Content).unwrap_err();
            assert_eq!((error.kind, error.at), (kind, at), "{raw:?}");
        }
    }

    #[derive(Debug, PartialEq)]
    struct Failed(Forbidden);
    impl From<Forbidden> for Failed {
        fn from(forbidden: Forbidden) -> Self {
            Self(forbidden)
        }
    }

    fn escaped(text: &str, policy: Unrepresentable) -> Result<String, Failed> {
        let mut out = Vec::new();
        escape(text, policy, |piece| {
            out.extend_from_slice(piece);
            Ok::<(), Failed>(())
        })?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn escapes_so_that_decoding_gives_it_back() {
        let all: String = ('\0'..'\u{3000}').chain('\u{FF00}'..'\u{10010}').filter(|&c| is_xml_char(c)).collect();
        for text in [&all, "", "]]>", "a\r\nb", "<&>", "a long text without anything to escape in it at all & then"] {
            let escaped = escaped(text, Unrepresentable::Error).unwrap();
            assert_eq!(decoded(&escaped, Within::Content).unwrap(), text);
        }
    }

    #[test]
    fn names_the_character_or_follows_the_policy() {
        let error = escaped("ab\u{1}", Unrepresentable::Error).unwrap_err();
        assert_eq!(error, Failed(Forbidden { at: 2, character: '\u{1}' }));
        assert_eq!(escaped("a\0b\u{FFFF}", Unrepresentable::Replace).unwrap(), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(escaped("a\0b\u{FFFF}\u{FF0C}", Unrepresentable::Strip).unwrap(), "ab\u{FF0C}".to_string());
    }
}
