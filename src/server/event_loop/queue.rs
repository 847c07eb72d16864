//! Whose turn it is: who has been quick goes before who may take long.
//!
//! A handler that has begun can't be interrupted, so on one thread all there is to choose is who waits behind whom. First
//! come, first served makes somebody whose call takes microseconds wait for all the costly ones that happened to come
//! before: thirty replies of a few megabytes are enough for 20 ms. So there are two queues, each in the order in which
//! its connections came:
//!
//! - Those that have shown to be quick have their turns first, all of them.
//! - The others, which are new or whose turns have mostly taken [`COSTLY`] or longer, come after them: one at least, and
//!   more as long as the round has not taken a [`ROUND`]. Then the poll is asked again, and who was quick and is back by
//!   then goes first again.
//!
//! Among the others, whose reply is in memory already goes before those who would have theirs made: else all replies
//! would come to be in memory at once.
//!
//! So a quick connection waits for one costly handler at most, however many stand in the queue, and no costly one waits
//! for ever, since it moves on by one place in each round. While nobody takes long it is all one queue. Costs are
//! taken from the clock that each request reads anyway.
//!
//! An order by expected cost (a heap of what each has used so far, as schedulers have it) would be finer, and would cost
//! each request what this costs only those who take long.

use core::time::Duration;
use std::collections::VecDeque;

/// Whose turns take less on average is quick, and after so long no other request of the turn is begun. Many times what a request takes mostly, and little enough to wait for.
pub(super) const COSTLY: Duration = Duration::from_micros(500);

/// After so long the poll is asked again, which costs a hundredth of that.
pub(super) const ROUND: Duration = Duration::from_micros(250);

/// The latest turn is one part in so many of the average. So a quick connection stays one when the system has taken the
/// processor away in the middle of its turn, which looks like a turn of some ms; and who asks for something costly every
/// few times doesn't become one.
const WEIGHT: u64 = 16;

/// How long a connection's turns take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Standing {
    /// Nanoseconds on average, or `UNKNOWN`.
    cost: u64,
}

const UNKNOWN: u64 = u64::MAX;

impl Standing {
    /// Nothing was answered yet.
    pub(in crate::server) const NEW: Self = Self { cost: UNKNOWN };

    /// After a turn that took so long, and in which a request was answered or not.
    pub(super) fn after(self, spent: Duration, answered: bool) -> Self {
        let spent = u64::try_from(spent.as_nanos()).unwrap_or(UNKNOWN);
        let cost = match self.cost {
            UNKNOWN if answered => spent,
            UNKNOWN => UNKNOWN,
            // That something comes in small pieces does not show that it will be quick.
            cost if answered || spent > cost => cost.saturating_sub(cost / WEIGHT).saturating_add(spent / WEIGHT),
            cost => cost,
        };
        Self { cost }
    }

    fn is_quick(self) -> bool {
        self.cost < COSTLY.as_nanos() as u64
    }
}

/// The connections that have something to do, by their keys.
#[derive(Debug, Default)]
pub(super) struct Queue {
    quick: VecDeque<usize>,
    /// Of the others, those that have a reply in memory.
    answered: VecDeque<usize>,
    others: VecDeque<usize>,
    /// How many of the quick ones have their turn in this round.
    quick_due: usize,
    /// How many of those with a reply may have it.
    answered_due: usize,
    /// How many of the others may have it.
    others_due: usize,
    /// Whether one of the others has had it.
    moved_on: bool,
}

impl Queue {
    pub(super) fn push(&mut self, key: usize, standing: Standing) {
        match standing.is_quick() {
            true => self.quick.push_back(key),
            false => self.others.push_back(key),
        }
    }

