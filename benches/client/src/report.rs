//! The figures, as tables in Markdown.

use crate::clients::Group;
use crate::rounds::{Download, Row};

pub(crate) fn calls(group: &Group, rows: &[Row]) {
    println!("\n{}\n\n| client | calls a second | min–max | of the first |\n|---|---|---|---|", group.title);
    let limit = rows.first().and_then(|row| row.samples.as_ref().ok()).map(|samples| median(samples));
    for row in rows {
        match &row.samples {
            Ok(samples) => {
                let share = limit.map_or(f64::NAN, |limit| median(samples) / limit);
                println!(
                    "| `{}` | {} | {} | {:.0} % |",
                    row.name,
                    whole(median(samples)),
                    range(samples),
                    share * 100.0
                );
            }
            Err(error) => println!("| `{}` | {error} | | |", row.name),
        }
    }
}

pub(crate) fn downloads(downloads: &[Download]) {
    println!("\nA download\n\n| way | MB/s | min–max | of the transport | resident, at most |\n|---|---|---|---|---|");
    let transport = downloads.iter().find(|download| download.way == "transport").map(|found| median(&found.speeds));
    for Download { way, speeds, peak } in downloads {
        let share = transport.map_or(f64::NAN, |transport| median(speeds) / transport) * 100.0;
        println!("| `{way}` | {} | {} | {share:.0} % | {peak} KiB |", whole(median(speeds)), range(speeds));
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn range(samples: &[f64]) -> String {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(0.0, f64::max);
    format!("{}–{}", whole(least), whole(most))
}

/// With its thousands set apart.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
