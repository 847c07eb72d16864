//! A request whose body is on its way.

use super::pace::Pace;
use crate::http1::Decoder;

/// Bytes of a request's body that a connection may hold whatever the others hold.
const FREE_BODY: usize = 16 * 1024;

/// A request whose body is on its way.
#[derive(Debug)]
pub(super) struct Incoming {
    /// The head, and behind it the body as far as it came, its framing taken off.
    pub(super) message: Vec<u8>,
    pub(super) head: usize,
    pub(super) decoder: Decoder,
    /// The message's size if the head tells it, else the largest that is allowed.
    pub(super) size: usize,
    pub(super) pace: Pace,
}

impl Incoming {
    /// Puts body bytes behind the others. `false` if that would take more memory than there is.
    pub(super) fn append(&mut self, data: &[u8], available: usize) -> bool {
        let needed = self.message.len().saturating_add(data.len());
        if needed > self.message.capacity() {
            // Twice as much each time, but never more than the message needs.
            let capacity = self.message.capacity().saturating_mul(2).min(self.size).max(needed);
            if needed > FREE_BODY && capacity > available {
                return false;
            }
            self.message.reserve_exact(capacity.saturating_sub(self.message.len()));
        }
        self.message.extend_from_slice(data);
        true
    }
}
