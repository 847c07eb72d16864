//! The speed of the codec alone: every document, to `Value` and to serde types, over a slice and through the window.
//!
//! `cargo bench --bench codec [-- DOCUMENTS...]`. The cases of a document take turns, and the table shows the median
//! turn of each in MB/s of the document, with the slowest and the fastest beside it.

mod documents;
#[path = "ours/mod.rs"]
mod ours;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tiny_xmlrpc::Value;

use documents::{Document, Params, Tallied, Tally, Visit, VisitBorrowed};
use ours::{slice, stream};

const ROUNDS: usize = 15;
const TURN: Duration = Duration::from_millis(5);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // Cargo passes `--bench` to a bench; without it this is a test run, where one turn shows that all of it works.
    let rounds = if args.iter().any(|arg| arg == "--bench") { ROUNDS } else { 1 };
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    println!("| document | task | MB/s | slowest–fastest | of the slice |");
    println!("| --- | --- | --- | --- | --- |");
    let mut whole = true;
    for name in documents::NAMES {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| *wanted == name) {
            continue;
        }
        let Some(document) = Document::new(name) else { continue };
        // Borrowed results live as long as the document; the process ends soon enough.
        let document: &'static Document = Box::leak(Box::new(document));
        whole &= measure(document, &cases(document), rounds);
    }
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One thing done to the document.
struct Case {
    task: &'static str,
    /// The time of so many runs.
    time: Box<dyn Fn(u32) -> Result<Duration, String>>,
    /// Compares what it reads with what is there.
    check: Box<dyn Fn() -> Result<(), String>>,
}

impl Case {
    fn new<Out>(
        task: &'static str,
        document: &'static Document,
        run: impl Fn() -> Result<Out, String> + Clone + 'static,
        tally: impl Fn(&Out) -> Tally + 'static,
    ) -> Self {
        let once = run.clone();
        Self {
            task,
            time: Box::new(move |runs| {
                let start = Instant::now();
                for _ in 0..runs {
                    drop(black_box(run()?));
                }
                Ok(start.elapsed())
            }),
            check: Box::new(move || match tally(&once()?).compare(&document.tally)? {
                Some(remark) => Err(remark),
                None => Ok(()),
            }),
        }
    }
}

fn cases(document: &'static Document) -> Vec<Case> {
    let (message, xml) = (document.message, document.xml.as_str());
    let tally = move |value: &Value| ours::tally(message, value);
    let events = |values: &u64| Tally { values: *values, ..document.tally };
    let mut cases = vec![
        Case::new("decode-events", document, move || ours::pull_events(slice(xml)), events),
        Case::new("read-events", document, move || ours::pull_events(stream(xml.as_bytes())), events),
        Case::new("decode-value", document, move || ours::decode_value(message, slice(xml)), tally),
        Case::new("read-value", document, move || ours::decode_value(message, stream(xml.as_bytes())), tally),
    ];
    document.data.visit(ours::date, &mut Decode { document, cases: &mut cases });
    document.data.visit_borrowed(ours::date, &mut Decode { document, cases: &mut cases });
    let value: &'static Value = Box::leak(Box::new(ours::value(&document.node)));
    cases.push(Case::new(
        "encode-value",
        document,
        move || ours::encode_value(message, value),
        |out| written(document, out),
    ));
    document.data.visit(ours::date, &mut Encode { document, cases: &mut cases });
    cases
}

struct Decode<'a> {
    document: &'static Document,
    cases: &'a mut Vec<Case>,
}

impl Visit for Decode<'_> {
    fn visit<T>(&mut self, _: T)
    where
        T: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let xml = self.document.xml.as_str();
        let decode = move || ours::decode_typed::<T>(slice(xml));
        self.cases.push(Case::new("decode-typed", self.document, decode, Tally::of));
        let read = move || ours::decode_typed::<T>(stream(xml.as_bytes()));
        self.cases.push(Case::new("read-typed", self.document, read, Tally::of));
    }

    fn visit_params<S>(&mut self, _: Params<S>)
    where
        S: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let xml = self.document.xml.as_str();
        let decode = move || ours::decode_params::<S>(slice(xml));
        self.cases.push(Case::new("decode-typed", self.document, decode, Tally::of));
        let read = move || ours::decode_params::<S>(stream(xml.as_bytes()));
        self.cases.push(Case::new("read-typed", self.document, read, Tally::of));
    }
}

