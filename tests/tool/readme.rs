//! What the README shows of the tool.

use std::path::Path;
use std::process::{Command, Stdio};

use tiny_xmlrpc::server::Config;

use crate::peer::installed;
use crate::run::tool;
use crate::serving::Serving;
use crate::validator;

const README: &str = include_str!("../../README.md");

/// What a line of a shell prints, whichever way.
fn printed(line: &str, directory: &Path) -> String {
    let tools = Path::new(tool().get_program()).parent().unwrap().to_owned();
    let path =
        std::env::join_paths([tools].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &format!("{{ {line}\n}} 2>&1")]).env("PATH", path.unwrap()).current_dir(directory);
    let output = bash.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_session_is_as_it_would_be() {
    if !installed(Command::new("bash").arg("--version"), "the session of the README") {
        return;
    }
    let service = Serving::start(Config::default(), validator::set_up);
    let directory = tempfile::tempdir().unwrap();
    let begin = "```text\n$ tiny-xmlrpc serve &\nhttp://127.0.0.1:8000/RPC2\n$ ";
    let (_, session) = README.split_once(begin).unwrap();
    let commands: Vec<&str> = session.split("```").next().unwrap().split("\n$ ").collect();
    assert!(commands.len() > 5);
    for command in commands {
        let (line, expected) = command.split_once('\n').unwrap_or((command, ""));
        let line = line.replace("http://127.0.0.1:8000", &service.url);
        assert_eq!(printed(&line, directory.path()).trim_end(), expected.trim_end(), "{line}");
    }
}
