//! What a transport is: request bytes out, reply bytes in.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Read;
use std::time::Duration;

use super::Outgoing;
use crate::http1::charset_of;
use crate::{Error, ErrorKind, Result};

/// Carries the bytes of one call to the server and those of its reply back.
///
/// Write your own for another network (a serial line, a message queue, an HTTP client with
/// settings that the transports here don't have); an HTTP one hands its reply's head to
/// [`Reply::check`].
///
/// ```
/// use tiny_xmlrpc::client::{Reply, Transport};
///
/// struct Echo;
///
/// impl Transport for Echo {
///     fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> tiny_xmlrpc::Result<Reply> {
///         reply.clear();
///         reply.extend_from_slice(request);
///         Ok(Reply::new(200))
///     }
/// }
///
/// let mut transport: Box<dyn Transport> = Box::new(Echo);
/// let mut reply = Vec::new();
/// assert_eq!(transport.exchange(b"<methodCall/>", &mut reply)?.status(), 200);
/// assert_eq!(reply, b"<methodCall/>");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// The trait is object-safe, and stays so: whatever is added to it will have a default in terms of
/// [`exchange`](Transport::exchange).
pub trait Transport: Send {
    /// Sends `request`, the bytes of a `methodCall`, and puts the reply's body into `reply`, in
    /// place of what was in it: its memory is used again.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Memory, Transport};
    ///
    /// let mut transport = Memory::new(|request| request.to_vec());
    /// let mut reply = b"of the call before".to_vec();
    /// let head = transport.exchange(b"<methodCall/>", &mut reply)?;
    /// assert_eq!((head.status(), &reply[..]), (200, &b"<methodCall/>"[..]));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever keeps a whole reply from coming:
    /// [`ErrorKind::Transport`] with the phase, [`ErrorKind::Http`], [`ErrorKind::Limit`].
    /// An implementation marks time-outs ([`Error::with_timeout`]) and says truly whether the call
    /// may have been executed ([`Error::with_executed`]): `false` only where the server cannot have
    /// had the whole request. `reply` then has nothing of use.
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply>;

    /// Sends a document that is written as it goes, and has the reply's body read as it comes, so that neither need be
    /// held in memory.
    ///
    /// `receive` is called at most once, with the reply's head and body. Where a transport cannot do better, and that
    /// is the default, both are in memory and go through [`exchange`](Self::exchange).
    ///
    /// ```
    /// # use std::io::Read;
    /// # use tiny_xmlrpc::{Client, Result};
    /// use tiny_xmlrpc::client::{Outgoing, Reply, Transport};
    ///
    /// /// A file with the request comes in, one with the reply goes out.
    /// struct Files(std::fs::File, std::fs::File);
    ///
    /// impl Transport for Files {
    /// #     fn exchange(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Reply> {
    /// #         unreachable!()
    /// #     }
    ///     // Beside `exchange`, for calls that are held.
    ///     fn stream(
    ///         &mut self,
    ///         request: &mut Outgoing<'_>,
    ///         receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
    ///     ) -> Result<()> {
    ///         request.write_to(&mut tiny_xmlrpc::IoSink(&self.0))?;
    ///         receive(&Reply::new(200), &mut self.1)
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// As those of [`exchange`](Self::exchange), and those of `receive`. The body's stream gives errors
    /// of this crate, inside of `std::io::Error`s: `Error::from` takes them out again.
    fn stream(
        &mut self,
        request: &mut Outgoing<'_>,
        receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let (mut document, mut reply) = (Vec::new(), Vec::new());
        request.write_to(&mut document)?;
        let head = self.exchange(&document, &mut reply)?.with_content_length(reply.len() as u64);
        receive(&head, &mut reply.as_slice())
    }

    /// How long each exchange may take from now on, `None` for ever: a client that tries again gives each try what is
    /// left of the call's time. Without an implementation nothing is done about it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tiny_xmlrpc::client::{Kept, Options, Transport, Url};
    ///
    /// # let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let url = Url::parse(&format!("http://{}", silent.local_addr()?))?;
    /// let mut transport = Kept::new(&url, &Options::new())?; // to a server that never answers
    /// transport.set_timeout(Some(Duration::from_millis(20)));
    /// assert!(transport.exchange(b"<methodCall/>", &mut Vec::new()).unwrap_err().is_timeout());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    fn set_timeout(&mut self, timeout: Option<Duration>) {
        let _ = timeout;
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        (**self).exchange(request, reply)
    }

    fn stream(
        &mut self,
        request: &mut Outgoing<'_>,
        receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        (**self).stream(request, receive)
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        (**self).set_timeout(timeout);
    }
}

/// What a caller has to know of a reply's head.
///
/// ```
/// use tiny_xmlrpc::client::Reply;
///
/// let body = b"<html>Try again later.</html>";
/// let error = Reply::new(503).with_content_type("text/html").check(body).unwrap_err();
/// assert_eq!(error.to_string(), "expected HTTP status 200, found 503: <html>Try again later.</html>");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    status: u16,
    /// Most replies have the same, which needs no memory.
    content_type: Option<Cow<'static, str>>,
    content_length: Option<u64>,
    location: Option<String>,
    /// Whether it may be the nothing that notifications of JSON-RPC are answered with.
    #[cfg(feature = "json")]
    may_be_nothing: bool,
}

