//! Methods on a server of the crate `tiny_http` 0.12, beside its other pages.
//!
//! ```
//! use tiny_xmlrpc::{Methods, tiny_http::{DEFAULT_PATHS, answer, is_call}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! # #[cfg(feature = "client")] {
//! let mut methods = Methods::new();
//! methods.add("add", |a: i32, b: i32| a + b);
//!
//! let web = tiny_http::Server::http("127.0.0.1:0")?;
//! # let url = format!("http://{}/RPC2", web.server_addr());
//! # let client = std::thread::spawn(move || tiny_xmlrpc::call::<i32>(&url, "add", (2, 3)));
//! # for request in web.incoming_requests().take(1) {
//! # /*
//! for request in web.incoming_requests() {
//! # */
//!     if is_call(&request, &DEFAULT_PATHS) {
//!         // An error says that the peer did not get its answer. It is no reason to stop.
//!         let _ = answer(&mut methods, request);
//!     } else {
//!         let _ = request.respond(tiny_http::Response::from_string("hello"));
//!     }
//! }
//! # assert_eq!(client.join().unwrap()?, 5);
//! # }
//! # Ok(()) }
//! ```
//!
//! [`handle_request`] does the same where there are no other pages.
//!
//! # When to use it, and when not
//!
//! Use it where a program runs such a server already, on a network where every peer is trusted or behind a reverse
//! proxy that reads requests whole before it passes them on. **It is no server for the open network**: use
//! [`Server`](crate::Server), which none of what follows can harm.
//!
//! What is mended here, for the requests that are given to this module:
//!
//! - The end of a body is taken from its head by the same rules as on `Server`: two lengths, a length beside a
//!   transfer coding, a length that is not all digits, a coding other than `chunked` are refused with 400 or 501.
//!   (There `request.rs` takes any coding for `chunked`, and a length that it cannot read for none.)
//! - A body is read to exactly its length, also beside `Connection: upgrade`, where `request.rs` hands out all that
//!   ever comes on the connection. One that ends before its length is not a call.
//! - A body larger than [`Limits::bytes`](crate::Limits::bytes) is answered with 413, before it is read if its
//!   length says so, and what is read is never more.
//! - The answer to a call always has a `Content-Length` and is never chunked, also where the request's `TE` field
//!   asks for it.
//! - An answer is sent in one write. (There head and body are two once they are over 1,024 bytes together, the
//!   buffer in `client.rs`, so that Nagle's algorithm waits for the peer's delayed acknowledgement: 40 ms on Linux.
//!   `TCP_NODELAY` is not set and cannot be from outside; pages of your own that are larger pay this. A listener
//!   made by the crate `socket2`, with `set_tcp_nodelay` before [`from_listener`][listener], hands the option on to
//!   what it accepts on Linux.)
//! - Dropping a request reads the rest of its body into a buffer of that size (`util/equal_reader.rs`), so that a
//!   head with `Content-Length: 64000000000` aborts the whole process. A request with more than 64 MiB to come is
//!   therefore not answered and never dropped: its connection hangs, and a thread and two sockets are lost until
//!   the program ends.
//! - A panic, in a handler or in tiny_http under it, ends that request and nothing else.
//!
//! What no caller can mend, by the file of tiny_http 0.12 it is in:
//!
//! - `util/task_pool.rs`: connections that come at the same time may be queued behind others though no thread is
//!   free. Of five kept connections opened at once the fifth is not answered until one of the others ends.
//! - `lib.rs`, `util/refined_tcp_stream.rs`: the first connection that cannot be accepted, be it that the process
//!   has no file descriptor left or that the peer has gone, is the last one: from then on nothing is accepted.
//!   Either `recv` returns that error, once, or, where duplicating the socket failed, nothing tells of it.
//! - `client.rs`: a request line ending in `HTTP/2.0` or `HTTP/3.0` costs a thread and two sockets for good. A
//!   connection that is reset before anything was read from it is a panic of a worker thread. Lines and header
//!   fields have no bound, nor have requests that wait and threads.
//! - Sockets have no time-outs. A body of more than 1 KiB is read by who answers the request, so that one slow peer
//!   makes all wait; so does the rest of a body that was refused. Answers are as slow as their peers take them.
//! - A connection cannot be closed. After a refused head, or a chunked body that was not read to its end, the
//!   answer says `Connection: close`, but if the peer sends on it, tiny_http reads the rest as another request. The
//!   crate `chunked_transfer` reads chunk sizes leniently (`+5`), without a bound on their lines, and takes the end
//!   of the connection inside a chunk for the end of the body; a document cut off that way is not well-formed.
//! - Requests that are not given to this module are dropped elsewhere: those of the pages beside it, and those that
//!   still wait when the server is dropped. The abort by a large length is theirs; a page may look at
//!   [`body_length`](https://docs.rs/tiny_http/0.12/tiny_http/struct.Request.html#method.body_length) and [`forget`](core::mem::forget) the request.
//!
//! [listener]: https://docs.rs/tiny_http/0.12/tiny_http/struct.Server.html#method.from_listener
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod head;
mod reply;

