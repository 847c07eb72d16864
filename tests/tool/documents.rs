//! `decode` and `encode`.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use crate::run::{run, run_with, tool};

const CALL: &str = "{\"methodName\":\"m\",\"params\":[{\"int\":1},{\"struct\":[[\"a\",{\"nil\":null}]]}]}\n";

#[test]
fn decode_and_encode_go_there_and_back() {
    let xml = run_with(["encode"], CALL.as_bytes()).ok();
    assert!(xml.starts_with("<?xml version=\"1.0\"?><methodCall>") && xml.ends_with("</methodCall>\n"), "{xml}");
    assert_eq!(run_with(["decode", "-"], xml.as_bytes()).ok(), CALL);
    let value = run_with(["encode", "--value", "--dialect", "ros"], b"{\"string\":\"x\"}").ok();
    assert_eq!(value, "<value>x</value>\n");
    assert_eq!(run_with(["decode", "--value"], value.as_bytes()).ok(), "{\"string\":\"x\"}\n");
}

#[test]
fn decode_prints_a_line_for_each_document() {
    let directory = tempfile::tempdir().unwrap();
    let [one, two, bad] = ["one.xml", "two.xml", "bad.xml"].map(|name| directory.path().join(name));
    std::fs::write(&one, "<methodResponse><params><param><value>x</value></param></params></methodResponse>").unwrap();
    std::fs::write(&bad, "<methodResponse>\n<params><param><value><int/></value></param></params></methodResponse>")
        .unwrap();
    std::fs::write(&two, "<methodCall><methodName>m</methodName></methodCall>").unwrap();
    let ran = run([&OsString::from("decode"), one.as_os_str(), bad.as_os_str(), two.as_os_str()]);
    assert_eq!(ran.status, 1);
    assert_eq!(ran.out, "{\"params\":[{\"string\":\"x\"}]}\n{\"methodName\":\"m\",\"params\":[]}\n");
    let expected = format!("tiny-xmlrpc: {}:2:16: params[0]: expected an integer", bad.display());
    assert!(ran.err.starts_with(&expected), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1);
    // Both lines are documents again.
    let back = run_with(["encode"], ran.out.as_bytes()).ok();
    assert_eq!(back.lines().count(), 2);
}

#[test]
fn of_a_bad_document_nothing_is_printed() {
    let mut xml = "<methodCall><methodName>m</methodName><params><param><value><array><data>".to_owned();
    xml.push_str(&"<value><int>1</int></value>".repeat(50_000));
    let told = run_with(["decode"], xml.as_bytes()).failed(1);
    assert_eq!(told.lines().count(), 1);
    assert!(told.starts_with("tiny-xmlrpc: standard input:1:1350074: params[0][49999]: expected "), "{told}");
    let told = run_with(["encode"], b"{\"params\":[\n{\"int\":1},\n{\"int\":true}]}").failed(1);
    assert_eq!(told, "tiny-xmlrpc: standard input:3:8: params[1]: expected an int of 32 bits, found a boolean\n");
    let told = run(["decode", "/nowhere/at/all"]).failed(1);
    assert!(told.starts_with("tiny-xmlrpc: /nowhere/at/all: ") && told.contains("os error 2"), "{told}");
    let told = run_with(["decode"], b"\x1f\x8b").failed(1);
    assert!(told.contains("standard input:1:1: "), "{told}");
}

/// A document far larger than what is held in memory, without the tool's memory growing with it.
#[test]
#[cfg(target_os = "linux")]
fn large_documents_take_no_more_memory() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 400;
    let mut decode = tool();
    let directory = tempfile::tempdir().unwrap();
    let json = directory.path().join("large.json");
    decode.arg("decode").stdin(Stdio::piped()).stdout(std::fs::File::create(&json).unwrap());
    let (peak, status) = peak_of(decode, |input| {
        input.write_all(b"<methodCall><methodName>m</methodName><params><param><value><string>")?;
        let piece = "text & more ".repeat(PIECE / 12).replace('&', "&amp;");
        for _ in 0..PIECES {
            input.write_all(piece.as_bytes())?;
        }
        input.write_all(b"</string></value></param></params></methodCall>")
    });
    assert!(status && peak < 16 << 20, "{peak} bytes");
    let size = json.metadata().unwrap().len();
    assert!(size > 24 << 20, "{size}");

    let mut encode = tool();
    let xml = directory.path().join("large.xml");
    encode.arg("encode").stdin(Stdio::piped()).stdout(std::fs::File::create(&xml).unwrap());
    let (peak, status) =
        peak_of(encode, |input| std::io::copy(&mut std::fs::File::open(&json).unwrap(), input).map(drop));
    assert!(status && peak < 16 << 20, "{peak} bytes");
    assert!(xml.metadata().unwrap().len() > size);
}

/// Runs a command to its end, and says how much memory it had at most, and whether it ended well.
///
/// It is asked for while the process waits for the end of its input, which is after it has seen all but the last
/// piece of it.
#[cfg(target_os = "linux")]
fn peak_of(
    mut command: std::process::Command,
    feed: impl FnOnce(&mut std::process::ChildStdin) -> std::io::Result<()>,
) -> (u64, bool) {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    feed(&mut stdin).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kibibytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    drop(stdin);
    (kibibytes * 1024, child.wait().unwrap().success())
}

/// Whoever reads the output may stop.
#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut json = String::new();
    for at in 0..20_000 {
        json.push_str(&format!("{{\"int\":{at}}}\n"));
    }
    let mut child = tool();
    child.args(["encode", "--value"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(json.as_bytes());
    });
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "<value><int>0</int></value>\n");
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
    feeder.join().unwrap();
}
