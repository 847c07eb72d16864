//! `ping`: how long round trips take.

use std::time::{Duration, Instant};

use tiny_xmlrpc::ErrorKind;

use crate::arguments::Arguments;
use crate::connection::Connection;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::progress::{Progress, Unit};

/// `tiny-xmlrpc ping`
pub(crate) fn ping(arguments: &Arguments) -> Result<()> {
    let client = Connection::of(arguments)?.client()?;
    let wrong = |expected: &str, found: &str| arguments.usage(format!("expected {expected}, found {found:?}"));
    let count = match arguments.value("count")? {
        None => 10,
        Some(text) => text
            .parse::<u64>()
            .ok()
            .filter(|&count| (1..=1_000_000).contains(&count))
            .ok_or_else(|| wrong("a number from 1 to 1000000 as --count", text))?,
    };
    let interval = match arguments.value("interval")? {
        None => Duration::from_millis(100),
        Some(text) => {
            let interval = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            interval.ok_or_else(|| wrong("seconds as --interval", text))?
        }
    };
    let method = arguments.value("method")?.unwrap_or("system.getCapabilities");
    let progress = (!arguments.has("verbose")).then(|| Progress::start("calling", Unit::Things(count)));
    let mut times = Vec::new();
    let mut faults = 0_u64;
    for at in 0..count {
        if at > 0 {
            std::thread::sleep(interval);
        }
        let start = Instant::now();
        match client.call::<()>(method, ()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Fault => faults += 1,
            Err(error) => {
                drop(progress);
                let done = format!("after {at} answers: ");
                return Err(match Failure::from(error) {
                    Failure::Transport(message) if at > 0 => Failure::Transport(done + &message),
                    other => other,
                });
            }
        }
        times.push(start.elapsed());
        progress.iter().for_each(|progress| progress.add(1));
    }
    drop(progress);
    print(&report(method, &times, faults))
}

/// What is printed of the times, in the order of the calls.
fn report(method: &str, times: &[Duration], faults: u64) -> String {
    let mut text = format!("{} answers to {method}", times.len());
    if faults > 0 {
        text.push_str(&format!(", {faults} of them faults"));
    }
    text.push('\n');
    let milliseconds = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1e3);
    if let Some(first) = times.first() {
        text.push_str(&format!("first {} with connecting\n", milliseconds(*first)));
    }
    let mut sorted = times.get(1..).unwrap_or_default().to_vec();
    sorted.sort_unstable();
    let shown: Vec<String> = [("least", 0), ("median", 50), ("90 %", 90), ("99 %", 99), ("most", 100)]
        .iter()
        .filter_map(|&(name, percent)| Some(format!("{name} {}", milliseconds(percentile(&sorted, percent)?))))
        .collect();
    if !shown.is_empty() {
        text.push_str(&format!("others {}\n", shown.join(", ")));
    }
    text
}

/// The time that so many of a hundred don't exceed: the nearest rank.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_occurred() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        let at = |percent| percentile(&times, percent).unwrap().as_millis();
        assert_eq!([at(0), at(50), at(90), at(99), at(100)], [1, 50, 90, 99, 100]);
        assert_eq!(percentile(&times[..1], 99), Some(times[0]));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn the_first_one_is_told_apart() {
        let times = [5, 1, 3, 2].map(Duration::from_millis);
        assert_eq!(
            report("m", &times, 4),
            "4 answers to m, 4 of them faults\nfirst 5.000 ms with connecting\nothers least 1.000 ms, median 2.000 ms, \
             90 % 3.000 ms, 99 % 3.000 ms, most 3.000 ms\n"
        );
        assert_eq!(report("m", &times[..1], 0), "1 answers to m\nfirst 5.000 ms with connecting\n");
    }
}
