//! The minimum rate of a transfer.

use core::time::Duration;
use std::time::Instant;

use super::Config;

/// Watches that a transfer moves on: so many bytes in each window of time.
///
/// A window ends early when it has its bytes. What was fast before earns nothing: who sends a megabyte at
/// once and then a byte a second is stopped after one window.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// When the window ends.
    deadline: Instant,
    /// Bytes it still needs.
    needed: u64,
    /// When anything moved last.
    moved_at: Instant,
}

impl Pace {
    pub(super) fn new(now: Instant, config: &Config) -> Self {
        let needed = config.pace_window.as_secs_f64() * f64::from(config.min_rate);
        Self { deadline: after(now, config.pace_window), needed: needed as u64, moved_at: now }
    }

    /// So many bytes more: the deadline from now on.
    pub(super) fn moved(&mut self, bytes: usize, now: Instant, config: &Config) -> Instant {
        self.needed = self.needed.saturating_sub(bytes as u64);
        if self.needed == 0 {
            *self = Self::new(now, config);
        } else if bytes > 0 {
            self.moved_at = now;
        }
        self.deadline
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(super) fn moved_at(&self) -> Instant {
        self.moved_at
    }
}

/// A moment later, also where `Duration::MAX` stands for never.
pub(super) fn after(now: Instant, duration: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(31_536_000);
    now.checked_add(duration).or_else(|| now.checked_add(YEAR)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_early_with_its_bytes_only() {
        let config = Config { pace_window: Duration::from_secs(10), min_rate: 10, ..Config::default() };
        let start = Instant::now();
        let mut pace = Pace::new(start, &config);
        let later = start + Duration::from_secs(5);
        assert_eq!(pace.moved(99, later, &config), start + Duration::from_secs(10));
        assert_eq!(pace.moved(1, later, &config), later + Duration::from_secs(10));
        assert_eq!(pace.moved(1_000_000, later, &config), later + Duration::from_secs(10));
        assert_eq!(pace.moved(1, later, &config), later + Duration::from_secs(10));
    }

    #[test]
    fn never_is_far_away() {
        assert!(after(Instant::now(), Duration::MAX) > Instant::now() + Duration::from_secs(1_000));
    }
}
