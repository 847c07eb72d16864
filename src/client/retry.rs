//! Trying again: how often, after what pause, and which calls.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// When a client tries again by itself.
///
/// Only what passes by itself is tried again ([`Error::is_transient`](crate::Error::is_transient)), and only if the
/// call cannot have been executed, or was declared one that may be executed twice. Between the
/// tries there is a pause, which doubles from try to try and is shortened at random by up to a half, so that
/// clients whom the same failure hit don't come back all at once. All tries and pauses together keep to the
/// time-out of the call; where a pause would not, the last error is told at once.
///
/// ```
/// use std::time::Duration;
/// use tiny_xmlrpc::{Client, client::{Options, Retry}};
///
/// let retry = Retry::new(4)
///     .first_pause(Duration::from_millis(50))
///     .idempotent(|method| method.starts_with("system."));
/// let mut options = Options::new();
/// options.retry(retry);
/// let client = Client::with_options("http://localhost:8000", &options)?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Clone)]
pub struct Retry {
    tries: u32,
    first: Duration,
    longest: Duration,
    idempotent: Option<Arc<Predicate>>,
}

/// Whether a method of this name may be executed twice.
type Predicate = dyn Fn(&str) -> bool + Send + Sync;

impl Retry {
    /// So many tries all in all, the first one included, and 0 is 1; a first pause of 100 ms, the longest of 10 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tiny_xmlrpc::{Client, Error, ErrorKind, Phase, Result, client::{Reply, Retry, Transport}};
    /// # use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    /// # static TRIES: AtomicU32 = AtomicU32::new(0);
    /// # struct Unplugged;
    /// # impl Transport for Unplugged {
    /// #     fn exchange(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Reply> {
    /// #         TRIES.fetch_add(1, Relaxed);
    /// #         Err(Error::new(ErrorKind::Transport(Phase::Connect), "no carrier"))
    /// #     }
    /// # }
    /// # let client = Client::over(Unplugged);
    /// // The transport counts how often it is asked to connect, and never can.
    /// let client = client.with_retry(Retry::new(3).first_pause(Duration::from_millis(1)));
    /// assert!(client.call::<i32>("add", (2, 3)).is_err());
    /// assert_eq!(TRIES.load(Relaxed), 3);
    /// ```
    #[must_use]
    pub fn new(tries: u32) -> Self {
        Self { tries, first: Duration::from_millis(100), longest: Duration::from_secs(10), idempotent: None }
    }

