//! What answers calls: methods at their paths, and a page about them, as a [`Service`].

use std::net::SocketAddr;

use super::decoded::Decoded;
use super::documentation;
#[cfg(feature = "gzip")]
use super::gzip;
use super::{Reply, Request, RequestHead, Service};
use crate::Reader;
use crate::http1::{charset_of, check_call, check_origin};
use crate::methods::{Answer, Answered, Caller, Methods, Page};

/// Methods, and the paths at which they are called.
#[derive(Debug)]
pub(super) struct Rpc<'h> {
    pub(super) methods: Methods<'h>,
    pub(super) paths: Vec<String>,
    /// Where the web server decides what comes here.
    pub(super) any_path: bool,
    pub(super) page: Option<Page>,
    /// Where JSON-RPC is answered, if not beside XML-RPC.
    #[cfg(feature = "json")]
    pub(super) json_paths: Option<Vec<String>>,
    #[cfg(feature = "gzip")]
    pub(super) compress_from: usize,
}

impl Rpc<'_> {
    pub(super) fn at(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let paths = paths.into_iter().map(Into::into).collect();
        Self {
            methods: Methods::new(),
            paths,
            any_path: false,
            page: None,
            #[cfg(feature = "json")]
            json_paths: None,
            #[cfg(feature = "gzip")]
            compress_from: crate::http1::WORTH_GZIP,
        }
    }

    /// Whether calls may be sent to this path.
    pub(super) fn takes(&self, path: &str) -> bool {
        #[cfg(feature = "json")]
        if self.takes_json_alone(path) {
            return true;
        }
        self.any_path || self.paths.iter().any(|known| known == path)
    }

    /// The body of a request, its coding taken off.
    pub(super) fn decoded<'r>(&self, request: &Request<'r>) -> Decoded<'r> {
        Decoded::of(request, self.methods.inflate_ratio())
    }

    /// The reply to a call, with what a log wants to know of it, and compressed if that is wanted.
    pub(super) fn finish(&self, mut reply: Reply, answered: Answered, request: &Request<'_>) -> Reply {
        if request.logged {
            reply.note_mut().answered = Some(answered);
        }
        #[cfg(feature = "gzip")]
        let reply = gzip::deflated(reply, request, self.compress_from);
        reply
    }
}

impl Service for Rpc<'_> {
    fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        let takes_calls = self.takes(head.path());
        let has_page = self.page.is_some() && (takes_calls || head.path() == "/");
        if has_page && documentation::is_asked_for(head.method()) {
            return Ok(());
        }
        if !takes_calls {
            return Err(match has_page {
                true => Reply::method_not_allowed("GET, HEAD"),
                false => Reply::error(404, "no such path here"),
            });
        }
        check_origin(|name| head.header(name)).map_err(|error| Reply::error(error.status, error.message))?;
        #[cfg(feature = "gzip")]
        let coding = head.fields().content_encoding.filter(|_| !gzip::is_coded(head));
        #[cfg(not(feature = "gzip"))]
        let coding = head.fields().content_encoding;
        let content_type = head.fields().content_type;
        // What is JSON by its type, or whatever it says it is at a path of JSON's own, need not be XML.
        #[cfg(feature = "json")]
        let content_type = content_type.filter(|kind| !self.is_json(head.path(), Some(kind), &[]));
        check_call(head.method(), content_type, coding).map_err(|error| match error.status {
            405 => Reply::method_not_allowed(if has_page { "GET, HEAD, POST" } else { "POST" }),
            status => Reply::error(status, error.message),
        })
    }

    fn request(&mut self, request: &Request<'_>) -> Reply {
        #[cfg(feature = "json")]
        if let Some(reply) = self.json(request) {
            return reply;
        }
        if let Some(page) = self.page.as_ref().filter(|_| documentation::is_asked_for(request.method())) {
            let elsewhere = self.paths.first().filter(|_| !self.takes(request.path()));
            return documentation::reply(page, &self.methods, elsewhere.map(String::as_str));
        }
        let mut reader = match self.decoded(request) {
            Decoded::Whole(bytes) => Reader::from_bytes(bytes),
            Decoded::Stream(stream) => Reader::from_reader(stream),
        };
        if let Some(charset) = request.content_type().and_then(charset_of) {
            reader = reader.with_charset(charset);
        }
        let mut answer = Answer::from(request.spool());
        let answered = self.methods.respond_for(request.head(), reader, &mut answer);
        self.finish(Reply::document(answer.into_spool()), answered, request)
    }
}

impl Caller for RequestHead<'_> {
    fn peer(&self) -> Option<SocketAddr> {
        self.peer()
    }

    fn path(&self) -> Option<&str> {
        Some(self.path())
    }

    fn user(&self) -> Option<&str> {
        self.user()
    }

    fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
        self.headers().nth(index)
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        self.header(name)
    }
}
