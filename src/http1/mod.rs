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
//!
//! | file | what it does |
//! |---|---|
//! | `scan` | where a head ends |
//! | `request`, `reply` | heads, read; `gateway` that of a CGI program's reply |
//! | `write` | heads, written; `date` for one of their fields |
//! | `framing`, `body` | how the end of a body is told; its framing taken off |
//! | `call`, `origin` | which requests are calls; which come from a page of somebody else's |
//! | `media`, `coding` | the parameters of a `Content-Type`; gzip by name |

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
mod framing;
#[cfg(feature = "client")]
pub(crate) mod gateway;
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
pub(crate) use framing::{Framing, FramingFields};
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