    /// The pause after the first try. Default: 100 ms.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tiny_xmlrpc::client::Retry;
    /// // 200 ms, 400 ms, 800 ms, or up to a half less.
    /// let retry = Retry::new(4).first_pause(Duration::from_millis(200));
    /// # let _ = retry;
    /// ```
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// What the pauses grow up to, the first one too. Default: 10 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tiny_xmlrpc::client::Retry;
    /// // 100 ms, 200 ms, 400 ms, 500 ms, 500 ms and so on, or up to a half less.
    /// let retry = Retry::new(20).longest_pause(Duration::from_millis(500));
    /// # let _ = retry;
    /// ```
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest = pause;
        self
    }

    /// Which methods may be executed twice without harm, by their names: those that only look, say.
    /// `system.multicall` is one such name, whatever it calls. Default: none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tiny_xmlrpc::{Client, Error, ErrorKind, Phase, Result, client::{Reply, Retry, Transport}};
    /// # struct Unsteady(u32);
    /// # impl Transport for Unsteady {
    /// #     fn exchange(&mut self, _: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
    /// #         self.0 += 1;
    /// #         if self.0 % 2 == 1 {
    /// #             return Err(Error::new(ErrorKind::Transport(Phase::Receive), "carrier lost"));
    /// #         }
    /// #         *reply = tiny_xmlrpc::to_vec(&5)?;
    /// #         Ok(Reply::new(200))
    /// #     }
    /// # }
    /// let retry = Retry::new(2).first_pause(Duration::from_millis(1)).idempotent(|method| method.starts_with("get"));
    /// # let unsteady = Unsteady(0);
    /// // Over a transport on which every other reply is lost.
    /// let client = Client::over(unsteady).with_retry(retry);
    /// assert_eq!(client.call::<i32>("getLevel", ())?, 5);
    /// assert!(client.call::<i32>("setLevel", (6,)).is_err());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn idempotent(mut self, is: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.idempotent = Some(Arc::new(is));
        self
    }

    /// Whether this error of a call of this method is worth another try.
    fn applies(&self, method: &str, error: &Error) -> bool {
        error.is_transient()
            && (!error.may_have_executed() || self.idempotent.as_ref().is_some_and(|idempotent| idempotent(method)))
    }

    /// The pause after the try of this number, from 1.
    fn pause(&self, number: u32) -> Duration {
        let factor = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause = self.first.saturating_mul(factor).min(self.longest);
        // Between the half and the whole.
        let random = RandomState::new().hash_one(number) >> 32;
        let part = u32::try_from(random).unwrap_or(u32::MAX);
        let half = pause.checked_div(2).unwrap_or_default();
        half.saturating_add(half.mul_f64(f64::from(part) / f64::from(u32::MAX)))
    }

    /// Tries until it succeeds, or fails for good. What each try is given is how much time is left for it, unless
    /// it is the first.
    pub(super) fn run<T>(
        &self,
        method: &str,
        timeout: Option<Duration>,
        mut attempt: impl FnMut(Option<Option<Duration>>) -> Result<T>,
    ) -> Result<T> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut number = 1;
        let mut left = None;
        let mut executed = false;
        loop {
            let error = match attempt(left) {
                Ok(result) => return Ok(result),
                // What an earlier try may have done is not undone by a later one that did nothing.
                Err(error) if executed => error.with_executed(true),
                Err(error) => error,
            };
            executed = error.may_have_executed();
            if number >= self.tries || !self.applies(method, &error) {
                return Err(error);
            }
            let pause = self.pause(number);
            if let Some(deadline) = deadline {
                let now = Instant::now();
                if now.checked_add(pause).is_none_or(|then| then >= deadline) {
                    return Err(error);
                }
            }
            std::thread::sleep(pause);
            left = Some(deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())));
            number = number.saturating_add(1);
        }
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("tries", &self.tries)
            .field("first", &self.first)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Phase};

    fn quick(tries: u32) -> Retry {
        Retry::new(tries).first_pause(Duration::from_micros(10))
    }

    /// How many tries are made of a call that always fails like this.
    fn tries(retry: &Retry, phase: Phase) -> u32 {
        let mut made = 0;
        let result: Result<()> = retry.run("m", None, |_| {
            made += 1;
            Err(Error::new(ErrorKind::Transport(phase), ""))
        });
        result.unwrap_err();
        made
    }

    #[test]
    fn repeats_only_what_cannot_have_been_executed_or_may_be_again() {
        assert_eq!(tries(&quick(3), Phase::Connect), 3);
        assert_eq!(tries(&quick(3), Phase::Receive), 1);
        assert_eq!(tries(&quick(3).idempotent(|name| name == "m"), Phase::Receive), 3);
        assert_eq!(tries(&quick(3).idempotent(|name| name == "n"), Phase::Receive), 1);
        assert_eq!(tries(&quick(0), Phase::Connect), 1);
    }

    #[test]
    fn keeps_to_the_time_of_the_call() {
        let start = Instant::now();
        let hour = Duration::from_secs(3600);
        let retry = Retry::new(u32::MAX).longest_pause(hour).first_pause(hour);
        let mut made = 0;
        let result: Result<()> = retry.run("m", Some(Duration::from_secs(60)), |_| {
            made += 1;
            Err(Error::new(ErrorKind::Transport(Phase::Connect), ""))
        });
        assert_eq!((result.unwrap_err().kind(), made), (ErrorKind::Transport(Phase::Connect), 1));
        assert!(start.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn later_tries_have_what_time_is_left_and_earlier_ones_are_not_forgotten() {
        let mut phases = [Phase::Wait, Phase::Connect].into_iter();
        let mut given = Vec::new();
        let result: Result<()> = quick(2).idempotent(|_| true).run("m", Some(Duration::from_secs(9)), |left| {
            given.push(left);
            Err(Error::new(ErrorKind::Transport(phases.next().unwrap()), ""))
        });
        assert!(result.unwrap_err().may_have_executed());
        assert_eq!(given[0], None);
        assert!(given[1].unwrap().unwrap() < Duration::from_secs(9));
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = Retry::new(9).longest_pause(Duration::from_millis(1500));
        for (number, most) in [(1, 100), (2, 200), (4, 800), (5, 1500), (40, 1500), (u32::MAX, 1500)] {
            let pause = retry.pause(number);
            let most = Duration::from_millis(most);
            assert!(pause >= most / 2 && pause <= most, "{number}: {pause:?}");
        }
    }
}
