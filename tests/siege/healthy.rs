//! The healthy client, and how long its calls take.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::FULL;
use tiny_xmlrpc::Client;

/// Calls made at least while something is done to the server.
pub(crate) const CALLS: usize = if FULL { 2_000 } else { 200 };

/// And how long at least.
const LEAST: Duration = Duration::from_millis(if FULL { 1_000 } else { 200 });

/// Between two calls, so that the client is not what keeps a processor busy.
const PAUSE: Duration = Duration::from_micros(250);

/// How much longer than undisturbed ones the slowest in a hundred calls may take.
const FACTOR: u32 = 20;

/// What is allowed whatever undisturbed ones take. With more to do than there are processors, a program that is ready to
/// run waits until another has had its time, which the scheduler looks at once a tick: 4 ms at 250 Hz. The client and the
/// server may both have to. Without optimisation the server takes ten times as long for everything that is done to it.
const FLOOR: Duration = Duration::from_millis(if FULL { 9 } else { 500 });

/// How long calls took, from the quickest to the slowest.
pub(crate) struct Calls {
    sorted: Vec<Duration>,
    /// From the first to the last.
    pub(crate) lasted: Duration,
}

impl Calls {
    fn part(&self, hundredths: usize) -> Duration {
        self.sorted[(self.sorted.len() * hundredths / 100).min(self.sorted.len() - 1)]
    }

    /// The 99th percentile.
    pub(crate) fn slow(&self) -> Duration {
        self.part(99)
    }
}

/// What goes above a table of calls.
pub(crate) const COLUMNS: &str = "  calls  p50 us  p99 us  max us";

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [half, slow, worst] = [50, 99, 100].map(|part| self.part(part).as_micros());
        write!(f, "{:>7} {half:>7} {slow:>7} {worst:>7}", self.sorted.len())
    }
}

/// What a healthy client saw of a server to which something was done; and another one, at the same time and on the same
/// machine, of a server to which nothing was.
pub(crate) struct Observed {
    pub(crate) calls: Calls,
    pub(crate) control: Calls,
}

impl Observed {
    /// Whether the calls took no longer than they may beside undisturbed ones: the quiet ones, from when nothing was done
    /// at all, or those of the same time, since other programs on the machine are no fault of the server's.
    pub(crate) fn assert_undisturbed(&self, quiet: &Calls, name: &str) {
        let most = (FACTOR * quiet.slow().max(self.control.slow())).max(FLOOR);
        let Self { calls, control } = self;
        assert!(calls.slow() <= most, "{name}: {calls}, quiet: {quiet}, meanwhile elsewhere: {control}");
    }
}

/// Calls both servers, each by its URL, while something is done and until there are enough calls, each of which is
/// answered. What is done can see how many were so far.
pub(crate) fn observed(url: &str, control: &str, during: impl FnOnce(&dyn Fn() -> usize)) -> Observed {
    let (ends, made, ignored) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let caller = scope.spawn(|| call(url, &ends, &made));
        let other = scope.spawn(|| call(control, &ends, &ignored));
        during(&|| made.load(Ordering::Relaxed));
        ends.store(true, Ordering::Relaxed);
        Observed { calls: caller.join().unwrap(), control: other.join().unwrap() }
    })
}

fn call(url: &str, ends: &AtomicBool, made: &AtomicUsize) -> Calls {
    let client = Client::new(url).unwrap();
    let mut sorted = Vec::new();
    let mut number = 0;
    let began = Instant::now();
    while !ends.load(Ordering::Relaxed) || sorted.len() < CALLS || began.elapsed() < LEAST {
        number += 1;
        let start = Instant::now();
        assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
        sorted.push(start.elapsed());
        made.store(sorted.len(), Ordering::Relaxed);
        thread::sleep(PAUSE);
    }
    let lasted = began.elapsed();
    sorted.sort_unstable();
    Calls { sorted, lasted }
}
