//! One connection: bytes → requests → replies → bytes.

use core::mem;
use core::panic::AssertUnwindSafe;
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr};
use std::panic::catch_unwind;
use std::time::Instant;

use super::incoming::Incoming;
use super::listener::Socket;
use super::outgoing::{Delivery, Outgoing, Sent};
use super::pace::{Pace, after};
use super::shared::Shared;
use super::{Config, Reply, Request, RequestHead, Service};
use crate::http1::{self, BodyError, Decoder, Framing, HeadScanner};

/// On these an edge-triggered readiness comes anew after a read that did not fill the buffer, which
/// saves the read that only finds the socket empty (epoll(7), "Questions and answers", 9).
const SHORT_READ_EMPTIES: bool = cfg!(any(target_os = "linux", target_os = "android", target_vendor = "apple"));

/// Bytes of a reply that a connection may hold whatever the others hold: the socket takes so much at once.
const FREE_REPLY: usize = 64 * 1024;

/// Bytes read past on a connection that the server ends.
const MAX_LINGER: usize = 1 << 20;

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To become readable.
    Read,
    /// To become writable.
    Write,
    /// For another turn: it has a request that was beyond the quota.
    Turn,
    /// For nothing: it is over.
    Close,
}

#[derive(Debug)]
enum State {
    /// Between requests.
    Idle,
    /// Part of a head has come.
    Head(HeadScanner),
    /// Part of a body has come.
    Body(Box<Incoming>),
    /// A refused request's body is read past; its reply is out.
    Drain(Box<(Decoder, Pace)>),
    /// The last reply is being sent. `linger`: the peer may be sending still.
    Last { linger: bool },
    /// The last reply is sent; so many bytes more are read past until the peer closes.
    Linger(usize),
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) socket: Socket,
    pub(super) peer: SocketAddr,
    /// Since when no request of it was finished.
    pub(super) since: Instant,
    /// Whether it stands in the queue of those that have something to do.
    pub(super) queued: bool,
    /// Whether the poll tells when it becomes writable.
    pub(super) watches_writes: bool,
    /// Memory it was last seen holding.
    pub(super) accounted: usize,
    state: State,
    /// What was read and not yet taken in: part of a head, or requests beyond the quota.
    input: Vec<u8>,
    /// Replies that the socket did not take at once, and the pace at which it takes them.
    output: Option<Box<(Outgoing, Pace)>>,
    deadline: Instant,
    readable: bool,
    writable: bool,
    /// The peer sends no more: what is left is to be read up to the end at once.
    half_closed: bool,
    /// There is a request in `input` that was beyond the quota, or may be.
    more: bool,
}

impl Connection {
    pub(super) fn new(socket: Socket, peer: SocketAddr, now: Instant, config: &Config) -> Self {
        Self {
            socket,
            peer,
            since: now,
            queued: false,
            watches_writes: false,
            accounted: 0,
            state: State::Idle,
            input: Vec::new(),
            output: None,
            deadline: after(now, config.head_timeout),
            readable: false,
            writable: true,
            half_closed: false,
            more: false,
        }
    }

    /// Takes note of what the poll tells.
    pub(super) fn notice(&mut self, event: &mio::event::Event) {
        self.readable |= event.is_readable() || event.is_read_closed() || event.is_error();
        self.writable |= event.is_writable() || event.is_write_closed() || event.is_error();
        self.half_closed |= event.is_read_closed();
    }

