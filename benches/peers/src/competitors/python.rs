//! Python's `xmlrpc.client`, which parses with expat, in a process that runs beside ours and keeps its own time.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use crate::case::{Case, Operation, Task};
use crate::documents::{Document, Message, Tally};
use crate::heap::Usage;

pub(super) const NAME: &str = "python";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let python = Python::start(document).map(|python| Rc::new(RefCell::new(python)));
    for (task, command) in [(Task::DecodeValue, "decode"), (Task::EncodeValue, "encode")] {
        let operation = Remote { python: python.clone(), document, command };
        cases.push(Case { codec: NAME, task, operation: Box::new(operation) });
    }
}

/// The interpreter, holding one document.
struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    fn start(document: &Document) -> Result<Self, String> {
        let fail = |error: std::io::Error| format!("python3: {error}");
        let mut child = Command::new("python3")
            .args(["-c", include_str!("python.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(fail)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("python3: no pipes".to_owned());
        };
        let mut python = Self { child, input, output: BufReader::new(output) };
        let method = match document.message {
            Message::Response => "-",
            Message::Call(method) => method,
        };
        let command = format!("load {} {method} {}\n{}", document.name, document.xml.len(), document.xml);
        python.ask(&command)?;
        Ok(python)
    }

    fn ask(&mut self, command: &str) -> Result<String, String> {
        let fail = |error: std::io::Error| format!("python3: {error}");
        self.input.write_all(command.as_bytes()).and_then(|()| self.input.flush()).map_err(fail)?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(fail)?;
        match line.trim().strip_prefix("error ") {
            Some(error) => Err(error.to_owned()),
            None => Ok(line.trim().to_owned()),
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Remote {
    python: Result<Rc<RefCell<Python>>, String>,
    document: &'static Document,
    command: &'static str,
}

impl Remote {
    /// Nanoseconds and the number of values.
    fn run(&self, runs: u64) -> Result<(u64, u64), String> {
        let python = self.python.as_ref().map_err(String::clone)?;
        let answer = python.borrow_mut().ask(&format!("{} {} {runs}\n", self.command, self.document.name))?;
        let mut figures = answer.split(' ').filter_map(|figure| figure.parse().ok());
        match (figures.next(), figures.next()) {
            (Some(nanoseconds), Some(values)) => Ok((nanoseconds, values)),
            _ => Err(format!("python3: no figures in its answer {answer:?}")),
        }
    }
}

impl Operation for Remote {
    fn check(&mut self, expected: &Tally) -> Result<Option<String>, String> {
        let (_, values) = self.run(1)?;
        Tally { values, ..*expected }.compare(expected)
    }

    fn time(&mut self, runs: u64) -> Result<Duration, String> {
        self.run(runs).map(|(nanoseconds, _)| Duration::from_nanos(nanoseconds))
    }

    fn weigh(&mut self) -> Option<Usage> {
        None
    }
}