/// Where a redirect points: the source of the error that says it was not followed.
#[derive(Debug)]
pub(super) struct RedirectTo(pub(super) String);

impl fmt::Display for RedirectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not where to: there may be credentials in it.
        f.write_str("the server sends the call elsewhere")
    }
}

impl std::error::Error for RedirectTo {}

impl Reply {
    /// A reply with this HTTP status; 200 for a transport without HTTP.
    ///
    /// ```
    /// let reply = tiny_xmlrpc::client::Reply::new(200);
    /// assert_eq!((reply.content_type(), reply.content_length()), (None, None));
    /// ```
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            content_length: None,
            location: None,
            #[cfg(feature = "json")]
            may_be_nothing: false,
        }
    }

    /// The same with a `Content-Type`.
    ///
    /// ```
    /// let reply = tiny_xmlrpc::client::Reply::new(200).with_content_type("text/xml; charset=utf-8");
    /// assert_eq!(reply.charset(), Some("utf-8"));
    /// ```
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(Cow::Owned(content_type.into()));
        self
    }

    /// The same with the `Content-Type` of a head.
    pub(super) fn with_content_type_field(mut self, value: &[u8]) -> Self {
        self.content_type = Some(match value {
            b"text/xml" => Cow::Borrowed("text/xml"),
            value => Cow::Owned(String::from_utf8_lossy(value).into_owned()),
        });
        self
    }

    /// The same with the bytes that the body has.
    ///
    /// ```
    /// let reply = tiny_xmlrpc::client::Reply::new(200).with_content_length(4096);
    /// assert_eq!(reply.content_length(), Some(4096));
    /// ```
    #[must_use]
    pub fn with_content_length(mut self, bytes: u64) -> Self {
        self.content_length = Some(bytes);
        self
    }

    /// The HTTP status: 200, or another whose body is an XML-RPC reply all the same.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::Reply;
    /// assert_eq!(Reply::new(500).check(b"<methodResponse><fault>...")?.status(), 500);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `Content-Type`. Some servers send none, some a wrong one.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::{Memory, Transport};
    /// let reply = Memory::new(|_| Vec::new()).exchange(b"<methodCall/>", &mut Vec::new())?;
    /// assert_eq!(reply.content_type(), Some("text/xml"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The bytes that the body has as it is read, where that is known before: of one that comes in chunks or compressed
    /// it is not.
    ///
    /// ```
    /// use tiny_xmlrpc::client::Reply;
    ///
    /// /// What a progress bar says of a body of which this much has come.
    /// fn percent(reply: &Reply, received: u64) -> Option<u64> {
    ///     (received * 100).checked_div(reply.content_length()?)
    /// }
    /// assert_eq!(percent(&Reply::new(200).with_content_length(2048), 512), Some(25));
    /// ```
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    pub(super) fn with_location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    #[cfg(feature = "json")]
    pub(super) fn or_nothing(mut self, may_be: bool) -> Self {
        self.may_be_nothing = may_be;
        self
    }

    pub(super) fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The `charset` parameter of the `Content-Type`, which outranks what the document says of
    /// itself (RFC 7303, section 3).
    ///
    /// ```
    /// use tiny_xmlrpc::client::Reply;
    ///
    /// let reply = Reply::new(200).with_content_type("text/xml; charset=\"ISO-8859-1\"");
    /// assert_eq!(reply.charset(), Some("ISO-8859-1"));
    /// ```
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        charset_of(self.content_type.as_deref()?)
    }

    /// Lets the reply pass if its body is to be decoded: status 200 with whatever body, and any other
    /// status if the body is an XML-RPC reply, since some servers send their faults with 500.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, client::Reply};
    /// let fault = b"<methodResponse><fault>...";
    /// assert!(Reply::new(500).check(fault).is_ok());
    ///
    /// let error = Reply::new(404).check(b"Not Found").unwrap_err();
    /// assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(404)));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Http`] with the status and the start of the body. A redirect is among them: it would
    /// send the call, and the credentials, to where the caller did not send them.
    pub fn check(self, body: &[u8]) -> Result<Self> {
        if self.status == 200 || is_xml_rpc(self.content_type(), body) {
            return Ok(self);
        }
        #[cfg(feature = "json")]
        if is_json_rpc(body) || (self.may_be_nothing && self.status == 204 && body.is_empty()) {
            return Ok(self);
        }
        Err(self.refuse(body))
    }

    /// An error of decoding the body, told as what it is where the body is no XML-RPC at all but, say, a page
    /// for people.
    #[cold]
    pub(super) fn not_a_response(&self, error: Error, body: &[u8], expected: &str) -> Error {
        if self.status == 204 {
            return self.refuse(body);
        }
        let document = matches!(error.kind(), ErrorKind::Syntax | ErrorKind::Grammar | ErrorKind::Truncated);
        #[cfg(feature = "json")]
        let document = document && !is_json_rpc(body);
        if !document || body.is_empty() || is_xml_rpc(self.content_type(), body) {
            return error;
        }
        let kind = self.content_type().unwrap_or("a body without Content-Type");
        let message = format!("expected {expected}, found {}: {}", crate::text::short(kind), excerpt(body));
        Error::new(ErrorKind::Grammar, message).with_source(error)
    }

    #[cold]
    fn refuse(&self, body: &[u8]) -> Error {
        let mut message = format!("expected HTTP status 200, found {}", self.status);
        let redirects = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        if redirects {
            message.push_str(", a redirect, which is not followed");
        }
        let start = excerpt(body);
        if !start.is_empty() {
            message.push_str(": ");
            message.push_str(&start);
        }
        // With these the request was refused for what its head said, before there was a call.
        let refused =
            matches!(self.status, 401 | 403..=405 | 407 | 408 | 411 | 413..=415 | 417 | 421 | 426 | 429 | 431 | 505);
        let error = Error::new(ErrorKind::Http, message).with_http_status(self.status).with_executed(!refused);
        match &self.location {
            Some(location) if redirects => error.with_source(RedirectTo(location.clone())),
            _ => error,
        }
    }
}

