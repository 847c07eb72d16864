//! What all connections use in turn.

use core::cell::RefCell;
use core::time::Duration;
use std::io;
use std::time::Instant;

use super::backpressure::Backpressure;
use super::event_loop::Stats;
use super::incoming::Room;
use super::log::{Log, Trouble};
use super::outgoing::Outgoing;
use super::pace::after;
use super::workers::Workers;
use super::{Config, ShutdownHandle};
use crate::http1::Date;

/// What there is once, since only one connection has its turn at a time.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    /// The time of this turn of the loop, or of the end of its latest request.
    pub(super) now: Instant,
    /// When the connection whose turn it is answers no further request in it.
    pub(super) turn_ends: Instant,
    pub(super) date: Date,
    pub(super) stats: Stats,
    pub(super) stop: ShutdownHandle,
    /// What sockets are read to.
    pub(super) scratch: Box<[u8]>,
    /// The replies of the connection whose turn it is. Empty between turns.
    pub(super) out: Outgoing,
    pub(super) spare: RefCell<Vec<u8>>,
    /// What the connection whose turn it is may hold, by what the others hold.
    pub(super) room: Room,
    /// Bytes that the others' replies take.
    pub(super) replies: usize,
    /// Who waits for there to be less of that.
    pub(super) backpressure: Backpressure,
    /// The key of that connection.
    pub(super) key: usize,
    pub(super) log: Option<Log>,
    /// That connections can't be accepted.
    pub(super) exhaustion: Trouble,
    /// What answers requests in place of the service that the loop is called with.
    pub(super) workers: Option<Workers>,
}

impl Shared {
    pub(super) fn new(config: Config, stop: ShutdownHandle) -> Self {
        let now = Instant::now();
        Self {
            now,
            turn_ends: after(now, Duration::MAX),
            date: Date::default(),
            stats: Stats::default(),
            stop,
            scratch: vec![0; config.read_buffer.clamp(512, 1 << 20)].into_boxed_slice(),
            out: Outgoing::default(),
            spare: RefCell::default(),
            room: Room::default(),
            replies: 0,
            backpressure: Backpressure::new(config.max_buffered),
            key: 0,
            log: None,
            exhaustion: Trouble::default(),
            workers: None,
            config,
        }
    }

    /// There were no descriptors or no memory for another connection.
    #[cold]
    pub(super) fn exhausted(&mut self, error: &io::Error) {
        self.stats.exhausted = self.stats.exhausted.saturating_add(1);
        if let Some(log) = &mut self.log {
            log.not_accepting(error, &mut self.exhaustion, self.date.as_str(), self.now);
        }
    }
}