    /// Who has a reply in memory, or more of it to send, goes before those who may take long: if they had theirs made
    /// meanwhile, all replies would be in memory at once.
    pub(super) fn push_answered(&mut self, key: usize, standing: Standing) {
        match standing.is_quick() {
            true => self.quick.push_back(key),
            false => self.answered.push_back(key),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.quick.is_empty() && self.answered.is_empty() && self.others.is_empty()
    }

    /// Begins a round for those that are here now.
    pub(super) fn begin(&mut self) {
        self.quick_due = self.quick.len();
        self.answered_due = self.answered.len();
        self.others_due = self.others.len();
        self.moved_on = false;
    }

    /// Who is next in this round, of which so much time has passed. `None` once it is over.
    pub(super) fn next(&mut self, passed: impl FnOnce() -> Duration) -> Option<usize> {
        if let Some(less) = self.quick_due.checked_sub(1) {
            self.quick_due = less;
            return self.quick.pop_front();
        }
        if self.moved_on && passed() >= ROUND {
            (self.answered_due, self.others_due) = (0, 0);
            return None;
        }
        if let Some(less) = self.answered_due.checked_sub(1) {
            self.answered_due = less;
            self.moved_on = true;
            return self.answered.pop_front();
        }
        self.others_due = self.others_due.checked_sub(1)?;
        self.moved_on = true;
        self.others.pop_front()
    }

    /// Everybody, out of turn.
    pub(super) fn take_all(&mut self) -> VecDeque<usize> {
        let Self { mut quick, answered, others, .. } = core::mem::take(self);
        quick.extend(answered);
        quick.extend(others);
        quick
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Standing = Standing { cost: 20_000 };

    fn round(queue: &mut Queue, each: Duration) -> Vec<usize> {
        queue.begin();
        let mut passed = Duration::ZERO;
        let mut order = Vec::new();
        while let Some(key) = queue.next(|| passed) {
            order.push(key);
            passed += each;
        }
        order
    }

    #[test]
    fn who_was_quick_goes_first_and_all_others_move_on() {
        let mut queue = Queue::default();
        for key in 0..4 {
            queue.push(key, Standing::NEW);
        }
        for back in 10..14 {
            queue.push(back, QUICK);
            assert_eq!(round(&mut queue, ROUND), [back, back - 10]);
        }
        assert!(queue.is_empty());
    }

    #[test]
    fn while_nobody_takes_long_all_have_their_turn_in_one_round() {
        let mut queue = Queue::default();
        for key in 0..6 {
            queue.push(key, if key % 2 == 0 { Standing::NEW } else { QUICK });
        }
        assert_eq!(round(&mut queue, Duration::from_micros(10)), [1, 3, 5, 0, 2, 4]);
        assert!(round(&mut queue, Duration::ZERO).is_empty());
    }

    #[test]
    fn who_comes_back_during_a_round_waits_for_the_next() {
        let mut queue = Queue::default();
        queue.push(1, QUICK);
        queue.push(2, Standing::NEW);
        queue.begin();
        assert_eq!(queue.next(|| Duration::ZERO), Some(1));
        queue.push(1, QUICK);
        assert_eq!(queue.next(|| Duration::ZERO), Some(2));
        queue.push(2, Standing::NEW);
        assert_eq!(queue.next(|| Duration::ZERO), None);
        assert_eq!(queue.take_all(), [1, 2]);
    }

    #[test]
    fn a_reply_in_memory_is_sent_before_others_are_made() {
        let mut queue = Queue::default();
        for key in 0..3 {
            queue.push(key, Standing::NEW);
        }
        assert_eq!(round(&mut queue, ROUND), [0]);
        queue.push_answered(0, Standing::NEW);
        queue.push(9, QUICK);
        assert_eq!(round(&mut queue, ROUND), [9, 0]);
        assert_eq!(round(&mut queue, Duration::ZERO), [1, 2]);
    }

    #[test]
    fn what_counts_is_what_turns_take_mostly() {
        let (quick, long) = (Duration::from_micros(20), Duration::from_millis(4));
        assert!(!Standing::NEW.is_quick() && Standing::NEW.after(quick, true).is_quick());
        assert!(!Standing::NEW.after(quick, false).is_quick(), "nothing was answered");
        assert!(QUICK.after(long, true).is_quick(), "once");
        assert!(!QUICK.after(long, true).after(quick, true).after(long, true).after(long, true).is_quick());
        let mut standing = QUICK;
        for _ in 0..100 {
            standing = standing.after(long, true).after(quick, true).after(quick, true).after(quick, false);
        }
        assert!(!standing.is_quick(), "every third time");
        let turns = (0..100).take_while(|_| {
            standing = standing.after(quick, true);
            !standing.is_quick()
        });
        assert!((1..50).contains(&turns.count()));
    }
}
