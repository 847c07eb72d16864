//! What calls a service, against our server.

use std::net::TcpListener;
use std::time::Duration;

use tiny_xmlrpc::server::{Config, ShutdownHandle};
use tiny_xmlrpc::{Fault, Server};

use crate::run::{run, run_with};
use crate::serving::Serving;
use crate::validator;

fn service() -> Serving {
    Serving::start(Config::default(), validator::set_up)
}

#[test]
fn call_takes_arguments_of_all_forms() {
    let service = service();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, b"\0\xffbytes").unwrap();
    let file = format!("@{}", file.path().display());
    for (argument, expected) in [
        ("5", "5"),
        ("-5", "-5"),
        ("9999999999", "9999999999"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("null", "null"),
        ("hello", "\"hello\""),
        ("", "\"\""),
        ("\"5\"", "\"5\""),
        ("{\"b\":[1,\"x\",{}],\"a\":null}", "{\"b\":[1,\"x\",{}],\"a\":null}"),
        ("i/5", "5"),
        ("I/9999999999", "9999999999"),
        ("s/5", "\"5\""),
        ("d/2", "2.0"),
        ("b/1", "true"),
        ("t/2026-01-02T03:04:05", "\"20260102T03:04:05\""),
        ("h/00ff", "\"AP8=\""),
        ("n/", "null"),
        (&file, "\"AP9ieXRlcw==\""),
    ] {
        assert_eq!(run(["call", &service.url, "remote_repr", argument]).ok(), format!("{expected}\n"), "{argument}");
    }
    assert_eq!(run(["call", &service.url, "addtogether", "2", "s/3"]).status, 3);
    assert_eq!(run(["call", &service.url, "addtogether", "2", "3"]).ok(), "5\n");
    assert_eq!(run(["call", &service.url, "addtogether", "--json", "[\"a\",\"b\"]"]).ok(), "\"ab\"\n");
    assert_eq!(run_with(["call", &service.url, "addtogether", "-j", "-"], b"[1,2]\n").ok(), "3\n");
    assert_eq!(run_with(["call", &service.url, "addtogether", "a ", "-"], b"line\n").ok(), "\"a line\"\n");
    assert_eq!(run_with(["call", &service.url, "addtogether", "2", "-"], b"40\n").ok(), "42\n");
    assert_eq!(run_with(["call", &service.url, "remote_repr", "@-"], b"\0\xffbytes").ok(), "\"AP9ieXRlcw==\"\n");

    let told = run(["call", &service.url, "addtogether", "-", "@-"]).failed(2);
    assert!(told.contains("expected standard input as one argument, found it as several"), "{told}");
    let told = run(["call", &service.url, "remote_repr", "@"]).failed(2);
    assert!(told.contains("argument 1: expected a file's name behind @, found none"), "{told}");
    let told = run(["call", &service.url, "remote_repr", "@/nowhere/at/all"]).failed(1);
    assert!(told.starts_with("tiny-xmlrpc: /nowhere/at/all: ") && told.lines().count() == 1, "{told}");
    let told = run_with(["call", &service.url, "remote_repr", "-"], b"\xff").failed(1);
    assert!(told.contains("expected UTF-8, found other bytes; as an argument @- sends bytes"), "{told}");
}

#[test]
fn call_prints_typed_and_raw() {
    let service = service();
    let typed = |argument: &str| run(["call", &service.url, "remote_repr", "--typed", argument]);
    for value in [
        "{\"int\":5}",
        "{\"i8\":5}",
        "{\"base64\":\"AP8=\"}",
        "{\"dateTime\":\"20260102T03:04:05\"}",
        "{\"struct\":[[\"b\",{\"array\":[]}],[\"a\",{\"nil\":null}]]}",
    ] {
        // Our server writes the smallest type that holds a number.
        let expected = value.replace("i8", "int");
        let found = typed(&format!("[{value}]")).ok();
        assert!(found == format!("{value}\n") || found == format!("{expected}\n"), "{found}");
    }
    let told = typed("[{\"int\":5},\n{\"int\":x}]").failed(2);
    assert!(told.starts_with("tiny-xmlrpc call: the arguments:2:8: params[1]: expected "), "{told}");
    let told = typed("{\"int\":5}").failed(2);
    assert!(told.contains("expected an array of parameters, found an object"), "{told}");
    let listed = run(["call", &service.url, "system.methodHelp", "-T", "[{\"string\":\"faulty\"}]"]).ok();
    assert_eq!(listed, "{\"string\":\"Always answers fault 42, whatever it is given.\"}\n");
    let raw = run(["call", &service.url, "addtogether", "2", "3", "--raw"]).ok();
    assert!(raw.starts_with("<?xml") && raw.contains("<int>5</int>"), "{raw}");
    let raw = run(["call", &service.url, "faulty", "--raw"]);
    assert_eq!((raw.status, raw.err.as_str()), (3, "fault 42: this method always fails\n"));
    assert!(raw.out.contains("<fault>"), "{}", raw.out);
}

