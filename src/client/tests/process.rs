//! Child processes: shell scripts that speak HTTP on their standard input and output.

use std::process::Command;
use std::time::Instant;

use super::*;
use crate::client::Process;

/// Reads one request: its head by lines, its body by its length.
const READ: &str = r#"
request() {
    length=
    while IFS= read -r line; do
        line=${line%"$CR"}
        case $line in
            Content-Length:*) length=${line#*: } ;;
            "") break ;;
        esac
    done
    [ -n "$length" ] || exit 0
    head -c "$length" >/dev/null
}
answer() { printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' "${#1}" "$1"; }
CR=$(printf '\r')
"#;

fn script(text: &str, options: &Options) -> Process {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{READ}{text}"));
    Process::new(command, options).unwrap()
}

#[test]
fn one_process_answers_all_calls() {
    let mut process = script("while :; do request; n=$((n + 1)); answer \"call $n\"; done", &Options::new());
    for number in 1..=3 {
        assert_eq!(exchange(&mut process).unwrap().1, format!("call {number}").as_bytes());
    }
}

#[test]
fn one_that_answers_once_is_started_again() {
    let mut process = script("request; answer \"$$\"", &Options::new());
    let first = exchange(&mut process).unwrap().1;
    let second = exchange(&mut process).unwrap().1;
    assert_ne!(first, second);
}

#[test]
fn failures() {
    let nothing = Process::new(Command::new("/nonexistent/program"), &Options::new());
    let error = exchange(&mut nothing.unwrap()).unwrap_err();
    assert_eq!((error.kind(), error.may_have_executed()), (ErrorKind::Transport(Phase::Connect), false));
    assert_error(exchange(&mut script("request", &Options::new())), WAIT, true);
    assert_error(exchange(&mut script("request; echo hello; echo", &Options::new())), ErrorKind::Http, true);
    let error = exchange(&mut script("request; printf 'HTTP/1.1 200 OK\\r\\nA'", &Options::new())).unwrap_err();
    assert_eq!(error.kind(), RECEIVE);
}

#[test]
fn one_that_is_silent_times_out_and_is_killed() {
    let start = Instant::now();
    let mut process = script("request; exec sleep 600", &brief());
    let error = exchange(&mut process).unwrap_err();
    assert!(error.is_timeout() && error.kind() == WAIT, "{error:?}");
    drop(process);
    assert!(start.elapsed() < Duration::from_secs(60));
}
