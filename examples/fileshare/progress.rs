//! A bar that shows how far a file has come, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often it is drawn anew.
const EVERY: Duration = Duration::from_millis(100);

/// How many characters it has.
const WIDTH: usize = 30;

/// On standard error; where that is no terminal, nothing is shown. Dropping it takes it away.
pub(crate) struct Bar {
    name: String,
    on: bool,
    drawn: Option<Instant>,
}

impl Bar {
    pub(crate) fn new(name: &str) -> Self {
        // A name from elsewhere must not turn the terminal's colours.
        let name = name.escape_debug().to_string();
        Self { name, on: io::stderr().is_terminal(), drawn: None }
    }

    /// Shows that so many bytes have come, of so many if that is known.
    pub(crate) fn show(&mut self, done: u64, all: Option<u64>) {
        if !self.on || self.drawn.is_some_and(|drawn| drawn.elapsed() < EVERY) {
            return;
        }
        self.drawn = Some(Instant::now());
        let _ = write!(io::stderr(), "\r\x1b[K{}", line(&self.name, done, all));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// In bytes on the wire, where base64 takes four for three.
fn line(name: &str, done: u64, all: Option<u64>) -> String {
    let file = |bytes: u64| size(bytes / 4 * 3);
    match all {
        Some(all @ 1..) => {
            let part = done.min(all) as f64 / all as f64;
            let filled = (part * WIDTH as f64) as usize;
            let bar = format!("{}{}", "#".repeat(filled), "-".repeat(WIDTH - filled));
            format!("{name} [{bar}] {:3.0} % of {}", (part * 100.0).floor(), file(all))
        }
        _ => format!("{name} {}", file(done)),
    }
}

/// A number of bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".into(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_a_file_has_come() {
        assert_eq!(line("a", 0, Some(4_000)), "a [------------------------------]   0 % of 3.0 kB");
        assert_eq!(line("a", 1_999, Some(4_000)), "a [##############----------------]  49 % of 3.0 kB");
        assert_eq!(line("a", 4_000, Some(4_000)), "a [##############################] 100 % of 3.0 kB");
        assert_eq!(line("a", 4_000_000, None), "a 3.0 MB");
        assert_eq!(line("a", 4, Some(0)), "a 3 bytes");
        assert_eq!([size(1), size(2_147_483_648)], ["1 byte", "2.1 GB"]);
    }
}
