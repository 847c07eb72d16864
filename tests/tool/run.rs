//! The tool as a process.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// What a run of the tool left.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What it printed, if all went well and nothing was said about it.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// What it said, if it ended with this status and printed nothing.
    #[track_caller]
    pub(crate) fn failed(self, status: i32) -> String {
        assert_eq!((self.status, self.out.as_str()), (status, ""), "{}", self.err);
        self.err
    }
}

/// The command that runs it.
pub(crate) fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tiny-xmlrpc"))
}

/// Runs it with an empty standard input.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ran {
    run_with(arguments, b"")
}

/// Runs it with this as its standard input.
pub(crate) fn run_with<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>, input: &[u8]) -> Ran {
    let mut command = tool();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // It need not read all of it.
            let _ = stdin.write_all(input);
        });
        let told = scope.spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).unwrap();
            text
        });
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        let status = child.wait().unwrap().code().unwrap();
        Ran { status, out: text, err: told.join().unwrap() }
    })
}
