//! The nodes of fileshare: a network of them, with one of Python's in it, and what is not to happen.

mod broken;
mod network;
mod node;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::mpsc::channel;

use broken::{Then, begins_to_answer};
use node::Node;
use tiny_xmlrpc::{Binary, Client};

use crate::example::example;
use crate::{peer, refused};

/// The code and the text of the fault that a call is answered with.
#[track_caller]
fn fault(client: &Client, method: &str, params: impl serde::Serialize) -> (i32, String) {
    let error = client.call::<tiny_xmlrpc::Value>(method, params).unwrap_err();
    let fault = error.fault().unwrap_or_else(|| panic!("{error}"));
    (fault.code(), fault.message().to_owned())
}

#[test]
fn a_prompt_does_what_it_is_told() {
    let place = tempfile::tempdir().unwrap();
    let (mut ann, bob) = (Node::start(place.path(), "ann"), Node::start(place.path(), "bob"));
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    bob.put("text with blanks.txt", "a\r\nb\n\u{e4}");
    bob.put("binary", &binary);
    bob.put("empty", "");
    fs::create_dir(bob.directory().join("sub")).unwrap();
    bob.put("sub/deep", "down");

    assert_eq!(ann.ask("fetch binary"), "couldn't find the file \"binary\"");
    // The file is read again.
    ann.knows([bob.url.as_str(), "", "nonsense", &bob.url]);
    assert_eq!(ann.ask("fetch binary"), "binary, 100.0 kB");
    assert_eq!(ann.ask("fetch  text with blanks.txt "), "text with blanks.txt, 7 bytes");
    assert_eq!(ann.ask("fetch empty"), "empty, 0 bytes");
    assert_eq!(ann.ask("fetch sub/deep"), "sub/deep, 4 bytes");
    assert_eq!(ann.ask("fetch sub/deep"), "sub/deep is here already");
    assert_eq!(ann.ask("fetch nothing/such"), "couldn't find the file \"nothing/such\"");
    assert_eq!(ann.has("binary"), Some(binary));
    assert_eq!(ann.has("text with blanks.txt").unwrap(), "a\r\nb\n\u{e4}".as_bytes());
    assert_eq!(ann.has("empty").unwrap(), b"");
    assert_eq!(ann.has("sub/deep").unwrap(), b"down");

    assert_eq!(ann.listed("ls"), ["binary", "empty", "text with blanks.txt"]);
    assert_eq!(ann.listed("peers"), [bob.url.as_str()]);
    let help = ann.listed("help");
    for command in ["fetch NAME", "peers", "ls", "help", "exit"] {
        assert!(help.iter().any(|line| line.starts_with(command)), "{help:?}");
    }
    assert_eq!(ann.listed(""), [""; 0]);
    assert_eq!(ann.ask("fetch"), "expected the name of a file behind fetch");
    ann.exit();
    bob.exit();
}

