//! From bytes to characters: which encoding a document is in, and decoding it piece by piece.
//!
//! UTF-8, US-ASCII, ISO-8859-1, windows-1252 and UTF-16 are built in; the feature `encoding_rs`
//! brings the rest of the WHATWG Encoding Standard.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use crate::text::short;
use crate::{Error, ErrorKind, Result};

/// What is wrong with the bytes, before it is known where that is.
pub(super) type Malformed = (ErrorKind, Cow<'static, str>);

pub(super) enum Charset {
    Utf8,
    Ascii,
    Latin1,
    Windows1252,
    Utf16 {
        big_endian: bool,
    },
    #[cfg(feature = "encoding_rs")]
    Other(alloc::boxed::Box<encoding_rs::Decoder>),
}

/// So much of a document is looked at for its XML declaration.
pub(super) const SNIFF: usize = 1024;

/// The encoding of a document that begins with these bytes, and the length of its byte order mark.
///
/// `None` when more of it is needed to tell. The byte order mark counts first, then the charset that
/// the Content-Type names, then the XML declaration (RFC 7303, section 3.2; XML 1.0, appendix F).
pub(super) fn detect(bytes: &[u8], ended: bool, content_type: Option<&str>) -> Result<Option<(Charset, usize)>> {
    // How most documents begin, without a search.
    if content_type.is_none() && bytes.starts_with(b"<?xml version=\"1.0\"?>") {
        return Ok(Some((Charset::Utf8, 0)));
    }
    for (mark, charset) in [
        (b"\xEF\xBB\xBF".as_slice(), Charset::Utf8),
        (b"\xFE\xFF", Charset::Utf16 { big_endian: true }),
        (b"\xFF\xFE", Charset::Utf16 { big_endian: false }),
    ] {
        if bytes.starts_with(mark) {
            return Ok(Some((charset, mark.len())));
        }
        if !ended && mark.starts_with(bytes) {
            return Ok(None);
        }
    }
    if let Some(name) = content_type {
        return named(name).map(|charset| Some((charset, 0)));
    }
    match bytes {
        [b'<', 0, ..] => return Ok(Some((Charset::Utf16 { big_endian: false }, 0))),
        [0, b'<', ..] => return Ok(Some((Charset::Utf16 { big_endian: true }, 0))),
        [b'<'] | [0] if !ended => return Ok(None),
        _ => {}
    }
    let more = !ended && bytes.len() < SNIFF;
    let bytes = bytes.get(..SNIFF).unwrap_or(bytes);
    let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let rest = bytes.get(blank..).unwrap_or_default();
    if more && b"<?xml ".starts_with(rest) {
        return Ok(None);
    }
    if !rest.starts_with(b"<?xml") {
        return Ok(Some((Charset::Utf8, 0)));
    }
    // It ends soon, before a search at memory speed would have begun.
    let Some(end) = rest.windows(2).position(|pair| pair == b"?>") else {
        return Ok(if more { None } else { Some((Charset::Utf8, 0)) });
    };
    match declared(rest.get(..end).unwrap_or_default()) {
        None => Ok(Some((Charset::Utf8, 0))),
        Some(name) => match named(name)? {
            Charset::Utf16 { .. } => Err(Error::new(
                ErrorKind::Encoding,
                "expected the encoding that the document declares, utf-16, found one of single bytes",
            )),
            charset => Ok(Some((charset, 0))),
        },
    }
}

/// The value of `encoding` in an XML declaration.
fn declared(declaration: &[u8]) -> Option<&str> {
    let at = declaration.windows(8).position(|word| word == b"encoding")?;
    let rest = core::str::from_utf8(declaration.get(at..)?).ok()?.strip_prefix("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|&c| c == '"' || c == '\'')?;
    rest.get(1..)?.split(quote).next()
}

/// The encoding of this name (the IANA registry's common names for those that are built in).
fn named(name: &str) -> Result<Charset> {
    let known = [
        ("utf-8", Charset::Utf8),
        ("utf8", Charset::Utf8),
        ("us-ascii", Charset::Ascii),
        ("ascii", Charset::Ascii),
        ("iso-8859-1", Charset::Latin1),
        ("iso8859-1", Charset::Latin1),
        ("iso_8859-1", Charset::Latin1),
        ("latin1", Charset::Latin1),
        ("windows-1252", Charset::Windows1252),
        ("cp1252", Charset::Windows1252),
        ("utf-16", Charset::Utf16 { big_endian: true }),
        ("utf-16be", Charset::Utf16 { big_endian: true }),
        ("utf-16le", Charset::Utf16 { big_endian: false }),
    ];
    let found = known.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    if let Some((_, charset)) = found {
        return Ok(charset);
    }
    #[cfg(feature = "encoding_rs")]
    if let Some(encoding) = encoding_rs::Encoding::for_label(name.as_bytes()) {
        return Ok(Charset::Other(alloc::boxed::Box::new(encoding.new_decoder_without_bom_handling())));
    }
    let message = format!("expected a supported encoding like utf-8, found {:?}", short(name));
    Err(Error::new(ErrorKind::Encoding, message))
}

/// The longest beginning of `bytes` that is text in this encoding as it stands, and what is wrong behind it.
///
/// Where more bytes follow, half a character at the end is not wrong.
pub(super) fn as_text<'b>(charset: &Charset, bytes: &'b [u8], more: bool) -> Option<(&'b str, Option<Malformed>)> {
    let upto = match charset {
        Charset::Utf8 => bytes.len(),
        Charset::Ascii => bytes.iter().position(|b| !b.is_ascii()).unwrap_or(bytes.len()),
        _ => return None,
    };
    let head = bytes.get(..upto).unwrap_or(bytes);
    let (text, whole) = match core::str::from_utf8(head) {
        Ok(text) => (text, upto == bytes.len()),
        Err(error) => {
            let valid = head.get(..error.valid_up_to()).unwrap_or_default();
            let cut = more && upto == bytes.len() && error.error_len().is_none();
            (core::str::from_utf8(valid).unwrap_or_default(), cut)
        }
    };
    let malformed = (!whole).then(|| malformed(charset, bytes.get(text.len())));
    Some((text, malformed))
}

