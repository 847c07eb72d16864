//! How far something has come that takes longer than a second, on a terminal.

use std::io::{self, IsTerminal, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::output::tell;

/// Nothing is shown of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);
/// Characters that a label may have.
const LABEL: usize = 50;
/// How often it is shown anew.
const EVERY: Duration = Duration::from_millis(200);

/// Shows on standard error what is under way, while it is, if that is a terminal. Dropping it takes the line away.
pub(crate) struct Progress {
    /// Dropping it ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    done: Arc<AtomicU64>,
    shown: Arc<Mutex<Shown>>,
}

/// Whether the line stands there now.
#[derive(Default)]
pub(crate) struct Shown(bool);

impl Shown {
    fn set(&mut self, line: Option<&str>) {
        if self.0 || line.is_some() {
            tell(format_args!("\r\x1b[K{}", line.unwrap_or_default()));
        }
        self.0 = line.is_some();
    }
}

/// What a number of [`Progress::add`] counts.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    /// Nothing is counted, there is only time.
    Time,
    /// Bytes, of so many if that is known.
    Bytes(Option<u64>),
    /// Things, of so many.
    Things(u64),
}

impl Progress {
    /// Begins. `label` says what is done, like `decoding film.xml`.
    pub(crate) fn start(label: impl Into<String>, unit: Unit) -> Self {
        let (done, shown) = (Arc::new(AtomicU64::new(0)), Arc::default());
        if !io::stderr().is_terminal() {
            return Self { stop: None, thread: None, done, shown };
        }
        let (stop, stopped) = channel();
        let (label, counted, showing) = (short(label.into()), Arc::clone(&done), Arc::clone(&shown));
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            let mut wait = PATIENCE;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(wait) {
                let line = line(&label, unit, counted.load(Ordering::Relaxed), start.elapsed());
                locked(&showing).set(Some(&line));
                wait = EVERY;
            }
            locked(&showing).set(None);
        });
        Self { stop: Some(stop), thread: Some(thread), done, shown }
    }

    /// So much more is done.
    pub(crate) fn add(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// Takes the line away for as long as this lives: while something else is printed.
    pub(crate) fn hidden(&self) -> MutexGuard<'_, Shown> {
        let mut shown = locked(&self.shown);
        shown.set(None);
        shown
    }

    /// A reader that counts what goes through it.
    pub(crate) fn reading<R: Read>(&self, reader: R) -> Counted<'_, R> {
        Counted { reader, progress: self }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It only prints.
            let _ = thread.join();
        }
    }
}

/// Counts what is read: see [`Progress::reading`].
pub(crate) struct Counted<'p, R> {
    reader: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}

/// It is whole whatever happened to a thread that held it.
fn locked(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The beginning of a long label: a line that is wrapped could not be taken away.
fn short(label: String) -> String {
    if label.chars().count() <= LABEL { label } else { label.chars().take(LABEL - 1).chain(['…']).collect() }
}

fn line(label: &str, unit: Unit, done: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match unit {
        Unit::Time => format!("{label}: {seconds} s"),
        Unit::Things(all) => format!("{label}: {done} of {all}, {seconds} s"),
        Unit::Bytes(None | Some(0)) => format!("{label}: {}, {seconds} s", size(done)),
        Unit::Bytes(Some(all)) => {
            let percent = (u128::from(done) * 100 / u128::from(all)).min(100);
            format!("{label}: {percent} % of {}, {seconds} s", size(all))
        }
    }
}

/// A number of bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
        _ => format!("{:.1} GiB", bytes as f64 / 1_073_741_824.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_it_has_come() {
        let after = Duration::from_millis(2500);
        assert_eq!(line("waiting", Unit::Time, 0, after), "waiting: 2 s");
        assert_eq!(short("x".repeat(50)), "x".repeat(50));
        assert_eq!(short("ä".repeat(51)), "ä".repeat(49) + "…");
        assert_eq!(line("asking", Unit::Things(12), 3, after), "asking: 3 of 12, 2 s");
        assert_eq!(line("decoding x", Unit::Bytes(None), 5_000, after), "decoding x: 4.9 KiB, 2 s");
        assert_eq!(line("decoding x", Unit::Bytes(Some(1 << 31)), 1 << 30, after), "decoding x: 50 % of 2.0 GiB, 2 s");
    }
}
