//! A request as a service sees it.

use std::cell::RefCell;
use std::io::{self, Read};
use std::net::SocketAddr;

use super::Config;
use crate::http1::{self, Framing, Version};
use crate::{Spool, SpoolReader};

/// The head of a request: all that is known before its body is read.
///
/// ```
/// use tiny_xmlrpc::server::{Reply, RequestHead};
///
/// fn small_or_known(head: &RequestHead<'_>) -> Result<(), Reply> {
///     match (head.content_length(), head.header("x-key")) {
///         (Some(0..=1000), _) | (_, Some(b"12345")) => Ok(()),
///         _ => Err(Reply::error(403, "more than 1000 bytes take a key")),
///     }
/// }
/// # use tiny_xmlrpc::{Server, server::Config};
/// # let mut server = Server::without_listeners(Config::default())?;
/// # let (mut refused, mut taken) = (Vec::new(), Vec::new());
/// server.verify_request(small_or_known);
/// # server.page("/", |_| Reply::text(200, ""));
/// # server.serve_stream(&b"PUT / HTTP/1.0\r\nContent-Length: 1001\r\n\r\n"[..], &mut refused)?;
/// # server.serve_stream(&b"PUT / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"[..], &mut taken)?;
/// # assert!(refused.starts_with(b"HTTP/1.0 403 ") || refused.starts_with(b"HTTP/1.1 403 "));
/// # assert!(taken.starts_with(b"HTTP/1.0 200 ") || taken.starts_with(b"HTTP/1.1 200 "));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    head: &'a http1::RequestHead<'a>,
    peer: Option<SocketAddr>,
    user: Option<&'a str>,
}

impl<'a> RequestHead<'a> {
    pub(super) fn new(head: &'a http1::RequestHead<'a>, peer: Option<SocketAddr>) -> Self {
        Self { head, peer, user: None }
    }

    /// What was read of it, with the fields that were looked for on the way.
    pub(super) fn fields(&self) -> &'a http1::RequestHead<'a> {
        self.head
    }

