//! The kept connection: a request's bytes → its reply's bytes, over a socket that is used again.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use super::connect::connect;
use super::socket::{Deadline, Socket};
use super::transport::network;
use super::{Options, Reply, Scheme, Transport, Url};
use crate::http1::{self, BodyError, Decoder, Framing, HeadError, HeadScanner, HeadWriter, MAX_HEAD, ReplyHead};
use crate::{Error, ErrorKind, Limit, Phase, Result};

/// What is sent in one piece: the head and the body up to here. A body beyond it is not copied.
const FIRST_PIECE: usize = 16 * 1024;

/// The buffer for replies too long for the one that heads are read into.
const BODY_BUFFER: usize = 64 * 1024;

/// Interim replies (1xx) that are read past before the one that counts.
const MOST_INTERIM: u32 = 16;

/// A connection that lay idle for longer is looked at before it is used again.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// HTTP/1.1 over one connection that is kept and used again, TCP or Unix.
///
/// - **Time-outs.** One deadline for the whole call, checked before every read and write; a server that
///   drips a byte at a time gains nothing.
/// - **Stale connections.** A server may close an idle connection at any time, and a client finds out
///   when it uses it. If that happens on a connection that had carried a call before, and nothing of
///   a reply came, the request is sent once more on a new one, as Python's `http.client` does.
///   A server that closes idle connections has not read that request; one that dies in the middle
///   of executing it looks the same, though, and gets it twice. To make that rare, a connection
///   idle for a second or more is looked at first, and left if the server has closed it. There is
///   never a second try on a new connection, nor after a time-out.
/// - **Replies.** They have to be whole, by their length or their chunks, and within
///   [`Limits::bytes`](crate::Limits::bytes); heads are at most 16 KiB and 100 fields. Interim
///   replies (1xx) are skipped, redirects are not followed, compressed bodies were not asked for and
///   are refused. The connection is used again unless the server says `close`, speaks HTTP/1.0
///   without `keep-alive`, sends more than its reply, or refuses the request by an HTTP status: not every
///   server has then read the request's body.
///
/// ```no_run
/// use tiny_xmlrpc::client::{Kept, Options, Transport, Url};
///
/// let mut transport = Kept::new(&Url::parse("unix:/run/supervisor.sock:/RPC2")?, &Options::new())?;
/// let mut reply = Vec::new();
/// transport.exchange(b"<methodCall><methodName>system.listMethods</methodName></methodCall>", &mut reply)?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub struct Kept {
    url: Url,
    /// The head up to the value of `Content-Length`, which comes last.
    head: Vec<u8>,
    limit: u64,
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
    idle: Option<Idle>,
    output: Vec<u8>,
    input: Vec<u8>,
}

/// A connection that waits for the next call.
struct Idle {
    socket: Socket,
    /// When the last call on it began: it has lain idle for that long at most.
    since: Instant,
}

/// Why one attempt failed.
struct Failure {
    error: Error,
    /// The server closed the connection before anything of a reply came.
    stale: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, stale: false }
    }
}

impl Kept {
    /// A transport to this URL; it connects with the first call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for `https`, for `unix` on a system without such sockets, and for header fields
    /// and credentials that cannot be sent.
    pub fn new(url: &Url, options: &Options) -> Result<Self> {
        match url.scheme() {
            Scheme::Https => return Err(usage("expected an http or unix URL for a kept connection, found https")),
            Scheme::Unix if cfg!(not(unix)) => return Err(usage("expected a system with Unix domain sockets")),
            _ => {}
        }
        let mut head = Vec::new();
        let mut writer = HeadWriter::request(&mut head, "POST", url.path()).map_err(usage)?;
        writer.header("Host", &url.authority()).map_err(usage)?;
        for (name, value) in options.fields(url)? {
            writer.header(&name, &value).map_err(usage)?;
        }
        head.extend_from_slice(b"Content-Length: ");
        let (connect_timeout, timeout) = options.timeouts();
        Ok(Self {
            url: url.clone(),
            head,
            limit: options.limit(),
            connect_timeout,
            timeout,
            idle: None,
            output: Vec::new(),
            input: Vec::new(),
        })
    }

