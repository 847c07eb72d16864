//! The rounds: everybody has a turn in each, so that whatever the machine does meanwhile meets all of them.

use std::path::Path;
use std::process::Command;

use crate::clients::{Calls, Client, Group};
use crate::options::Options;

/// What came of one client's turns, or why there are none.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) samples: Result<Vec<f64>, String>,
}

struct Turn<'g> {
    client: &'g Client,
    calls: Box<dyn Calls>,
    number: u32,
    samples: Vec<f64>,
}

/// Calls a second, in each round.
pub(crate) fn run(group: &'static Group, url: &str, options: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut turns = Vec::new();
    for client in group.clients {
        match ready(client, url, options) {
            Ok(turn) => turns.push(turn),
            Err(error) => rows.push(Row { name: client.name, samples: Err(error) }),
        }
    }
    for round in 0..options.rounds {
        // Each round starts one further on, so that nobody always follows the same neighbour.
        let shift = if turns.is_empty() { 0 } else { round % turns.len() };
        let (first, second) = turns.split_at_mut(shift);
        for turn in second.iter_mut().chain(first) {
            if let Ok(took) = turn.calls.calls(turn.number) {
                turn.samples.push(f64::from(turn.number) / took.as_secs_f64());
            }
        }
    }
    let measured = turns.into_iter().map(|turn| Row { name: turn.client.name, samples: Ok(turn.samples) });
    measured.chain(rows).collect()
}

/// Started, warm, and with a number of calls that fills a turn.
fn ready<'g>(client: &'g Client, url: &str, options: &Options) -> Result<Turn<'g>, String> {
    let mut calls = (client.start)(url)?;
    calls.calls(200)?;
    let probe = calls.calls(1000)?;
    let number = (options.turn.as_secs_f64() / probe.as_secs_f64() * 1000.0).max(1.0);
    Ok(Turn { client, calls, number: number as u32, samples: Vec::new() })
}

/// One way of downloading.
pub(crate) struct Download {
    pub(crate) way: &'static str,
    /// Megabytes of base64 a second, in each round.
    pub(crate) speeds: Vec<f64>,
    /// The most memory that any of the processes had, in KiB.
    pub(crate) peak: u64,
}

/// Each download in a process of its own, whose memory it is.
pub(crate) fn downloads(address: &str, options: &Options) -> Result<Vec<Download>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("download");
    let mut downloads: Vec<Download> = ["socket", "transport", "base64"]
        .into_iter()
        .map(|way| Download { way, speeds: Vec::new(), peak: 0 })
        .collect();
    for round in 0..options.rounds {
        let shift = round % downloads.len();
        let (first, second) = downloads.split_at_mut(shift);
        for download in second.iter_mut().chain(first) {
            let (speed, peak) = run_download(&program, download.way, address, options.megabytes)?;
            download.speeds.push(speed);
            download.peak = download.peak.max(peak);
        }
    }
    Ok(downloads)
}

/// What `src/bin/download.rs` prints.
fn run_download(program: &Path, way: &str, address: &str, megabytes: u64) -> Result<(f64, u64), String> {
    let output = Command::new(program)
        .args([way, address, &megabytes.to_string()])
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [speed, peak] if output.status.success() => Ok((speed, peak as u64)),
        _ => Err(format!("download {way}: {text}{}", String::from_utf8_lossy(&output.stderr))),
    }
}
