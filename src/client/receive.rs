//! A reply's bytes, from a socket → its head, and its body whole or as a stream.

use std::io::{self, Read};
use std::ops::Range;

use super::refuse::{is_closed, not_http, reading, refuse_body, refuse_head};
use super::settings::Settings;
use super::socket::{Deadline, Socket};
use super::verbose::{Wire, masked};
use super::{Reply, gzip};
use crate::http1::{self, Decoder, Framing, HeadScanner, MAX_HEAD, MAX_HEADERS, ReplyHead, gateway};
use crate::{Error, ErrorKind, Phase, Result};

/// The buffer for replies too long for the one that heads are read into.
const BODY_BUFFER: usize = 64 * 1024;

/// From this size on a piece of a body is read to where it is wanted, without the buffer between.
const DIRECT: usize = 16 * 1024;

/// Interim replies (1xx) that are read past before the one that counts.
const MOST_INTERIM: u32 = 16;

/// In what form the replies' heads are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// HTTP/1, RFC 9112.
    Http,
    /// That of a CGI program, RFC 3875, section 6: fields alone.
    Cgi,
}

/// What takes the reply's body as it comes.
pub(super) type Stream<'s> = dyn FnMut(&Reply, &mut dyn Read) -> Result<()> + 's;

/// Where the reply's body goes.
pub(super) enum Target<'t> {
    /// All of it into memory.
    Whole(&'t mut Vec<u8>),
    /// To whoever reads it.
    Stream(&'t mut Stream<'t>),
}

impl Target<'_> {
    /// Hands over a body that is in memory.
    pub(super) fn take(&mut self, head: &Reply, body: Vec<u8>) -> Result<()> {
        match self {
            Self::Whole(reply) => {
                **reply = body;
                Ok(())
            }
            Self::Stream(stream) => stream(head, &mut body.as_slice()),
        }
    }
}

/// Why an exchange failed.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The server closed the connection before anything of a reply came.
    pub(super) stale: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, stale: false }
    }
}

/// What a head says.
struct Head {
    reply: Reply,
    framing: Framing,
    keep_alive: bool,
    is_gzip: bool,
}

/// The receiving half of one exchange.
pub(super) struct Receiver<'r> {
    pub(super) socket: &'r mut Socket,
    pub(super) input: &'r mut Vec<u8>,
    pub(super) settings: &'r Settings,
    pub(super) deadline: Deadline,
    pub(super) form: Form,
}

impl Receiver<'_> {
    /// Reads one reply. Beside its head is told whether the connection may be used again.
    pub(super) fn receive(&mut self, target: &mut Target<'_>) -> Result<(Reply, bool), Failure> {
        if self.input.len() < MAX_HEAD {
            self.input.resize(MAX_HEAD, 0);
        }
        let mut filled = 0_usize;
        let mut interim = 0_u32;
        let mut scanner = HeadScanner::default();
        loop {
            let room = self.input.get_mut(filled..).unwrap_or_default();
            let failure = match self.socket.read(room, self.deadline) {
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
            while let Some(end) = self.find_end(&mut scanner, filled)? {
                let bytes = self.input.get(..end).unwrap_or_default();
                if let Some(hook) = &self.settings.verbose {
                    hook(Wire::ReplyHead(&masked(bytes)));
                }
                if let Some(head) = parse(self.form, bytes, self.settings)? {
                    return Ok(self.receive_body(head, target, end, filled)?);
                }
                interim = interim.saturating_add(1);
                if interim > MOST_INTERIM {
                    return Err(no_final_reply().into());
                }
                self.input.copy_within(end..filled, 0);
                filled = filled.saturating_sub(end);
                scanner = HeadScanner::default();
            }
        }
    }

    /// Where the head ends that begins the input, if all of it is there.
    fn find_end(&self, scanner: &mut HeadScanner, filled: usize) -> Result<Option<usize>> {
        let input = self.input.get(..filled).unwrap_or_default();
        match self.form {
            Form::Http => scanner.find(input),
            Form::Cgi => gateway::find_end(input),
        }
        .map_err(refuse_head)
    }

    /// Reads the body that begins in the input at `start`.
    fn receive_body(&mut self, head: Head, target: &mut Target<'_>, start: usize, end: usize) -> Result<(Reply, bool)> {
        let limit = self.settings.limit;
        let refuse = |error| refuse_body(error, limit);
        let decoder = Decoder::new(head.framing, limit).map_err(refuse)?;
        let mut incoming = Incoming {
            socket: self.socket,
            input: self.input,
            settings: self.settings,
            deadline: self.deadline,
            start,
            end,
            decoder,
            pending: 0..0,
        };
        let Head { mut reply, framing, keep_alive, is_gzip } = head;
        if let (Framing::Length(length), false) = (framing, is_gzip) {
            reply = reply.with_content_length(length);
        }
        match target {
            Target::Whole(body) => {
                body.clear();
                if let Framing::Length(length) = framing {
                    reserve(body, length);
                }
                incoming.read_whole(body)?;
                if is_gzip {
                    **body = gzip::inflate(body, limit)?;
                }
                // Before the connection is kept: Python's server leaves the body of a request that it refuses with
                // 404 unread, and takes it for the next request.
                let again = keep_alive && incoming.is_clean();
                Ok((reply.check(body)?, again))
            }
            Target::Stream(stream) if reply.status() == 200 => {
                if is_gzip {
                    gzip::inflating(&mut incoming, limit, |body| stream(&reply, body))?;
                } else {
                    stream(&reply, &mut incoming)?;
                }
                let again = keep_alive && incoming.is_clean();
                Ok((reply, again))
            }
            Target::Stream(stream) => {
                let mut body = Vec::new();
                incoming.read_whole(&mut body)?;
                if is_gzip {
                    body = gzip::inflate(&body, limit)?;
                }
                let again = keep_alive && incoming.is_clean();
                let reply = reply.check(&body)?;
                stream(&reply, &mut body.as_slice())?;
                Ok((reply, again))
            }
        }
    }
}

