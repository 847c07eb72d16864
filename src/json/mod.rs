//! JSON-RPC: the other codec, over the same events.
//!
//! ```text
//!  bytes ──► serde_json ──► requests ──► events ──► Params ──► the one dispatch ──► Writer ──► JSON
//!            (tokens)       (envelopes)  (limits)                                   (write/json.rs)
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `events`, `big` | a value's text to events, within the [`Limits`](crate::Limits); integers that serde_json has no type for |
//! | `envelope` | what is around the values, in requests and in replies |
//! | `respond` | the server's side |
//! | `reply` | the client's side |
//!
//! In JSON as in XML what is typed reads events from a [`Reader`](crate::Reader) and writes them to a
//! [`Writer`](crate::Writer), which has its JSON in `write/json.rs`. What the server and the client have for it beside the
//! codec is in their own `json.rs`.
//!
//! A document is held in memory, and so are its events: the name of the method may come after the parameters, and of a batch
//! no call is made before all of it has been read.

// Bytes from the network come through here: nothing in it may panic. Tests may.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod big;
mod envelope;
mod events;
#[cfg(feature = "client")]
pub(crate) mod reply;
mod respond;

pub(crate) use envelope::by_position;

/// Whether a body is JSON: its `Content-Type` says so, or, where that says neither this nor XML, its first byte does.
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub(crate) fn is_json(content_type: Option<&[u8]>, body: &[u8]) -> bool {
    match content_type {
        // What nearly all of the others say.
        Some(b"text/xml") => false,
        Some(value) if names(value, b"json") => true,
        Some(value) if names(value, b"xml") => false,
        _ => begins_json(body),
    }
}

/// Whether the word stands in a media type.
#[cfg(any(feature = "server", feature = "tiny_http"))]
fn names(content_type: &[u8], word: &[u8]) -> bool {
    content_type.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether what comes first, behind white space and a byte order mark, can begin a request: no XML begins so.
#[cfg(any(feature = "server", feature = "client", feature = "tiny_http"))]
pub(crate) fn begins_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}
