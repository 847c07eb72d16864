//! A request's body that is written as it goes.

use std::io;

use super::refuse::{network, usage};
use super::socket::{Deadline, Socket};
use super::verbose::{Hook, Wire};
use crate::{Phase, Result, Sink};

/// What writes a document into whatever sink it is given.
type Write<'o> = dyn FnMut(&mut dyn Sink) -> Result<()> + 'o;

/// The body of a request that may be too large to be held: a [`Transport`](super::Transport) has it written
/// where it goes.
///
/// ```
/// # use std::io::Read;
/// # use tiny_xmlrpc::{Client, Result};
/// use tiny_xmlrpc::client::{Outgoing, Reply, Transport};
///
/// /// Has requests written into a file, and sends nothing.
/// struct Recorder(std::fs::File);
///
/// impl Transport for Recorder {
/// #     fn exchange(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Reply> {
/// #         unreachable!()
/// #     }
///     // Beside `exchange`, for requests that are held.
///     fn stream(
///         &mut self,
///         request: &mut Outgoing<'_>,
///         receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
///     ) -> Result<()> {
///         request.write_to(&mut tiny_xmlrpc::IoSink(&self.0))?;
///         receive(&Reply::new(200), &mut &tiny_xmlrpc::to_vec(&true)?[..])
///     }
/// }
/// # let mut file = tempfile::tempfile()?;
/// # let client = Client::over(Recorder(file.try_clone()?));
/// # let recorded: bool = client.stream("put").params(|params| params.base64_from(&[7; 100_000][..])).call()?;
/// # assert!(recorded && file.metadata()?.len() > 130_000);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub struct Outgoing<'o> {
    length: Option<u64>,
    write: &'o mut Write<'o>,
}

impl<'o> Outgoing<'o> {
    pub(super) fn new(length: Option<u64>, write: &'o mut Write<'o>) -> Self {
        Self { length, write }
    }

    /// Its bytes, if they were counted. Then it may also be written more than once; where not, it can be written only
    /// once, and goes in chunks.
    ///
    /// ```
    /// use tiny_xmlrpc::client::Outgoing;
    ///
    /// /// How HTTP/1.1 says where the request ends.
    /// fn framing(request: &Outgoing<'_>) -> String {
    ///     match request.length() {
    ///         Some(bytes) => format!("Content-Length: {bytes}"),
    ///         None => "Transfer-Encoding: chunked".to_owned(),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Writes all of it, in many small pieces.
    ///
    /// ```
    /// use tiny_xmlrpc::{Counter, Result, client::Outgoing};
    ///
    /// /// The bytes that it has, for which it is written once if they were not counted.
    /// fn count(request: &mut Outgoing<'_>) -> Result<u64> {
    ///     let mut counter = Counter::default();
    ///     request.write_to(&mut counter)?;
    ///     Ok(counter.bytes())
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of the sink, and of what writes the document; [`ErrorKind::Usage`](crate::ErrorKind::Usage) if it is of
    /// another length than was counted.
    pub fn write_to(&mut self, sink: &mut dyn Sink) -> Result<()> {
        let Some(length) = self.length else { return (self.write)(sink) };
        let mut exact = Exact { sink, left: length };
        (self.write)(&mut exact)?;
        if exact.left > 0 { Err(changed()) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Lets as many bytes through as were promised.
struct Exact<'s> {
    sink: &'s mut dyn Sink,
    left: u64,
}

impl Sink for Exact<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(changed)?;
        self.sink.write(bytes)
    }
}

#[cold]
fn changed() -> crate::Error {
    usage("expected the same parameters the second time as the first, found another number of bytes")
}

/// How much is gathered before it is sent.
pub(super) const PIECE: usize = 32 * 1024;

/// Sends a body's pieces over a socket, gathered, in chunks if it has no length.
pub(super) struct SocketSink<'s> {
    pub(super) socket: &'s mut Socket,
    /// What is to be sent: at first the head.
    pub(super) buffer: &'s mut Vec<u8>,
    pub(super) deadline: Deadline,
    pub(super) chunked: bool,
    pub(super) verbose: Option<&'s Hook>,
    /// Where in the buffer the body's bytes begin.
    body: usize,
}

impl<'s> SocketSink<'s> {
    /// A sink behind the head that is in `buffer`.
    pub(super) fn new(
        socket: &'s mut Socket,
        buffer: &'s mut Vec<u8>,
        deadline: Deadline,
        chunked: bool,
        verbose: Option<&'s Hook>,
    ) -> Self {
        let body = buffer.len();
        Self { socket, buffer, deadline, chunked, verbose, body }
    }

    /// Sends what is left.
    pub(super) fn finish(mut self) -> Result<()> {
        self.flush()?;
        if self.chunked {
            self.send(b"0\r\n\r\n")?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let body = self.buffer.len().saturating_sub(self.body);
        if let (Some(hook), Some(bytes @ [_, ..])) = (self.verbose, self.buffer.get(self.body..)) {
            hook(Wire::RequestBody(bytes));
        }
        if self.chunked && body > 0 {
            // The size goes before the bytes, and behind the head.
            let size = format!("{body:x}\r\n");
            self.buffer.splice(self.body..self.body, size.bytes());
            self.buffer.extend_from_slice(b"\r\n");
        }
        let buffer = std::mem::take(self.buffer);
        let sent = self.send(&buffer);
        *self.buffer = buffer;
        self.buffer.clear();
        self.body = 0;
        sent
    }

    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.socket.write_all(bytes, self.deadline).map_err(sending)
    }
}

impl Sink for SocketSink<'_> {
    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = PIECE.saturating_sub(self.buffer.len()).max(1);
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() >= PIECE {
                self.flush()?;
            }
        }
        Ok(())
    }
}

#[cold]
pub(super) fn sending(error: io::Error) -> crate::Error {
    network(Phase::Send, "sending the request", error)
}