#[test]
fn the_exit_status_tells_who_is_wrong() {
    let service = service();
    let url = service.url.as_str();
    assert_eq!(run(["call", url, "faulty"]).failed(3), "fault 42: this method always fails\n");
    // The service.
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = run(["call", &format!("http://{nowhere}"), "m"]).failed(4);
    assert!(told.starts_with("tiny-xmlrpc: connecting to ") && told.contains("refused"), "{told}");
    let told = run(["call", &url.replace("RPC2", "elsewhere"), "m"]).failed(4);
    assert!(told.starts_with("tiny-xmlrpc: expected HTTP status 200, found 404"), "{told}");
    assert!(!told.contains("may have been executed"), "{told}");
    // It is connected to, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let told = run(["call", &format!("http://{}", silent.local_addr().unwrap()), "m", "--timeout", "0.2"]).failed(4);
    assert!(told.contains("timed out; the call may have been executed; see --timeout"), "{told}");
    // Whoever calls.
    for (line, expected) in [
        (vec!["call", url], "tiny-xmlrpc call: expected URL METHOD [ARG…], found 1 arguments"),
        (vec!["call", "localhost", "m"], "tiny-xmlrpc call: expected a URL that starts with http://"),
        (
            vec!["call", url, "m", "i/x"],
            "tiny-xmlrpc call: argument 1: expected an int of 32 bits after i/, found \"x\"",
        ),
        (
            vec!["call", url, "m", "n/", "--dialect", "strict"],
            "tiny-xmlrpc: expected a value that the dialect can write, found nil",
        ),
        (
            vec!["call", url, "m", "--json", "{}"],
            "tiny-xmlrpc call: expected a JSON array as --json, found another type",
        ),
        (vec!["call", url, "m", "--json", "["], "tiny-xmlrpc call: expected a JSON array as --json, found no JSON"),
        (
            vec!["call", url, "m", "--json", "[]", "x"],
            "tiny-xmlrpc call: expected all arguments in --json, found others",
        ),
        (vec!["call", url, "m", "--timeout", "x"], "tiny-xmlrpc call: expected seconds as --timeout, found \"x\""),
        (
            vec!["call", url, "m", "--dialect", "x"],
            "tiny-xmlrpc call: expected one of strict, xmlrpc-c, python, apache, ros as --dialect",
        ),
        (vec!["call", url, "m", "--header", "x"], "tiny-xmlrpc call: expected a --header like 'Name: value'"),
        (vec!["call", url, "m", "--header", "Host: x"], "tiny-xmlrpc call: header field Host: expected another field"),
        (vec!["ping", url, "-c", "0"], "tiny-xmlrpc ping: expected a number from 1 to 1000000 as --count, found \"0\""),
        (vec!["frobnicate"], "tiny-xmlrpc: expected a command that there is, found \"frobnicate\""),
    ] {
        let told = run(&line).failed(2);
        assert!(told.starts_with(expected) && told.ends_with("--help tells more\n"), "{line:?}: {told}");
    }
}

#[test]
fn what_is_no_reply_is_told() {
    let page = Serving::start(Config::default(), |server| {
        server.page("/page", |_| tiny_xmlrpc::server::Reply::new(200, "text/html", &b"<html>\x1b[31mHello</html>"[..]));
    });
    let told = run(["call", &page.url.replace("RPC2", "page"), "m"]);
    assert!(told.status == 4 || told.status == 1, "{told:?}");
    assert!(!told.err.contains('\x1b') && told.out.is_empty(), "{told:?}");
}

/// Parameters and result go through in parts.
#[test]
fn large_files_go_there_and_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.bin");
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at * 7 % 251) as u8).collect();
    std::fs::write(&path, &bytes).unwrap();
    let service = Serving::start(Config::default(), |server| {
        server.add("echo", |bytes: tiny_xmlrpc::Binary| bytes);
    });
    let json = run(["call", &service.url, "echo", &format!("@{}", path.display()), "--typed=no"]);
    assert_eq!(json.status, 2);
    let json = run(["call", &service.url, "echo", &format!("@{}", path.display())]).ok();
    assert_eq!(json.trim().trim_matches('"'), base64(&bytes));
}

