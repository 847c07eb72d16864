//! JSON-RPC beside XML-RPC: `echo` of each document's value, bytes to bytes, by the same methods.
//!
//! `cargo bench --features json --bench json [-- DOCUMENTS...]`. The two take turns, so that what else the machine does is
//! shared; the ratio is that of the pairs, by its median. With `--instructions` valgrind counts instructions instead.

mod documents;
#[path = "ours/mod.rs"]
mod ours;

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use documents::Document;
use tiny_xmlrpc::{Dialect, Methods, Value, call_to_vec};

const ROUNDS: usize = 15;
const TURN: Duration = Duration::from_millis(20);

/// The documents whose values are not those of another one.
const NAMES: [&str; 8] = ["call", "reply", "ints", "doubles", "records", "base64", "text", "deep"];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| args.iter().any(|arg| arg == option);
    if let Some([name, protocol]) = args.iter().position(|arg| arg == "--count").and_then(|at| args.get(at + 1..at + 3))
    {
        // This is the process that valgrind watches.
        let Some(mut case) = Case::new(name) else { return ExitCode::FAILURE };
        measured(if protocol == "json" { &mut case.json } else { &mut case.xml }, 2);
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let names = NAMES.iter().filter(|name| wanted.is_empty() || wanted.iter().any(|wanted| wanted == *name));
    let unit = if has("--instructions") { "instructions" } else { "µs" };
    println!("| document | bytes of XML | bytes of JSON | {unit} for XML | {unit} for JSON | JSON to XML |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for name in names {
        let Some(mut case) = Case::new(name) else { return ExitCode::FAILURE };
        let row = if has("--instructions") {
            instructions(name, "xml").and_then(|xml| instructions(name, "json").map(|json| (xml, json, json / xml)))
        } else {
            // Without Cargo's `--bench` this is a test run, where one turn shows that all of it works.
            Ok(times(&mut case, if has("--bench") { ROUNDS } else { 1 }))
        };
        match row {
            Ok((xml, json, ratio)) => {
                println!("| {name} | {} | {} | {xml:.1} | {json:.1} | {ratio:.2} |", case.bytes.0, case.bytes.1);
            }
            Err(error) => {
                println!("| {name} | {error} |");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

struct Case {
    xml: Box<dyn FnMut()>,
    json: Box<dyn FnMut()>,
    /// Of the requests.
    bytes: (usize, usize),
}

impl Case {
    #[expect(clippy::expect_used, reason = "a case that does not work measures nothing")]
    fn new(name: &str) -> Option<Self> {
        let value = ours::value(&Document::new(name)?.node);
        let xml = call_to_vec("echo", &(&value,), Dialect::strict()).expect("a call");
        let json = json_call(&value);
        let methods = || {
            let mut methods = Methods::new();
            methods.add("echo", |value: Value| value);
            methods
        };
        let (mut by_xml, mut by_json) = (methods(), methods());
        assert!(by_xml.respond(&xml).len().abs_diff(xml.len()) < 200, "{name} is not echoed");
        assert!(by_json.respond_json(&json).len().abs_diff(json.len()) < 200, "{name} is not echoed");
        let bytes = (xml.len(), json.len());
        Some(Self {
            xml: Box::new(move || drop(black_box(by_xml.respond(black_box(&xml))))),
            json: Box::new(move || drop(black_box(by_json.respond_json(black_box(&json))))),
            bytes,
        })
    }
}

/// The same call as JSON-RPC, out of the mouth of a server.
#[expect(clippy::expect_used, reason = "a case that does not work measures nothing")]
fn json_call(value: &Value) -> Vec<u8> {
    let mut methods = Methods::new();
    methods.add("value", || value.clone());
    let answer = methods.respond_json(br#"{"jsonrpc":"2.0","method":"value","id":1}"#);
    let value = answer.strip_prefix(br#"{"jsonrpc":"2.0","id":1,"result":"#).and_then(|rest| rest.strip_suffix(b"}"));
    let head = br#"{"jsonrpc":"2.0","method":"echo","params":["#;
    [head.as_slice(), value.expect("a result"), br#"],"id":1}"#].concat()
}

/// Named, so that valgrind can be told to count in here alone.
#[inline(never)]
fn measured(run: &mut dyn FnMut(), runs: u32) {
    for _ in 0..runs {
        run();
    }
}

/// The medians of both, in µs, and that of their ratio.
fn times(case: &mut Case, rounds: usize) -> (f64, f64, f64) {
    let start = Instant::now();
    measured(&mut case.xml, 1);
    let once = start.elapsed().max(Duration::from_nanos(100));
    let runs = ((TURN.as_secs_f64() / once.as_secs_f64()).ceil() as u32).max(1);
    let turn = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        measured(run, runs);
        start.elapsed().as_secs_f64() * 1e6 / f64::from(runs)
    };
    let pairs: Vec<(f64, f64)> = (0..rounds).map(|_| (turn(&mut case.xml), turn(&mut case.json))).collect();
    let median = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<f64> = pairs.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    };
    (median(&|pair| pair.0), median(&|pair| pair.1), median(&|pair| pair.1 / pair.0))
}

fn instructions(name: &str, protocol: &str) -> Result<f64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*json::measured*"])
        .arg(program)
        .args(["--count", name, protocol])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")).map(|(_, figure)| figure.trim());
    let total: f64 = collected.and_then(|figure| figure.parse().ok()).ok_or("valgrind said nothing")?;
    Ok(total / 2.0)
}
