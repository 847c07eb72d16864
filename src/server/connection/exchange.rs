//! One request and its reply: judged by its head, its body collected, handed over, answered.

use core::mem;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::panic::catch_unwind;
use std::time::Instant;

use super::held::Held;
use super::{Connection, Protocol, State, Waiting};
use crate::Spool;
use crate::http1::{self, BodyError, Decoder, Framing};
use crate::server::backpressure::{FREE_REPLY, Place};
use crate::server::incoming::{FREE_BODY, Incoming};
use crate::server::log::Entry;
use crate::server::outgoing::{Delivery, Form};
use crate::server::pace::{Pace, after};
use crate::server::request::Body;
use crate::server::shared::Shared;
use crate::server::socket::Transport;
use crate::server::workers::Job;
use crate::server::{Reply, Request, RequestHead, Service};

/// A complete body.
enum Complete<'a> {
    /// It came with its head.
    Bytes(&'a [u8]),
    /// It was collected.
    Spool(Spool),
}

impl Complete<'_> {
    fn into_spool(self) -> Spool {
        match self {
            Self::Bytes(bytes) => Spool::from(bytes.to_vec()),
            Self::Spool(spool) => spool,
        }
    }
}

impl<S: Transport> Connection<S> {
    /// A head has come, with `rest` behind it: judges it, and answers it at once if its body is there. Says how much
    /// of `rest` it took.
    pub(super) fn begin(
        &mut self,
        head_bytes: &[u8],
        rest: &[u8],
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) -> usize {
        let mut storage = http1::storage();
        let head = match http1::RequestHead::parse(head_bytes, &mut storage) {
            Ok(head) => head,
            Err(error) => return self.refuse(error.status, error.message, shared),
        };
        let view = RequestHead::new(&head, self.client);
        let verdict = catch_unwind(AssertUnwindSafe(|| service.head(&view))).unwrap_or_else(|_| Err(Reply::panicked()));
        if let Err(reply) = verdict {
            self.decline(reply, &head, shared);
            return 0;
        }
        let Ok(decoder) = Decoder::new(head.framing, shared.config.max_body) else {
            return self.refuse(413, "the body is too large", shared);
        };
        let length = match head.framing {
            Framing::Length(length) => Some(usize::try_from(length).unwrap_or(usize::MAX)),
            Framing::Chunked | Framing::UntilClose => None,
        };
        if let Some(body) = length.and_then(|length| rest.get(..length)) {
            self.answer(head_bytes, &head, Complete::Bytes(body), shared, service, quota);
            return body.len();
        }
        if head.expects_continue && rest.is_empty() && self.protocol == Protocol::Http {
            shared.out.push_continue();
        }
        let spools = catch_unwind(AssertUnwindSafe(|| service.spools(&view))).unwrap_or(false);
        let pace = Pace::new(shared.now, &shared.config);
        self.deadline = pace.deadline();
        let incoming = Incoming::new(head_bytes, decoder, length, spools, pace, &shared.config);
        self.state = State::Body(Box::new(incoming));
        0
    }

    /// The next bytes of a body; answers the request if they are its last.
    pub(super) fn take_body(
        &mut self,
        input: &[u8],
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) -> usize {
        let State::Body(incoming) = &mut self.state else { return 0 };
        let decoded = match incoming.decoder.decode(input) {
            Ok(decoded) => decoded,
            Err(error) => return self.refuse_body(error, shared),
        };
        self.deadline = incoming.pace.moved(decoded.consumed, shared.now, &shared.config);
        match incoming.append(decoded.data, shared.room) {
            Ok(true) => {}
            Ok(false) => return self.refuse(503, "too many bodies are waiting, try again later", shared),
            Err(_) => return self.refuse(503, "no place for the body, try again later", shared),
        }
        if incoming.decoder.is_done() {
            let State::Body(incoming) = mem::replace(&mut self.state, State::Idle) else { return decoded.consumed };
            let Incoming { head: head_bytes, body, .. } = *incoming;
            // It is parsed a second time, so that a request on its way keeps nothing but its bytes.
            match http1::RequestHead::parse(&head_bytes, &mut http1::storage()) {
                Ok(head) => self.answer(&head_bytes, &head, Complete::Spool(body), shared, service, quota),
                Err(error) => return self.refuse(error.status, error.message, shared),
            }
        }
        decoded.consumed
    }

    /// Has a request answered: now, by a worker, or once there is memory for its reply.
    fn answer(
        &mut self,
        head_bytes: &[u8],
        head: &http1::RequestHead<'_>,
        body: Complete<'_>,
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) {
        let delivery = self.delivery(head, shared);
        let view = RequestHead::new(head, self.client);
        *quota = quota.saturating_sub(1);
        let mut stays = || catch_unwind(AssertUnwindSafe(|| service.stays(&view))).unwrap_or(true);
        let place = if shared.workers.is_some() && !stays() { Place::Worker } else { Place::Loop };
        if !self.light && !shared.backpressure.admits(place, shared.replies) {
            return self.hold(head_bytes, body, delivery, place, shared);
        }
        match (place, &body) {
            (Place::Worker, _) => self.hand_over(head_bytes.into(), body.into_spool(), delivery, shared),
            (Place::Loop, Complete::Bytes(bytes)) => {
                self.serve(view, Body::Bytes(bytes), delivery, shared, service, quota);
            }
            (Place::Loop, Complete::Spool(spool)) => {
                self.serve(view, Body::Spool(spool), delivery, shared, service, quota);
            }
        }
    }