use std::io::{self, Read};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use ::tiny_http::{Request, Server};

use head::{Head, too_large};
use reply::{Outgoing, refuse, refuse_allowing, send};

pub use crate::http1::DEFAULT_PATHS;
use crate::http1::{Framing, HeadError, charset_of, path_of};
use crate::{Answer, Caller, Methods, Page, Reader};

/// Whether a request is for the methods: a POST to one of these paths.
///
/// The query is not part of the path. Escapes in it are not resolved.
///
/// ```
/// use tiny_http::{Method, TestRequest};
/// use tiny_xmlrpc::tiny_http::{DEFAULT_PATHS, is_call};
///
/// let request = TestRequest::new().with_method(Method::Post).with_path("/RPC2?from=here").into();
/// assert!(is_call(&request, &DEFAULT_PATHS));
/// assert!(!is_call(&TestRequest::new().with_path("/RPC2").into(), &DEFAULT_PATHS));
/// ```
#[must_use]
pub fn is_call(request: &Request, paths: &[&str]) -> bool {
    request.method().as_str() == "POST" && is_at(request, paths)
}

/// Answers one request that the server has received, whatever its path.
///
/// With the feature `json` a call of JSON-RPC is one as well, told apart as on [`Server`](crate::Server).
///
/// What is not a call is answered as HTTP has it, with status 400, 403, 405, 411, 413, 415, 501 or 505, as on
/// [`Server`](crate::Server). Whatever is wrong with the document is a fault, with status 200: see
/// [`Methods::respond`]. The body may have as many bytes as [`Limits::bytes`](crate::Limits::bytes) says.
///
/// ```
/// use tiny_http::{Method, TestRequest};
/// use tiny_xmlrpc::{Methods, tiny_http::answer};
///
/// let mut words = Vec::new();
/// let mut methods = Methods::new();
/// methods.add("push", |word: String| words.push(word));
///
/// let call = "<methodCall><methodName>push</methodName><params><param>\
///     <value>hello</value></param></params></methodCall>";
/// // In the place of one that a server has received.
/// let request = TestRequest::new().with_method(Method::Post).with_body(call).into();
/// answer(&mut methods, request)?;
/// # drop(methods);
/// assert_eq!(words, ["hello"]);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the answer could not be sent, mostly since the peer is gone, or the request was not answered: see the
/// [module](self). It concerns this peer alone, so a server reports it and goes on.
pub fn answer(methods: &mut Methods<'_>, request: Request) -> io::Result<()> {
    guarded(|| respond(methods, request)).map(drop)
}

/// Answers one request with the documentation page, whatever its path. Another method than GET and HEAD is answered with
/// status 405.
///
/// Unless its own path is one where calls are answered, the page has to say [where they are](Page::calls_to) if it has
/// forms.
///
/// ```
/// use tiny_xmlrpc::tiny_http::{answer, document, is_call};
/// use tiny_xmlrpc::{Methods, Page};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # #[cfg(feature = "client")] {
/// let mut methods = Methods::new();
/// methods.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
/// let page = Page::new("Arithmetic").forms(true).calls_to("/RPC2");
///
/// let web = tiny_http::Server::http("127.0.0.1:0")?;
/// # let url = format!("http://{}/RPC2", web.server_addr());
/// # let client = std::thread::spawn(move || tiny_xmlrpc::call::<i32>(&url, "add", (2, 3)));
/// # for request in web.incoming_requests().take(1) {
/// # /*
/// for request in web.incoming_requests() {
/// # */
///     let _ = if is_call(&request, &["/RPC2"]) {
///         answer(&mut methods, request)
///     } else {
///         document(&methods, &page, request)
///     };
/// }
/// # assert_eq!(client.join().unwrap()?, 5);
/// # }
/// # Ok(()) }
/// ```
///
/// # Errors
/// As [`answer`].
pub fn document(methods: &Methods<'_>, page: &Page, request: Request) -> io::Result<()> {
    guarded(|| show(methods, page, request)).map(drop)
}

