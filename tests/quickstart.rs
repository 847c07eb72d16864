//! The quickstart as a user runs it: what it prints, line by line.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const TOUR: &str = include_str!("data/quickstart.txt");

/// The example where `cargo test` has built it; `None` where only this test was built, or the crate has
/// changed since.
fn built() -> Option<PathBuf> {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent()?.parent()?;
    let example = profile.join("examples").join(format!("quickstart{}", std::env::consts::EXE_SUFFIX));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = newest(&root.join("src")).max(modified(&root.join("examples/quickstart.rs")));
    (modified(&example)? > sources?).then_some(example)
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// When the file, or the last one in the directory, was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.filter_map(|entry| newest(&entry.ok()?.path())).max(),
        Err(_) => modified(path),
    }
}

#[test]
fn the_tour_is_as_it_was() {
    let mut command = match built() {
        Some(example) => Command::new(example),
        None => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["run", "--quiet", "--example", "quickstart"]).current_dir(env!("CARGO_MANIFEST_DIR"));
            cargo
        }
    };
    let output = command.output().unwrap();
    let (printed, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{printed}\n{errors}", output.status);
    assert_eq!(errors, "");

    let mut printed = printed.lines();
    let first = printed.next().unwrap();
    // The port is another one each time.
    let (before, after) = ("A server listens at http://127.0.0.1:", "/RPC2, and a client takes a tour.");
    let port = first.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    assert!(port.is_some_and(|port| port.parse::<u16>().is_ok()), "{first}");
    let mut expected = TOUR.lines();
    for (number, line) in printed.by_ref().enumerate() {
        assert_eq!(Some(line), expected.next(), "line {}", number + 2);
    }
    assert_eq!(expected.next(), None);
}
