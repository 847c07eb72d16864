//! The kept connection: a request's bytes → its reply's bytes, over a socket that is used again.

use std::fmt;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use super::connect::connect;
use super::outgoing::{Outgoing, SocketSink, sending};
use super::receive::{Failure, Form, Receiver, Stream, Target, is_status};
use super::refuse::{is_closed, usage};
use super::settings::Settings;
use super::socket::{Deadline, Socket};
use super::verbose::{Wire, masked};
use super::{Options, Reply, Scheme, Transport, Url, gzip};
use crate::http1::HeadWriter;
use crate::{Error, ErrorKind, Phase, Result};

/// What is sent in one piece: the head and the body up to here. A body beyond it is not copied.
const FIRST_PIECE: usize = 16 * 1024;

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
///   replies (1xx) are skipped, redirects are not followed here, compressed bodies that were not asked for
///   are refused. The connection is used again unless the server says `close`, speaks HTTP/1.0
///   without `keep-alive`, sends more than its reply, or refuses the request by an HTTP status: not every
///   server has then read the request's body.
/// - **Streams.** Requests and replies of any size go through in constant memory, both ways:
///   see [`Client::stream`](crate::Client::stream).
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
    // Before what it leads to, so that it is closed first: a process ends at the end of its input.
    idle: Option<Idle>,
    to: To,
    /// The head up to the fields of the body, which come last.
    head: Vec<u8>,
    settings: Settings,
    timeout: Option<Duration>,
    output: Vec<u8>,
    input: Vec<u8>,
}

/// What is at the other end.
enum To {
    Url(Url),
    #[cfg(unix)]
    Process(super::process::Launcher),
    /// A stream that stands already, until it has been used.
    Stream(Option<Socket>),
}

/// A connection that waits for the next call.
struct Idle {
    socket: Socket,
    /// When the last call on it began: it has lain idle for that long at most.
    since: Instant,
}

/// A request's body.
enum Body<'b, 'o> {
    Whole { bytes: &'b [u8], is_gzip: bool },
    Streamed(&'b mut Outgoing<'o>),
}

impl Kept {
    /// A transport to this URL; it connects with the first call.
    ///
    /// ```
    /// use tiny_xmlrpc::Client;
    /// use tiny_xmlrpc::client::{Kept, Options, Url};
    ///
    /// # #[cfg(feature = "server")] {
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let url = format!("http://{}", listener.local_addr()?);
    /// # std::thread::spawn(move || {
    /// #     let mut server = tiny_xmlrpc::Server::from_listener(listener, Default::default())?;
    /// #     server.add("add", |a: i32, b: i32| a + b);
    /// #     server.handle_request()
    /// # });
    /// let client = Client::over(Kept::new(&Url::parse(&url)?, &Options::new())?);
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for `https` and `scgi`, for `unix` on a system without such sockets, and for header fields
    /// and credentials that cannot be sent.
    pub fn new(url: &Url, options: &Options) -> Result<Self> {
        match url.scheme() {
            Scheme::Https => return Err(usage("expected an http or unix URL for a kept connection, found https")),
            Scheme::Scgi => return Err(usage("expected an http or unix URL for a kept connection, found scgi")),
            Scheme::Unix if cfg!(not(unix)) => return Err(usage("expected a system with Unix domain sockets")),
            _ => {}
        }
        Self::to(To::Url(url.clone()), url, options)
    }

    /// A transport over a stream that stands already: a session of another library's TLS, a serial line, a pair of pipes.
    ///
    /// HTTP is spoken over it as over a socket; `url` says what the requests name as their host and path. It is never
    /// replaced: once it has ended, or a reply was such that nothing more can be made of it, calls fail with
    /// [`Phase::Connect`]. The time-outs of the options are looked at between its reads and writes, so they are kept to only
    /// as far as those come back: a stream that blocks should have a time-out of its own, and report it as
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// ```
    /// use std::io::{Cursor, Read, Write};
    /// use tiny_xmlrpc::Client;
    /// use tiny_xmlrpc::client::{Kept, Options, Url};
    ///
    /// /// Answers from a record, whatever it is asked.
    /// struct Recorded(Cursor<Vec<u8>>);
    ///
    /// impl Read for Recorded {
    ///     fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
    ///         self.0.read(buffer)
    ///     }
    /// }
    ///
    /// impl Write for Recorded {
    ///     fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
    ///         Ok(bytes.len())
    ///     }
    ///     fn flush(&mut self) -> std::io::Result<()> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let document = tiny_xmlrpc::to_string(&5)?;
    /// let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{document}", document.len());
    /// let stream = Recorded(Cursor::new(reply.into_bytes()));
    /// let client = Client::over(Kept::over(stream, &Url::parse("http://device/RPC2")?, &Options::new())?);
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for header fields and credentials that cannot be sent.
    pub fn over(stream: impl Read + Write + Send + 'static, url: &Url, options: &Options) -> Result<Self> {
        Self::to(To::Stream(Some(Socket::new(super::socket::Stream::Other(Box::new(stream))))), url, options)
    }

