//! The remote files: the demonstration, Python's client, and names that try to lead out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::thread;

use tiny_xmlrpc::Client;

use crate::example::example;
use crate::peer::Peer;
use crate::{printed, python, refused};

const DEMONSTRATION: &str = include_str!("../data/remote_files.txt");

/// A server of this directory, and its URL.
fn serve(directory: &Path) -> (Peer, String) {
    let mut server = Peer::start(example("remote_files").arg("serve").arg(directory).arg("127.0.0.1:0"));
    let url = server.line();
    (server, url)
}

#[test]
fn the_demonstration_is_as_it_was() {
    assert_eq!(printed("remote_files", &[]), DEMONSTRATION);
}

#[test]
fn the_client_visits_a_server_elsewhere() {
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("charter.txt"), "Hear ye\n").unwrap();
    symlink("/etc", files.path().join("outside")).unwrap();
    let (_server, url) = serve(files.path());
    assert_eq!(printed("remote_files", &["visit", &url]), DEMONSTRATION);
    for copy in ["visit/charter.txt", "visit/copy.txt"] {
        assert_eq!(fs::read_to_string(files.path().join(copy)).unwrap(), "Hear ye\n");
    }
}

#[test]
fn the_client_is_pythons() {
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("über.txt"), "x").unwrap();
    symlink("/", files.path().join("outside")).unwrap();
    let (_server, url) = serve(files.path());
    let Some(client) = python("remote_files.py", &[&url]) else { return };
    assert_eq!(client.finish(), ["all of it"]);
}

#[test]
fn nothing_leads_out() {
    let (files, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (inside, secret) = (files.path(), outside.path().join("secret"));
    fs::write(&secret, "secret").unwrap();
    fs::create_dir_all(inside.join("a/b")).unwrap();
    fs::write(inside.join("file"), "contents").unwrap();
    // Links out, relative and absolute, to a file, to a directory and to nothing; and some that stay inside.
    let relative = format!("../{}", outside.path().file_name().unwrap().to_str().unwrap());
    symlink(outside.path(), inside.join("a/out")).unwrap();
    symlink(format!("../{relative}"), inside.join("a/near")).unwrap();
    symlink(&secret, inside.join("stolen")).unwrap();
    symlink(outside.path().join("made"), inside.join("dangling")).unwrap();
    symlink(format!("{relative}/made"), inside.join("near")).unwrap();
    symlink("nothing", inside.join("nowhere")).unwrap();
    symlink("a/b", inside.join("within")).unwrap();
    symlink("loop", inside.join("loop")).unwrap();
    assert!(Command::new("mkfifo").arg(inside.join("pipe")).status().unwrap().success());

    let (_server, url) = serve(inside);
    let client = Client::new(&url).unwrap();
    let code = |method: &str, names: &[&str]| {
        let error = client.call::<()>(method, names).unwrap_err();
        error.fault().unwrap_or_else(|| panic!("{method} {names:?}: {error}")).code()
    };
    let above = format!("{}/x", outside.path().display());
    for name in ["..", "../x", "a/../../x", "/", "/x", &above, "a/out", "a/out/made", "a/near", "a/b/../out/x"] {
        assert_eq!(code("ls", &[name]), 13, "{name}");
        assert_eq!(code("cd", &[name]), 13, "{name}");
        assert_eq!(code("cp", &[name, "got"]), 13, "{name}");
    }
    for name in ["../x", "a/../../x", "/x", &above, "a/out/made", "a/near/made"] {
        assert_eq!(code("mkdir", &[name]), 13, "{name}");
    }
    for name in ["..", "../x", "/x", &above, "a/out", "a/out/made", "a/near/made", "dangling", "near", "stolen"] {
        assert_eq!(code("cp", &["file", name]), 13, "{name}");
    }
    assert_eq!(code("cp", &["stolen", "got"]), 13);
    assert_eq!(code("cp", &["file", "nowhere"]), 2);
    assert_eq!((code("cp", &["pipe", "got"]), code("cp", &["file", "pipe"]), code("cp", &["a", "got"])), (21, 21, 21));
    assert_eq!((code("cp", &["loop", "got"]), code("ls", &["file"]), code("mkdir", &[""])), (5, 20, 17));
    assert!(!inside.join("got").exists());
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");

    // A link inside is followed, and `..` goes to where the directory really is.
    client.call::<()>("cd", ("within",)).unwrap();
    assert_eq!(client.call::<String>("pwd", ()).unwrap(), "a/b");
    client.call::<()>("cp", ("../../file", "copy")).unwrap();
    client.call::<()>("cd", ("..",)).unwrap();
    assert_eq!(client.call::<String>("pwd", ()).unwrap(), "a");
    client.call::<()>("cd", ()).unwrap();
    // A file may be copied to itself, and over another.
    fs::write(inside.join("file"), "changed").unwrap();
    client.call::<()>("cp", ("file", "file")).unwrap();
    client.call::<()>("cp", ("file", "a/b/copy")).unwrap();
    for copy in ["file", "a/b/copy"] {
        assert_eq!(fs::read_to_string(inside.join(copy)).unwrap(), "changed");
    }
}

#[test]
fn clients_call_at_the_same_time() {
    let files = tempfile::tempdir().unwrap();
    let contents = "x".repeat(100_000);
    fs::write(files.path().join("file"), &contents).unwrap();
    let (_server, url) = serve(files.path());
    thread::scope(|scope| {
        for number in 0..8 {
            let url = &url;
            scope.spawn(move || {
                let client = Client::new(url).unwrap();
                for copy in 0..10 {
                    client.call::<()>("cp", ("file", format!("{number}-{copy}"))).unwrap();
                    // All of them write this one, and nobody ever reads a part of it.
                    client.call::<()>("cp", ("file", "shared")).unwrap();
                    client.call::<()>("cp", ("shared", format!("{number}-again"))).unwrap();
                }
            });
        }
    });
    let names: Vec<String> = Client::new(&url).unwrap().call("ls", ()).unwrap();
    assert_eq!(names.len(), 2 + 8 * 11);
    for name in names {
        assert!(fs::read_to_string(files.path().join(&name)).unwrap() == contents, "{name}");
    }
}

#[test]
fn it_says_what_it_wants() {
    for arguments in [&["serve"][..], &["visit"], &["serve", ".", "127.0.0.1:0", "more"], &["other"]] {
        assert!(refused("remote_files", arguments).contains("usage: remote_files"), "{arguments:?}");
    }
    assert!(refused("remote_files", &["serve", "/nonexistent", "127.0.0.1:0"]).contains("/nonexistent"));
    let nobody = example("remote_files").args(["visit", "http://127.0.0.1:1"]).output().unwrap();
    assert!(!nobody.status.success() && String::from_utf8_lossy(&nobody.stderr).contains("127.0.0.1:1"));
}
