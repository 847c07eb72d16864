//! What is done when replies take much memory: who has to go, and who of those that wait goes on.

use core::time::Duration;
use std::collections::HashSet;
use std::time::Instant;

use super::EventLoop;
use crate::server::Service;
use crate::server::backpressure::Place;
use crate::server::pace::after;

/// How long a peer may take nothing of its reply when memory is short.
const PATIENCE: Duration = Duration::from_secs(1);

impl EventLoop {
    /// Gives up connections whose peers don't take their replies, as far as memory is short.
    pub(super) fn relieve(&mut self) {
        let most = self.shared.config.max_buffered;
        loop {
            if self.table.buffered() <= most / 2 {
                self.patient_until = None;
                break;
            }
            let urgent = self.table.buffered() > most;
            if !urgent && self.patient_until.is_some_and(|until| until > self.shared.now) {
                break;
            }
            self.patient_until = None;
            let Some((key, since)) = self.table.longest_stalled() else { break };
            let until = after(since, PATIENCE);
            if !urgent && until > self.shared.now {
                // Until then there is no need to look through all of them again.
                self.patient_until = Some(until);
                break;
            }
            self.evict(key);
        }
    }

    /// Lets those go on who have waited for memory, as far as there is some now.
    pub(super) fn resume(&mut self, service: &mut dyn Service) {
        if !self.shared.backpressure.is_needed() {
            return;
        }
        // Nobody else's turn may come that would have seen to it.
        self.relieve();
        self.let_past(service);
        for _ in 0..self.shared.backpressure.free(Place::Worker, self.table.replies()) {
            let Some(key) = self.call(Place::Worker) else { break };
            self.go_on(key, Place::Worker, service);
        }
        for _ in 0..self.shared.backpressure.free(Place::Loop, self.table.replies()) {
            let Some(key) = self.call(Place::Loop) else { break };
            self.go_on(key, Place::Loop, service);
        }
    }

    fn go_on(&mut self, key: usize, place: Place, service: &mut dyn Service) {
        match place {
            // It takes no longer than to have it queued, and no worker waits for it.
            Place::Worker => self.advance(key, service, &mut 0),
            Place::Loop => self.enqueue(key),
        }
    }

    /// Lets those past who have just come from where nobody has a reply to take: it is not they who have taken the memory.
    fn let_past(&mut self, service: &mut dyn Service) {
        // One of each network, which may take as much as it likes then.
        let mut seen = HashSet::new();
        for (place, ticket) in self.shared.backpressure.newcomers() {
            let Some(network) = self.table.network_of(ticket.key).filter(|network| seen.insert(*network)) else {
                continue;
            };
            if self.shared.backpressure.may_pass(self.table.replies())
                && !self.table.holds_replies_of(network)
                && self.table.get_mut(ticket.key).is_some_and(|it| it.let_past(ticket.number, &self.shared))
            {
                self.go_on(ticket.key, place, service);
            }
        }
    }

    /// Calls who has waited longest and still does.
    fn call(&mut self, place: Place) -> Option<usize> {
        loop {
            let ticket = self.shared.backpressure.call(place)?;
            if self.table.get_mut(ticket.key).is_some_and(|it| it.call(ticket.number)) {
                return Some(ticket.key);
            }
        }
    }

    /// When those who wait for memory are to be looked at even if nothing comes.
    pub(super) fn resumes_at(&self) -> Option<Instant> {
        let backpressure = &self.shared.backpressure;
        match backpressure.is_due(self.table.replies()) {
            true => Some(self.shared.now),
            false => self.patient_until.filter(|_| backpressure.is_needed()),
        }
    }
}