    /// A transport to a process, which gets requests for this URL.
    #[cfg(unix)]
    pub(super) fn to_process(launcher: super::process::Launcher, url: &Url, options: &Options) -> Result<Self> {
        Self::to(To::Process(launcher), url, options)
    }

    fn to(to: To, url: &Url, options: &Options) -> Result<Self> {
        let settings = options.settings(url)?;
        let mut head = Vec::new();
        let mut writer = HeadWriter::request(&mut head, "POST", url.path()).map_err(usage)?;
        writer.header("Host", &url.authority()).map_err(usage)?;
        for (name, value) in &settings.fields {
            writer.header(name, value).map_err(usage)?;
        }
        let timeout = settings.timeout;
        Ok(Self { to, head, settings, timeout, idle: None, output: Vec::new(), input: Vec::new() })
    }

    /// Whether a connection is open that the next call will try first.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Kept, Options, Transport, Url};
    ///
    /// # #[cfg(feature = "server")] {
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let url = format!("http://{}", listener.local_addr()?);
    /// # std::thread::spawn(move || {
    /// #     let mut server = tiny_xmlrpc::Server::from_listener(listener, Default::default())?;
    /// #     let first = server.handle_request();
    /// #     first.and_then(|_| server.handle_request())
    /// # });
    /// let mut transport = Kept::new(&Url::parse(&url)?, &Options::new())?;
    /// assert!(!transport.is_connected());
    /// transport.exchange(b"<methodCall><methodName>m</methodName></methodCall>", &mut Vec::new())?;
    /// assert!(transport.is_connected());
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.idle.is_some()
    }

    /// One call: on the connection that is kept, if it can still be used, and else on a new one.
    fn call(&mut self, body: &mut Body<'_, '_>, target: &mut Target<'_>) -> Result<Reply> {
        let start = Instant::now();
        let deadline = Deadline::after(start, self.timeout);
        // What can be sent only once must not be lost to a stale connection.
        let repeats = !matches!(body, Body::Streamed(outgoing) if outgoing.length().is_none());
        let mut had_it_before = false;
        if let Some(idle) = self.idle.take().filter(|_| repeats) {
            let Idle { mut socket, since } = idle;
            if start.saturating_duration_since(since) < LOOK_AFTER || socket.is_quiet() {
                match self.attempt(socket, body, target, start, deadline) {
                    Ok(head) => return Ok(head),
                    Err(failure) if !failure.stale => return Err(failure.error),
                    Err(failure) => had_it_before = failure.error.may_have_executed(),
                }
            }
        }
        self.connect(Deadline::after(start, self.settings.connect_timeout).min(deadline))
            .map_err(Failure::from)
            .and_then(|socket| self.attempt(socket, body, target, start, deadline))
            .map_err(|failure| if had_it_before { failure.error.with_executed(true) } else { failure.error })
    }

    fn connect(&mut self, deadline: Deadline) -> Result<Socket> {
        match &mut self.to {
            To::Url(url) => connect(url, deadline),
            #[cfg(unix)]
            To::Process(launcher) => launcher.launch(),
            To::Stream(stream) => stream.take().ok_or_else(|| {
                let message = "expected a stream that can be used, found the end of the one that was given";
                Error::new(ErrorKind::Transport(Phase::Connect), message).with_executed(false)
            }),
        }
    }

