//! One error for the whole crate: one pointer wide, with its kind, position and value path.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

/// The result of everything here that can fail.
///
/// ```
/// use tiny_xmlrpc::{MethodCall, Result};
///
/// fn method_of(document: &[u8]) -> Result<String> {
///     Ok(MethodCall::from_bytes(document)?.method)
/// }
/// assert_eq!(method_of(b"<methodCall><methodName>add</methodName></methodCall>")?, "add");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub type Result<T, E = Error> = core::result::Result<T, E>;

type Source = Box<dyn core::error::Error + Send + Sync>;

/// What went wrong, where in the document, and at which value.
///
/// It prints lowercase, expected-then-found, position last:
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let xml = "<methodResponse><params><param><value><string>x</string></value></param></params></methodResponse>";
/// let error = tiny_xmlrpc::from_str::<i32>(xml).unwrap_err();
/// assert_eq!(error.to_string(), "params[0]: expected int, found string \"x\" at 1:32");
/// assert_eq!(error.kind(), tiny_xmlrpc::ErrorKind::Type);
/// assert_eq!(error.path(), Some("params[0]"));
/// # }
/// ```
///
/// It is one pointer wide, so a `Result` of a small value stays small.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    position: Option<Position>,
    path: String,
    timeout: bool,
    executed: Option<bool>,
    status: Option<u16>,
    fault: Option<crate::Fault>,
    source: Option<Source>,
}

/// What kind of error it is: what a program decides on, where the message is for people.
///
/// ```
/// use tiny_xmlrpc::{ErrorKind, MethodCall};
///
/// let error = MethodCall::from_bytes(b"<methodCall><methodName>add").unwrap_err();
/// match error.kind() {
///     ErrorKind::Truncated => {} // more of it may come
///     ErrorKind::Limit(limit) => panic!("{limit:?} is to be raised"),
///     kind => panic!("{kind:?}"),
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The document is not well-formed XML, or has what XML-RPC has no use for and a safe reader
    /// refuses (DOCTYPE, unknown entities). Fault code −32700.
    Syntax,
    /// The document ends before it is complete. Fault code −32700.
    Truncated,
    /// The document is in a character encoding that is not supported, or not in the one it names.
    /// Fault code −32701.
    Encoding,
    /// A byte or a character that the encoding, or XML, does not allow. Fault code −32702.
    Character,
    /// Well-formed XML that is not XML-RPC. Fault code −32600.
    Grammar,
    /// The text of a scalar is not of its type: `<int>x</int>`. Fault code −32600.
    Scalar,
    /// A value is not of the type that was asked for. Fault code −32602.
    Type,
    /// One of the [`Limits`](crate::Limits) is exceeded. Fault code −32600.
    Limit(Limit),
    /// A value that cannot be written: a character XML cannot carry, nil in a dialect without it,
    /// a not-a-number. Fault code −32603.
    Unsupported,
    /// The writer was called out of order, or an argument of an API makes no sense. Fault code −32603.
    Usage,
    /// Reading from or writing to the stream underneath failed. Fault code −32300.
    Io,
    /// The remote procedure answered with a fault: see [`Error::fault`].
    Fault,
    /// The HTTP reply was not a success, or not HTTP. Fault code −32300.
    Http,
    /// The network failed, in the phase given. Fault code −32300.
    Transport(Phase),
}

/// Which of the [`Limits`](crate::Limits) was exceeded.
///
/// ```
/// use tiny_xmlrpc::{ErrorKind, Limit, Limits, MethodCall, Reader};
///
/// let mut limits = Limits::default();
/// limits.name = 16;
/// let document = b"<methodCall><methodName>a.rather.long.name</methodName></methodCall>";
/// let error = MethodCall::read(&mut Reader::from_bytes(document).with_limits(limits)).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Limit(Limit::Name));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::bytes`](crate::Limits::bytes)
    Bytes,
    /// [`Limits::depth`](crate::Limits::depth)
    Depth,
    /// [`Limits::values`](crate::Limits::values)
    Values,
    /// [`Limits::text`](crate::Limits::text)
    Text,
    /// [`Limits::name`](crate::Limits::name)
    Name,
    /// [`Limits::params`](crate::Limits::params)
    Params,
    /// [`Limits::multicall`](crate::Limits::multicall)
    Multicall,
    /// [`Limits::inflate`](crate::Limits::inflate)
    Inflate,
    /// A markup token, or the head of an HTTP message, longer than the buffer that has to hold it.
    Buffer,
}

