//! The fleet, behind each of the programs that may stand before it.

use std::path::Path;
use std::process::Command;

use crate::example::example;
use crate::peer::{Peer, installed};
use crate::python;

/// Runs it, and checks what it tells; what it leaves, too.
fn loses_nothing(balancer: &str) {
    if !installed(Command::new(balancer).arg("-v"), "a fleet behind it") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let output = example("fleet").arg(balancer).env("TMPDIR", directory.path()).output().unwrap();
    let (told, complaints) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}{complaints}");

    let mut lines = told.lines();
    let begin = format!("4 servers behind {balancer} at http://127.0.0.1:");
    assert!(lines.next().unwrap().starts_with(&begin), "{told}");
    let (mut answered, mut killed) = (0, 0);
    for line in lines.by_ref().take(4) {
        let (calls, fate) = line.split_once(" calls").unwrap();
        let [_, process, _, calls] = calls.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        answered += calls.parse::<u32>().unwrap();
        killed += u32::from(fate == ", and was killed");
        assert_ne!(calls, "0", "{told}");
        if Path::new("/proc/self").exists() {
            assert!(!Path::new("/proc").join(process).exists(), "{process} is alive\n{told}");
        }
    }
    assert_eq!(killed, 1, "{told}");
    let requests = lines.next().unwrap().strip_prefix("1000 calls took ").unwrap().strip_suffix(" requests").unwrap();
    assert!(requests.parse::<u32>().unwrap() >= 1000, "{told}");
    // How many were under way cannot be known; each that is lost is one of those that must not be sent again.
    let notes = answered - 800;
    assert_eq!(lines.next().unwrap(), format!("note: {notes} of 200 calls answered"), "{told}");
    assert_eq!(lines.next().unwrap(), "square: 800 of 800 calls answered", "{told}");
    let lost: Vec<&str> = lines.collect();
    assert!(lost.iter().all(|line| line.starts_with("not answered, and perhaps executed: note(")), "{told}");
    assert_eq!(lost.len() as u32, 200 - notes, "{told}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn nobody_to_stand_behind() {
    let without = |arguments: &[&str]| {
        // Where it has to be built first, that takes programs.
        let mut fleet = example("fleet");
        let is_built = !fleet.get_program().to_string_lossy().contains("cargo");
        is_built.then(|| fleet.args(arguments).env("PATH", "/nonexistent").output().unwrap())
    };
    for (arguments, told) in [(&[][..], "expected HAProxy or nginx"), (&["nginx"], "starting nginx: ")] {
        let Some(output) = without(arguments) else { return };
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().starts_with(told), "{arguments:?}");
    }
}

#[test]
fn behind_haproxy() {
    loses_nothing("haproxy");
}

#[test]
fn behind_nginx() {
    loses_nothing("nginx");
}

#[test]
fn a_server_alone_answers_python_and_ends_with_its_input() {
    let mut node = Peer::start(example("fleet").arg("node"));
    let url = format!("http://{}", node.line());
    let Some(client) = python("fleet.py", &[&url]) else { return };
    assert_eq!(client.finish(), ["49", "7", "well"]);
    assert!(node.finish().is_empty());
}
