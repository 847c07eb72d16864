//! Bodies and replies that are larger than the memory they may take.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::support::*;
use tiny_xmlrpc::server::{Config, Reply, Request, RequestHead, Service};
use tiny_xmlrpc::{Limits, Reader, Spool, Writer};

/// Bytes that go there and back as base64: so many that they would show. Without optimisation it takes its time.
const SIZE: usize = if cfg!(debug_assertions) { 24 << 20 } else { 100 << 20 };

/// The memory that a process, the client in it included, may ever have used for it.
const MEMORY: u64 = 16 << 20;

/// Gives base64 back as it comes.
struct Mirror;

impl Service for Mirror {
    fn spools(&mut self, _: &RequestHead<'_>) -> bool {
        true
    }

    fn request(&mut self, request: &Request<'_>) -> Reply {
        assert!(request.is_spooled() && request.body().is_empty());
        let mut limits = Limits::default();
        (limits.bytes, limits.text) = (u64::MAX, u64::MAX);
        let mut reader = Reader::from_reader(request.reader()).with_limits(limits);
        assert_eq!(reader.begin_call().unwrap(), "mirror");
        let mut writer = Writer::new(Spool::new());
        writer.response().unwrap();
        writer.base64_from(reader.bytes().unwrap()).unwrap();
        Reply::spooled(200, "text/xml", writer.finish().unwrap())
    }
}

/// Runs itself, since all of a process's memory is looked at.
#[test]
fn a_large_call_and_its_large_answer_take_no_memory() {
    if std::env::var_os("TEST_LARGE_CALL").is_some() {
        return large_call();
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "spooling::a_large_call_and_its_large_answer_take_no_memory", "--nocapture"])
        .env("TEST_LARGE_CALL", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn large_call() {
    let mut config = Config::default();
    config.max_body = 1 << 30;
    config.max_buffered = 4 << 20;
    let server = Running::with(config, Mirror);
    let mut stream = TcpStream::connect(server.address).unwrap();
    let (before, after) = (
        "<methodCall><methodName>mirror</methodName><params><param><value><base64>",
        "</base64></value></param></params></methodCall>",
    );
    let piece = b"QUJD".repeat(16_384);
    let encoded = SIZE.div_ceil(3 * 16_384) * piece.len();
    let length = before.len() + encoded + after.len();
    write!(stream, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{before}").unwrap();
    for _ in 0..encoded / piece.len() {
        stream.write_all(&piece).unwrap();
    }
    stream.write_all(after.as_bytes()).unwrap();

    let (mut received, mut letters, mut last) = (0, 0, Vec::new());
    let mut buffer = vec![0; 65_536];
    while !last.ends_with(b"</methodResponse>") {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "it ended after {received}");
        received += count;
        letters += buffer[..count].iter().filter(|&&byte| b"QUJD".contains(&byte)).count();
        let tail = &buffer[count.saturating_sub(100)..count];
        last.extend_from_slice(tail);
        last.drain(..last.len().saturating_sub(100));
    }
    assert!(received > encoded && letters >= encoded, "{received} {letters}");
    drop(server);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("at most {peak} kB for {SIZE} bytes");
    assert!(peak * 1024 < MEMORY, "{peak} kB");
}

#[test]
fn bodies_in_files_are_bounded_together() {
    let mut config = Config::default();
    (config.spool_threshold, config.max_spooled) = (1_000, 500_000);
    struct Count;
    impl Service for Count {
        fn spools(&mut self, _: &RequestHead<'_>) -> bool {
            true
        }
        fn request(&mut self, request: &Request<'_>) -> Reply {
            Reply::text(200, std::io::copy(&mut request.reader(), &mut std::io::sink()).unwrap().to_string())
        }
    }
    let server = Running::with(config, Count);
    let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400001\r\n\r\n".to_string() + &"x".repeat(400_000);
    let mut first = server.connect();
    first.send(&half);
    let mut second = server.connect();
    let _ = second.stream.write_all(half.as_bytes());
    // Which of the two came first is the system's choice.
    let ended = |client: &mut Socket| {
        let _ = client.stream.write_all(b"x");
        let answer = client.answer();
        (answer.status, answer.body.len())
    };
    let mut statuses = [ended(&mut second), ended(&mut first)].map(|answer| answer.0);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    // A small one is the same to a reader.
    assert_eq!(server.connect().send(post("/", "small")).answer().text(), "5");
}

#[test]
fn a_file_is_a_reply() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("page");
    let expected: Vec<u8> = (0..3_000_000).map(|number| (number % 251) as u8).collect();
    std::fs::write(&path, &expected).unwrap();
    let server = Running::with(Config::default(), move |_: &Request<'_>| {
        Reply::spooled(200, "application/octet-stream", Spool::from_file(std::fs::File::open(&path).unwrap()).unwrap())
    });
    let mut client = server.connect();
    let mut healthy = server.connect();
    for _ in 0..2 {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2));
        for _ in 0..2 {
            assert!(client.answer().body == expected);
        }
        healthy.send("GET / HTTP/1.0\r\n\r\n");
        assert!(healthy.answer().body == expected);
        healthy = server.connect();
    }
    let mut text = String::new();
    server.connect().send("HEAD / HTTP/1.0\r\n\r\n").stream.read_to_string(&mut text).unwrap();
    assert!(text.contains(&format!("Content-Length: {}\r\n", expected.len())) && text.ends_with("\r\n\r\n"), "{text}");
}