/// How far a call had come when the network failed.
///
/// ```
/// # #[cfg(feature = "client")] {
/// use tiny_xmlrpc::{Client, ErrorKind, Phase};
///
/// // Nobody listens on this port.
/// let error = Client::new("http://127.0.0.1:1")?.call::<i32>("add", (2, 3)).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Transport(Phase::Connect));
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the host's addresses.
    Resolve,
    /// Opening the connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Sending the request.
    Send,
    /// Waiting for the first byte of the reply.
    Wait,
    /// Receiving the rest of the reply.
    Receive,
}

/// Where in the document.
///
/// ```
/// use tiny_xmlrpc::Position;
///
/// let position = Position { offset: 31, line: 2, column: 5 };
/// assert_eq!(position.to_string(), "2:5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Bytes from the start of the document. In a document that is not UTF-8 they are counted
    /// in its UTF-8 form.
    pub offset: u64,
    /// Line, counted from 1.
    pub line: u64,
    /// Column in characters, counted from 1.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Error {
    /// An error of this kind with this message, lowercase and without a final stop.
    ///
    /// For transports and handlers of your own.
    ///
    /// ```
    /// use tiny_xmlrpc::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Transport(Phase::Connect), "expected a carrier, found the line busy");
    /// assert_eq!(error.to_string(), "expected a carrier, found the line busy");
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            position: None,
            path: String::new(),
            timeout: false,
            executed: None,
            status: None,
            fault: None,
            source: None,
        }))
    }

    /// The same error with what caused it.
    ///
    /// ```
    /// use std::error::Error as _;
    /// use tiny_xmlrpc::{Error, ErrorKind};
    ///
    /// let cause = "x".parse::<i32>().unwrap_err();
    /// let error = Error::new(ErrorKind::Usage, "expected a number").with_source(cause);
    /// assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, known to be a time-out.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase};
    /// let error = Error::new(ErrorKind::Transport(Phase::Wait), "no reply within 5 s").with_timeout();
    /// assert!(error.is_timeout());
    /// ```
    #[must_use]
    pub fn with_timeout(mut self) -> Self {
        self.0.timeout = true;
        self
    }

    /// The same error, with whether the call may have been executed: see [`Error::may_have_executed`].
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase};
    /// let error = Error::new(ErrorKind::Transport(Phase::Receive), "the reply's frame is damaged");
    /// assert!(error.may_have_executed());
    /// // But of a bus whose other side tells that it took nothing:
    /// assert!(!error.with_executed(false).may_have_executed());
    /// ```
    #[must_use]
    pub fn with_executed(mut self, maybe: bool) -> Self {
        self.0.executed = Some(maybe);
        self
    }

    /// The same error, with the status of the HTTP reply: see [`Error::http_status`].
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::Http, "the gateway is busy").with_http_status(503);
    /// assert!(error.is_transient());
    /// ```
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// What kind of error it is.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, MethodCall};
    /// assert_eq!(MethodCall::from_bytes(b"<methodCall>").unwrap_err().kind(), ErrorKind::Truncated);
    /// assert_eq!(MethodCall::from_bytes(b"<html></html>").unwrap_err().kind(), ErrorKind::Grammar);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message alone, without path and position.
    ///
    /// ```
    /// # use tiny_xmlrpc::MethodCall;
    /// let error = MethodCall::from_bytes(b"<methodCall></methodCall>").unwrap_err();
    /// assert_eq!(error.to_string(), format!("{} at 1:13", error.message()));
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the document, if it was found in one.
    ///
    /// ```
    /// # use tiny_xmlrpc::MethodCall;
    /// let error = MethodCall::from_bytes(b"<methodCall>\n  <name/>\n</methodCall>").unwrap_err();
    /// let position = error.position().unwrap();
    /// assert_eq!((position.offset, position.line, position.column), (15, 2, 3));
    /// ```
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// The path of the value, like `params[0].rows[7].id`, if it was found inside one.
    ///
    /// ```
    /// # use tiny_xmlrpc::MethodCall;
    /// let document = b"<methodCall><methodName>sum</methodName><params><param><value><array><data>\
    ///     <value><int>2</int></value><value><int>three</int></value>\
    ///     </data></array></value></param></params></methodCall>";
    /// assert_eq!(MethodCall::from_bytes(document).unwrap_err().path(), Some("params[0][1]"));
    /// ```
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        (!self.0.path.is_empty()).then_some(self.0.path.as_str())
    }

    /// The fault that the remote procedure answered with.
    ///
    /// ```
    /// use tiny_xmlrpc::{Error, Fault};
    ///
    /// let error = Error::from(Fault::new(4, "no such account")); // as a client's call fails with
    /// assert_eq!(error.fault().map(Fault::code), Some(4));
    /// ```
    #[must_use]
    pub fn fault(&self) -> Option<&crate::Fault> {
        self.0.fault.as_ref()
    }

    /// Whether a time limit was what ended it.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// let error = tiny_xmlrpc::Error::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    /// assert!(error.is_timeout());
    /// # }
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.timeout
    }

    /// The status of the HTTP reply, where there was one and it is why the call failed: 404, say.
    ///
    /// ```
    /// # #[cfg(feature = "client")] {
    /// let error = tiny_xmlrpc::client::Reply::new(404).check(b"Not Found").unwrap_err();
    /// assert_eq!(error.http_status(), Some(404));
    /// # }
    /// ```
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.status
    }

    /// Whether the server may have executed the call all the same.
    ///
    /// `false` is certain: the request never left whole, or was refused by HTTP for what its head said (a 404
    /// or 401, say), so repeating it is safe. `true` means that it left, and that whether it was executed
    /// cannot be known, or is known.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase};
    /// let of = |phase| Error::new(ErrorKind::Transport(phase), "").may_have_executed();
    /// assert_eq!([Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive].map(of), [false, false, true, true]);
    /// ```
    #[must_use]
    pub fn may_have_executed(&self) -> bool {
        self.0.executed.unwrap_or(match self.0.kind {
            ErrorKind::Fault | ErrorKind::Http => true,
            ErrorKind::Transport(phase) => matches!(phase, Phase::Wait | Phase::Receive),
            _ => false,
        })
    }

    /// Whether it may pass by itself: a failure of the network that is not a refused certificate, or an HTTP
    /// status that says "not now" (408, 429, 502, 503, 504).
    ///
    /// Whether it is also safe to try again is another question: see [`is_retryable`](Self::is_retryable).
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Fault, Phase};
    /// assert!(Error::new(ErrorKind::Transport(Phase::Receive), "the connection broke").is_transient());
    /// assert!(!Error::from(Fault::new(4, "no such account")).is_transient());
    /// ```
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Transport(Phase::Tls) => self.0.timeout,
            ErrorKind::Transport(_) => true,
            ErrorKind::Http => matches!(self.0.status, Some(408 | 429 | 502..=504)),
            _ => false,
        }
    }

    /// Whether trying again may help, and cannot make the server execute the call twice.
    ///
    /// For a call that may be executed twice without harm, [`is_transient`](Self::is_transient) is enough.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase};
    /// assert!(Error::new(ErrorKind::Transport(Phase::Connect), "nobody listens").is_retryable());
    /// assert!(!Error::new(ErrorKind::Transport(Phase::Receive), "the connection broke").is_retryable());
    /// ```
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.is_transient() && !self.may_have_executed()
    }

    /// The fault code that the [interoperability proposal][1] gives to this kind of error.
    ///
    /// [1]: https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php
    ///
    /// ```
    /// use tiny_xmlrpc::{Fault, MethodCall, fault::codes};
    ///
    /// // What a server of one's own answers to a document that is no call.
    /// let error = MethodCall::from_bytes(b"<methodCall/>").unwrap_err();
    /// let fault = Fault::new(error.fault_code(), error.to_string());
    /// assert_eq!(fault.code(), codes::NOT_XML_RPC);
    /// ```
    #[must_use]
    pub fn fault_code(&self) -> i32 {
        use crate::fault::codes;
        match self.0.kind {
            ErrorKind::Syntax | ErrorKind::Truncated => codes::NOT_WELL_FORMED,
            ErrorKind::Encoding => codes::UNSUPPORTED_ENCODING,
            ErrorKind::Character => codes::INVALID_CHARACTER,
            ErrorKind::Grammar | ErrorKind::Scalar | ErrorKind::Limit(_) => codes::NOT_XML_RPC,
            ErrorKind::Type => codes::INVALID_PARAMS,
            ErrorKind::Unsupported | ErrorKind::Usage => codes::INTERNAL,
            ErrorKind::Io | ErrorKind::Http | ErrorKind::Transport(_) => codes::TRANSPORT,
            ErrorKind::Fault => self.0.fault.as_ref().map_or(codes::INTERNAL, crate::Fault::code),
        }
    }

    /// Adds position and path where the error has none yet.
    #[cold]
    pub(crate) fn locate(mut self, position: impl Into<Option<Position>>, path: impl FnOnce() -> String) -> Self {
        if self.0.position.is_none() && self.0.path.is_empty() {
            self.0.position = position.into();
            self.0.path = path();
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fault) = &self.0.fault {
            return write!(f, "{fault}");
        }
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        f.write_str(&self.0.message)?;
        if let Some(position) = self.0.position {
            write!(f, " at {position}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {self})", self.0.kind)
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<crate::Fault> for Error {
    fn from(fault: crate::Fault) -> Self {
        let mut error = Self::new(ErrorKind::Fault, fault.to_string());
        error.0.fault = Some(fault);
        error
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        // One of ours that went through a stream comes back as it was.
        let source = match source.downcast::<Self>() {
            Ok(error) => return error,
            Err(source) => source,
        };
        let timeout = matches!(source.kind(), TimedOut | WouldBlock);
        let error = Self::new(ErrorKind::Io, source.to_string()).with_source(source);
        if timeout { error.with_timeout() } else { error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn says_what_may_be_tried_again() {
        let of = |kind| {
            let error = Error::new(kind, "");
            (error.is_transient(), error.is_retryable())
        };
        assert_eq!(of(ErrorKind::Transport(Phase::Connect)), (true, true));
        assert_eq!(of(ErrorKind::Transport(Phase::Receive)), (true, false));
        assert_eq!(of(ErrorKind::Transport(Phase::Tls)), (false, false));
        assert_eq!(of(ErrorKind::Fault), (false, false));
        let status = |status| Error::new(ErrorKind::Http, "").with_http_status(status);
        assert!(status(503).is_transient() && !status(503).is_retryable() && !status(404).is_transient());
        assert!(status(429).with_executed(false).is_retryable());
    }

    #[cfg(feature = "std")]
    #[test]
    fn stays_itself_inside_of_an_io_error() {
        let inner = Error::new(ErrorKind::Transport(Phase::Receive), "x").with_timeout();
        let error = Error::from(std::io::Error::other(inner));
        assert_eq!((error.kind(), error.is_timeout()), (ErrorKind::Transport(Phase::Receive), true));
        assert_eq!(Error::from(std::io::Error::other("x")).kind(), ErrorKind::Io);
    }

    #[test]
    fn prints_path_message_position() {
        let position = Position { offset: 9, line: 2, column: 4 };
        let error = Error::new(ErrorKind::Type, "expected int, found string").locate(position, || "params[0]".into());
        assert_eq!(error.to_string(), "params[0]: expected int, found string at 2:4");
        let again = error.locate(Position { offset: 0, line: 1, column: 1 }, || "elsewhere".into());
        assert_eq!(again.path(), Some("params[0]"));
    }
}
