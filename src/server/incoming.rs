//! A request whose body is on its way.

use std::io::{self, Write};

use super::Config;
use super::pace::Pace;
use crate::Spool;
use crate::http1::Decoder;

/// Bytes of a request's body that a connection may hold whatever the others hold.
pub(super) const FREE_BODY: usize = 16 * 1024;

/// A request whose body is on its way.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) head: Box<[u8]>,
    /// The body as far as it came, its framing taken off.
    pub(super) body: Spool,
    pub(super) decoder: Decoder,
    /// The body's size if the head tells it, else the largest that is allowed.
    size: usize,
    pub(super) pace: Pace,
}

/// What connections may hold together, less what they hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Room {
    pub(super) memory: usize,
    pub(super) disk: u64,
}

impl Incoming {
    /// `spools` says that a large body may go to a file.
    pub(super) fn new(
        head: &[u8],
        decoder: Decoder,
        length: Option<usize>,
        spools: bool,
        pace: Pace,
        config: &Config,
    ) -> Self {
        let largest = usize::try_from(config.max_body).unwrap_or(usize::MAX);
        let mut body = Spool::new().with_threshold(if spools { config.spool_threshold } else { usize::MAX });
        if let Some(directory) = &config.spool_directory {
            body = body.with_directory(directory);
        }
        Self { head: head.into(), body, decoder, size: length.unwrap_or(largest).min(largest), pace }
    }

    /// Puts body bytes behind the others. `false` if that would take more than there is room for.
    ///
    /// # Errors
    /// If they can't be written to the file.
    pub(super) fn append(&mut self, data: &[u8], room: Room) -> io::Result<bool> {
        let size = self.body.len().saturating_add(data.len() as u64);
        if let (true, Ok(needed)) = (self.body.stays_in_memory(data.len()), usize::try_from(size)) {
            if needed > self.body.memory() {
                // Twice as much each time, but never more than the body needs.
                let capacity = self.body.memory().saturating_mul(2).min(self.size).max(needed);
                if needed > FREE_BODY && capacity > room.memory {
                    return Ok(false);
                }
                self.body.reserve_exact(capacity);
            }
        } else if size > room.disk {
            return Ok(false);
        }
        self.body.write_all(data)?;
        Ok(true)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::Framing;
    use std::time::Instant;

    fn incoming(length: Option<usize>, spools: bool, config: &Config) -> Incoming {
        let decoder = Decoder::new(Framing::Chunked, u64::MAX).unwrap();
        Incoming::new(b"head", decoder, length, spools, Pace::new(Instant::now(), config), config)
    }

    #[test]
    fn takes_no_more_memory_than_the_body_needs() {
        let config = Config::default();
        let mut whole = incoming(Some(100_000), false, &config);
        let room = Room { memory: 100_000, disk: 0 };
        for _ in 0..100 {
            assert!(whole.append(&[b'x'; 1000], room).unwrap());
        }
        assert_eq!((whole.memory(), whole.disk()), (100_004, 0));
        let mut refused = incoming(Some(100_000), false, &config);
        let room = Room { memory: 99_999, disk: u64::MAX };
        assert_eq!((0..100).take_while(|_| refused.append(&[b'x'; 1000], room).unwrap()).count(), 64);
    }

    #[test]
    #[cfg(feature = "spool")]
    fn a_body_that_spools_needs_no_more_memory_than_its_threshold() {
        let config = Config { spool_threshold: 10_000, ..Config::default() };
        let mut body = incoming(None, true, &config);
        let room = Room { memory: 0, disk: 1_000_000 };
        for _ in 0..1000 {
            assert!(body.append(&[b'x'; 1000], room).unwrap());
            assert!(body.memory() < 70_000, "{}", body.memory());
        }
        assert!(!body.append(b"x", room).unwrap());
        assert!(body.disk() > 900_000);
    }
}
