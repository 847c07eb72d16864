//! The rounds: every case has its turn in each, so that whatever the machine does meanwhile meets all of them.

use std::time::Duration;

use crate::case::{Case, Task};
use crate::documents::Document;
use crate::heap::Usage;
use crate::options::Options;

/// What was found out about one case.
pub(crate) struct Row {
    pub(crate) codec: &'static str,
    pub(crate) task: Task,
    /// Why it could not be measured, or the figures.
    pub(crate) result: Result<Figures, String>,
}

pub(crate) struct Figures {
    /// Nanoseconds of one run.
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
    pub(crate) usage: Option<Usage>,
    /// What it read otherwise than it is written.
    pub(crate) remark: Option<String>,
}

struct Turn<'a> {
    case: &'a mut Case,
    runs: u64,
    remark: Option<String>,
    usage: Option<Usage>,
    samples: Vec<f64>,
    error: Option<String>,
}

pub(crate) fn rounds(document: &Document, cases: &mut [Case], options: &Options) -> Vec<Row> {
    let budget = Duration::from_millis(options.milliseconds);
    let mut turns: Vec<Turn<'_>> = cases.iter_mut().map(|case| prepare(document, case, budget)).collect();
    for round in 0..options.rounds {
        // Each round starts one case further on, so that nobody always follows the same neighbour.
        let shift = if turns.is_empty() { 0 } else { round % turns.len() };
        let (first, second) = turns.split_at_mut(shift);
        for turn in second.iter_mut().chain(first) {
            take(turn);
        }
    }
    turns.into_iter().map(finish).collect()
}

/// Runs one case as often as told; for a profiler.
pub(crate) fn count(document: &Document, cases: &mut [Case], count: u64) -> Result<(), String> {
    match cases {
        [case] => {
            case.operation.check(&document.tally)?;
            case.operation.time(count)?;
            Ok(())
        }
        _ => Err(format!("--count takes one case, here are {}: use --doc, --only and --task", cases.len())),
    }
}

fn prepare<'a>(document: &Document, case: &'a mut Case, budget: Duration) -> Turn<'a> {
    let mut turn = Turn { case, runs: 1, remark: None, usage: None, samples: Vec::new(), error: None };
    match turn.case.operation.check(&document.tally).and_then(|remark| {
        turn.remark = remark;
        turn.usage = turn.case.operation.weigh();
        calibrate(turn.case, budget)
    }) {
        Ok(runs) => turn.runs = runs,
        Err(error) => turn.error = Some(error),
    }
    turn
}

/// How many runs fill the budget.
fn calibrate(case: &mut Case, budget: Duration) -> Result<u64, String> {
    let mut runs = 1;
    loop {
        let time = case.operation.time(runs)?;
        if time >= budget {
            return Ok(runs);
        }
        let share = budget.as_secs_f64() / time.as_secs_f64().max(1e-9);
        if time * 10 >= budget {
            return Ok((runs as f64 * share).ceil() as u64);
        }
        runs *= 10;
    }
}

fn take(turn: &mut Turn<'_>) {
    if turn.error.is_some() {
        return;
    }
    // One run that does not count, so that caches and heap are as this codec leaves them, not as its neighbour did: what
    // the allocator gave back to the system in between would cost more than encoding megabytes.
    match turn.case.operation.time(1).and_then(|_| turn.case.operation.time(turn.runs)) {
        Ok(time) => turn.samples.push(time.as_secs_f64() * 1e9 / turn.runs as f64),
        Err(error) => turn.error = Some(error),
    }
}

fn finish(mut turn: Turn<'_>) -> Row {
    let samples = &mut turn.samples;
    samples.sort_by(f64::total_cmp);
    let result = match (turn.error, samples.first(), samples.get(samples.len() / 2), samples.last()) {
        (None, Some(&least), Some(&median), Some(&most)) => {
            Ok(Figures { median, least, most, usage: turn.usage, remark: turn.remark })
        }
        (error, ..) => Err(error.unwrap_or_else(|| "no samples".to_owned())),
    };
    Row { codec: turn.case.codec, task: turn.case.task, result }
}
