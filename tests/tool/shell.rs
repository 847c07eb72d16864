//! Help, completions and the manual page, in the programs that they are for.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Command;

use crate::peer::{Peer, installed};
use crate::run::{run, tool};

#[test]
fn help_goes_to_standard_output() {
    let all = run(["--help"]).ok();
    assert!(all.lines().count() < 24, "{all}");
    assert_eq!(run(["help"]).ok(), all);
    for line in all.lines().filter(|line| line.starts_with("  ") && !line.starts_with("  tiny-xmlrpc")) {
        let command = line.split_whitespace().next().unwrap();
        let help = run([command, "--help"]).ok();
        assert!(help.starts_with(&format!("tiny-xmlrpc {command}: ")), "{help}");
        assert!(help.contains(&format!("\n  tiny-xmlrpc {command} ")) || command == "serve", "{help}");
        assert_eq!(run(["help", command]).ok(), help);
    }
    assert_eq!(run(["--version"]).ok(), format!("tiny-xmlrpc {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(run(["call", "-V"]).ok(), format!("tiny-xmlrpc {}\n", env!("CARGO_PKG_VERSION")));
}

/// Whether a program is there.
fn there_is(program: &str) -> bool {
    installed(Command::new(program).arg("--version"), "what the tool prints for it")
}

/// What bash would offer for the last word.
fn completed(line: &[&str]) -> String {
    let script = format!(
        "{}\nCOMP_WORDS=({}); COMP_CWORD={}; _tiny_xmlrpc; echo \"${{COMPREPLY[*]}}\"",
        run(["completions", "bash"]).ok(),
        line.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        line.len() - 1
    );
    let output = Command::new("bash").args(["--norc", "-c", &script]).current_dir("/").output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn bash_completes() {
    if !there_is("bash") {
        return;
    }
    assert_eq!(completed(&["tiny-xmlrpc", "de"]), "describe decode");
    assert_eq!(completed(&["tiny-xmlrpc", "call", "--ty"]), "--typed");
    assert_eq!(completed(&["tiny-xmlrpc", "call", "http://h", "--dialect", "p"]), "python");
    assert_eq!(completed(&["tiny-xmlrpc", "completions", ""]), "bash zsh fish");
    assert_eq!(completed(&["tiny-xmlrpc", "decode", "/et"]), "/etc");
    assert_eq!(completed(&["tiny-xmlrpc", "call", "-t", ""]), "");
}

#[test]
fn the_other_shells_read_theirs() {
    for shell in ["zsh", "fish"] {
        if there_is(shell) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("completions");
            std::fs::write(&path, run(["completions", shell]).ok()).unwrap();
            let output = Command::new(shell).arg("-n").arg(&path).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let told = run(["completions", "tcsh"]).failed(2);
    assert!(told.contains("expected one of bash, zsh, fish, found \"tcsh\""), "{told}");
}

#[test]
fn the_manual_page_is_one() {
    let page = run(["man"]).ok();
    for section in [".TH TINY\\-XMLRPC 1", ".SH NAME", ".SH COMMANDS", ".SS call URL METHOD", ".SH EXIT STATUS"] {
        assert!(page.contains(section), "{section}");
    }
    if there_is("groff") {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tiny-xmlrpc.1");
        std::fs::write(&path, &page).unwrap();
        let output = Command::new("groff").args(["-man", "-Tascii", "-ww", "-z"]).arg(&path).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What nobody reads any more is no reason to fail, and none to panic.
#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let closed = || OwnedFd::from(UnixStream::pair().unwrap().0);
    for (arguments, status) in [
        (&["decode", "/nowhere/at/all"][..], 1),
        (&["call", "http://127.0.0.1:1", "m", "--verbose"], 4),
        (&["no such command"], 2),
    ] {
        let ended = tool().args(arguments).stderr(closed()).status().unwrap();
        assert_eq!(ended.code(), Some(status), "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["man"], &["completions", "zsh"]] {
        let output = tool().args(arguments).stdout(closed()).output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]), "{arguments:?}");
    }
}

#[test]
fn a_terminal_shows_what_takes_long() {
    let mut python = Command::new("python3");
    if !installed(python.args(["-c", "import os, pty; os.waitstatus_to_exitcode"]), "the tool on a terminal") {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tool/terminal.py");
    let user = Peer::start(Command::new("python3").args(["-B", script]).arg(tool().get_program()));
    assert_eq!(user.finish(), ["0", "-2", &format!("0 tiny-xmlrpc {}", env!("CARGO_PKG_VERSION"))]);
}
