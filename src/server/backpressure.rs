//! Which requests wait before they are begun, so that the replies of all are not in memory at once.
//!
//! How large a reply is shows once it is made, and then it takes its memory. So while the replies that wait to be taken
//! hold more than half of [`Config::max_buffered`](super::Config::max_buffered), no other is made; those that are being
//! made then have the other half. With workers some are always being made: as many as there are workers, and beyond that
//! what would fit in a quarter of the rest if all were as large as the latest. Who waits has his turn in the order of coming.
//!
//! Three things keep clients that don't take their replies from stopping everybody else. Who is known for small replies, by
//! the last one on his connection, never waits. Nor does one from a network that has no reply waiting to be taken, up to
//! three quarters of the memory. And nobody waits longer than a [`pace_window`](super::Config::pace_window): then the
//! request is answered, with status 503 if there is still no room.

use std::collections::VecDeque;

/// Bytes of a reply that a connection may hold whatever the others hold: the socket takes so much at once.
pub(super) const FREE_REPLY: usize = 64 * 1024;

/// One part in so many of what is left is taken by replies that are made before they can be sent: enough for no worker to
/// wait for the loop, and so few that their buffers are soon used again.
const AHEAD: usize = 4;

/// Of the largest reply so much of its size is forgotten with each smaller one.
const FORGOTTEN: usize = 8;

/// Where a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Loop,
    Worker,
}

/// A request that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    /// Whose it is.
    pub(super) key: usize,
    /// Tells it from all others.
    pub(super) number: u64,
}

#[derive(Debug)]
pub(super) struct Backpressure {
    /// Bytes of replies up to which another is made.
    most: usize,
    workers: usize,
    /// Requests that workers have, but for those that never wait.
    begun: usize,
    /// Bytes that one of their replies will take, as the latest have shown.
    typical: usize,
    /// How many have waited.
    number: u64,
    for_loop: VecDeque<Ticket>,
    for_workers: VecDeque<Ticket>,
    /// Who has come into line and was not looked at yet.
    newcomers: Vec<(Place, Ticket)>,
}

impl Backpressure {
    pub(super) fn new(max_buffered: usize) -> Self {
        let most = max_buffered / 2;
        // While nothing is known all are taken for large.
        Self {
            most,
            workers: 0,
            begun: 0,
            typical: most.max(1),
            number: 0,
            for_loop: VecDeque::new(),
            for_workers: VecDeque::new(),
            newcomers: Vec::new(),
        }
    }

    pub(super) fn set_workers(&mut self, count: usize) {
        self.workers = count;
    }

    /// How many requests may be begun while replies take so much memory.
    pub(super) fn free(&self, place: Place, replies: usize) -> usize {
        let Some(left) = self.most.checked_sub(replies) else { return 0 };
        match place {
            // It shows at once what it takes.
            Place::Loop => 1,
            Place::Worker => {
                self.workers.max((left / AHEAD).checked_div(self.typical).unwrap_or(left)).saturating_sub(self.begun)
            }
        }
    }

    /// Whether a request that comes now may be begun: nobody waits before it.
    pub(super) fn admits(&self, place: Place, replies: usize) -> bool {
        self.line(place).is_empty() && self.free(place, replies) > 0
    }

    /// A worker has a request that might have waited.
    pub(super) fn begin(&mut self) {
        self.begun = self.begun.saturating_add(1);
    }

    /// It has answered it with so many bytes.
    pub(super) fn end(&mut self, reply: usize) {
        self.begun = self.begun.saturating_sub(1);
        self.typical = self.typical.saturating_sub(self.typical / FORGOTTEN).max(reply).max(1);
    }

    /// A request waits, behind the others.
    pub(super) fn line_up(&mut self, place: Place, key: usize) -> u64 {
        self.number = self.number.wrapping_add(1);
        let number = self.number;
        let ticket = Ticket { key, number };
        self.line_mut(place).push_back(ticket);
        self.newcomers.push((place, ticket));
        number
    }