/// The length of UTF-8 without a last character that may have been cut.
pub(super) fn whole_characters(bytes: &[u8]) -> usize {
    for (behind, &byte) in bytes.iter().rev().take(3).enumerate() {
        let length = match byte {
            0x80..=0xBF => continue,
            0xF0.. => 4,
            0xE0.. => 3,
            0xC0.. => 2,
            _ => 1,
        };
        return if length > behind + 1 { bytes.len() - behind - 1 } else { bytes.len() };
    }
    bytes.len()
}

#[cold]
fn malformed(charset: &Charset, byte: Option<&u8>) -> Malformed {
    let name = match charset {
        Charset::Utf8 => "utf-8",
        Charset::Ascii => "us-ascii",
        Charset::Utf16 { .. } => "utf-16",
        _ => "its encoding",
    };
    let message = match byte {
        Some(byte) => format!("expected text in {name}, found byte 0x{byte:02x}"),
        None => format!("expected text in {name}, found a part of a character at the end"),
    };
    (ErrorKind::Character, message.into())
}

impl Charset {
    /// Appends what `bytes` say to `text`; how many of them that were. The rest waits for more.
    pub(super) fn decode(&mut self, bytes: &[u8], ended: bool, text: &mut String) -> (usize, Option<Malformed>) {
        match self {
            Self::Utf8 => match core::str::from_utf8(bytes) {
                Ok(valid) => {
                    text.push_str(valid);
                    (bytes.len(), None)
                }
                Err(error) => {
                    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                    text.push_str(core::str::from_utf8(valid).unwrap_or_default());
                    let wrong = ended || error.error_len().is_some();
                    (valid.len(), wrong.then(|| malformed(self, bytes.get(valid.len()))))
                }
            },
            Self::Ascii => {
                let upto = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(bytes.len());
                text.push_str(core::str::from_utf8(bytes.get(..upto).unwrap_or_default()).unwrap_or_default());
                (upto, bytes.get(upto).map(|byte| malformed(self, Some(byte))))
            }
            Self::Latin1 => {
                text.extend(bytes.iter().map(|&byte| char::from(byte)));
                (bytes.len(), None)
            }
            Self::Windows1252 => {
                text.extend(bytes.iter().map(|&byte| match byte {
                    0x80..=0x9F => WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or_default(),
                    _ => char::from(byte),
                }));
                (bytes.len(), None)
            }
            Self::Utf16 { big_endian } => {
                let big_endian = *big_endian;
                let pairs = bytes.chunks_exact(2);
                let odd = pairs.remainder();
                let unit = |pair: &[u8]| {
                    let pair = pair.try_into().unwrap_or_default();
                    if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
                };
                let mut taken = 0;
                for decoded in char::decode_utf16(pairs.map(unit)) {
                    match decoded {
                        Ok(c) => {
                            text.push(c);
                            taken += 2 * c.len_utf16();
                        }
                        // Half a pair at the end may wait for its other half.
                        Err(_) if !ended && taken + 2 >= bytes.len() - odd.len() => return (taken, None),
                        Err(_) => return (taken, Some(malformed(self, bytes.get(taken)))),
                    }
                }
                (taken, (ended && !odd.is_empty()).then(|| malformed(self, None)))
            }
            #[cfg(feature = "encoding_rs")]
            Self::Other(decoder) => {
                text.reserve(
                    decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3),
                );
                match decoder.decode_to_string_without_replacement(bytes, text, ended) {
                    (encoding_rs::DecoderResult::Malformed(..), taken) => (taken, Some(malformed(self, None))),
                    (_, taken) => (taken, None),
                }
            }
        }
    }
}

/// 0x80 to 0x9F; the five bytes that have no character there stand for the control characters of ISO-8859-1.
const WINDOWS_1252: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2C6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}',
    '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}',
    '\u{17E}', '\u{178}',
];
