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
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::new(404, "text/html", &b"<p>no such page</p>"[..]);
    /// assert_eq!((reply.status(), reply.content_type()), (404, "text/html"));
    /// assert_eq!(Reply::new(99, "text/html", &b""[..]).status(), 500);
    /// ```
    #[must_use]
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self::with_body(status, content_type.into(), Body::Bytes(body.into()))
    }

    /// A reply whose body may be too large for memory, or a file: see [`Spool::from_file`]. It is sent in pieces,
    /// as the client takes them, and costs no memory while it waits for that.
    ///
    /// ```
    /// use std::io::Write;
    /// use tiny_xmlrpc::{Spool, server::Reply};
    ///
    /// let mut table = Spool::new();
    /// for row in 0..1000 {
    ///     writeln!(table, "{row},{}", row * row)?;
    /// }
    /// let reply = Reply::spooled(200, "text/csv", table);
    /// assert_eq!(reply.body_len(), 10_427);
    /// # Ok::<(), std::io::Error>(())
    /// ```
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
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::text(200, "hello");
    /// assert_eq!((reply.content_type(), reply.body()), ("text/plain; charset=utf-8", Some(&b"hello"[..])));
    /// ```
    #[must_use]
    pub fn text(status: u16, text: impl Into<Cow<'static, str>>) -> Self {
        let body = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// A reply that names an error: its status, the status's phrase, and what there is to say about it.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::error(404, "no such page");
    /// assert_eq!(reply.body(), Some(&b"404 Not Found: no such page\n"[..]));
    /// ```
    #[must_use]
    pub fn error(status: u16, message: &str) -> Self {
        Self::text(status, format!("{status} {}: {message}\n", reason(status)))
    }

    /// What answers a request whose handler panicked.
    #[cold]
    pub(super) fn panicked() -> Self {
        Self::error(500, "the server failed").closing()
    }

    /// Status 405, with the methods that are allowed: `"GET, POST"`.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::method_not_allowed("GET, HEAD");
    /// assert_eq!((reply.status(), reply.headers().next()), (405, Some(("Allow", "GET, HEAD"))));
    /// ```
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
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::unauthorized("the robot");
    /// let asks = r#"Basic realm="the robot", charset="UTF-8""#;
    /// assert_eq!((reply.status(), reply.headers().next()), (401, Some(("WWW-Authenticate", asks))));
    /// ```
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
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::text(303, "see there").with_header("Location", "/about")?;
    /// assert_eq!(reply.headers().next(), Some(("Location", "/about")));
    /// assert!(Reply::text(200, "hello").with_header("Date", "today").is_err());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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

    /// The same reply, after which the connection closes. Requests that came behind this one are not answered.
    ///
    /// ```
    /// use tiny_xmlrpc::server::{Config, Reply, Request, ShutdownHandle, serve_stream};
    ///
    /// let mut service = |_: &Request<'_>| Reply::error(403, "go away").closing();
    /// # let (requests, mut replies) = ("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2).into_bytes(), Vec::new());
    /// # serve_stream(&requests[..], &mut replies, &mut service, &Config::default(), &ShutdownHandle::default())?;
    /// // Of two requests on one connection the second isn't answered.
    /// # let replies = String::from_utf8_lossy(&replies);
    /// assert_eq!(replies.matches(": go away\n").count(), 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn closing(mut self) -> Self {
        self.close = true;
        self
    }

    /// The status.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// assert_eq!(Reply::error(404, "no such page").status(), 404);
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `Content-Type`.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// assert_eq!(Reply::new(200, "text/csv", &b"a,b\n"[..]).content_type(), "text/csv");
    /// ```
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The header fields that were added, in their order. Those that the loop writes itself are not among them.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// let reply = Reply::text(200, "hello").with_header("Cache-Control", "no-store")?;
    /// assert_eq!(reply.headers().collect::<Vec<_>>(), [("Cache-Control", "no-store")]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The body, if it is in memory.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// assert_eq!(Reply::text(200, "hello").body(), Some(&b"hello"[..]));
    /// ```
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            Body::Spool(_) => None,
        }
    }

    /// Bytes of the body, wherever it is.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Reply;
    ///
    /// assert_eq!(Reply::text(200, "größer").body_len(), 8);
    /// ```
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