    /// One request on one connection, and the connection kept if it may carry another.
    fn attempt(
        &mut self,
        mut socket: Socket,
        body: &mut Body<'_, '_>,
        target: &mut Target<'_>,
        start: Instant,
        deadline: Deadline,
    ) -> Result<Reply, Failure> {
        let sent = self.send(&mut socket, body, deadline);
        let mut receiver = Receiver {
            socket: &mut socket,
            input: &mut self.input,
            settings: &self.settings,
            deadline,
            form: Form::Http,
        };
        let Err(error) = sent else {
            let (head, again) = receiver.receive(target)?;
            if again {
                self.idle = Some(Idle { socket, since: start });
            }
            return Ok(head);
        };
        if !has_closed(&error) {
            // Whatever it was, the request has not left whole.
            return Err(error.with_executed(false).into());
        }
        // A server that refuses a request before it has read all of it (401, 413) answers and closes.
        let mut early = Vec::new();
        match receiver.receive(&mut Target::Whole(&mut early)) {
            Ok((head, _)) if head.status() != 200 => {
                target.take(&head, early)?;
                Ok(head)
            }
            Err(failure) if is_status(&failure.error) => Err(failure.error.with_executed(false).into()),
            Err(Failure { stale: false, .. }) | Ok(_) => Err(error.into()),
            Err(_) => Err(Failure { error, stale: true }),
        }
    }

    fn send(&mut self, socket: &mut Socket, body: &mut Body<'_, '_>, deadline: Deadline) -> Result<()> {
        let output = &mut self.output;
        output.clear();
        output.extend_from_slice(&self.head);
        if let Some(cookie) = self.settings.cookie() {
            HeadWriter::resume(output).put("Cookie", &cookie);
        }
        let mut head = HeadWriter::resume(output);
        match body {
            Body::Whole { bytes, is_gzip } => {
                if *is_gzip {
                    head.put("Content-Encoding", "gzip");
                }
                head.content_length(bytes.len() as u64);
            }
            Body::Streamed(outgoing) => match outgoing.length() {
                Some(length) => head.content_length(length),
                None => head.put("Transfer-Encoding", "chunked"),
            },
        }
        head.finish();
        let verbose = self.settings.verbose.as_ref();
        if let Some(hook) = verbose {
            hook(Wire::RequestHead(&masked(output)));
        }
        match body {
            Body::Whole { bytes, .. } => {
                if let Some(hook) = verbose {
                    hook(Wire::RequestBody(bytes));
                }
                // One write, so one packet, for a call of ordinary size. Not `writev`: the standard library's would
                // raise SIGPIPE where a program has not ignored it.
                let (first, rest) = bytes.split_at_checked(FIRST_PIECE).unwrap_or((bytes, &[]));
                output.extend_from_slice(first);
                socket.write_all(output, deadline).map_err(sending)?;
                socket.write_all(rest, deadline).map_err(sending)
            }
            Body::Streamed(outgoing) => {
                let chunked = outgoing.length().is_none();
                let mut sink = SocketSink::new(socket, output, deadline, chunked, verbose);
                outgoing.write_to(&mut sink)?;
                sink.finish()
            }
        }
    }
}

impl Transport for Kept {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        reply.clear();
        let packed = if self.settings.gzip_requests { gzip::deflate(request) } else { None };
        let is_gzip = packed.is_some();
        let bytes = packed.as_deref().unwrap_or(request);
        self.call(&mut Body::Whole { bytes, is_gzip }, &mut Target::Whole(reply))
    }

    fn stream(&mut self, request: &mut Outgoing<'_>, receive: &mut Stream<'_>) -> Result<()> {
        self.call(&mut Body::Streamed(request), &mut Target::Stream(receive)).map(drop)
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }
}

/// Without the head, which has the credentials.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Kept");
        match &self.to {
            To::Url(url) => out.field("url", url),
            #[cfg(unix)]
            To::Process(launcher) => out.field("process", launcher),
            To::Stream(_) => out.field("stream", &".."),
        };
        out.field("connected", &self.is_connected()).finish_non_exhaustive()
    }
}

/// Whether sending failed because the other side had closed the connection.
fn has_closed(error: &Error) -> bool {
    use std::error::Error as _;
    error.kind() == ErrorKind::Transport(Phase::Send)
        && error.source().and_then(|source| source.downcast_ref::<io::Error>()).is_some_and(is_closed)
}

#[cfg(test)]
mod tests {
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