/// How far into a body its kind is looked for.
pub(super) const LOOK: usize = 1024;

/// Whether the body of an error reply is an XML-RPC reply, not a page for people that may well be XML too.
fn is_xml_rpc(content_type: Option<&str>, body: &[u8]) -> bool {
    let start = body.get(..LOOK).unwrap_or(body);
    if memchr::memmem::find(start, b"<methodResponse").is_some() {
        return true;
    }
    // In UTF-16 the letters don't lie side by side: go by the type.
    let is_wide = start.iter().take(4).any(|&byte| byte == 0);
    is_wide && content_type.is_some_and(|text| text.to_ascii_lowercase().contains("xml") && !text.contains("html"))
}

/// Whether the body of an error reply is one of JSON-RPC: an object with its members.
#[cfg(feature = "json")]
fn is_json_rpc(body: &[u8]) -> bool {
    let start = body.get(..LOOK).unwrap_or(body);
    let has = |member: &[u8]| memchr::memmem::find(start, member).is_some();
    crate::json::begins_json(start) && (has(b"\"jsonrpc\"") || (has(b"\"error\"") && has(b"\"id\"")))
}

/// The start of a body as one printable line, for an error message.
fn excerpt(body: &[u8]) -> String {
    const CHARACTERS: usize = 120;
    let mut out = String::new();
    let mut shown = 0_usize;
    let start = body.get(..LOOK).unwrap_or(body);
    for chunk in start.utf8_chunks() {
        for character in chunk.valid().chars().chain((!chunk.invalid().is_empty()).then_some('\u{fffd}')) {
            if shown == CHARACTERS {
                out.push('…');
                return out;
            }
            match character {
                // One blank for each run of white space: pages are full of it.
                ' ' | '\t' | '\r' | '\n' if out.is_empty() || out.ends_with(' ') => continue,
                ' ' | '\t' | '\r' | '\n' => out.push(' '),
                '\'' | '"' => out.push(character),
                // Control characters, and those that turn the writing direction.
                _ => {
                    let _ = write!(out, "{}", character.escape_debug());
                }
            }
            shown = shown.saturating_add(1);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_faults_pass_whatever_their_status() {
        let fault = b"<?xml version=\"1.0\"?>\n<methodResponse><fault>";
        for status in [200, 400, 404, 500] {
            assert_eq!(Reply::new(status).check(fault).unwrap().status(), status);
        }
        assert!(Reply::new(200).check(b"").is_ok());
        let wide: Vec<u8> = "<methodResponse>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Reply::new(500).with_content_type("text/xml").check(&wide).is_ok());
        assert!(Reply::new(500).check(&wide).is_err());
    }

    #[test]
    fn tells_status_and_start_of_the_body() {
        let error = Reply::new(404).check(b"<html>\r\n  <b>Not \"found\"</b>\x1b[31m\xff</html>\n").unwrap_err();
        let expected = "expected HTTP status 200, found 404: <html> <b>Not \"found\"</b>\\u{1b}[31m\u{fffd}</html>";
        assert_eq!(error.to_string(), expected);
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(404)));
        assert!(!error.may_have_executed());
        assert!(Reply::new(500).check(b"").unwrap_err().may_have_executed());
        assert_eq!(Reply::new(503).check(b"").unwrap_err().to_string(), "expected HTTP status 200, found 503");
        let error = Reply::new(302).check(b" ").unwrap_err();
        assert_eq!(error.to_string(), "expected HTTP status 200, found 302, a redirect, which is not followed");
        let error = Reply::new(500).check(&b"x".repeat(5000)).unwrap_err();
        assert!(error.to_string().ends_with("xx…") && error.to_string().chars().count() < 200);
        let page = b"<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\">";
        assert!(Reply::new(500).with_content_type("application/xhtml+xml").check(page).is_err());
    }
}
