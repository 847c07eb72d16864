//! One connection: bytes → requests → replies → bytes.

mod exchange;
mod held;

use core::mem;
use core::time::Duration;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use super::event_loop::Standing;
use super::incoming::Incoming;
use super::outgoing::{Delivery, Outgoing, Sent};
use super::pace::{Pace, after};
use super::shared::Shared;
use super::socket::{Socket, Transport};
use super::{Config, Reply, Service, scgi};
use crate::http1::{Decoder, HeadScanner};
use held::Held;

/// On these an edge-triggered readiness comes anew after a read that did not fill the buffer, which
/// saves the read that only finds the socket empty (epoll(7), "Questions and answers", 9).
const SHORT_READ_EMPTIES: bool = cfg!(any(target_os = "linux", target_os = "android", target_vendor = "apple"));

/// Bytes read past on a connection that the server ends.
const MAX_LINGER: usize = 1 << 20;

/// Buffers that a connection may send or use up before others have their turn.
const READS: usize = 8;

/// What is spoken on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http,
    /// The head of a request is a netstring, the reply is that of a gateway, and there is one of each.
    Scgi,
    /// The reply is that of a gateway.
    Cgi,
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To become readable.
    Read,
    /// To become writable.
    Write,
    /// For another turn: it has a request that was beyond the quota, or more of a file to send.
    Turn,
    /// For another turn, to send more of a reply that is in memory.
    Rest,
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
    /// A request waits until there is memory for its reply.
    Held(Box<Held>),
    /// A worker has the request.
    Waiting(Box<Waiting>),
    /// A worker has answered.
    Answered(Box<(Reply, Delivery)>),
    /// A refused request's body is read past; its reply is out.
    Drain(Box<(Decoder, Pace)>),
    /// The last reply is being sent. `linger`: the peer may be sending still.
    Last { linger: bool },
    /// The last reply is sent; so many bytes more are read past until the peer closes.
    Linger(usize),
}

/// A request that a worker has.
#[derive(Debug)]
struct Waiting {
    delivery: Delivery,
    /// What it holds meanwhile.
    memory: usize,
    disk: u64,
}

#[derive(Debug)]
pub(super) struct Connection<S = Socket> {
    pub(super) socket: S,
    protocol: Protocol,
    /// Where it comes from. A socket that has no such address has no peer.
    pub(super) peer: Option<SocketAddr>,
    /// On whose behalf, where a web server in front says so.
    client: Option<SocketAddr>,
    /// Tells it from those that had its key before.
    pub(super) serial: u64,
    /// Since when no request of it was finished.
    pub(super) since: Instant,
    /// Whether it stands in the queue of those that have something to do.
    pub(super) queued: bool,
    /// How long its turns have taken.
    pub(super) standing: Standing,
    /// Whether the poll tells when it becomes writable.
    pub(super) watches_writes: bool,
    /// Memory it was last seen holding.
    pub(super) accounted: usize,
    /// How much of it, or of what a worker has made, was replies.
    pub(super) accounted_replies: usize,
    /// Bytes in files that it was last seen holding.
    pub(super) accounted_disk: u64,
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
    /// Its last reply was a small one.
    light: bool,
}

impl<S: Transport> Connection<S> {
    pub(super) fn new(socket: S, protocol: Protocol, peer: Option<SocketAddr>, now: Instant, config: &Config) -> Self {
        Self {
            socket,
            protocol,
            peer,
            client: peer,
            serial: 0,
            since: now,
            queued: false,
            standing: Standing::NEW,
            watches_writes: false,
            accounted: 0,
            accounted_replies: 0,
            accounted_disk: 0,
            state: State::Idle,
            input: Vec::new(),
            output: None,
            deadline: after(now, config.head_timeout),
            readable: false,
            writable: true,
            half_closed: false,
            more: false,
            light: false,
        }
    }

    /// Takes note of what the poll tells.
    pub(super) fn notice(&mut self, event: &mio::event::Event) {
        self.readable |= event.is_readable() || event.is_read_closed() || event.is_error();
        self.writable |= event.is_writable() || event.is_write_closed() || event.is_error();
        self.half_closed |= event.is_read_closed();
    }

    /// Takes it that there is something to read: it is found out by waiting for it.
    pub(super) fn expect_more(&mut self) {
        self.readable = true;
    }

    /// On whose behalf it asks, as the web server in front says.
    pub(super) fn set_client(&mut self, client: Option<SocketAddr>) {
        self.client = client;
    }

    /// Takes a worker's reply.
    pub(super) fn deliver(&mut self, reply: Reply) {
        self.state = match mem::replace(&mut self.state, State::Idle) {
            State::Waiting(waiting) => State::Answered(Box::new((reply, waiting.delivery))),
            other => other,
        };
    }