    /// Whether a connection is open that the next call will try first.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.idle.is_some()
    }

    /// One request on one connection, and the connection kept if it may carry another.
    fn attempt(
        &mut self,
        mut socket: Socket,
        request: &[u8],
        reply: &mut Vec<u8>,
        start: Instant,
        deadline: Deadline,
    ) -> Result<Reply, Failure> {
        let sent = self.send(&mut socket, request, deadline);
        let Err(error) = sent else {
            let (head, again) = self.receive(&mut socket, reply, deadline)?;
            // Before it is kept: Python's server leaves the body of a request that it refuses with 404 unread,
            // and takes it for the next request.
            let head = head.check(reply)?;
            if again {
                self.idle = Some(Idle { socket, since: start });
            }
            return Ok(head);
        };
        let closed = is_closed(&error);
        let failure = network(Phase::Send, "sending the request", error);
        if !closed {
            return Err(failure.into());
        }
        // A server that refuses a request before it has read all of it (401, 413) answers and closes.
        match self.receive(&mut socket, reply, deadline) {
            Ok((head, _)) if head.status() != 200 => {
                head.check(reply).map_err(|error| error.with_executed(false).into())
            }
            Err(Failure { stale: false, .. }) | Ok(_) => Err(failure.into()),
            Err(_) => Err(Failure { error: failure, stale: true }),
        }
    }

    fn send(&mut self, socket: &mut Socket, request: &[u8], deadline: Deadline) -> io::Result<()> {
        self.output.clear();
        self.output.extend_from_slice(&self.head);
        self.output.extend_from_slice(itoa::Buffer::new().format(request.len()).as_bytes());
        self.output.extend_from_slice(b"\r\n\r\n");
        // One write, so one packet, for a call of ordinary size. Not `writev`: the standard library's would
        // raise SIGPIPE where a program has not ignored it.
        let (first, rest) = request.split_at_checked(FIRST_PIECE).unwrap_or((request, &[]));
        self.output.extend_from_slice(first);
        socket.write_all(&self.output, deadline)?;
        socket.write_all(rest, deadline)
    }

    /// Reads one reply; whether the connection may be used again is told beside it.
    fn receive(
        &mut self,
        socket: &mut Socket,
        reply: &mut Vec<u8>,
        deadline: Deadline,
    ) -> Result<(Reply, bool), Failure> {
        if self.input.len() < MAX_HEAD {
            self.input.resize(MAX_HEAD, 0);
        }
        let mut filled = 0_usize;
        let mut interim = 0_u32;
        let mut scanner = HeadScanner::default();
        loop {
            let room = self.input.get_mut(filled..).unwrap_or_default();
            let failure = match socket.read(room, deadline) {
                Ok(0) => Some(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    filled = filled.saturating_add(read);
                    None
                }
                Err(error) => Some(error),
            };
            if let Some(error) = failure {
                let stale = filled == 0 && interim == 0 && is_closed(&error);
                let phase = if filled == 0 { Phase::Wait } else { Phase::Receive };
                return Err(Failure { error: reading(phase, error), stale });
            }
            while let Some(end) = scanner.find(self.input.get(..filled).unwrap_or_default()).map_err(refuse_head)? {
                let mut storage = http1::storage();
                let bytes = self.input.get(..end).unwrap_or_default();
                let head = ReplyHead::parse(bytes, &mut storage, false).map_err(refuse_head)?;
                if head.status >= 200 {
                    let (reply_head, framing, keep_alive) = (read_head(&head)?, head.framing, head.keep_alive);
                    let again = self.receive_body(socket, reply, framing, end, filled, deadline)?;
                    return Ok((reply_head, keep_alive && again));
                }
                interim = interim.saturating_add(1);
                if head.status == 101 || interim > MOST_INTERIM {
                    return Err(not_http("expected a reply, found interim replies alone").into());
                }
                self.input.copy_within(end..filled, 0);
                filled = filled.saturating_sub(end);
                scanner = HeadScanner::default();
            }
        }
    }

    /// Reads the body that begins in the input at `start`; whether nothing follows it is the answer.
    fn receive_body(
        &mut self,
        socket: &mut Socket,
        reply: &mut Vec<u8>,
        framing: Framing,
        mut start: usize,
        mut end: usize,
        deadline: Deadline,
    ) -> Result<bool> {
        reply.clear();
        let refuse = |error| refuse_body(error, self.limit);
        let mut decoder = Decoder::new(framing, self.limit).map_err(refuse)?;
        if let Framing::Length(length) = framing {
            // A length is only a promise: memory is taken for as much of it as costs nothing to believe.
            reply.reserve(usize::try_from(length).unwrap_or(usize::MAX).min(1 << 20));
        }
        loop {
            while start < end && !decoder.is_done() {
                let decoded = decoder.decode(self.input.get(start..end).unwrap_or_default()).map_err(refuse)?;
                reply.extend_from_slice(decoded.data);
                start = start.saturating_add(decoded.consumed);
            }
            if decoder.is_done() {
                return Ok(start == end);
            }
            if self.input.len() < BODY_BUFFER {
                self.input.resize(BODY_BUFFER, 0);
            }
            start = 0;
            end = socket.read(&mut self.input, deadline).map_err(|error| reading(Phase::Receive, error))?;
            if end == 0 {
                decoder.end().map_err(refuse)?;
            }
        }
    }
}