    /// Who has come into line since this was asked.
    pub(super) fn newcomers(&mut self) -> Vec<(Place, Ticket)> {
        core::mem::take(&mut self.newcomers)
    }

    /// Whether others than those of the line may be let past it while replies take so much memory.
    pub(super) fn may_pass(&self, replies: usize) -> bool {
        replies <= self.most.saturating_add(self.most / 2)
    }

    /// It was called, and there is no room any more.
    pub(super) fn put_back(&mut self, place: Place, ticket: Ticket) {
        self.line_mut(place).push_front(ticket);
    }

    /// Who has waited longest.
    pub(super) fn call(&mut self, place: Place) -> Option<Ticket> {
        self.line_mut(place).pop_front()
    }

    /// Whether anybody waits.
    pub(super) fn is_needed(&self) -> bool {
        !self.for_loop.is_empty() || !self.for_workers.is_empty()
    }

    /// Whether somebody who waits may be called while replies take so much memory.
    pub(super) fn is_due(&self, replies: usize) -> bool {
        !self.newcomers.is_empty()
            || [Place::Loop, Place::Worker].iter().any(|&it| !self.line(it).is_empty() && self.free(it, replies) > 0)
    }

    fn line(&self, place: Place) -> &VecDeque<Ticket> {
        match place {
            Place::Loop => &self.for_loop,
            Place::Worker => &self.for_workers,
        }
    }

    fn line_mut(&mut self, place: Place) -> &mut VecDeque<Ticket> {
        match place {
            Place::Loop => &mut self.for_loop,
            Place::Worker => &mut self.for_workers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_worker_is_idle_unless_half_of_the_memory_is_taken() {
        let mut backpressure = Backpressure::new(1_000_000);
        backpressure.set_workers(3);
        assert_eq!([0, 500_000, 500_001].map(|replies| backpressure.free(Place::Worker, replies)), [3, 3, 0]);
        assert_eq!([0, 500_000, 500_001].map(|replies| backpressure.free(Place::Loop, replies)), [1, 1, 0]);
        for _ in 0..3 {
            assert!(backpressure.admits(Place::Worker, 0));
            backpressure.begin();
        }
        assert!(!backpressure.admits(Place::Worker, 0) && backpressure.admits(Place::Loop, 0));
    }

    #[test]
    fn as_many_are_begun_as_would_fit() {
        let mut backpressure = Backpressure::new(1_000_000);
        backpressure.set_workers(2);
        for _ in 0..100 {
            backpressure.begin();
            backpressure.end(100);
        }
        assert_eq!(backpressure.free(Place::Worker, 0), 1_250);
        backpressure.begin();
        backpressure.end(25_000);
        assert_eq!([0, 200_000, 500_000].map(|replies| backpressure.free(Place::Worker, replies)), [5, 3, 2]);
        // An empty one doesn't make it endless.
        for _ in 0..1_000 {
            backpressure.begin();
            backpressure.end(0);
        }
        assert!((5..1_000_000).contains(&backpressure.free(Place::Worker, 0)));
    }

    #[test]
    fn who_comes_later_waits_behind_those_who_wait() {
        let mut backpressure = Backpressure::new(100);
        assert!(!backpressure.admits(Place::Loop, 51));
        let numbers = [7, 8].map(|key| backpressure.line_up(Place::Loop, key));
        // Somebody may have to be let past.
        assert!(backpressure.is_due(51));
        assert_eq!(backpressure.newcomers().len(), 2);
        assert!(backpressure.is_needed() && !backpressure.is_due(51) && backpressure.is_due(50));
        assert!(!backpressure.admits(Place::Loop, 0));
        let first = backpressure.call(Place::Loop).unwrap();
        assert_eq!(first, Ticket { key: 7, number: numbers[0] });
        backpressure.put_back(Place::Loop, first);
        assert_eq!([(); 2].map(|()| backpressure.call(Place::Loop).unwrap().key), [7, 8]);
        assert!(!backpressure.is_needed() && backpressure.admits(Place::Loop, 0));
    }
}