    /// Does all that can be done without waiting, but answers at most `quota` requests, which it counts down.
    pub(super) fn advance(&mut self, shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> Next {
        let mut reads = 0_usize;
        loop {
            match self.flush(shared) {
                Ok(Sent::All) => {}
                Ok(Sent::Part(_)) => return Next::Write,
                Ok(Sent::Turn(_)) => {
                    let in_memory = self.output.as_ref().is_some_and(|output| output.0.is_in_memory());
                    return if in_memory { Next::Rest } else { Next::Turn };
                }
                Err(_) => return Next::Close,
            }
            match self.state {
                State::Last { linger } => {
                    if !linger || self.socket.end_writing().is_err() {
                        return Next::Close;
                    }
                    self.state = State::Linger(MAX_LINGER);
                    self.deadline = after(shared.now, shared.config.linger_timeout);
                }
                State::Held(_) => {
                    if !self.resume(shared, service, quota) {
                        return Next::Read;
                    }
                    self.more = !self.input.is_empty();
                    continue;
                }
                State::Waiting(_) => return Next::Read,
                State::Answered(_) => {
                    let State::Answered(answered) = mem::replace(&mut self.state, State::Idle) else { continue };
                    let (reply, delivery) = *answered;
                    self.answered(reply, delivery, shared);
                    self.more = !self.input.is_empty();
                    continue;
                }
                _ => {}
            }
            if !self.more && !self.readable {
                return Next::Read;
            }
            if (*quota == 0 && !matches!(self.state, State::Linger(_))) || reads >= READS {
                return Next::Turn;
            }
            reads = reads.saturating_add(1);
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
                    Some(_) if self.protocol != Protocol::Scgi => 2,
                    _ => {
                        self.state = State::Head(HeadScanner::default());
                        self.deadline = after(shared.now, shared.config.head_timeout);
                        0
                    }
                },
                State::Head(_) if *quota == 0 || shared.out.is_full() => {
                    self.more = true;
                    return taken;
                }
                State::Head(_) if self.protocol == Protocol::Scgi => match scgi::head(rest) {
                    Ok(Some((size, (head, client)))) => {
                        self.client = client;
                        let body = rest.get(size..).unwrap_or_default();
                        size.saturating_add(self.begin(&head, body, shared, service, quota))
                    }
                    Ok(None) => return taken,
                    Err(error) => self.refuse(error.status, error.message, shared),
                },
                State::Head(scanner) => match scanner.find(rest) {
                    Ok(Some(size)) => {
                        let (head, body) = rest.split_at_checked(size).unwrap_or_default();
                        size.saturating_add(self.begin(head, body, shared, service, quota))
                    }
                    Ok(None) => return taken,
                    Err(error) => self.refuse(error.status, error.message, shared),
                },
                // One after the other.
                State::Held(_) | State::Waiting(_) | State::Answered(_) => return taken,
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

    fn idle(&mut self, shared: &Shared) {
        self.state = State::Idle;
        self.deadline = after(shared.now, shared.config.idle_timeout);
    }

    /// Sends what there is to send, as far as the socket takes it.
    fn flush(&mut self, shared: &mut Shared) -> io::Result<Sent> {
        if let Some(output) = &mut self.output {
            if !self.writable {
                return Ok(Sent::Part(0));
            }
            let (outgoing, pace) = &mut **output;
            let sent = outgoing.write_to(&mut self.socket, &mut shared.scratch)?;
            if let Sent::Part(count) | Sent::Turn(count) = sent {
                self.writable = matches!(sent, Sent::Turn(_));
                self.deadline = pace.moved(count, shared.now, &shared.config);
                return Ok(sent);
            }
            outgoing.clear(&shared.spare);
            self.output = None;
            self.restart_deadline(shared);
        }
        if shared.out.is_empty() {
            return Ok(Sent::All);
        }
        let large = shared.out.is_full();
        let sent = shared.out.write_to(&mut self.socket, &mut shared.scratch);
        if large {
            shared.now = Instant::now();
        }
        if let Ok(Sent::Part(_) | Sent::Turn(_)) = sent {
            self.writable = matches!(sent, Ok(Sent::Turn(_)));
            let pace = Pace::new(shared.now, &shared.config);
            self.deadline = pace.deadline();
            self.output = Some(Box::new((mem::take(&mut shared.out), pace)));
            return sent;
        }
        shared.out.clear(&shared.spare);
        sent
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
            State::Held(_) => after(shared.now, shared.config.pace_window),
            State::Waiting(_) | State::Answered(_) => after(shared.now, Duration::MAX),
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
        self.output.is_none() && !self.more && !matches!(self.state, State::Waiting(_) | State::Answered(_))
    }

    /// Whether it is between requests, or past its last reply.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle | State::Linger(_)) && self.output.is_none() && !self.more
    }

    /// Since when a reply waits for its peer to take more of it.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.output.as_ref().map(|output| output.1.moved_at())
    }

    /// Bytes of memory that its replies hold.
    pub(super) fn replies(&self) -> usize {
        let output = self.output.as_ref().map_or(0, |output| output.0.memory());
        match &self.state {
            State::Answered(answered) => output.saturating_add(answered.0.memory()),
            _ => output,
        }
    }

    /// Bytes of memory its buffers hold.
    pub(super) fn memory(&self) -> usize {
        let output = self.output.as_ref().map_or(0, |output| output.0.memory());
        let body = match &self.state {
            State::Body(incoming) => incoming.memory(),
            State::Held(held) => held.memory(),
            State::Waiting(waiting) => waiting.memory,
            State::Answered(answered) => answered.0.memory(),
            _ => 0,
        };
        self.input.capacity().saturating_add(output).saturating_add(body)
    }

    /// Bytes in files that it holds: those of a request's body. A reply's are the service's own.
    pub(super) fn disk(&self) -> u64 {
        match &self.state {
            State::Body(incoming) => incoming.disk(),
            State::Held(held) => held.disk(),
            State::Waiting(waiting) => waiting.disk,
            _ => 0,
        }
    }
}