/// Waits for one request and answers it: a whole server, for a network where every peer is trusted.
///
/// Returns after one call was answered. Requests that are refused before they reach the methods, those to other
/// paths with status 404, are answered on the way and do not count. `false` when
/// [`unblock`](https://docs.rs/tiny_http/0.12/tiny_http/struct.Server.html#method.unblock) was called instead, which is how another thread ends such a server.
///
/// # Errors
/// If the server can accept no more connections. It does not get over that: drop it and bind another one.
/// Nothing that a peer does to its own connection is an error here.
///
/// ```
/// use tiny_xmlrpc::{Methods, tiny_http::{DEFAULT_PATHS, handle_request}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # #[cfg(feature = "client")] {
/// let mut running = true;
/// let mut methods = Methods::new();
/// methods.add("stop", || running = false);
///
/// let web = tiny_http::Server::http("127.0.0.1:0")?;
/// # let address = web.server_addr();
/// # let client = std::thread::spawn(move || tiny_xmlrpc::call::<()>(&format!("http://{address}"), "stop", ()));
/// assert!(handle_request(&mut methods, &web, &DEFAULT_PATHS)?);
/// # client.join().unwrap()?;
/// # drop(methods);
/// assert!(!running);
/// # }
/// # Ok(()) }
/// ```
pub fn handle_request(methods: &mut Methods<'_>, server: &Server, paths: &[&str]) -> io::Result<bool> {
    loop {
        match server.recv() {
            Ok(request) => {
                if respond_at(methods, request, paths) {
                    return Ok(true);
                }
            }
            // What `unblock` makes `recv` return. An error of the socket has the system's number.
            Err(error) if error.raw_os_error().is_none() => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Waits for one request and answers it, or for about so much time: `false`.
///
/// The time is what is waited for requests. Reading one and answering it take what they take.
///
/// ```
/// use std::time::Duration;
/// use tiny_xmlrpc::{Methods, tiny_http::{DEFAULT_PATHS, handle_request_timeout}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let web = tiny_http::Server::http("127.0.0.1:0")?;
/// // Nobody calls.
/// assert!(!handle_request_timeout(&mut Methods::new(), &web, &DEFAULT_PATHS, Duration::from_millis(1))?);
/// # Ok(()) }
/// ```
///
/// # Errors
/// As [`handle_request`].
pub fn handle_request_timeout(
    methods: &mut Methods<'_>,
    server: &Server,
    paths: &[&str],
    timeout: Duration,
) -> io::Result<bool> {
    let start = Instant::now();
    loop {
        let left = timeout.saturating_sub(start.elapsed());
        let Some(request) = server.recv_timeout(left)? else { return Ok(false) };
        if respond_at(methods, request, paths) {
            return Ok(true);
        }
        if left.is_zero() {
            return Ok(false);
        }
    }
}

fn is_at(request: &Request, paths: &[&str]) -> bool {
    paths.contains(&path_of(request.url()))
}

/// Answers a request, if only to say that there is no such path. Whether it was a call.
fn respond_at(methods: &mut Methods<'_>, request: Request, paths: &[&str]) -> bool {
    let answered = guarded(|| {
        if is_at(&request, paths) {
            return respond(methods, request);
        }
        match Head::of(&request).map(|head| head.has_length()) {
            Ok(has_length) => refuse(request, &HeadError::new(404, "no such path here"), 0, has_length),
            Err(error) => refuse(request, &error, 0, false),
        }
    });
    // A peer that did not get its answer is of no interest to the others.
    answered.unwrap_or_default()
}

/// Keeps a panic of tiny_http's from the caller; those of handlers don't get this far.
fn guarded(run: impl FnOnce() -> io::Result<bool>) -> io::Result<bool> {
    // The request that is lost by it was ours alone, and `Methods` guards its own state.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(io::Error::other("tiny_http panicked")))
}

/// Answers a request. Whether it was a call.
fn respond(methods: &mut Methods<'_>, mut request: Request) -> io::Result<bool> {
    let head = match Head::of(&request) {
        Ok(head) => head,
        Err(error) => return refuse(request, &error, 0, false),
    };
    let (framing, has_length, connection) = (head.framing, head.has_length(), head.connection());
    #[cfg(feature = "json")]
    let content_type = head.content_type.map(str::to_owned);
    let charset = match head.check(&request, methods.max_body()) {
        Ok(()) => head.content_type.and_then(charset_of).map(str::to_owned),
        Err(error) => return refuse(request, &error, 0, has_length),
    };
    let body = match read_body(&mut request, framing, methods.max_body()) {
        Ok(body) => body,
        Err((error, read)) => return refuse(request, &error, read, has_length),
    };
    #[cfg(feature = "json")]
    if crate::json::is_json(content_type.as_deref().map(str::as_bytes), &body) {
        let mut answer = Answer::from(Vec::new());
        methods.respond_json_for(&Sender(&request), &body, &mut answer);
        let answer = answer.into_vec().unwrap_or_default();
        let status = if answer.is_empty() { 204 } else { 200 };
        let fields: &[_] = if answer.is_empty() { &[] } else { &[("Content-Type", "application/json")] };
        let answer = Outgoing { status, fields, body: &answer, head_only: false };
        return send(request.into_writer(), &answer, connection).map(|()| true);
    }
    let mut reader = Reader::from_bytes(&body);
    if let Some(charset) = charset {
        reader = reader.with_charset(&charset);
    }
    let mut answer = Answer::from(Vec::new());
    methods.respond_for(&Sender(&request), reader, &mut answer);
    let answer = answer.into_vec().unwrap_or_default();
    let answer = Outgoing { status: 200, fields: &[("Content-Type", "text/xml")], body: &answer, head_only: false };
    send(request.into_writer(), &answer, connection).map(|()| true)
}

/// Answers a request with the page. Whether it was one for it.
fn show(methods: &Methods<'_>, page: &Page, request: Request) -> io::Result<bool> {
    let head = match Head::of(&request) {
        Ok(head) => head,
        Err(error) => return refuse(request, &error, 0, false),
    };
    let (framing, has_length, connection) = (head.framing, head.has_length(), head.connection());
    let head_only = head.method == "HEAD";
    if !head_only && head.method != "GET" {
        let error = HeadError::new(405, "the methods allowed here are in the Allow field");
        return refuse_allowing("GET, HEAD", request, &error, 0, has_length);
    }
    if framing != Framing::Length(0) {
        return refuse(request, &HeadError::new(413, "expected a request without a body"), 0, has_length);
    }
    let html = page.html(methods);
    let answer = Outgoing { status: 200, fields: &page.headers(), body: html.as_bytes(), head_only };
    send(request.into_writer(), &answer, connection).map(|()| true)
}

/// Who sent a request, as handlers see it.
struct Sender<'r>(&'r Request);

impl Caller for Sender<'_> {
    fn peer(&self) -> Option<SocketAddr> {
        self.0.remote_addr().copied()
    }

    fn path(&self) -> Option<&str> {
        Some(path_of(self.0.url()))
    }

    fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
        let header = self.0.headers().get(index)?;
        Some((header.field.as_str().as_str(), header.value.as_str().as_bytes()))
    }
}