fn base64(bytes: &[u8]) -> String {
    let xml = tiny_xmlrpc::to_string(&tiny_xmlrpc::Binary::from(bytes.to_vec())).unwrap();
    let (_, rest) = xml.split_once("<base64>").unwrap();
    rest.split_once("</base64>").unwrap().0.to_owned()
}

#[test]
fn credentials_and_headers_are_sent_and_the_wire_is_shown() {
    let service = Serving::start(Config::default(), |server| {
        server.add("ping", || "pong");
        server.authorize(|_, caller| {
            let field = |name| caller.header(name).map(|value| String::from_utf8_lossy(value).into_owned());
            match (field("authorization").as_deref(), field("x-tenant").as_deref()) {
                (Some("Basic dTpw"), Some("7")) => Ok(()),
                other => Err(Fault::new(1, format!("{other:?}"))),
            }
        });
    });
    let url = service.url.as_str();
    assert_eq!(run(["call", url, "ping"]).failed(3), "fault 1: (None, None)\n");
    assert_eq!(run(["call", url, "ping", "--user", "u:p", "--header", "X-Tenant: 7"]).ok(), "\"pong\"\n");
    let mut command = crate::run::tool();
    let output = command.args(["call", url, "ping", "-uu", "-H", "X-Tenant:7"]).env("XMLRPC_PASSWORD", "p").output();
    assert!(output.unwrap().status.success());
    let shown = run(["call", url, "ping", "-v", "--user", "u:p", "--header", "X-Tenant: 7"]);
    assert_eq!((shown.status, shown.out.as_str()), (0, "\"pong\"\n"));
    for line in ["> POST /RPC2 HTTP/1.1", "> Authorization: ***", "> X-Tenant: 7", "< HTTP/1.1 200 OK"] {
        assert!(shown.err.lines().any(|shown| shown == line), "{line}: {}", shown.err);
    }
    assert!(shown.err.contains("> <?xml") && shown.err.contains("<string>pong</string>"), "{}", shown.err);
}

/// A server that is not [`Serving`] at a port of its own.
struct Stopping(ShutdownHandle, Option<std::thread::JoinHandle<()>>);

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.shutdown();
        self.1.take().unwrap().join().unwrap();
    }
}

#[test]
#[cfg(unix)]
fn services_at_unix_sockets_are_called() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rpc: 100%.sock");
    let (sender, started) = std::sync::mpsc::channel();
    let socket = path.clone();
    let thread = std::thread::spawn(move || {
        let mut server = Server::bind_unix(&socket, 0o600).unwrap();
        server.add("add", |a: i32, b: i32| a + b);
        sender.send(server.shutdown_handle()).unwrap();
        server.serve_forever().unwrap();
    });
    let _stopping = Stopping(started.recv().unwrap(), Some(thread));
    let socket = path.to_str().unwrap();
    assert_eq!(run(["call", "http://h/RPC2", "add", "2", "3", "--unix", socket]).ok(), "5\n");
    assert_eq!(run(["call", "http://h/elsewhere", "add", "2", "3", "--unix", socket]).status, 4);
}

#[test]
fn list_and_describe_tell_of_methods() {
    let service = service();
    let listed = run(["list", &service.url]).ok();
    assert!(listed.starts_with("addtogether\nfaulty\nquadratic\n"), "{listed}");
    assert_eq!(listed.lines().count(), 17);
    assert_eq!(
        run(["describe", &service.url, "quadratic"]).ok(),
        "array quadratic(double, double, double)
    Returns the real roots of a*x*x + b*x + c, the smaller one first; a double
    one once. If there are none, or a is zero, it is fault 3.\n"
    );
    let all = run(["describe", &service.url]).ok();
    assert!(all.starts_with("addtogether, without a signature\n    Adds up "), "{all}");
    for method in listed.lines() {
        assert!(all.contains(method), "{method}");
    }
    assert_eq!(run(["describe", &service.url, "none"]).failed(3), "fault -32601: method \"none\" not found\n");
}

