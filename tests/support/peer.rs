//! Other implementations, run as processes of their own.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a peer may take for what a test asks of it. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Whether a peer is installed, which running its `probe` tells. If it isn't, what is skipped is said on
/// the standard error output, past the harness that would keep it; or the test fails, where the
/// environment has `REQUIRE_PEERS=1`.
pub(crate) fn installed(probe: &mut Command, skipped: &str) -> bool {
    let silent = probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if silent.status().is_ok_and(|status| status.success()) {
        return true;
    }
    let program = probe.get_program().to_string_lossy();
    assert!(
        std::env::var_os("REQUIRE_PEERS").is_none_or(|value| value != OsStr::new("1")),
        "{program} is required and does not run"
    );
    let _ = writeln!(std::io::stderr(), "skipped, since {program} is not installed: {skipped}");
    false
}

/// Looks again and again until something holds that other processes bring about.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A peer's process. Dropping it ends it.
pub(crate) struct Peer {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

impl Peer {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        let (stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (sender, lines) = channel();
        // It ends with the process, whose death closes the pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let errors = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Self { child, stdin, lines, errors: Some(errors) }
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(error) => self.fail(&format!("it printed no line: {error}")),
        }
    }

    /// Closes its standard input and waits for its end, which has to be a success. What it printed until then.
    pub(crate) fn finish(mut self) -> Vec<String> {
        drop(self.stdin.take());
        let start = Instant::now();
        let mut printed = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
                Ok(line) => printed.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.fail("it does not end"),
            }
        }
        let status = self.child.wait().unwrap();
        if !status.success() {
            self.fail(&format!("it ended with {status}"));
        }
        printed
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself, so long at most.
    pub(crate) fn wait(&mut self, patience: Duration) {
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it and fails the test, with what it said on its standard error output.
    fn fail(&mut self, what: &str) -> ! {
        self.end();
        let errors = self.errors.take().map_or_else(String::new, |errors| errors.join().unwrap());
        panic!("the peer: {what}\n{errors}");
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.end();
    }
}