impl VisitBorrowed for Decode<'_> {
    fn visit<T>(&mut self, _: T)
    where
        T: Serialize + Deserialize<'static> + Tallied + 'static,
    {
        let document = self.document;
        let decode = move || ours::decode_typed::<T>(slice(&document.xml));
        self.cases.push(Case::new("decode-borrowed", self.document, decode, Tally::of));
    }

    fn visit_params<S>(&mut self, _: Params<S>)
    where
        S: Serialize + Deserialize<'static> + Tallied + 'static,
    {
        let document = self.document;
        let decode = move || ours::decode_params::<S>(slice(&document.xml));
        self.cases.push(Case::new("decode-borrowed", self.document, decode, Tally::of));
    }
}

struct Encode<'a> {
    document: &'static Document,
    cases: &'a mut Vec<Case>,
}

impl Visit for Encode<'_> {
    fn visit<T>(&mut self, value: T)
    where
        T: Serialize + DeserializeOwned + Tallied + 'static,
    {
        let document = self.document;
        let value: &'static T = Box::leak(Box::new(value));
        let encode = move || ours::encode_typed(document.message, value);
        self.cases.push(Case::new("encode-typed", document, encode, |out| written(document, out)));
    }
}

/// The tally of the document, with its values counted in what was written.
fn written(document: &Document, out: &[u8]) -> Tally {
    let values = out.windows(7).filter(|window| window == b"<value>").count();
    Tally { values: values as u64, ..document.tally }
}

/// Times the cases and prints what they took; whether all of them ran.
fn measure(document: &Document, cases: &[Case], rounds: usize) -> bool {
    let runs: Vec<Result<u32, String>> = cases.iter().map(calibrate).collect();
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for ((case, runs), samples) in cases.iter().zip(&runs).zip(&mut samples) {
            let Ok(runs) = runs else { continue };
            // One run that does not count, so that caches and heap are as this case leaves them.
            if let Ok(time) = (case.time)(1).and_then(|_| (case.time)(*runs)) {
                samples.push(document.xml.len() as f64 * f64::from(*runs) / time.as_secs_f64() / 1e6);
            }
        }
    }
    let medians: Vec<Option<f64>> = samples
        .iter_mut()
        .map(|samples| {
            samples.sort_by(f64::total_cmp);
            samples.get(samples.len() / 2).copied()
        })
        .collect();
    for ((case, runs), (samples, median)) in cases.iter().zip(&runs).zip(samples.iter().zip(&medians)) {
        let (name, task) = (document.name, case.task);
        match (runs, samples.first(), median, samples.last()) {
            (Ok(_), Some(least), Some(median), Some(most)) => {
                let slice = case.task.strip_prefix("read-").and_then(|kind| {
                    let index = cases.iter().position(|case| case.task.strip_prefix("decode-") == Some(kind))?;
                    medians.get(index).copied().flatten()
                });
                let share = slice.map(|slice| format!("{:.0} %", median / slice * 100.0)).unwrap_or_default();
                println!("| {name} | {task} | {median:.0} | {least:.0}–{most:.0} | {share} |");
            }
            (Err(error), ..) => println!("| {name} | {task} | | fails: {error} | |"),
            (Ok(_), ..) => println!("| {name} | {task} | | fails in the middle | |"),
        }
    }
    medians.iter().all(Option::is_some)
}

/// How many runs fill a turn.
fn calibrate(case: &Case) -> Result<u32, String> {
    (case.check)()?;
    let mut runs = 1;
    loop {
        let time = (case.time)(runs)?;
        if time * 10 >= TURN {
            return Ok((f64::from(runs) * TURN.as_secs_f64() / time.as_secs_f64()).ceil() as u32);
        }
        runs *= 10;
    }
}
