//! A reply as a service makes it.

use std::borrow::Cow;
use std::sync::Arc;

use super::log::Note;
use crate::http1::{check_header, check_value, reason};
use crate::{Error, ErrorKind, Result, Spool};

/// What a service answers.
///
/// The loop adds `Content-Length`, `Date`, and `Connection` where it is needed.
///
/// ```
/// use tiny_xmlrpc::server::Reply;
///
/// let reply = Reply::new(200, "text/html", &b"<p>hello</p>"[..]).with_header("Cache-Control", "no-store")?;
/// assert_eq!((reply.status(), reply.body()), (200, Some(&b"<p>hello</p>"[..])));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    content_type: Cow<'static, str>,
    headers: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    body: Body,
    close: bool,
    note: Option<Box<Note>>,
}

/// The body of a reply.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Bytes(Cow<'static, [u8]>),
    /// Some of it is in a file.
    Spool(Arc<Spool>),
}

impl Body {
    fn of(spool: Spool) -> Self {
        match spool.into_vec() {
            Ok(bytes) => Self::Bytes(Cow::Owned(bytes)),
            Err(spool) => Self::Spool(Arc::new(spool)),
        }
    }
}

impl Reply {
    /// A reply of this status, from 200 to 599, with this body. Any other status becomes 500, and so does a
    /// content type that can't stand in a head.
    ///
    /// A 204 or 304 is sent without the body.
    #[must_use]
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self::with_body(status, content_type.into(), Body::Bytes(body.into()))
    }

    /// A reply whose body may be too large for memory, or a file: see [`Spool::from_file`]. It is sent in pieces,
    /// as the client takes them, and costs no memory while it waits for that.
    #[must_use]
    pub fn spooled(status: u16, content_type: impl Into<Cow<'static, str>>, body: Spool) -> Self {
        Self::with_body(status, content_type.into(), Body::of(body))
    }

    /// The answer to a call. Nothing of it needs a check.
    pub(super) fn document(body: Spool) -> Self {
        let content_type = Cow::Borrowed("text/xml");
        Self { status: 200, content_type, headers: Vec::new(), body: Body::of(body), close: false, note: None }
    }

    fn with_body(status: u16, content_type: Cow<'static, str>, body: Body) -> Self {
        let sound = (200..=599).contains(&status) && check_value(&content_type).is_ok();
        Self {
            status: if sound { status } else { 500 },
            content_type: if sound { content_type } else { Cow::Borrowed("text/plain") },
            headers: Vec::new(),
            body,
            close: false,
            note: None,
        }
    }

    /// A reply of plain text (UTF-8).
    #[must_use]
    pub fn text(status: u16, text: impl Into<Cow<'static, str>>) -> Self {
        let body = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// A reply that names an error: its status, the status's phrase, and what there is to say about it.
    #[must_use]
    pub fn error(status: u16, message: &str) -> Self {
        Self::text(status, format!("{status} {}: {message}\n", reason(status)))
    }

    /// Status 405, with the methods that are allowed: `"GET, POST"`.
    #[must_use]
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        let mut reply = Self::error(405, "the methods allowed here are in the Allow field");
        if check_header("Allow", allowed).is_ok() {
            reply.headers.push((Cow::Borrowed("Allow"), Cow::Borrowed(allowed)));
        }
        reply
    }

    /// Status 401, asking for a name and a password (RFC 7617). The realm says for what; quotes and control characters
    /// are taken out of it.
    #[must_use]
    pub fn unauthorized(realm: &str) -> Self {
        let realm: String = realm.chars().filter(|&c| c != '"' && c != '\\' && !c.is_control()).collect();
        let mut reply = Self::error(401, "a name and a password are needed");
        let value = format!("Basic realm=\"{realm}\", charset=\"UTF-8\"");
        reply.headers.push((Cow::Borrowed("WWW-Authenticate"), Cow::Owned(value)));
        reply
    }

    /// The same reply with another header field.
    ///
    /// # Errors
    /// If name or value can't stand in a head (a line break in the value, a blank in the name), or if the
    /// field is one that the loop writes itself: `Content-Length`, `Content-Type`, `Connection`, `Date`,
    /// `Transfer-Encoding`.
    pub fn with_header(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Result<Self> {
        let (name, value) = (name.into(), value.into());
        check_header(&name, &value).map_err(|message| Error::new(ErrorKind::Usage, message))?;
        let own = ["Content-Length", "Content-Type", "Connection", "Date", "Transfer-Encoding"];
        if own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return Err(Error::new(ErrorKind::Usage, format!("expected another header than {name}")));
        }
        self.headers.push((name, value));
        Ok(self)
    }

    /// The same reply, after which the connection closes.
    #[must_use]
    pub fn closing(mut self) -> Self {
        self.close = true;
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The header fields that were added.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The body, if it is in memory.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            Body::Spool(_) => None,
        }
    }

    /// Bytes of the body.
    #[must_use]
    pub fn body_len(&self) -> u64 {
        match &self.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::Spool(spool) => spool.len(),
        }
    }

    /// Whether some of the body is a file that is encoded when it is sent.
    #[cfg(feature = "gzip")]
    pub(super) fn leaves_files(&self) -> bool {
        matches!(&self.body, Body::Spool(spool) if spool.leaves_files())
    }

    /// Reads a body that is not in memory.
    #[cfg(feature = "gzip")]
    pub(super) fn reader(&self) -> Option<crate::SpoolReader<&Spool>> {
        match &self.body {
            Body::Bytes(_) => None,
            Body::Spool(spool) => Some(spool.reader()),
        }
    }

    /// The same reply with its body coded.
    #[cfg(feature = "gzip")]
    pub(super) fn coded(self, coding: &'static str, body: Spool) -> Self {
        let Self { status, content_type, mut headers, close, note, .. } = self;
        headers.push((Cow::Borrowed("Content-Encoding"), Cow::Borrowed(coding)));
        headers.push((Cow::Borrowed("Vary"), Cow::Borrowed("Accept-Encoding")));
        Self { headers, close, note, ..Self::spooled(status, content_type, body) }
    }

    /// Bytes of memory that the body takes.
    pub(super) fn memory(&self) -> usize {
        match &self.body {
            Body::Bytes(bytes) => bytes.len(),
            Body::Spool(spool) => spool.memory(),
        }
    }

    /// What a log tells of it.
    pub(super) fn note(&self) -> Option<&Note> {
        self.note.as_deref()
    }

    pub(super) fn note_mut(&mut self) -> &mut Note {
        self.note.get_or_insert_default()
    }

    pub(super) fn closes(&self) -> bool {
        self.close
    }

    pub(super) fn into_body(self) -> Body {
        self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_breaks_out_of_a_head() {
        for (name, value) in [("A", "b\r\nc: d"), ("A b", "c"), ("content-length", "5"), ("Connection", "close")] {
            assert!(Reply::text(200, "").with_header(name, value).is_err(), "{name}");
        }
        assert_eq!(Reply::new(200, "a\r\nb: c", &b""[..]).status(), 500);
        assert_eq!((Reply::text(100, "").status(), Reply::text(600, "").status()), (500, 500));
        let reply = Reply::unauthorized("a\"b\r\nc");
        assert_eq!(reply.headers().next(), Some(("WWW-Authenticate", "Basic realm=\"abc\", charset=\"UTF-8\"")));
    }
}