    /// Does all that can be done without waiting, but answers at most `quota` requests, which it counts down.
    pub(super) fn advance(&mut self, shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> Next {
        loop {
            match self.flush(shared) {
                Ok(true) => {}
                Ok(false) => return Next::Write,
                Err(_) => return Next::Close,
            }
            if let State::Last { linger } = self.state {
                if !linger || self.socket.shutdown(Shutdown::Write).is_err() {
                    return Next::Close;
                }
                self.state = State::Linger(MAX_LINGER);
                self.deadline = after(shared.now, shared.config.linger_timeout);
            }
            if !self.more && !self.readable {
                return Next::Read;
            }
            if *quota == 0 && !matches!(self.state, State::Linger(_)) {
                return Next::Turn;
            }
            if self.more {
                self.more = false;
                let input = mem::take(&mut self.input);
                self.take_in_buffer(input, shared, service, quota);
            } else if !self.read(shared, service, quota) {
                return Next::Close;
            }
        }
    }

    /// Reads once. `false` if the connection is over.
    fn read(&mut self, shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> bool {
        let mut scratch = mem::take(&mut shared.scratch);
        let mut open = true;
        match self.socket.read(&mut scratch) {
            Ok(0) => open = false,
            Ok(count) => {
                self.readable = count == scratch.len() || self.half_closed || !SHORT_READ_EMPTIES;
                let fresh = scratch.get(..count).unwrap_or_default();
                if self.input.is_empty() {
                    let taken = self.take_in(fresh, shared, service, quota);
                    self.input.extend_from_slice(fresh.get(taken..).unwrap_or_default());
                } else {
                    let mut input = mem::take(&mut self.input);
                    input.extend_from_slice(fresh);
                    self.take_in_buffer(input, shared, service, quota);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.readable = false,
            Err(error) => open = error.kind() == io::ErrorKind::Interrupted,
        }
        shared.scratch = scratch;
        open
    }

    /// Takes in a buffer of its own, and keeps what is left of it.
    fn take_in_buffer(
        &mut self,
        mut input: Vec<u8>,
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) {
        let taken = self.take_in(&input, shared, service, quota);
        input.drain(..taken.min(input.len()));
        if !input.is_empty() {
            // Part of a head behind many requests needs no room for those.
            if input.capacity() / 4 > input.len().max(1024) {
                input.shrink_to_fit();
            }
            self.input = input;
        }
    }

    /// Takes in as much of these bytes as there is use for now, and says how much that was.
    fn take_in(&mut self, raw: &[u8], shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> usize {
        let mut taken = 0_usize;
        loop {
            let rest = raw.get(taken..).unwrap_or_default();
            if rest.is_empty() {
                return taken;
            }
            let step = match &mut self.state {
                State::Idle => match rest.strip_prefix(b"\r\n") {
                    // Old clients send it after a body. It is not the beginning of a request.
                    Some(_) => 2,
                    None => {
                        self.state = State::Head(HeadScanner::default());
                        self.deadline = after(shared.now, shared.config.head_timeout);
                        0
                    }
                },
                State::Head(_) if *quota == 0 || shared.out.is_full() => {
                    self.more = true;
                    return taken;
                }
                State::Head(scanner) => match scanner.find(rest) {
                    Ok(Some(size)) => self.begin(rest, size, shared, service, quota),
                    Ok(None) => return taken,
                    Err(error) => self.refuse(error.status, error.message, shared),
                },
                State::Body(_) => self.take_body(rest, shared, service, quota),
                State::Drain(drain) => match drain.0.decode(rest) {
                    Ok(decoded) => {
                        self.deadline = drain.1.moved(decoded.consumed, shared.now, &shared.config);
                        if drain.0.is_done() {
                            self.idle(shared);
                        }
                        decoded.consumed
                    }
                    // Its reply is out; there is no way to say more.
                    Err(_) => {
                        self.state = State::Last { linger: true };
                        0
                    }
                },
                State::Last { linger } => {
                    *linger = true;
                    rest.len()
                }
                State::Linger(left) => match left.checked_sub(rest.len()) {
                    Some(less) => {
                        *left = less;
                        rest.len()
                    }
                    None => {
                        self.state = State::Last { linger: false };
                        rest.len()
                    }
                },
            };
            taken = taken.saturating_add(step);
        }
    }

    /// A head of this size has come: judges it, and answers it at once if its body is there.
    fn begin(
        &mut self,
        input: &[u8],
        size: usize,
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) -> usize {
        let (head_bytes, rest) = input.split_at_checked(size).unwrap_or_default();
        let mut storage = http1::storage();
        let head = match http1::RequestHead::parse(head_bytes, &mut storage) {
            Ok(head) => head,
            Err(error) => return self.refuse(error.status, error.message, shared),
        };
        let view = RequestHead::new(&head, Some(self.peer));
        let verdict = catch_unwind(AssertUnwindSafe(|| service.head(&view))).unwrap_or_else(|_| Err(panicked()));
        if let Err(reply) = verdict {
            self.decline(reply, &head, shared);
            return size;
        }
        let Ok(decoder) = Decoder::new(head.framing, shared.config.max_body) else {
            return self.refuse(413, "the body is too large", shared);
        };
        let length = match head.framing {
            Framing::Length(length) => usize::try_from(length).unwrap_or(usize::MAX),
            Framing::Chunked | Framing::UntilClose => usize::MAX,
        };
        if let Some(body) = rest.get(..length) {
            self.answer(&head, body, shared, service, quota);
            return size.saturating_add(length);
        }
        if head.expects_continue && rest.is_empty() {
            shared.out.push_continue();
        }
        let largest = usize::try_from(shared.config.max_body).unwrap_or(usize::MAX);
        let pace = Pace::new(shared.now, &shared.config);
        self.deadline = pace.deadline();
        self.state = State::Body(Box::new(Incoming {
            message: head_bytes.to_vec(),
            head: size,
            decoder,
            size: size.saturating_add(length.min(largest)),
            pace,
        }));
        size
    }

    /// The next bytes of a body; answers the request if they are its last.
    fn take_body(&mut self, input: &[u8], shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> usize {
        let State::Body(incoming) = &mut self.state else { return 0 };
        let decoded = match incoming.decoder.decode(input) {
            Ok(decoded) => decoded,
            Err(error) => return self.refuse_body(error, shared),
        };
        self.deadline = incoming.pace.moved(decoded.consumed, shared.now, &shared.config);
        if !incoming.append(decoded.data, shared.available) {
            return self.refuse(503, "too much is waiting in memory, try again later", shared);
        }
        if incoming.decoder.is_done() {
            let State::Body(incoming) = mem::replace(&mut self.state, State::Idle) else { return decoded.consumed };
            let (head, body) = incoming.message.split_at_checked(incoming.head).unwrap_or_default();
            // It is parsed a second time, so that a request on its way keeps nothing but its bytes.
            match http1::RequestHead::parse(head, &mut http1::storage()) {
                Ok(head) => self.answer(&head, body, shared, service, quota),
                Err(error) => return self.refuse(error.status, error.message, shared),
            }
        }
        decoded.consumed
    }

    fn answer(
        &mut self,
        head: &http1::RequestHead<'_>,
        body: &[u8],
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) {
        let request = Request::new(RequestHead::new(head, Some(self.peer)), body, &shared.spare);
        let reply = catch_unwind(AssertUnwindSafe(|| service.request(&request))).unwrap_or_else(|_| panicked());
        // It may have taken long, which is no fault of the peers.
        shared.now = Instant::now();
        *quota = quota.saturating_sub(1);
        shared.stats.requests = shared.stats.requests.saturating_add(1);
        self.since = shared.now;
        self.conclude(reply, head, shared);
    }

    /// Puts a reply out, after which the connection is idle or closes.
    fn conclude(&mut self, reply: Reply, head: &http1::RequestHead<'_>, shared: &mut Shared) {
        let reply = match reply.body().len() {
            size if size <= FREE_REPLY.max(shared.available) => reply,
            _ => Reply::error(503, "too much is waiting in memory for this reply").closing(),
        };
        let keep = head.keep_alive && !reply.closes() && !shared.stop.is_requested();
        let how = Delivery { version: head.version, head_only: head.method == "HEAD" };
        shared.out.push(reply, keep, how, shared.date.as_str(), &shared.spare);
        if keep {
            self.idle(shared);
        } else {
            // Who asked for the end sends no more.
            self.state = State::Last { linger: head.keep_alive };
        }
    }

    /// Answers a request that its head already gave reason to refuse, and gets past its body.
    fn decline(&mut self, reply: Reply, head: &http1::RequestHead<'_>, shared: &mut Shared) {
        shared.stats.refused = shared.stats.refused.saturating_add(1);
        let drain = Decoder::new(head.framing, shared.config.max_drain);
        match drain {
            // Whether a client that expects `100 Continue` sends the body now can't be known.
            Ok(decoder) if !head.expects_continue => {
                self.conclude(reply, head, shared);
                if matches!(self.state, State::Idle) && !decoder.is_done() {
                    let pace = Pace::new(shared.now, &shared.config);
                    self.deadline = pace.deadline();
                    self.state = State::Drain(Box::new((decoder, pace)));
                } else if !decoder.is_done() {
                    self.state = State::Last { linger: true };
                }
            }
            _ => {
                self.conclude(reply.closing(), head, shared);
                self.state = State::Last { linger: true };
            }
        }
    }

    fn refuse_body(&mut self, error: BodyError, shared: &mut Shared) -> usize {
        match error {
            BodyError::TooLarge => self.refuse(413, "the body is too large", shared),
            BodyError::Malformed(message) => self.refuse(400, message, shared),
            BodyError::Truncated => self.refuse(400, "expected the rest of the body", shared),
        }
    }

    /// Answers what can't be answered otherwise, and ends the connection. Takes in nothing, so 0.
    #[cold]
    fn refuse(&mut self, status: u16, message: &str, shared: &mut Shared) -> usize {
        shared.stats.refused = shared.stats.refused.saturating_add(1);
        let how = Delivery { version: http1::Version::Http11, head_only: false };
        shared.out.push(Reply::error(status, message), false, how, shared.date.as_str(), &shared.spare);
        self.state = State::Last { linger: true };
        0
    }

    fn idle(&mut self, shared: &Shared) {
        self.state = State::Idle;
        self.deadline = after(shared.now, shared.config.idle_timeout);
    }

    /// Sends what there is to send. `false` if the socket did not take all of it.
    fn flush(&mut self, shared: &mut Shared) -> io::Result<bool> {
        if let Some(output) = &mut self.output {
            if !self.writable {
                return Ok(false);
            }
            let (outgoing, pace) = &mut **output;
            if let Sent::Part(count) = outgoing.write_to(&mut self.socket)? {
                self.writable = false;
                self.deadline = pace.moved(count, shared.now, &shared.config);
                return Ok(false);
            }
            outgoing.clear(&shared.spare);
            self.output = None;
            self.restart_deadline(shared);
        }
        if shared.out.is_empty() {
            return Ok(true);
        }
        let sent = shared.out.write_to(&mut self.socket);
        if let Ok(Sent::Part(_)) = sent {
            self.writable = false;
            let pace = Pace::new(shared.now, &shared.config);
            self.deadline = pace.deadline();
            self.output = Some(Box::new((mem::take(&mut shared.out), pace)));
            return Ok(false);
        }
        shared.out.clear(&shared.spare);
        sent.map(|_| true)
    }

    /// After time in which a reply that was not taken held everything up.
    fn restart_deadline(&mut self, shared: &Shared) {
        let pace = Pace::new(shared.now, &shared.config);
        self.deadline = match &mut self.state {
            State::Head(_) => after(shared.now, shared.config.head_timeout),
            State::Body(incoming) => {
                incoming.pace = pace;
                incoming.pace.deadline()
            }
            State::Drain(drain) => {
                drain.1 = pace;
                drain.1.deadline()
            }
            State::Idle | State::Last { .. } | State::Linger(_) => after(shared.now, shared.config.idle_timeout),
        };
    }

    /// When it has had its time, if nothing happens before.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// It has had its time: says so if a request was on its way, and ends.
    pub(super) fn expire(&mut self, shared: &mut Shared, service: &mut dyn Service) -> Next {
        if !matches!(self.state, State::Linger(_)) {
            shared.stats.timed_out = shared.stats.timed_out.saturating_add(1);
        }
        if self.output.is_some() || !matches!(self.state, State::Head(_) | State::Body(_)) {
            return Next::Close;
        }
        self.refuse(408, "the request took too long", shared);
        self.input = Vec::new();
        self.more = false;
        self.advance(shared, service, &mut 0)
    }

    /// Whether it may be given up for a newcomer: nothing of it is being answered.
    pub(super) fn is_unfinished(&self) -> bool {
        self.output.is_none() && !self.more
    }

    /// Whether it is between requests, or past its last reply.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle | State::Linger(_)) && self.output.is_none() && !self.more
    }

    /// Since when a reply waits for its peer to take more of it.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.output.as_ref().map(|output| output.1.moved_at())
    }

    /// Bytes of memory its buffers hold.
    pub(super) fn memory(&self) -> usize {
        let output = self.output.as_ref().map_or(0, |output| output.0.memory());
        let body = match &self.state {
            State::Body(incoming) => incoming.message.capacity(),
            _ => 0,
        };
        self.input.capacity().saturating_add(output).saturating_add(body)
    }
}

#[cold]
fn panicked() -> Reply {
    Reply::error(500, "the server failed").closing()
}
