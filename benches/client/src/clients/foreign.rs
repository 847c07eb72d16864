//! Clients in other languages: programs that make as many calls as they read from their standard input, and print how
//! many nanoseconds those took.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::Calls;

pub(super) fn python(url: &str) -> Result<Box<dyn Calls>, String> {
    Program::start(Command::new("python3").args(["-c", include_str!("python.py"), url]))
}

/// Compiled from the program beside this file.
pub(super) fn xmlrpc_c(url: &str) -> Result<Box<dyn Calls>, String> {
    let program = std::env::temp_dir().join(format!("tiny_xmlrpc-bench-{}", std::process::id()));
    let libraries = output(Command::new("xmlrpc-c-config").args(["client", "--libs"]))?;
    let mut compiler = Command::new("cc")
        .args(["-O2", "-x", "c", "-", "-o"])
        .arg(&program)
        .args(libraries.split_whitespace())
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cc: {error}"))?;
    let mut input = compiler.stdin.take().ok_or("no pipe")?;
    input.write_all(include_bytes!("xmlrpc_c.c")).map_err(|error| error.to_string())?;
    drop(input);
    let compiled = compiler.wait().map_err(|error| error.to_string())?;
    if !compiled.success() {
        return Err("xmlrpc-c: the program does not compile".to_owned());
    }
    let started = Program::start(Command::new(&program).arg(url));
    // It goes on without its name.
    let _ = std::fs::remove_file(&program);
    started
}

fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(command: &mut Command) -> Result<Box<dyn Calls>, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".to_owned());
        };
        Ok(Box::new(Self { child, input, output: BufReader::new(output) }))
    }
}

impl Calls for Program {
    fn calls(&mut self, number: u32) -> Result<Duration, String> {
        writeln!(self.input, "{number}").map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        line.trim().parse().map(Duration::from_nanos).map_err(|_| "it failed".to_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
