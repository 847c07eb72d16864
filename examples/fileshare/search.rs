//! Asking the neighbours for a file.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cap_tempfile::TempFile;
use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::{Client, Error, Fault, Limits, Result};

use crate::faults::{DENIED, NOT_FOUND, failed, not_found};
use crate::files::Files;
use crate::neighbours::{Neighbours, place};

/// How many nodes a query may go through, the one that has the file included and the one that wants it not.
pub(crate) const HOPS: usize = 6;

/// How long a neighbour may take to be connected to, and to say hello.
const GREETING: Duration = Duration::from_secs(5);

/// How long the last node on the way may take for a query. Each before it has so much more, and so hears from the next one
/// in time, be it only that there is nothing.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How far the reply with a file has come, in bytes, and how far it goes.
pub(crate) type Hook<'h> = &'h mut dyn FnMut(u64, Option<u64>);

/// How many queries are being passed on.
#[derive(Default)]
pub(crate) struct Passing(AtomicUsize);

/// The right to pass a query on, given back when it is dropped.
pub(crate) struct Pass<'p>(&'p AtomicUsize);

impl Passing {
    /// A pass, if fewer than `most` are out.
    pub(crate) fn begin(&self, most: usize) -> Option<Pass<'_>> {
        let pass = Pass(&self.0);
        (self.0.fetch_add(1, Ordering::AcqRel) < most).then_some(pass)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Asks one neighbour after the other that is not in the history, until one has the file.
///
/// It is copied to a temporary file, not handed on while it comes: where a neighbour breaks off in the middle, the next one
/// is asked, and whoever waits for the answer knows nothing of that.
pub(crate) fn search<'f>(
    files: &'f Files,
    neighbours: &Neighbours,
    name: &str,
    history: &[String],
    progress: Hook<'_>,
) -> Result<TempFile<'f>, Fault> {
    let mut history = history.to_vec();
    history.push(neighbours.own().to_owned());
    // It may have gone through one more than those that have it behind them: itself.
    let Some(left) = (HOPS + 1).checked_sub(history.len()).filter(|&left| left > 0) else {
        return Err(not_found(name));
    };
    let patience = PATIENCE * u32::try_from(left).unwrap_or(u32::MAX);
    let deadline = Instant::now() + patience;
    let asked: Vec<_> = history.iter().filter_map(|url| place(url)).collect();
    for url in neighbours.list() {
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            break;
        }
        if place(&url).is_none_or(|place| asked.contains(&place)) {
            continue;
        }
        let mut file = files.temporary()?;
        match ask(neighbours, &url, name, &history, remaining, &mut file, progress) {
            Ok(Received::Whole) => {
                neighbours.has_answered(&url);
                return Ok(file);
            }
            Ok(Received::NotWritten(error)) => return Err(failed(error)),
            Err(error) => match error.fault().map(Fault::code) {
                Some(NOT_FOUND | DENIED) => neighbours.has_answered(&url),
                // It is not there, or not in order.
                _ => neighbours.forget(&url),
            },
        }
    }
    Err(not_found(name))
}

enum Received {
    Whole,
    /// It came, but this node failed to write it.
    NotWritten(io::Error),
}

/// Asks one neighbour, greeting it first if it has not answered lately. That makes this node known to it, and finds out in
/// seconds if it hangs, where a query may take its time.
fn ask(
    neighbours: &Neighbours,
    url: &str,
    name: &str,
    history: &[String],
    patience: Duration,
    file: &mut TempFile<'_>,
    progress: Hook<'_>,
) -> Result<Received> {
    let mut options = Options::new();
    options.connect_timeout(GREETING).timeout(GREETING);
    if !neighbours.is_fresh(url) {
        let greeted: Result<()> = Client::with_options(url, &options)?.call("hello", (neighbours.own(),));
        // One that does not know how to say hello is there all the same.
        greeted.or_else(|error| if error.fault().is_some() { Ok(()) } else { Err(error) })?;
    }
    let mut limits = Limits::default();
    (limits.bytes, limits.text) = (u64::MAX, u64::MAX);
    options.timeout(patience).limits(limits);
    // Files are compressed already, most of them.
    #[cfg(feature = "gzip")]
    options.gzip_replies(false);
    let client = Client::with_options(url, &options)?;
    let query = client.stream("query").params(|params| params.params(&(name, history))).progress(progress);
    let mut unwritten = None;
    let received = query.receive(|reply| {
        let mut bytes = reply.bytes()?;
        let mut buffer = [0; 32 * 1024];
        loop {
            let piece = match bytes.read(&mut buffer)? {
                0 => return Ok(()),
                length => &buffer[..length],
            };
            if let Err(error) = file.write_all(piece) {
                let message = error.to_string();
                unwritten = Some(error);
                return Err(Error::new(tiny_xmlrpc::ErrorKind::Io, message));
            }
        }
    });
    match unwritten {
        Some(error) => Ok(Received::NotWritten(error)),
        None => received.map(|()| Received::Whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_given_back() {
        let passing = Passing::default();
        let (one, other) = (passing.begin(2), passing.begin(2));
        assert!(one.is_some() && other.is_some() && passing.begin(2).is_none());
        drop(one);
        assert!(passing.begin(2).is_some());
        drop(other);
        assert_eq!(passing.0.load(Ordering::Relaxed), 0);
    }
}
