//! A request that waits until there is memory for its reply.

use core::mem;
use core::time::Duration;

use super::{Connection, State};
use crate::Spool;
use crate::http1;
use crate::server::backpressure::{Place, Ticket};
use crate::server::outgoing::Delivery;
use crate::server::pace::after;
use crate::server::request::Body;
use crate::server::shared::Shared;
use crate::server::socket::Transport;
use crate::server::{RequestHead, Service};

/// A request that waits.
#[derive(Debug)]
pub(super) struct Held {
    head: Box<[u8]>,
    body: Spool,
    delivery: Delivery,
    place: Place,
    turn: Turn,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// What is before it on its connection is not sent yet.
    NotYet,
    /// It stands in line with this number.
    InLine(u64),
    /// It goes on if there is still room.
    Called(u64),
    /// It has waited long enough, or need not wait.
    Due,
}

impl Held {
    pub(super) fn new(head: &[u8], body: Spool, delivery: Delivery, place: Place) -> Self {
        Self { head: head.into(), body, delivery, place, turn: Turn::NotYet }
    }

    /// Bytes of memory it holds.
    pub(super) fn memory(&self) -> usize {
        self.head.len().saturating_add(self.body.memory())
    }

    /// Bytes that it holds in a file.
    pub(super) fn disk(&self) -> u64 {
        self.body.in_file()
    }
}

impl<S: Transport> Connection<S> {
    /// It is its turn, if it still waits with this number.
    pub(in crate::server) fn call(&mut self, number: u64) -> bool {
        match &mut self.state {
            State::Held(held) if held.turn == Turn::InLine(number) => {
                held.turn = Turn::Called(number);
                true
            }
            _ => false,
        }
    }

    /// It goes past those who wait, if it still waits with this number.
    pub(in crate::server) fn let_past(&mut self, number: u64, shared: &Shared) -> bool {
        matches!(&self.state, State::Held(held) if held.turn == Turn::InLine(number)) && self.overdue(shared)
    }

    /// It has had its time. Says whether that only means that its request waits no longer.
    pub(in crate::server) fn overdue(&mut self, shared: &Shared) -> bool {
        match &mut self.state {
            State::Held(held) if self.output.is_none() => {
                held.turn = Turn::Due;
                self.deadline = after(shared.now, Duration::MAX);
                true
            }
            _ => false,
        }
    }

    /// Goes on with the request that waits, or else says that it still has to.
    pub(super) fn resume(&mut self, shared: &mut Shared, service: &mut dyn Service, quota: &mut usize) -> bool {
        let State::Held(held) = &mut self.state else { return true };
        match held.turn {
            Turn::Due => {}
            Turn::Called(_) if shared.backpressure.free(held.place, shared.replies) > 0 => {}
            Turn::Called(number) => {
                held.turn = Turn::InLine(number);
                shared.backpressure.put_back(held.place, Ticket { key: shared.key, number });
                return false;
            }
            Turn::InLine(_) => return false,
            Turn::NotYet => {
                held.turn = Turn::InLine(shared.backpressure.line_up(held.place, shared.key));
                return false;
            }
        }
        let State::Held(held) = mem::replace(&mut self.state, State::Idle) else { return true };
        let Held { head: head_bytes, body, delivery, place, .. } = *held;
        *quota = quota.saturating_sub(1);
        if place == Place::Worker {
            self.hand_over(head_bytes, body, delivery, shared);
            return true;
        }
        match http1::RequestHead::parse(&head_bytes, &mut http1::storage()) {
            Ok(head) => {
                let view = RequestHead::new(&head, self.client);
                self.serve(view, Body::Spool(&body), delivery, shared, service, quota);
            }
            // It was parsed before.
            Err(error) => {
                self.refuse(error.status, error.message, shared);
            }
        }
        true
    }
}
