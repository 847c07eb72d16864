//! What the README shows of the programs.

use std::process::Command;

use crate::example::example;
use crate::peer::installed;

const README: &str = include_str!("../../README.md");

/// Numbers are other ones each time.
fn without_numbers(line: &str) -> String {
    let mut shown = String::new();
    for character in line.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
        if character != '#' || !shown.ends_with('#') {
            shown.push(character);
        }
    }
    shown
}

/// What a program prints; what it complains of may be the balancer's.
fn printed(name: &str) -> String {
    let output = example(name).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Each line that is shown is printed, in this order; `…` stands for others.
#[test]
fn outputs_are_what_is_printed() {
    let mut names = Vec::new();
    for session in README.split("```text\n").skip(1).filter_map(|text| text.split("```").next()) {
        let mut lines = session.lines();
        let program = lines.next().and_then(|line| line.strip_prefix("$ cargo run --example "));
        let Some(name) = program.and_then(|rest| rest.split(' ').next()) else { continue };
        names.push(name);
        if name == "fleet" && !installed(Command::new("haproxy").arg("-v"), "the fleet of the README") {
            continue;
        }
        let output = printed(name);
        let mut printed = output.lines();
        for line in lines.take_while(|line| !line.starts_with("$ ")).filter(|&line| line != "…") {
            let is_shown = |found: &str| without_numbers(found) == without_numbers(line);
            assert!(printed.any(is_shown), "{line}\nis not in\n{output}");
        }
    }
    assert_eq!(names, ["quickstart", "strings", "fleet", "remote_files"]);
}

#[test]
fn all_programs_are_listed() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "rs") {
            assert!(README.contains(&format!("| [`{name}`](examples/{name}")), "{name}");
        }
    }
}
