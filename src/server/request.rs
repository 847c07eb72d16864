//! A request as a service sees it.

use std::cell::RefCell;
use std::io::{self, Read};
use std::net::SocketAddr;

use super::Config;
use crate::http1::{self, Framing, Version};
use crate::{Spool, SpoolReader};

/// The head of a request: all that is known before its body is read.
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
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.head.method
    }

    /// The path without the query: `/RPC2`. It is as it was sent, visible ASCII with its escapes unresolved.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.head.path()
    }

    /// What follows the `?` after the path.
    #[must_use]
    pub fn query(&self) -> Option<&'a str> {
        self.head.query()
    }

    /// The version's minor number: 0 or 1 for HTTP/1.0 and HTTP/1.1. Nothing else gets here.
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
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.head.header(name)
    }

    /// All header fields in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        self.head.headers.iter().map(|header| (header.name, header.value))
    }

    /// `Content-Type`, if it is there, in ASCII or UTF-8.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.head.content_type.and_then(|value| core::str::from_utf8(value).ok())
    }

    /// `Content-Encoding`, as above.
    #[must_use]
    pub fn content_encoding(&self) -> Option<&'a str> {
        self.head.content_encoding.and_then(|value| core::str::from_utf8(value).ok())
    }

    /// `Authorization`. A secret: keep it out of logs and replies.
    #[must_use]
    pub fn authorization(&self) -> Option<&'a [u8]> {
        self.head.authorization
    }

    /// `Host`. Every HTTP/1.1 request has it.
    #[must_use]
    pub fn host(&self) -> Option<&'a [u8]> {
        self.head.host
    }

    /// The body's bytes, as far as the head tells: `None` if it comes in chunks.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        match self.head.framing {
            Framing::Length(length) => Some(length),
            Framing::Chunked | Framing::UntilClose => None,
        }
    }

    /// The user that was authenticated: see [`Server::authenticate`](crate::Server::authenticate). Known once the whole
    /// request is there.
    #[must_use]
    pub fn user(&self) -> Option<&'a str> {
        self.user
    }

    /// Where the connection comes from; `None` if its kind of socket has no such address.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }
}

/// A complete request: its head, to which it dereferences, and its body.
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
    #[must_use]
    pub fn head(&self) -> &RequestHead<'a> {
        &self.head
    }

    /// The body, its chunked framing taken off.
    ///
    /// It is all of it, unless [`Service::spools`](super::Service::spools) allowed otherwise: then a large body
    /// may be in a file, this is empty, and [`reader`](Self::reader) has it.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        match self.body {
            Body::Bytes(bytes) => bytes,
            Body::Spool(spool) => spool.as_slice().unwrap_or_default(),
        }
    }

    /// Whether the body is in a file.
    #[must_use]
    pub fn is_spooled(&self) -> bool {
        matches!(self.body, Body::Spool(spool) if spool.as_slice().is_none())
    }

    /// Reads the body from its beginning, wherever it is.
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
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        self.spare.take()
    }

    /// An empty place for a reply's body that may become too large for memory, for [`Reply::spooled`](super::Reply::spooled):
    /// the [`buffer`](Self::buffer), that goes to a file as [`Config`] says of the bodies of requests.
    ///
    /// It takes at most the bytes that may be in memory and in files; one more is an error.
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