    /// The method, as it was sent: `POST`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| Reply::text(200, request.method().to_owned()));
    /// server.serve_stream(&b"DELETE / HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nDELETE"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.head.method
    }

    /// The path without the query: `/RPC2`. It is as it was sent, visible ASCII with its escapes unresolved.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/files/*", |request| Reply::text(200, request.path().to_owned()));
    /// server.serve_stream(&b"GET /files/a%20b?raw HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\n/files/a%20b"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.head.path()
    }

    /// What follows the `?` after the path, as it was sent; `None` without a `?`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/list", |request| Reply::text(200, request.query().unwrap_or("all").to_owned()));
    /// server.serve_stream(&b"GET /list?page=2 HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\npage=2"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn query(&self) -> Option<&'a str> {
        self.head.query()
    }

    /// The version's minor number: 0 or 1 for HTTP/1.0 and HTTP/1.1. Nothing else gets here.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| Reply::text(200, format!("1.{}", request.minor_version())));
    /// server.serve_stream(&b"GET / HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\n1.0"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn minor_version(&self) -> u8 {
        match self.head.version {
            Version::Http10 => 0,
            Version::Http11 => 1,
        }
    }

    /// The value of the first header field of this name, in any case, without outer blanks.
    ///
    /// A value is bytes: no control characters but the tab, and no encoding that one could rely on.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| Reply::text(200, match request.header("accept-language") {
    ///     Some(value) if value.starts_with(b"de") => "hallo",
    ///     _ => "hello",
    /// }));
    /// server.serve_stream(&b"GET / HTTP/1.0\r\nAccept-Language: de-AT\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nhallo"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.head.header(name)
    }

    /// All header fields in their order.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| {
    ///     let names: Vec<&str> = request.headers().map(|(name, _)| name).collect();
    ///     Reply::text(200, names.join(","))
    /// });
    /// server.serve_stream(&b"GET / HTTP/1.0\r\nHost: a\r\nAccept: b\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nHost,Accept"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        self.head.headers.iter().map(|header| (header.name, header.value))
    }

    /// `Content-Type`; `None` if it is not there, or not UTF-8.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| Reply::text(200, request.content_type().unwrap_or("none").to_owned()));
    /// server.serve_stream(&b"PUT / HTTP/1.0\r\nContent-Length: 0\r\nContent-Type: text/csv\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\ntext/csv"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.head.content_type.and_then(|value| core::str::from_utf8(value).ok())
    }

    /// `Content-Encoding`; `None` if it is not there, or not UTF-8.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.verify_request(|head| match head.content_encoding() {
    ///     None | Some("gzip") => Ok(()),
    ///     Some(_) => Err(Reply::error(415, "gzip or nothing")),
    /// });
    /// server.serve_stream(&b"PUT / HTTP/1.0\r\nContent-Length: 0\r\nContent-Encoding: br\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b": gzip or nothing\n"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn content_encoding(&self) -> Option<&'a str> {
        self.head.content_encoding.and_then(|value| core::str::from_utf8(value).ok())
    }

    /// `Authorization`, scheme and all. A secret: keep it out of logs and replies.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.verify_request(|head| match head.authorization() {
    ///     Some(b"Bearer 12345") => Ok(()),
    ///     _ => Err(Reply::error(403, "no token")),
    /// });
    /// server.page("/", |_| Reply::text(200, "in"));
    /// server.serve_stream(&b"GET / HTTP/1.0\r\nAuthorization: Bearer 12345\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nin"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn authorization(&self) -> Option<&'a [u8]> {
        self.head.authorization
    }

    /// `Host`, its port included. Every HTTP/1.1 request has it: one without is answered
    /// with status 400 (RFC 9112, section 3.2).
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.verify_request(|head| match head.host() {
    ///     Some(b"device.local" | b"localhost") => Ok(()),
    ///     _ => Err(Reply::error(403, "another host")),
    /// });
    /// server.serve_stream(&b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b": another host\n"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn host(&self) -> Option<&'a [u8]> {
        self.head.host
    }

    /// The body's bytes, as far as the head tells: `None` if it comes in chunks.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.verify_request(|head| match head.content_length() {
    ///     Some(_) => Ok(()),
    ///     None => Err(Reply::error(411, "no chunks")),
    /// });
    /// server.serve_stream(&b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b": no chunks\n"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        match self.head.framing {
            Framing::Length(length) => Some(length),
            Framing::Chunked | Framing::UntilClose => None,
        }
    }

    /// The user that was authenticated: see [`Server::authenticate`](crate::Server::authenticate). Known once the whole
    /// request is there.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Basic, Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// let mut users = Basic::new("the robot");
    /// users.user("ada", "correct horse");
    /// server.authenticate(users);
    /// server.page("/", |request| Reply::text(200, format!("hello, {}", request.user().unwrap_or("nobody"))));
    /// # let request = &b"GET / HTTP/1.0\r\nAuthorization: Basic YWRhOmNvcnJlY3QgaG9yc2U=\r\n\r\n"[..];
    /// # server.serve_stream(request, &mut reply)?;
    /// // Asked by her, with that password:
    /// assert!(reply.ends_with(b"hello, ada"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn user(&self) -> Option<&'a str> {
        self.user
    }

    /// Where the connection comes from; `None` if its kind of socket has no such address.
    ///
    /// ```
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// # use tiny_xmlrpc::{Server, server::Reply};
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.page("/", |request| Reply::text(200, request.peer().map_or_else(String::new, |peer| peer.to_string())));
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// client.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    /// server.handle_request()?;
    /// # let mut reply = String::new();
    /// # client.read_to_string(&mut reply)?;
    /// assert!(reply.ends_with(&client.local_addr()?.to_string()));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }
}

/// A complete request: its head, to which it dereferences, and its body.
///
/// ```
/// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
/// # let mut server = Server::without_listeners(Config::default())?;
/// # let mut reply = Vec::new();
/// server.page("/notes", |request| match request.method() {
///     "PUT" => Reply::text(200, format!("{} bytes, thanks", request.body().len())),
///     _ => Reply::method_not_allowed("PUT"),
/// });
/// server.serve_stream(&b"PUT /notes HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"[..], &mut reply)?;
/// assert!(reply.ends_with(b"5 bytes, thanks"));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug)]
pub struct Request<'a> {
    head: RequestHead<'a>,
    body: Body<'a>,
    spare: &'a RefCell<Vec<u8>>,
    config: &'a Config,
    /// Whether a log wants to know about it.
    pub(super) logged: bool,
}

/// Where the body of a request is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    Bytes(&'a [u8]),
    Spool(&'a Spool),
}

impl<'a> Request<'a> {
    pub(super) fn new(
        head: RequestHead<'a>,
        body: Body<'a>,
        spare: &'a RefCell<Vec<u8>>,
        config: &'a Config,
        logged: bool,
    ) -> Self {
        Self { head, body, spare, config, logged }
    }