/// Takes memory for a body that is to have this length. That is only a promise, so it is believed only as far as it
/// costs nothing.
pub(super) fn reserve(body: &mut Vec<u8>, length: u64) {
    body.reserve(usize::try_from(length).unwrap_or(usize::MAX).min(1 << 20));
}

/// Reads a head; `None` for one of an interim reply.
fn parse(form: Form, bytes: &[u8], settings: &Settings) -> Result<Option<Head>> {
    if form == Form::Cgi {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let (status, headers) = gateway::parse_head(bytes, &mut fields).map_err(refuse_head)?;
        let framing = ReplyHead::framing_of(status, headers.iter().map(|header| (header.name, header.value)));
        let (reply, is_gzip) = settings.read_fields(status, headers)?;
        return Ok(Some(Head { reply, framing: framing.map_err(refuse_head)?, keep_alive: false, is_gzip }));
    }
    let mut storage = http1::storage();
    let head = ReplyHead::parse(bytes, &mut storage, false).map_err(refuse_head)?;
    match head.status {
        101 => Err(no_final_reply()),
        ..200 => Ok(None),
        status => {
            let (reply, is_gzip) = settings.read_fields(status, head.headers)?;
            Ok(Some(Head { reply, framing: head.framing, keep_alive: head.keep_alive, is_gzip }))
        }
    }
}

#[cold]
fn no_final_reply() -> Error {
    not_http("expected a reply, found interim replies alone")
}

/// A body as it comes, its framing taken off.
struct Incoming<'i> {
    socket: &'i mut Socket,
    input: &'i mut Vec<u8>,
    settings: &'i Settings,
    deadline: Deadline,
    /// What of the input has not been looked at.
    start: usize,
    end: usize,
    decoder: Decoder,
    /// What of the input is decoded and not yet read.
    pending: Range<usize>,
}

impl Incoming<'_> {
    /// Where in the input the next body bytes lie; empty at the body's end.
    fn advance(&mut self) -> Result<Range<usize>> {
        let limit = self.settings.limit;
        let refuse = |error| refuse_body(error, limit);
        loop {
            while self.start < self.end && !self.decoder.is_done() {
                let input = self.input.get(self.start..self.end).unwrap_or_default();
                let decoded = self.decoder.decode(input).map_err(refuse)?;
                let length = decoded.data.len();
                if let (Some(hook), [_, ..]) = (&self.settings.verbose, decoded.data) {
                    hook(Wire::ReplyBody(decoded.data));
                }
                self.start = self.start.saturating_add(decoded.consumed);
                if length > 0 {
                    // The data are the last of what was consumed.
                    return Ok(self.start.saturating_sub(length)..self.start);
                }
            }
            if self.decoder.is_done() {
                return Ok(0..0);
            }
            if self.input.len() < BODY_BUFFER {
                self.input.resize(BODY_BUFFER, 0);
            }
            self.start = 0;
            self.end = self.socket.read(self.input, self.deadline).map_err(|error| reading(Phase::Receive, error))?;
            if self.end == 0 {
                self.decoder.end().map_err(refuse)?;
            }
        }
    }

    fn read_whole(&mut self, body: &mut Vec<u8>) -> Result<()> {
        loop {
            let run = self.advance()?;
            if run.is_empty() {
                return Ok(());
            }
            body.extend_from_slice(self.input.get(run).unwrap_or_default());
        }
    }

    /// Reads body bytes from the socket to where they are wanted, without a copy.
    fn read_directly(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let limit = self.settings.limit;
        let refuse = |error| refuse_body(error, limit);
        let ahead = usize::try_from(self.decoder.data_ahead()).unwrap_or(usize::MAX).min(buffer.len());
        let room = buffer.get_mut(..ahead).unwrap_or_default();
        let read = self.socket.read(room, self.deadline).map_err(|error| reading(Phase::Receive, error))?;
        if read == 0 {
            self.decoder.end().map_err(refuse)?;
        }
        let decoded = self.decoder.decode(room.get(..read).unwrap_or_default()).map_err(refuse)?;
        if let (Some(hook), [_, ..]) = (&self.settings.verbose, decoded.data) {
            hook(Wire::ReplyBody(decoded.data));
        }
        Ok(decoded.data.len())
    }

    /// Whether all of the body was read and nothing follows it.
    fn is_clean(&self) -> bool {
        self.decoder.is_done() && self.start == self.end && self.pending.is_empty()
    }
}

impl Read for Incoming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            let is_large = self.decoder.data_ahead() >= DIRECT as u64 && buffer.len() >= DIRECT;
            if self.start == self.end && is_large {
                return self.read_directly(buffer).map_err(io::Error::other);
            }
            self.pending = self.advance().map_err(io::Error::other)?;
        }
        let run = self.input.get(self.pending.clone()).unwrap_or_default();
        let length = run.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), run.get(..length)) {
            to.copy_from_slice(from);
        }
        self.pending.start = self.pending.start.saturating_add(length);
        Ok(length)
    }
}

/// Whether an error is an HTTP status.
pub(super) fn is_status(error: &Error) -> bool {
    error.kind() == ErrorKind::Http && error.http_status().is_some()
}