    /// Keeps a request for later.
    fn hold(&mut self, head: &[u8], body: Complete<'_>, delivery: Delivery, place: Place, shared: &mut Shared) {
        if matches!(body, Complete::Bytes(bytes) if bytes.len() > FREE_BODY.max(shared.room.memory)) {
            self.refuse(503, "too many bodies are waiting, try again later", shared);
            return;
        }
        self.deadline = after(shared.now, shared.config.pace_window);
        self.state = State::Held(Box::new(Held::new(head, body.into_spool(), delivery, place)));
    }

    /// Has a worker answer a request.
    pub(super) fn hand_over(&mut self, head: Box<[u8]>, body: Spool, delivery: Delivery, shared: &mut Shared) {
        let memory = body.memory().saturating_add(head.len());
        let disk = body.in_file();
        let logged = delivery.entry.is_some();
        let counted = !self.light;
        let job = Job { key: shared.key, serial: self.serial, head, body, client: self.client, logged, counted };
        if shared.workers.as_ref().is_some_and(|workers| workers.send(job)) {
            if counted {
                shared.backpressure.begin();
            }
            // However long it takes, that is not the peer's delay.
            self.deadline = after(shared.now, Duration::MAX);
            self.state = State::Waiting(Box::new(Waiting { delivery, memory, disk }));
        } else {
            let reply = Reply::error(503, "too many requests are waiting, try again later");
            self.answered(reply, delivery, shared);
        }
    }

    /// Answers a request now.
    pub(super) fn serve(
        &mut self,
        view: RequestHead<'_>,
        body: Body<'_>,
        delivery: Delivery,
        shared: &mut Shared,
        service: &mut dyn Service,
        quota: &mut usize,
    ) {
        let logged = delivery.entry.is_some();
        let request = Request::new(view, body, &shared.spare, &shared.config, logged);
        let reply = catch_unwind(AssertUnwindSafe(|| service.request(&request))).unwrap_or_else(|_| Reply::panicked());
        // It may have taken long, which is no fault of the peers.
        shared.now = Instant::now();
        if shared.now >= shared.turn_ends {
            *quota = 0;
        }
        self.answered(reply, delivery, shared);
    }

    /// A request has its reply.
    pub(super) fn answered(&mut self, reply: Reply, delivery: Delivery, shared: &mut Shared) {
        shared.stats.requests = shared.stats.requests.saturating_add(1);
        self.since = shared.now;
        self.light = reply.memory() <= FREE_REPLY;
        self.conclude(reply, delivery, shared);
    }

    /// What a request asks of its reply.
    fn delivery(&self, head: &http1::RequestHead<'_>, shared: &Shared) -> Delivery {
        let gateway = self.protocol != Protocol::Http;
        Delivery {
            form: if gateway { Form::Gateway } else { Form::Http(head.version) },
            head_only: head.method == "HEAD",
            keep_alive: head.keep_alive && !gateway,
            entry: shared.log.as_ref().map(|_| Box::new(Entry::new(head, self.client, shared.now))),
        }
    }

    /// Puts a reply out, after which the connection is idle or closes.
    fn conclude(&mut self, reply: Reply, how: Delivery, shared: &mut Shared) {
        let reply = match reply.memory() {
            size if size <= FREE_REPLY.max(shared.room.memory) => reply,
            _ => Reply::error(503, "too much is waiting in memory for this reply").closing(),
        };
        let keep = how.keep_alive && !reply.closes() && !shared.stop.is_requested();
        if let (Some(log), Some(entry)) = (&mut shared.log, &how.entry) {
            log.write(entry, &reply, shared.date.as_str(), shared.now);
        }
        shared.out.push(reply, keep, &how, shared.date.as_str(), &shared.spare);
        if keep {
            self.idle(shared);
        } else {
            // Who asked for the end sends no more.
            self.state = State::Last { linger: how.keep_alive };
        }
    }

    /// Answers a request that its head already gave reason to refuse, and gets past its body.
    fn decline(&mut self, reply: Reply, head: &http1::RequestHead<'_>, shared: &mut Shared) {
        shared.stats.refused = shared.stats.refused.saturating_add(1);
        let how = self.delivery(head, shared);
        let drain = Decoder::new(head.framing, shared.config.max_drain);
        match drain {
            // Whether a client that expects `100 Continue` sends the body now can't be known.
            Ok(decoder) if !head.expects_continue => {
                self.conclude(reply, how, shared);
                if matches!(self.state, State::Idle) && !decoder.is_done() {
                    let pace = Pace::new(shared.now, &shared.config);
                    self.deadline = pace.deadline();
                    self.state = State::Drain(Box::new((decoder, pace)));
                } else if !decoder.is_done() {
                    self.state = State::Last { linger: true };
                }
            }
            _ => {
                self.conclude(reply.closing(), how, shared);
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
    pub(super) fn refuse(&mut self, status: u16, message: &str, shared: &mut Shared) -> usize {
        shared.stats.refused = shared.stats.refused.saturating_add(1);
        let form = match self.protocol {
            Protocol::Http => Form::Http(http1::Version::Http11),
            Protocol::Scgi | Protocol::Cgi => Form::Gateway,
        };
        let how = Delivery { form, head_only: false, keep_alive: false, entry: None };
        let reply = Reply::error(status, message);
        if let Some(log) = &mut shared.log {
            let mut storage = http1::storage();
            let head = match &self.state {
                State::Body(incoming) => http1::RequestHead::parse(&incoming.head, &mut storage).ok(),
                _ => None,
            };
            let entry = match head {
                Some(head) => Entry::new(&head, self.client, shared.now),
                None => Entry::unread(self.client, shared.now),
            };
            log.write(&entry, &reply, shared.date.as_str(), shared.now);
        }
        shared.out.push(reply, false, &how, shared.date.as_str(), &shared.spare);
        self.state = State::Last { linger: true };
        0
    }
}