#[test]
fn it_says_what_it_wants() {
    assert_eq!(refused("fileshare", &[]), "fileshare: usage: fileshare URLFILE DIRECTORY URL\n");
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("urls"), "").unwrap();
    let (urls, here, missing, free) = (path("urls"), path(""), path("missing"), "http://127.0.0.1:0");
    for (arguments, expected) in [
        ([missing.as_str(), &here, free], "missing: "),
        ([&urls, &missing, free], "missing: "),
        ([&urls, &here, "unix:/run/x"], "expected a URL like http://"),
        ([&urls, &here, "nonsense"], "nonsense: "),
        ([&urls, &here, "http://192.0.2.1:4242"], "cannot listen at http://192.0.2.1:4242: "),
    ] {
        let told = refused("fileshare", &arguments);
        assert!(told.starts_with("fileshare: ") && told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn names_that_lead_out_are_denied() {
    let place = tempfile::tempdir().unwrap();
    let (mut ann, bob) = (Node::start(place.path(), "ann"), Node::start(place.path(), "bob"));
    let secret = place.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    bob.put("file", "file");
    bob.put(".hidden", "hidden");
    fs::create_dir(bob.directory().join("sub")).unwrap();
    for node in [&ann, &bob] {
        symlink(place.path(), node.directory().join("out")).unwrap();
        symlink("../..", node.directory().join("near")).unwrap();
    }
    symlink(&secret, bob.directory().join("link")).unwrap();
    symlink("file", bob.directory().join("within")).unwrap();
    symlink("../file", bob.directory().join("sub/within")).unwrap();
    assert!(Command::new("mkfifo").arg(bob.directory().join("pipe")).status().unwrap().success());

    let client = bob.client();
    let absolute = secret.to_str().unwrap();
    for name in
        ["../secret", "sub/../../secret", "..", "/", absolute, "out/secret", "near/secret", "link", ".hidden", ""]
    {
        let (code, message) = fault(&client, "query", (name, [""; 0]));
        assert!(code == 200 && message.starts_with("access denied: "), "{name}: {code} {message}");
    }
    for name in ["sub", "pipe", "file/x", "nothing", "out/../file/"] {
        assert!(matches!(fault(&client, "query", (name, [""; 0])).0, 100 | 200), "{name}");
    }
    assert_eq!(fault(&client, "query", ("nothing", [""; 0])), (100, "couldn't find the file \"nothing\"".into()));
    for name in ["file", "within", "sub/within", "sub/../file"] {
        assert_eq!(*client.call::<Binary>("query", (name,)).unwrap(), *b"file", "{name}");
    }

    // Neither does what is fetched get anywhere else.
    ann.knows([bob.url.as_str()]);
    fs::create_dir(bob.directory().join("plain")).unwrap();
    symlink(place.path(), ann.directory().join("plain")).unwrap();
    bob.put("plain/new", "new");
    for name in ["../new", "/tmp/new", "out/new", "plain/new", ".hidden"] {
        let told = ann.ask(&format!("fetch {name}"));
        assert!(told.starts_with("access denied: "), "{told}");
    }
    assert_eq!(ann.ask("fetch link"), "couldn't find the file \"link\"");
    assert!(!place.path().join("new").exists() && ann.entries() == ["near", "out", "plain"]);
    // It has answered, and stays known.
    assert_eq!(ann.listed("peers"), [bob.url.as_str()]);
}

#[test]
fn fetch_is_for_the_prompt_alone() {
    let place = tempfile::tempdir().unwrap();
    let node = Node::start(place.path(), "ann");
    let client = node.client();
    for secret in ["", "guess", &"a".repeat(100)] {
        assert_eq!(fault(&client, "fetch", ("file", secret)).0, 200);
    }
    assert_eq!(fault(&client, "fetch", ("file",)).0, -32602);
    // Only nodes are made known, never sockets of this machine.
    for url in ["unix:/run/docker.sock", "https://a", "ftp://a", "", "a"] {
        assert_eq!(fault(&client, "hello", (url,)).0, 200, "{url}");
    }
    assert_eq!(client.call::<i32>("hello", ("http://localhost:1",)).unwrap(), 0);
}

#[test]
fn python_s_nodes_take_part() {
    let mut probe = Command::new("python3");
    if !peer::installed(probe.args(["-c", "import xmlrpc.client, xmlrpc.server"]), "fileshare with a node in Python") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let (mut ours, other) = (Node::start(place.path(), "ours"), Node::start(place.path(), "other"));
    let python = Node::python(place.path(), "python", "sesame");
    let binary: Vec<u8> = (0..=255).rev().cycle().take(1_000_000).collect();
    python.put("from python", &binary);
    ours.put("from ours", &binary);
    other.put("from other", "far away");
    symlink("/etc/passwd", python.directory().join("link")).unwrap();

    ours.knows([python.url.as_str()]);
    assert_eq!(ours.ask("fetch from python"), "from python, 1.0 MB");
    assert_eq!(ours.has("from python").as_ref(), Some(&binary));
    // Ours has said hello, so that Python's needs no file to know it.
    let client = python.client();
    assert_eq!(client.call::<i32>("fetch", ("from ours", "sesame")).unwrap(), 0);
    assert_eq!(python.has("from ours").as_ref(), Some(&binary));

    assert_eq!(ours.ask("fetch nothing"), "couldn't find the file \"nothing\"");
    assert_eq!(ours.ask("fetch link"), "couldn't find the file \"link\"");
    assert_eq!(fault(&client, "fetch", ("nothing", "sesame")).0, 100);
    assert_eq!(fault(&client, "fetch", ("../ours/from ours", "sesame")).0, 200);
    // What is denied there is not asked for elsewhere, and what is denied here is for Python's like all others.
    assert_eq!(fault(&ours.client(), "query", ("../python/from python", [python.url.as_str()])).0, 200);
    assert_eq!(ours.listed("peers"), [python.url.as_str()]);

    // By way of ours to Python's, and by way of Python's to ours.
    ours.knows([other.url.as_str(), &python.url]);
    assert_eq!(client.call::<i32>("fetch", ("from other", "sesame")).unwrap(), 0);
    assert_eq!(python.has("from other").unwrap(), b"far away");
    assert_eq!(ours.has("from other"), None);
    let mut third = Node::start(place.path(), "third");
    third.knows([python.url.as_str()]);
    assert_eq!(third.ask("fetch from ours"), "from ours, 1.0 MB");
    other.put("late", "later");
    assert_eq!(third.ask("fetch late"), "late, 5 bytes");
}

#[test]
fn nothing_is_left_of_a_node_that_is_killed_in_the_middle() {
    let place = tempfile::tempdir().unwrap();
    let mut ann = Node::start(place.path(), "ann");
    let (begun, has_begun) = channel();
    let (url, is_over) = begins_to_answer(Then::Stall(begun));
    ann.knows([url.as_str()]);
    ann.say("fetch film");
    has_begun.recv().unwrap();
    assert_eq!(ann.has("film"), None);
    ann.kill();
    is_over.recv().unwrap();
    assert_eq!(ann.entries(), [""; 0]);
}

#[test]
fn a_neighbour_that_breaks_off_is_forgotten_and_the_next_one_asked() {
    let place = tempfile::tempdir().unwrap();
    let (mut ann, mut bob) = (Node::start(place.path(), "ann"), Node::start(place.path(), "bob"));
    let (first, _) = begins_to_answer(Then::Close);
    bob.put("film", "all of it");
    ann.knows([first.as_str(), &bob.url]);
    assert_eq!(ann.ask("fetch film"), "film, 9 bytes");
    assert_eq!(ann.has("film").unwrap(), b"all of it");
    assert_eq!(ann.listed("peers"), [bob.url.as_str()]);

    // The same on the way, where the one that asks knows nothing of it; and if nobody else has it.
    let (second, _) = begins_to_answer(Then::Close);
    let (third, _) = begins_to_answer(Then::Close);
    bob.knows([second.as_str(), &third]);
    assert_eq!(ann.ask("fetch other"), "couldn't find the file \"other\"");
    assert_eq!(bob.listed("peers"), [ann.url.as_str()]);
    assert_eq!((ann.entries(), bob.entries()), (vec!["film".to_owned()], vec!["film".to_owned()]));
}

#[test]
fn a_neighbour_that_hangs_is_forgotten_and_the_next_one_asked() {
    let place = tempfile::tempdir().unwrap();
    let (mut ann, bob) = (Node::start(place.path(), "ann"), Node::start(place.path(), "bob"));
    // The system takes connections to it, and that is all.
    let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
    bob.put("file", "x");
    ann.knows([format!("http://{}", hangs.local_addr().unwrap()).as_str(), &bob.url]);
    assert_eq!(ann.ask("fetch file"), "file, 1 byte");
    assert_eq!(ann.listed("peers"), [bob.url.as_str()]);
}

/// The session that the README shows, and the bar that it cannot show.
#[test]
fn a_terminal_shows_a_prompt_and_a_bar() {
    let mut probe = Command::new("python3");
    if !peer::installed(probe.args(["-c", "import pty"]), "fileshare on a terminal") {
        return;
    }
    let readme = include_str!("../../../README.md");
    let (_, session) = readme.split_once("--example fileshare -- ann.urls ann http://127.0.0.1:4242\n").unwrap();
    let session = session.split("```").next().unwrap();
    let typed: Vec<&str> = session.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    assert!(typed.len() > 3 && typed.last() == Some(&"exit"));

    let place = tempfile::tempdir().unwrap();
    let bob = Node::start(place.path(), "bob");
    bob.put("film.mkv", vec![0; 5_000_000]);
    fs::write(place.path().join("ann.urls"), &bob.url).unwrap();
    fs::create_dir(place.path().join("ann")).unwrap();
    let mut terminal = Command::new("python3");
    terminal.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples/fileshare/terminal.py"));
    terminal.arg(example("fileshare").get_program()).args(["ann.urls", "ann", "http://127.0.0.1:0", "--"]);
    let output = terminal.args(typed).current_dir(place.path()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("\r\u{1b}[Kfilm.mkv [-") && shown.contains(" % of 5.0 MB"), "{shown}");
    // What is left when the bar is gone.
    let left: Vec<&str> = shown.lines().map(|line| line.rsplit("\u{1b}[K").next().unwrap()).collect();
    let left = left.join("\n").replace(&bob.url, "http://127.0.0.1:4243");
    let (own, rest) = left.split_once('\n').unwrap();
    assert!(own.starts_with("http://127.0.0.1:"), "{own}");
    assert_eq!(format!("http://127.0.0.1:4242\n{rest}\n"), session);
}
