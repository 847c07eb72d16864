//! HTTP/1 without sockets: what a head means and how a body is framed, for both sides.
//!
//! ```text
//! bytes ──► HeadScanner ──► RequestHead | ReplyHead ──► Framing ──► Decoder ──► body bytes
//!           (where does      (httparse, plus the         (how long    (at any split)
//!            the head end)    rules of RFC 9112)          is it)
//! ```
//!
//! Strict on purpose: two parties that frame the same bytes differently are how requests are
//! smuggled, so whatever has two readings is refused, and after a refusal the connection closes.

#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]
// Each side alone uses its part of it, and the adapter for tiny_http less still.
#![cfg_attr(not(all(feature = "server", feature = "client")), allow(dead_code, unused_imports))]

mod body;
#[cfg(any(feature = "server", feature = "tiny_http"))]
mod call;
#[cfg(any(feature = "client", all(feature = "server", feature = "gzip")))]
mod coding;
#[cfg(any(feature = "server", feature = "tiny_http"))]
mod date;
mod media;
#[cfg(any(feature = "server", feature = "tiny_http"))]
mod origin;
#[cfg(feature = "client")]
mod reply;
#[cfg(feature = "server")]
mod request;
mod scan;
mod write;

pub(crate) use body::{BodyError, Decoder};
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub use call::DEFAULT_PATHS;
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub(crate) use call::{check_call, path_of, query_of};
#[cfg(all(feature = "gzip", any(feature = "server", feature = "client")))]
pub(crate) use coding::WORTH_GZIP;
#[cfg(all(feature = "gzip", feature = "server"))]
pub(crate) use coding::accepts_gzip;
#[cfg(any(feature = "client", all(feature = "server", feature = "gzip")))]
pub(crate) use coding::is_gzip;
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub(crate) use date::Date;
pub(crate) use media::charset_of;
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub(crate) use origin::check_origin;
#[cfg(feature = "client")]
pub(crate) use reply::ReplyHead;
#[cfg(feature = "server")]
pub(crate) use request::RequestHead;
pub(crate) use scan::HeadScanner;
pub(crate) use write::{HeadWriter, check_header, check_target, check_value, reason};

use core::fmt;
#[cfg(any(feature = "server", feature = "client"))]
use core::mem::MaybeUninit;

/// Bytes of a whole head, request or reply, its final blank line included.
pub(crate) const MAX_HEAD: usize = 16 * 1024;

/// Header fields of a head.
pub(crate) const MAX_HEADERS: usize = 100;

/// Where the parsed header fields of one head lie, on the caller's stack: see [`storage`].
#[cfg(any(feature = "server", feature = "client"))]
pub(crate) type Storage<'b> = [MaybeUninit<httparse::Header<'b>>; MAX_HEADERS];

/// Room for the header fields of one head. It is not filled, so it costs nothing.
#[cfg(any(feature = "server", feature = "client"))]
pub(crate) const fn storage<'b>() -> Storage<'b> {
    [const { MaybeUninit::uninit() }; MAX_HEADERS]
}

/// The version of a message. Nothing else is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// HTTP/1.0: a connection closes unless both sides say `keep-alive`, and nothing is chunked.
    Http10,
    /// HTTP/1.1: a connection stays unless one side says `close`.
    Http11,
}

/// How the end of a body is told (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes, none for a message without a body.
    Length(u64),
    /// In chunks, each with its size before it.
    Chunked,
    /// Until the connection closes. Replies only.
    UntilClose,
}

/// Why a head is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeadError {
    /// The HTTP status that answers a request with this fault; for a reply, 431 if it is too large and else 502.
    pub(crate) status: u16,
    /// What is wrong with it, lowercase.
    pub(crate) message: &'static str,
}

impl HeadError {
    #[cold]
    pub(crate) const fn new(status: u16, message: &'static str) -> Self {
        Self { status, message }
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

/// What the framing fields of a head say, gathered while its fields are walked.
#[derive(Default)]
pub(crate) struct FramingFields<'b> {
    length: Option<&'b [u8]>,
    coding: Option<&'b [u8]>,
    close: bool,
    keep_alive: bool,
}

impl<'b> FramingFields<'b> {
    /// Takes note of a field if it is one of those that frame the message.
    pub(crate) fn note(&mut self, name: &str, value: &'b [u8]) -> Result<(), &'static str> {
        // The lengths sort out most fields before a text is compared.
        let (place, twice) = match name.len() {
            // Equal values twice are refused as well: no XML-RPC peer sends them, some proxies join them.
            14 if name.eq_ignore_ascii_case("content-length") => (&mut self.length, "more than one Content-Length"),
            17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                (&mut self.coding, "more than one Transfer-Encoding")
            }
            10 if name.eq_ignore_ascii_case("connection") => {
                for option in value.split(|&byte| byte == b',') {
                    let option = option.trim_ascii();
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        if place.replace(value).is_some() {
            return Err(twice);
        }
        Ok(())
    }

    /// Whether the connection may carry another message after this one (RFC 9112, section 9.3).
    pub(crate) fn stays_open(&self, version: Version) -> bool {
        match version {
            Version::Http10 => self.keep_alive && !self.close,
            Version::Http11 => !self.close,
        }
    }

    /// The framing that was declared, if one was. The flag of an error says that the coding is one we don't know.
    pub(crate) fn framing(&self, version: Version) -> Result<Option<Framing>, (bool, &'static str)> {
        match (self.coding, self.length) {
            (Some(_), Some(_)) => Err((false, "both Transfer-Encoding and Content-Length")),
            (Some(_), None) if version == Version::Http10 => Err((false, "Transfer-Encoding in HTTP/1.0")),
            (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(Framing::Chunked)),
            (Some(_), None) => Err((true, "expected Transfer-Encoding chunked alone")),
            (None, Some(length)) => Ok(Some(Framing::Length(parse_length(length).map_err(|text| (false, text))?))),
            (None, None) => Ok(None),
        }
    }
}

/// `Content-Length = 1*DIGIT`. A number beyond 64 bits is told as the largest one: it is over every limit.
fn parse_length(text: &[u8]) -> Result<u64, &'static str> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err("expected digits in Content-Length");
    }
    Ok(text.iter().fold(0_u64, |sum, &digit| sum.saturating_mul(10).saturating_add(u64::from(digit & 0x0f))))
}

/// `tchar` of RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9'
            | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
    )
}

/// What a header field's value may have: no control characters but the tab.
fn is_field_byte(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

/// The first field of this name, in any case.
#[cfg(any(feature = "server", all(feature = "client", test)))]
fn find_header<'b>(headers: &[httparse::Header<'b>], name: &str) -> Option<&'b [u8]> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}