#[test]
fn multicall_makes_many_calls_at_once() {
    let service = service();
    let calls =
        "[[\"addtogether\",2,3],{\"methodName\":\"faulty\"},{\"methodName\":\"remote_repr\",\"params\":[{\"a\":1}]}]";
    let ran = run_with(["multicall", &service.url], calls.as_bytes());
    assert_eq!(ran.status, 3);
    assert_eq!(
        ran.out,
        "[{\"params\":[5]},{\"fault\":{\"faultCode\":42,\"faultString\":\"this method always fails\"}},{\"params\":[{\"a\":1}]}]\n"
    );
    assert_eq!(ran.err, "calls[1], faulty: fault 42: this method always fails\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "{\"methodName\":\"remote_repr\",\"params\":[{\"i8\":5000000000}]}\n").unwrap();
    let typed = run(["multicall", "--typed", &service.url, file.path().to_str().unwrap()]).ok();
    assert_eq!(typed, "[{\"params\":[{\"i8\":5000000000}]}]\n");
    let told = run_with(["multicall", &service.url], b"[[1]]").failed(1);
    assert!(told.starts_with("tiny-xmlrpc: standard input: expected calls like "), "{told}");
    let without = Serving::start(Config::default(), |server| {
        server.add("add", |a: i32, b: i32| a + b);
    });
    let calls = b"[\"add\",1,2] [\"add\",3,4]";
    assert!(run_with(["multicall", &without.url], calls).failed(3).starts_with("fault -32601: "));
    let fallen = run_with(["multicall", &without.url, "--fall-back"], calls).ok();
    assert_eq!(fallen, "[{\"params\":[3]},{\"params\":[7]}]\n");
}

#[test]
fn ping_measures_round_trips() {
    let service = service();
    let out = run(["ping", &service.url, "--count", "5", "--interval", "0"]).ok();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "5 answers to system.getCapabilities");
    assert!(lines[1].starts_with("first ") && lines[1].ends_with(" ms with connecting"), "{out}");
    for shown in ["others least ", ", median ", ", 90 % ", ", 99 % ", ", most "] {
        assert!(lines[2].contains(shown), "{out}");
    }
    let out = run(["ping", &service.url, "-c1", "-m", "faulty"]).ok();
    assert!(out.starts_with("1 answers to faulty, 1 of them faults\n"), "{out}");
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    run(["ping", &format!("http://{nowhere}")]).failed(4);
}

/// What is longer than a second shows on a terminal, and is gone at the end; JSON is for people there.
#[test]
fn a_terminal_gets_more() {
    let mut probe = std::process::Command::new("python3");
    if !crate::peer::installed(probe.args(["-c", "import pty"]), "a terminal of Python's making") {
        return;
    }
    let service = Serving::start(Config::default(), |server| {
        server.add("slow", || {
            std::thread::sleep(Duration::from_millis(1500));
            vec![1, 2]
        });
    });
    let mut python = std::process::Command::new("python3");
    python.args(["-c", "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"]);
    let output = python.arg(crate::run::tool().get_program()).args(["call", &service.url, "slow"]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    assert!(shown.starts_with("\r\x1b[Kcalling slow: 1 s"), "{shown:?}");
    assert!(shown.ends_with("\r\x1b[K[\r\n  1,\r\n  2\r\n]\r\n"), "{shown:?}");
}

/// The same over JSON-RPC, from the same server.
#[test]
fn all_of_it_goes_by_json_rpc() {
    let service = service();
    let call = |arguments: &[&str]| run([&["call", &service.url, "--json-rpc"], arguments].concat());
    assert_eq!(call(&["addtogether", "2", "3"]).ok(), "5\n");
    assert_eq!(call(&["remote_repr", "[1,{\"a\":null}]"]).ok(), "[1,{\"a\":null}]\n");
    assert_eq!(call(&["remote_repr", "t/2026-01-02T03:04:05"]).ok(), "\"2026-01-02T03:04:05\"\n");
    assert_eq!(call(&["remote_repr", "--typed", "[{\"i8\":5}]"]).ok(), "{\"int\":5}\n");
    assert_eq!(call(&["addtogether", "2", "3", "--raw"]).ok(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}");
    let raw = call(&["none", "--raw"]);
    assert_eq!((raw.status, raw.err.as_str()), (3, "fault -32601: Method not found\n"));
    assert_eq!(raw.out, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}");

    let list = |protocol: &[&str]| run([&["list", &service.url], protocol].concat()).ok();
    assert_eq!(list(&["--json-rpc"]), list(&[]));
    let describe = |protocol: &[&str]| run([&["describe", &service.url, "addtogether"], protocol].concat()).ok();
    assert_eq!(describe(&["--json-rpc"]), describe(&[]));

    let calls = b"[[\"addtogether\",2,3],[\"none\"],[\"remote_repr\",\"x\"]]";
    let made = run_with(["multicall", &service.url, "--json-rpc"], calls);
    let fault = "{\"fault\":{\"faultCode\":-32601,\"faultString\":\"Method not found\"}}";
    assert_eq!(made.out, format!("[{{\"params\":[5]}},{fault},{{\"params\":[\"x\"]}}]\n"));
    assert_eq!(made.err, "calls[1], none: fault -32601: Method not found\n");
}
