//! All connections: where they are, whose they are, what they hold, and which one has to go.

use core::time::Duration;
use std::collections::{HashMap, hash_map::Entry};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

use super::connection::Connection;
use super::pace::after;

/// Deadlines are looked at this often at most.
const GRAIN: Duration = Duration::from_millis(20);

/// The connections by their key, a small number that is used again.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Option<Connection>>,
    free: Vec<usize>,
    per_network: HashMap<IpAddr, usize>,
    /// Memory that their buffers hold.
    buffered: usize,
    /// Memory that their replies hold, also of those that have not had their turn.
    replies: usize,
    /// Bytes that they hold in files.
    spooled: u64,
    /// How many there have been.
    serial: u64,
    /// No deadline is before this. It may be too early, since a deadline that moves is not looked for here:
    /// a wheel or a heap would cost each request what this costs only a turn that has nothing else to do.
    earliest: Option<Instant>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            per_network: HashMap::new(),
            buffered: 0,
            replies: 0,
            spooled: 0,
            serial: 0,
            earliest: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len().saturating_sub(self.free.len())
    }

    pub(super) fn buffered(&self) -> usize {
        self.buffered
    }

    pub(super) fn replies(&self) -> usize {
        self.replies
    }

    pub(super) fn spooled(&self) -> u64 {
        self.spooled
    }

    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut Connection> {
        self.slots.get_mut(key).and_then(Option::as_mut)
    }

    /// The key that the next connection will have.
    pub(super) fn next_key(&self) -> usize {
        self.free.last().copied().unwrap_or(self.slots.len())
    }

    pub(super) fn insert(&mut self, mut connection: Connection) {
        self.serial = self.serial.wrapping_add(1);
        connection.serial = self.serial;
        if let Some(network) = origin(&connection) {
            let count = self.per_network.entry(network).or_default();
            *count = count.saturating_add(1);
        }
        self.hasten(connection.deadline());
        match self.free.pop().and_then(|key| self.slots.get_mut(key)) {
            Some(slot) => *slot = Some(connection),
            None => self.slots.push(Some(connection)),
        }
    }

    /// Takes a connection out; dropping it closes it.
    pub(super) fn remove(&mut self, key: usize) -> Option<Connection> {
        let connection = self.slots.get_mut(key)?.take()?;
        self.free.push(key);
        self.buffered = self.buffered.saturating_sub(connection.accounted);
        self.replies = self.replies.saturating_sub(connection.accounted_replies);
        self.spooled = self.spooled.saturating_sub(connection.accounted_disk);
        if let Some(Entry::Occupied(mut count)) = origin(&connection).map(|network| self.per_network.entry(network)) {
            *count.get_mut() = count.get().saturating_sub(1);
            if *count.get() == 0 {
                count.remove();
            }
        }
        Some(connection)
    }

    /// Takes note of what a connection holds and waits for, after its turn.
    pub(super) fn account(&mut self, key: usize) {
        let Some(connection) = self.slots.get_mut(key).and_then(Option::as_mut) else { return };
        let memory = connection.memory();
        self.buffered = self.buffered.saturating_sub(connection.accounted).saturating_add(memory);
        connection.accounted = memory;
        let disk = connection.disk();
        self.spooled = self.spooled.saturating_sub(connection.accounted_disk).saturating_add(disk);
        connection.accounted_disk = disk;
        let deadline = connection.deadline();
        self.hasten(deadline);
        self.account_replies(key);
    }

    /// Takes note of what a connection's replies hold. Until its turn one that a worker has made counts for nothing
    /// else, so that nobody is given up for a reply that may not be sent at all.
    pub(super) fn account_replies(&mut self, key: usize) {
        let Some(connection) = self.slots.get_mut(key).and_then(Option::as_mut) else { return };
        let replies = connection.replies();
        self.replies = self.replies.saturating_sub(connection.accounted_replies).saturating_add(replies);
        connection.accounted_replies = replies;
    }

    /// Open connections from the network of this address.
    pub(super) fn count_from(&self, address: IpAddr) -> usize {
        self.per_network.get(&network(address)).copied().unwrap_or_default()
    }

    /// The network from which this connection comes.
    pub(super) fn network_of(&self, key: usize) -> Option<IpAddr> {
        self.slots.get(key)?.as_ref().and_then(origin)
    }

    /// Whether a connection from this network has a reply that waits to be taken. It looks at all of them.
    pub(super) fn holds_replies_of(&self, network: IpAddr) -> bool {
        self.iter().any(|(_, it)| it.accounted_replies > 0 && origin(it) == Some(network))
    }

    /// The connection that has gone longest without a finished request, with nothing being answered on
    /// it, and if `from` is given from that network.
    ///
    /// It looks at all of them: that costs about what opening the new connection costs, and only when the
    /// cap is reached.
    pub(super) fn oldest_unfinished(&self, from: Option<IpAddr>) -> Option<usize> {
        let from = from.map(network);
        self.iter()
            .filter(|(_, connection)| connection.is_unfinished())
            .filter(|(_, it)| from.is_none_or(|from| origin(it) == Some(from)))
            .min_by_key(|(_, connection)| connection.since)
            .map(|(key, _)| key)
    }

    /// The connection whose peer has gone longest without taking anything of its reply, and since when.
    pub(super) fn longest_stalled(&self) -> Option<(usize, Instant)> {
        self.iter().filter_map(|(key, connection)| Some((key, connection.stalled_since()?))).min_by_key(|it| it.1)
    }

    /// When the first deadline may pass.
    pub(super) fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    /// The connections whose deadline has passed, looked for only if one may have.
    pub(super) fn expired(&mut self, now: Instant) -> Vec<usize> {
        if self.earliest.is_none_or(|earliest| now < earliest) {
            return Vec::new();
        }
        let expired = self.iter().filter(|(_, it)| it.deadline() <= now).map(|(key, _)| key).collect();
        let next = self.iter().map(|(_, it)| it.deadline()).filter(|&deadline| deadline > now).min();
        self.earliest = next.map(|next| next.max(after(now, GRAIN)));
        expired
    }

    /// The keys of those that this holds for.
    pub(super) fn keys_where(&self, holds: impl Fn(&Connection) -> bool) -> Vec<usize> {
        self.iter().filter(|(_, connection)| holds(connection)).map(|(key, _)| key).collect()
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &Connection)> {
        self.slots.iter().enumerate().filter_map(|(key, slot)| slot.as_ref().map(|connection| (key, connection)))
    }

    fn hasten(&mut self, deadline: Instant) {
        self.earliest = Some(self.earliest.map_or(deadline, |earliest| earliest.min(deadline)));
    }
}

fn origin(connection: &Connection) -> Option<IpAddr> {
    connection.peer.map(|peer| network(peer.ip()))
}

/// What counts as one address: an IPv4 address, or an IPv6 /64, all of which one host has at its disposal.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_one_network() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
