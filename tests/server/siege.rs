//! All that a hostile network may do, while a healthy client keeps calling.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::{add_request, address};
use tiny_xmlrpc::server::{Config, Reply};
use tiny_xmlrpc::{Client, Server, Value};

const BESIEGED: &str = "TEST_BESIEGED";

/// Without optimisation all takes its time.
const PIPELINED: usize = if cfg!(debug_assertions) { 20_000 } else { 300_000 };
const SHORT: usize = if cfg!(debug_assertions) { 2_000 } else { 10_000 };

/// The memory that the server's process may ever have used.
const MEMORY_KIB: u64 = 64 * 1024;

/// What somebody does to it.
type Attack<'a> = &'a dyn Fn(&Besieged);

struct Besieged {
    url: String,
    process: Child,
}

impl Drop for Besieged {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Besieged {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(address(&self.url)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse().unwrap()
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }
}

/// Sends what may be cut short by the server, and takes what comes back.
fn send(mut stream: TcpStream, bytes: &[u8]) -> String {
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn document(body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Calls until it is told to end: how long each call took.
fn healthy(url: &str, ends: &AtomicBool) -> Vec<Duration> {
    let client = Client::new(url).unwrap();
    let mut times = Vec::new();
    let mut number = 0;
    while !ends.load(Ordering::Relaxed) || times.len() < 20 {
        number += 1;
        let start = Instant::now();
        assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
        times.push(start.elapsed());
    }
    times
}

fn percentile(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

#[test]
fn a_healthy_client_is_served_whatever_others_do() {
    if let Some(path) = std::env::var_os(BESIEGED) {
        let mut config = Config::default();
        config.max_connections_per_address = 500;
        let mut server = Server::bind_with("127.0.0.1:0", config).unwrap();
        server.multicall(true);
        server.add("add", |a: i32, b: i32| a + b);
        server.add("echo", |value: Value| value);
        server.page("/large", |_| Reply::new(200, "text/plain", vec![b'x'; 4_000_000]));
        let file = std::path::PathBuf::from(path);
        fs::write(file.with_extension("new"), server.url()).unwrap();
        fs::rename(file.with_extension("new"), file).unwrap();
        return server.serve_forever().unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("url");
    let process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "siege::a_healthy_client_is_served_whatever_others_do"])
        .env(BESIEGED, &file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = Besieged { url: String::new(), process };
    let start = Instant::now();
    while server.url.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(30));
        server.url = fs::read_to_string(&file).unwrap_or_default();
        thread::yield_now();
    }
    let observe = |during: &mut dyn FnMut()| {
        let ends = Arc::new(AtomicBool::new(false));
        let (url, flag) = (server.url.clone(), ends.clone());
        let caller = thread::spawn(move || healthy(&url, &flag));
        during();
        ends.store(true, Ordering::Relaxed);
        caller.join().unwrap()
    };
    let mut quiet = observe(&mut || thread::sleep(Duration::from_millis(300)));
    let descriptors = server.descriptors();
    let attacks: [(&str, Attack<'_>); 9] = [
        ("slow heads and bodies", &slow),
        ("connections opened and left", &|server| {
            let mut left: Vec<TcpStream> = Vec::new();
            for number in 0..2_000_usize {
                // As many at once as there are descriptors for here.
                if left.len() >= 600 {
                    left.remove(number % 600);
                }
                left.push(server.connect());
            }
        }),
        ("short connections", &|server| {
            for _ in 0..SHORT {
                drop(server.connect());
            }
        }),
        ("resets in the body", &|server| {
            for _ in 0..200 {
                let mut stream = server.connect();
                stream.write_all(&add_request("/", "")[..150]).unwrap();
                // What is unread makes the end a reset.
                stream.write_all(b"\r\n\r\nGET / HTTP/1.1\r\n\r\n").unwrap();
            }
        }),
        ("lengths and framing", &|server| {
            for (fields, status) in [
                ("Content-Length: 1125899906842624\r\n", "413"),
                ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "400"),
            ] {
                let answer =
                    send(server.connect(), format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n0\r\n\r\n").as_bytes());
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            }
        }),
        ("a header line of 512 MiB", &|server| {
            let mut stream = server.connect();
            let mut sent = stream.write(b"GET / HTTP/1.1\r\nA: ").unwrap();
            let piece = [b'x'; 65_536];
            while sent < 512 << 20 {
                match stream.write(&piece) {
                    Ok(count) => sent += count,
                    Err(_) => break,
                }
            }
            assert!(sent < 64 << 20, "it was read up to {sent}");
        }),
        ("pipelined requests", &|server| {
            let stream = server.connect();
            let mut reader = stream.try_clone().unwrap();
            let sender = thread::spawn(move || {
                let mut stream = stream;
                let many = add_request("/", "").repeat(100);
                for _ in 0..PIPELINED / 100 {
                    stream.write_all(&many).unwrap();
                }
                stream.shutdown(std::net::Shutdown::Write).unwrap();
            });
            let (mut buffer, mut answers) = (vec![0; 65_536], 0);
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                // An answer that falls on the edge of a piece isn't counted.
                answers += String::from_utf8_lossy(&buffer[..count]).matches("<int>5</int>").count();
            }
            sender.join().unwrap();
            assert!(answers > PIPELINED * 9 / 10 && answers <= PIPELINED, "{answers}");
        }),
        ("nesting, entities", &|server| {
            let head = "<methodCall><methodName>echo</methodName><params><param>";
            let answer =
                send(server.connect(), &document(&(head.to_owned() + &"<value><array><data>".repeat(100_000))));
            assert!(answer.contains("-32600"), "{answer}");
            let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>".to_owned() + head + "&b;";
            let answer = send(server.connect(), &document(&bomb));
            assert!(answer.contains("-32700"), "{answer}");
        }),
        ("replies that nobody reads", &|server| {
            let mut deaf: Vec<TcpStream> = (0..30).map(|_| server.connect()).collect();
            for stream in &mut deaf {
                stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            }
            for stream in &deaf {
                let _ = stream.peek(&mut [0]);
            }
        }),
    ];
    let quietest = percentile(&mut quiet);
    let slowest = Mutex::new((Duration::ZERO, ""));
    for (name, attack) in attacks {
        let mut times = observe(&mut || attack(&server));
        let slow = percentile(&mut times);
        let mut slowest = slowest.lock().unwrap();
        if slow > slowest.0 {
            *slowest = (slow, name);
        }
        // Other tests run beside this one, and a client that waits its turn for the processor is not the server's delay.
        assert!(slow < (20 * quietest).max(Duration::from_millis(500)), "{name}: {slow:?}, quiet: {quietest:?}");
    }
    let peak = server.status("VmHWM");
    println!("99th percentile: {quietest:?}, besieged {:?}; at most {peak} KiB", slowest.lock().unwrap());
    assert!(peak < MEMORY_KIB, "{peak} KiB");
    let start = Instant::now();
    while server.descriptors() > descriptors {
        assert!(start.elapsed() < Duration::from_secs(60), "{} descriptors are left", server.descriptors());
        thread::sleep(Duration::from_millis(10));
    }
}

/// 200 heads and 200 bodies, byte by byte.
fn slow(server: &Besieged) {
    let mut streams: Vec<TcpStream> = (0..400).map(|_| server.connect()).collect();
    for stream in &mut streams[200..] {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n").unwrap();
    }
    for _ in 0..10 {
        for stream in &mut streams {
            let _ = stream.write_all(b"G");
        }
    }
}
