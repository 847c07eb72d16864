//! Other processes that run this very program.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// How long is waited for what must come. Only a failing test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a process may have.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    /// Descriptors, if not as many as can be had.
    pub(crate) descriptors: Option<usize>,
    /// By how much it lets others go before: nice(1).
    pub(crate) nice: u8,
}

impl Share {
    /// As much as can be had.
    pub(crate) const FULL: Self = Self { descriptors: None, nice: 0 };

    pub(crate) fn descriptors(descriptors: usize) -> Self {
        Self { descriptors: Some(descriptors), ..Self::FULL }
    }
}

/// This program with one test, in which the variable is set.
pub(crate) fn itself(test: &str, variable: &str, value: impl AsRef<OsStr>, share: Share) -> Command {
    let limit = share.descriptors.map_or_else(|| "$(ulimit -H -n)".to_owned(), |descriptors| descriptors.to_string());
    let nice = share.nice;
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -S -n {limit} && exec nice -n {nice} \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(variable, value);
    command
}

/// How many descriptors a process may have here.
pub(crate) fn most_descriptors() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap_or(usize::MAX)
}