impl Transport for Kept {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        reply.clear();
        let start = Instant::now();
        let deadline = Deadline::after(start, self.timeout);
        let mut had_it_before = false;
        if let Some(idle) = self.idle.take() {
            let Idle { mut socket, since } = idle;
            if start.saturating_duration_since(since) < LOOK_AFTER || socket.is_quiet() {
                match self.attempt(socket, request, reply, start, deadline) {
                    Ok(head) => return Ok(head),
                    Err(failure) if !failure.stale => return Err(failure.error),
                    Err(failure) => had_it_before = failure.error.may_have_executed(),
                }
            }
        }
        connect(&self.url, Deadline::after(start, self.connect_timeout).min(deadline))
            .map_err(Failure::from)
            .and_then(|socket| self.attempt(socket, request, reply, start, deadline))
            .map_err(|failure| if had_it_before { failure.error.with_executed(true) } else { failure.error })
    }
}

/// Without the head, which has the credentials.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("url", &self.url).field("connected", &self.is_connected()).finish_non_exhaustive()
    }
}

/// What the caller has to know of a head.
fn read_head(head: &ReplyHead<'_>) -> Result<Reply> {
    check_coding(head.header("content-encoding"))?;
    let reply = Reply::new(head.status);
    Ok(match head.header("content-type") {
        Some(value) => reply.with_content_type(String::from_utf8_lossy(value)),
        None => reply,
    })
}

/// Refuses a body in a coding that was not asked for.
pub(super) fn check_coding(coding: Option<&[u8]>) -> Result<()> {
    match coding {
        Some(coding) if !coding.trim_ascii().eq_ignore_ascii_case(b"identity") => {
            Err(not_http("expected a body without Content-Encoding"))
        }
        _ => Ok(()),
    }
}

/// Whether the other side has closed the connection.
fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

#[cold]
fn reading(phase: Phase, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return ended(phase);
    }
    network(phase, if phase == Phase::Wait { "waiting for the reply" } else { "receiving the reply" }, error)
}

/// The connection ended before the reply did.
#[cold]
pub(super) fn ended(phase: Phase) -> Error {
    let message = match phase {
        Phase::Wait => "expected a reply, found the end of the connection",
        _ => "expected the rest of the reply, found the end of the connection",
    };
    Error::new(ErrorKind::Transport(phase), message).with_executed(true)
}

/// A reply that is not HTTP, or not the HTTP that this client speaks.
#[cold]
pub(super) fn not_http(message: &'static str) -> Error {
    Error::new(ErrorKind::Http, message).with_executed(true)
}

#[cold]
pub(super) fn refuse_head(error: HeadError) -> Error {
    let kind = if error.status == 431 { ErrorKind::Limit(Limit::Buffer) } else { ErrorKind::Http };
    Error::new(kind, format!("reply: {}", error.message)).with_executed(true)
}

#[cold]
pub(super) fn refuse_body(error: BodyError, limit: u64) -> Error {
    match error {
        BodyError::TooLarge => too_large(limit),
        BodyError::Malformed(message) => Error::new(ErrorKind::Http, format!("reply: {message}")).with_executed(true),
        BodyError::Truncated => ended(Phase::Receive),
    }
}

#[cold]
pub(super) fn too_large(limit: u64) -> Error {
    let message = format!("expected a reply of at most {limit} bytes, found more");
    Error::new(ErrorKind::Limit(Limit::Bytes), message).with_executed(true)
}

#[cold]
fn usage(message: &'static str) -> Error {
    Error::new(ErrorKind::Usage, message)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// The server closes after its first reply; what it still got on that connection is what its thread returns.
    fn closes_when_idle(since: Option<Instant>) -> usize {
        const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>";
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let mut kept = Kept::new(&url, &Options::new()).unwrap();
        let mut reply = Vec::new();

        let answer_one = || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"<call/>") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.extend(byte);
            }
            stream.write_all(REPLY).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            stream
        };
        let mut first = std::thread::scope(|scope| {
            let server = scope.spawn(answer_one);
            kept.exchange(b"<call/>", &mut reply).unwrap();
            server.join().unwrap()
        });
        kept.idle.as_mut().unwrap().since = since.unwrap();
        std::thread::scope(|scope| {
            scope.spawn(answer_one);
            kept.exchange(b"<call/>", &mut reply).unwrap();
        });
        assert_eq!(reply, b"<a/>");
        let mut rest = Vec::new();
        first.read_to_end(&mut rest).unwrap();
        rest.len()
    }

    #[test]
    fn a_connection_is_looked_at_before_it_is_used_again_after_a_while() {
        assert_eq!(closes_when_idle(Instant::now().checked_sub(LOOK_AFTER)), 0);
        // As if it were used just now, however slow this machine is.
        assert_ne!(closes_when_idle(Instant::now().checked_add(Duration::from_secs(600))), 0);
    }

    #[test]
    fn shows_no_credentials() {
        let kept = Kept::new(&Url::parse("http://u:secret@h").unwrap(), &Options::new()).unwrap();
        assert!(!format!("{kept:?}").contains("secret"));
    }
}
