//! Instructions of one run, counted by valgrind in a process of its own.
//!
//! Unlike times they are the same in every run, so small steps can be told from noise.

use std::process::Command;

use crate::case::{Case, Task};
use crate::competitors::REMOTE;
use crate::documents::Document;

/// The instructions of one run of each case, or why they are not known.
pub(crate) struct Instructions {
    pub(crate) codec: &'static str,
    pub(crate) task: Task,
    pub(crate) result: Result<u64, String>,
}

pub(crate) fn instructions(document: &Document, cases: &[Case]) -> Vec<Instructions> {
    cases.iter().map(|case| Instructions { codec: case.codec, task: case.task, result: one(document, case) }).collect()
}

fn one(document: &Document, case: &Case) -> Result<u64, String> {
    // Few runs of a large document are enough: nothing varies.
    let runs: u64 = if document.xml.len() < 1 << 16 { 100 } else { 1 };
    if REMOTE.contains(&case.codec) {
        return Err("runs in a process of its own".to_owned());
    }
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*case::measured*"])
        .arg(program)
        .args(["--doc", document.name, "--only", case.codec, "--task", case.task.name(), "--count", &runs.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let reason = text.lines().rfind(|line| !line.starts_with("==")).unwrap_or("valgrind failed");
        return Err(reason.to_owned());
    }
    let collected = text.lines().find_map(|line| line.split_once("Collected :")).map(|(_, figure)| figure.trim());
    match collected.and_then(|figure| figure.parse::<u64>().ok()) {
        Some(total) => Ok(total / runs),
        None => Err("valgrind said nothing".to_owned()),
    }
}