    /// The same request, of a user that was authenticated.
    pub(super) fn of_user<'u>(&self, user: Option<&'u str>) -> Request<'u>
    where
        'a: 'u,
    {
        Request { head: RequestHead { user, ..self.head }, ..*self }
    }

    /// The head.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// use tiny_xmlrpc::server::RequestHead;
    ///
    /// fn is_browser(head: &RequestHead<'_>) -> bool {
    ///     head.header("sec-fetch-mode").is_some()
    /// }
    /// server.page("/", |request| Reply::text(200, if is_browser(request.head()) { "<p>hello" } else { "hello" }));
    /// server.serve_stream(&b"GET / HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nhello"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn head(&self) -> &RequestHead<'a> {
        &self.head
    }

    /// The body, its chunked framing taken off.
    ///
    /// It is all of it, unless [`Service::spools`](super::Service::spools) allowed otherwise: then a large body
    /// may be in a file, this is empty, and [`reader`](Self::reader) has it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/echo", |request| Reply::new(200, "text/plain", request.body().to_vec()));
    /// server.serve_stream(&b"POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nhello"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        match self.body {
            Body::Bytes(bytes) => bytes,
            Body::Spool(spool) => spool.as_slice().unwrap_or_default(),
        }
    }

    /// Whether the body is in a file.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// // What a page gets never is.
    /// server.page("/", |request| Reply::text(200, if request.is_spooled() { "file" } else { "memory" }));
    /// server.serve_stream(&b"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"memory"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn is_spooled(&self) -> bool {
        matches!(self.body, Body::Spool(spool) if spool.as_slice().is_none())
    }

    /// Reads the body from its beginning, wherever it is.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// use std::io::{BufRead, BufReader};
    ///
    /// server.page("/lines", |request| Reply::text(200, BufReader::new(request.reader()).lines().count().to_string()));
    /// server.serve_stream(&b"POST /lines HTTP/1.0\r\nContent-Length: 4\r\n\r\na\nb\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\n2"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn reader(&self) -> BodyReader<'a> {
        BodyReader(match self.body {
            Body::Bytes(bytes) => Source::Bytes(bytes),
            Body::Spool(spool) => Source::Spool(spool.reader()),
        })
    }

    /// An empty buffer for the reply's body.
    ///
    /// It is the one that an earlier reply's body was in, where there is one, so that a server at work
    /// allocates nothing for small replies. Any other `Vec` does as well.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// server.page("/", |request| {
    ///     let mut body = request.buffer();
    ///     body.extend_from_slice(b"hello");
    ///     Reply::new(200, "text/plain", body)
    /// });
    /// server.serve_stream(&b"GET / HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\r\n\r\nhello"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        self.spare.take()
    }

    /// An empty place for a reply's body that may become too large for memory, for [`Reply::spooled`](super::Reply::spooled):
    /// the [`buffer`](Self::buffer), that goes to a file as [`Config`] says of the bodies of requests.
    ///
    /// It takes at most the bytes that may be in memory and in files; one more is an error.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # let mut reply = Vec::new();
    /// use std::io::Write;
    ///
    /// server.page("/numbers", |request| {
    ///     let mut body = request.spool();
    ///     match (1..=1000).try_for_each(|number| writeln!(body, "{number}")) {
    ///         Ok(()) => Reply::spooled(200, "text/plain", body),
    ///         Err(_) => Reply::error(503, "no room"),
    ///     }
    /// });
    /// server.serve_stream(&b"GET /numbers HTTP/1.0\r\n\r\n"[..], &mut reply)?;
    /// assert!(reply.ends_with(b"\n999\n1000\n"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn spool(&self) -> Spool {
        let config = self.config;
        let most = if cfg!(feature = "spool") { config.max_spooled } else { config.max_buffered as u64 };
        let spool = Spool::from(self.buffer())
            .with_threshold(config.spool_threshold)
            .with_limit(most.saturating_add(config.spool_threshold as u64));
        match &config.spool_directory {
            Some(directory) => spool.with_directory(directory),
            None => spool,
        }
    }
}

impl<'a> core::ops::Deref for Request<'a> {
    type Target = RequestHead<'a>;

    fn deref(&self) -> &RequestHead<'a> {
        &self.head
    }
}

/// Reads a request's body: see [`Request::reader`].
///
/// ```
/// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
/// # let mut server = Server::without_listeners(Config::default())?;
/// # let mut reply = Vec::new();
/// use std::io::{Read, Result};
/// use tiny_xmlrpc::server::BodyReader;
///
/// fn sum(body: BodyReader<'_>) -> Result<u64> {
///     body.bytes().map(|byte| byte.map(u64::from)).sum()
/// }
/// server.page("/sum", |request| match sum(request.reader()) {
///     Ok(sum) => Reply::text(200, sum.to_string()),
///     Err(_) => Reply::error(500, "the body can't be read"),
/// });
/// server.serve_stream(&b"POST /sum HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"[..], &mut reply)?;
/// assert!(reply.ends_with(b"\r\n\r\n294"));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug)]
pub struct BodyReader<'a>(Source<'a>);

#[derive(Debug)]
enum Source<'a> {
    Bytes(&'a [u8]),
    Spool(SpoolReader<&'a Spool>),
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Source::Bytes(bytes) => bytes.read(buffer),
            Source::Spool(reader) => reader.read(buffer),
        }
    }
}
