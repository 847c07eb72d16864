//! Codecs that are not Rust: a program that runs beside ours, holds one document and keeps its own time.
//!
//! It is told what to do over standard input, and answers each command with a line:
//!
//! ```text
//! load METHOD SIZE   then SIZE bytes: the document; METHOD is "-" for a reply. Answers with "ok"
//! check TASK         runs once; answers with the tally of what it read, for `encode` of what it reads when it reads back
//!                    what it wrote: values, ints, doubles, truths, dates, text and bytes, as in `Tally`
//! time TASK RUNS     answers with the nanoseconds of that many runs
//! ```
//!
//! TASK is `decode` or `encode`. Whatever fails is answered with "error" and the reason.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use crate::case::{Case, Operation, Task};
use crate::documents::{Document, Message, Tally};
use crate::heap::Usage;

/// The cases of the codec that `command` starts. Without one they all fail, with that reason.
pub(super) fn cases(
    codec: &'static str,
    command: Result<Command, String>,
    document: &'static Document,
    cases: &mut Vec<Case>,
) {
    let program = command.and_then(|command| Program::start(command, document));
    let program = program.map(|program| Rc::new(RefCell::new(program)));
    for (task, name) in [(Task::DecodeValue, "decode"), (Task::EncodeValue, "encode")] {
        cases.push(Case { codec, task, operation: Box::new(Remote { program: program.clone(), task: name }) });
    }
}

/// The program, holding one document.
struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(mut command: Command, document: &Document) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| format!("{name}: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{name}: no pipes"));
        };
        let mut program = Self { child, input, output: BufReader::new(output) };
        let method = match document.message {
            Message::Response => "-",
            Message::Call(method) => method,
        };
        program.ask(&format!("load {method} {}\n{}", document.xml.len(), document.xml))?;
        Ok(program)
    }

    fn ask(&mut self, command: &str) -> Result<String, String> {
        let fail = |error: std::io::Error| format!("its program: {error}");
        self.input.write_all(command.as_bytes()).and_then(|()| self.input.flush()).map_err(fail)?;
        let mut line = String::new();
        if self.output.read_line(&mut line).map_err(fail)? == 0 {
            return Err("its program has ended".to_owned());
        }
        match line.trim().strip_prefix("error ") {
            Some(error) => Err(error.to_owned()),
            None => Ok(line.trim().to_owned()),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Remote {
    program: Result<Rc<RefCell<Program>>, String>,
    task: &'static str,
}

impl Remote {
    /// As many figures as are wanted.
    fn figures<const N: usize>(&self, command: &str) -> Result<[u64; N], String> {
        let program = self.program.as_ref().map_err(String::clone)?;
        let answer = program.borrow_mut().ask(command)?;
        let figures: Result<Vec<u64>, _> = answer.split(' ').map(str::parse).collect();
        let figures = figures.ok().and_then(|figures| figures.try_into().ok());
        figures.ok_or_else(|| format!("expected {N} figures, found {answer:?}"))
    }
}

impl Operation for Remote {
    fn check(&mut self, expected: &Tally) -> Result<Option<String>, String> {
        let [values, ints, doubles, truths, dates, text, bytes] = self.figures(&format!("check {}\n", self.task))?;
        Tally { values, ints: ints.cast_signed(), doubles, truths, dates, text, bytes }.compare(expected)
    }

    fn time(&mut self, runs: u64) -> Result<Duration, String> {
        let [nanoseconds] = self.figures(&format!("time {} {runs}\n", self.task))?;
        Ok(Duration::from_nanos(nanoseconds))
    }

    fn weigh(&mut self) -> Option<Usage> {
        None
    }
}
