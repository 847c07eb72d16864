//! What all connections use in turn.

use core::cell::RefCell;
use std::time::Instant;

use super::event_loop::Stats;
use super::incoming::Room;
use super::log::Log;
use super::outgoing::Outgoing;
use super::workers::Workers;
use super::{Config, ShutdownHandle};
use crate::http1::Date;

/// What there is once, since only one connection has its turn at a time.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    /// The time of this turn of the loop, or of the end of its latest request.
    pub(super) now: Instant,
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
    /// The key of that connection.
    pub(super) key: usize,
    pub(super) log: Option<Log>,
    /// What answers requests in place of the service that the loop is called with.
    pub(super) workers: Option<Workers>,
}

impl Shared {
    pub(super) fn new(config: Config, stop: ShutdownHandle) -> Self {
        Self {
            now: Instant::now(),
            date: Date::default(),
            stats: Stats::default(),
            stop,
            scratch: vec![0; config.read_buffer.clamp(512, 1 << 20)].into_boxed_slice(),
            out: Outgoing::default(),
            spare: RefCell::default(),
            room: Room::default(),
            key: 0,
            log: None,
            workers: None,
            config,
        }
    }
}