/// Reads a body of at most so many bytes. An error has the number of those that were read.
fn read_body(request: &mut Request, framing: Framing, limit: u64) -> Result<Vec<u8>, (HeadError, u64)> {
    let most = match framing {
        Framing::Length(length) => length,
        Framing::Chunked | Framing::UntilClose => limit.saturating_add(1),
    };
    // The memory is not taken at once: a length is only what a peer says.
    let mut body = Vec::new();
    let outcome = request.as_reader().take(most).read_to_end(&mut body);
    let read = body.len() as u64;
    match (framing, outcome) {
        (Framing::Length(length), Ok(_)) if length == read => Ok(body),
        (Framing::Length(_), _) => Err((HeadError::new(400, "the body ended before its length"), read)),
        (_, Err(_)) => Err((HeadError::new(400, "malformed chunks"), read)),
        (_, Ok(_)) if read > limit => Err((too_large(), read)),
        (_, Ok(_)) => Ok(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::tiny_http::TestRequest;

    pub(super) fn request(method: &str, path: &str, fields: &[&str]) -> Request {
        let mut request = TestRequest::new().with_method(method.parse().unwrap()).with_path(path).with_body("12345");
        for field in fields {
            request = request.with_header(field.parse().unwrap());
        }
        request.into()
    }

    #[test]
    fn calls_are_told_from_pages() {
        for (method, path, call) in [
            ("POST", "/RPC2", true),
            ("POST", "/RPC2?x", true),
            ("POST", "http://host/RPC2", true),
            ("POST", "/", true),
            ("POST", "/rpc2", false),
            ("POST", "/RPC2/", false),
            ("GET", "/RPC2", false),
        ] {
            assert_eq!(is_call(&request(method, path, &[]), &DEFAULT_PATHS), call, "{method} {path}");
        }
    }
}
