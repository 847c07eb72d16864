//! The memory that a server takes for parameters and results that are larger: one test alone in its process, since it
//! measures that process's memory.
#![cfg(all(feature = "server", feature = "spool", target_os = "linux"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/serving.rs"]
mod serving;

use std::io::{Read, Write};
use std::net::TcpStream;

use serving::Serving;
use tiny_xmlrpc::server::Config;
use tiny_xmlrpc::{Limits, Server, Stream};

/// Bytes of base64 and numbers of an array: so many that they would show. Without optimisation it takes its time.
const BYTES: usize = if cfg!(debug_assertions) { 6 << 20 } else { 100 << 20 };
const NUMBERS: usize = if cfg!(debug_assertions) { 200_000 } else { 3_000_000 };

/// The memory that a process, the client in it included, may ever have used for it.
const MEMORY: u64 = 10 << 20;

fn set_up(server: &mut Server<'static>) {
    let mut limits = Limits::unbounded();
    limits.depth = 16;
    server.limits(limits);
    let methods = server.methods();
    methods.add("count", |to: u32| Stream::items(0..to));
    methods.add("breaks", |at: u32| {
        Stream::items((0..).map(move |number| if number < at { Ok(number) } else { Err("over") }))
    });
    methods.add("zeros", |size: u64| Stream::base64(std::io::repeat(0).take(size)));
    methods.add("file", |size: u64| {
        let file = tempfile::tempfile()?;
        file.set_len(size)?;
        Ok::<_, std::io::Error>(Stream::file(file))
    });
    methods.add_streaming("mirror", |params, out| match params.bytes()? {
        Some(bytes) => out.base64_from(bytes),
        None => out.base64(b""),
    });
    methods.add_streaming("sum", |params, out| {
        let mut sum = 0;
        for number in params.items::<i64>()?.into_iter().flatten() {
            sum += number?;
        }
        out.integer(sum)
    });
}

/// Sends a call of which so many pieces stand in the middle, and counts what comes back: all bytes, and those of `watched`.
fn exchange(
    address: &str,
    name: &str,
    before: &str,
    piece: &[u8],
    pieces: usize,
    after: &str,
    watched: u8,
) -> (usize, usize) {
    let before = format!("<methodCall><methodName>{name}</methodName><params><param><value>{before}");
    let after = format!("{after}</value></param></params></methodCall>");
    let length = before.len() + piece.len() * pieces + after.len();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{before}").unwrap();
    for _ in 0..pieces {
        stream.write_all(piece).unwrap();
    }
    stream.write_all(after.as_bytes()).unwrap();
    let (mut all, mut seen) = (0, 0);
    let mut buffer = vec![0; 65_536];
    loop {
        match stream.read(&mut buffer).unwrap() {
            0 => return (all, seen),
            count => {
                all += count;
                seen += buffer[..count].iter().filter(|&&byte| byte == watched).count();
            }
        }
    }
}

#[test]
fn large_parameters_and_results_take_no_memory() {
    let mut config = Config::default();
    config.max_body = 1 << 30;
    config.max_buffered = 4 << 20;
    let server = Serving::start(config, set_up);
    let address = server.address();

    let numbers = format!("<int>{NUMBERS}</int>");
    let (all, values) = exchange(address, "count", &numbers, b"", 0, "", b'<');
    // Four tags for each, and some around them.
    assert!(all > NUMBERS * 28 && values / 4 >= NUMBERS, "{all} {values}");

    for method in ["zeros", "file"] {
        let (all, zeros) = exchange(address, method, &format!("<int>{BYTES}</int>"), b"", 0, "", b'A');
        assert!(all > BYTES / 3 * 4 && zeros >= BYTES / 3 * 4, "{method} {all} {zeros}");
    }

    let piece = b"QUJD".repeat(16_384);
    let pieces = BYTES / (3 * 16_384);
    let (all, letters) = exchange(address, "mirror", "<base64>", &piece, pieces, "</base64>", b'Q');
    assert!(all > piece.len() * pieces && letters >= piece.len() * pieces / 4, "{all} {letters}");

    let item = b"<value><int>3</int></value>".repeat(1_000);
    let (all, _) = exchange(address, "sum", "<array><data>", &item, NUMBERS / 1_000, "</data></array>", b'9');
    assert!(all < 500, "{all}");

    // What was written before it broke is gone.
    let (all, over) = exchange(address, "breaks", &numbers, b"", 0, "", b'v');
    assert!(all < 600 && over > 0, "{all}");

    drop(server);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("at most {peak} kB");
    assert!(peak * 1024 < MEMORY, "{peak} kB");
}
