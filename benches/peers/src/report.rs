//! The tables, in Markdown.

use crate::callgrind::Instructions;
use crate::case::{Case, Task};
use crate::competitors::OURS;
use crate::documents::Document;
use crate::measure::{Figures, Row};

pub(crate) fn list(document: &Document, cases: &[Case]) {
    for case in cases {
        println!("--doc {} --only {} --task {}", document.name, case.codec, case.task.name());
    }
}

pub(crate) fn table(document: &Document, rows: &[Row]) {
    title(document);
    if ["base64", "wrapped"].contains(&document.name) {
        println!(
            "Each turn begins with one run that is not timed: memory fresh from the system would count for more.\n"
        );
    }
    let (unit, _) = document.unit;
    let mut lines = vec![vec![
        "task".to_owned(),
        "codec".to_owned(),
        "MB/s".to_owned(),
        format!("time/{unit}"),
        "min–max".to_owned(),
        "allocations".to_owned(),
        "bytes".to_owned(),
        "peak".to_owned(),
        "remark".to_owned(),
    ]];
    for row in sorted(rows) {
        let mut line = vec![row.task.name().to_owned(), row.codec.to_owned()];
        match &row.result {
            Ok(figures) => line.extend(columns(document, figures)),
            Err(error) => {
                line.extend(vec![String::new(); 6]);
                line.push(format!("fails: {error}"));
            }
        }
        lines.push(line);
    }
    print(&lines);
}

fn columns(document: &Document, figures: &Figures) -> Vec<String> {
    let per_unit = |nanoseconds: f64| nanoseconds / document.unit.1 as f64;
    let mut line = vec![
        rate(document, figures),
        time(per_unit(figures.median)),
        format!("{}–{}", time(per_unit(figures.least)), time(per_unit(figures.most))),
    ];
    match figures.usage {
        Some(usage) => line.extend([grouped(usage.allocations), size(usage.bytes), size(usage.peak)]),
        None => line.extend(vec![String::new(); 3]),
    }
    line.push(figures.remark.clone().unwrap_or_default());
    line
}

pub(crate) fn instructions(document: &Document, results: &[Instructions]) {
    title(document);
    let (unit, units) = document.unit;
    let mut lines = vec![vec![
        "task".to_owned(),
        "codec".to_owned(),
        "instructions".to_owned(),
        format!("per {unit}"),
        "per byte".to_owned(),
        "remark".to_owned(),
    ]];
    for result in results {
        let mut line = vec![result.task.name().to_owned(), result.codec.to_owned()];
        match &result.result {
            Ok(total) => {
                let share = |parts: u64| format!("{:.1}", *total as f64 / parts as f64);
                line.extend([grouped(*total), share(units), share(document.xml.len() as u64), String::new()]);
            }
            Err(error) => {
                line.extend(vec![String::new(); 3]);
                line.push(format!("fails: {error}"));
            }
        }
        lines.push(line);
    }
    print(&lines);
}

/// How far ours is ahead, document by document.
#[derive(Default)]
pub(crate) struct Summary(Vec<Vec<String>>);

impl Summary {
    pub(crate) fn add(&mut self, document: &Document, rows: &[Row]) {
        for task in Task::ALL {
            if task == Task::DecodeBare {
                continue;
            }
            let of = |codec: &str, task: Task| fastest(rows, task, |name| name == codec);
            let ours = of(OURS, task);
            let peer = fastest(rows, task, |name| name != OURS);
            let faithful = fastest_of(rows, task, |row, figures| row.codec != OURS && figures.remark.is_none());
            let bare = of("quick-xml", Task::DecodeBare).filter(|_| task == Task::DecodeTyped);
            if ours.is_none() && peer.is_none() {
                continue;
            }
            let ratio = |other: Option<(&str, &Figures)>, of: fn(&Figures) -> f64| match (ours, other) {
                (Some((_, ours)), Some((_, other))) => format!("{:.2}", of(other) / of(ours)),
                _ => String::new(),
            };
            self.0.push(vec![
                document.name.to_owned(),
                task.name().to_owned(),
                ours.map(|(_, figures)| rate(document, figures)).unwrap_or_default(),
                peer.map(|(name, _)| name.to_owned()).unwrap_or_default(),
                peer.map(|(_, figures)| rate(document, figures)).unwrap_or_default(),
                ratio(peer, |figures| figures.median),
                ratio(peer, |figures| figures.least),
                ratio(faithful, |figures| figures.median),
                ratio(bare, |figures| figures.median),
            ]);
        }
    }

    pub(crate) fn print(mut self) {
        if self.0.is_empty() {
            return;
        }
        println!("## {OURS} beside the fastest peer\n");
        let head = [
            "document",
            "task",
            "MB/s",
            "fastest peer",
            "its MB/s",
            "ratio",
            "of minima",
            "to the fastest without a remark",
            "to quick-xml bare",
        ];
        self.0.insert(0, head.map(str::to_owned).to_vec());
        print(&self.0);
    }
}

fn fastest(rows: &[Row], task: Task, wanted: impl Fn(&str) -> bool) -> Option<(&'static str, &Figures)> {
    fastest_of(rows, task, |row, _| wanted(row.codec))
}

fn fastest_of(rows: &[Row], task: Task, wanted: impl Fn(&Row, &Figures) -> bool) -> Option<(&'static str, &Figures)> {
    rows.iter()
        .filter(|row| row.task == task)
        .filter_map(|row| row.result.as_ref().ok().map(|figures| (row, figures)))
        .filter(|(row, figures)| wanted(row, figures))
        .map(|(row, figures)| (row.codec, figures))
        .min_by(|(_, a), (_, b)| a.median.total_cmp(&b.median))
}

/// By task, the fastest first, failures last.
fn sorted(rows: &[Row]) -> Vec<&Row> {
    let mut rows: Vec<&Row> = rows.iter().collect();
    let median = |row: &Row| row.result.as_ref().map_or(f64::INFINITY, |figures| figures.median);
    let place = |row: &Row| Task::ALL.iter().position(|task| *task == row.task);
    rows.sort_by(|a, b| place(a).cmp(&place(b)).then(median(a).total_cmp(&median(b))));
    rows
}

fn title(document: &Document) {
    let bytes = grouped(document.xml.len() as u64);
    let (unit, units) = document.unit;
    match units {
        1 => println!("## {}: {bytes} bytes\n", document.name),
        _ => println!("## {}: {bytes} bytes, {} {unit}s\n", document.name, grouped(units)),
    }
}

/// Document bytes a second, whichever way and whatever a codec itself writes.
fn rate(document: &Document, figures: &Figures) -> String {
    let rate = document.xml.len() as f64 * 1e3 / figures.median;
    if rate < 100.0 { format!("{rate:.1}") } else { grouped(rate.round() as u64) }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..100.0 => format!("{nanoseconds:.1} ns"),
        ..10e3 => format!("{nanoseconds:.0} ns"),
        ..10e6 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{:.1} ms", nanoseconds / 1e6),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Prints a table whose first line is its head.
fn print(lines: &[Vec<String>]) {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for (index, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        println!("| {} |", cells.join(" | "));
        if index == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat((*width).max(3))).collect();
            println!("| {} |", rules.join(" | "));
        }
    }
    println!();
}
