//! A soak: everything at once, for a long time, in which neither memory nor descriptors may grow.
//!
//! `SOAK_SECONDS=600 cargo test --release --features gzip --test siege soak -- --nocapture` takes ten minutes.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::besieged::Besieged;
use super::peer::wait_until;
use super::process::{PATIENCE, Share};
use super::requests::{ECHO, LARGE, add, document};
use super::{alone, show};
#[cfg(feature = "gzip")]
use tiny_xmlrpc::client::Options;
use tiny_xmlrpc::{Binary, Client, Struct, Value};

/// Seconds where nothing else is said.
const SECONDS: u64 = 10;

/// Rows of the table.
const SAMPLES: usize = 30;

/// KiB by which the memory of one third of the time may differ from that of the one before by chance: the largest thing
/// that comes and goes.
const CHANCE: u64 = 6 * 1024;

/// Connections by which the number may.
const COMING_AND_GOING: usize = 20;

type Load = fn(&Soak<'_>);

/// Who does what, again and again until the end.
const LOADS: &[(&str, Load)] = &[
    ("small calls", |soak| {
        let client = Client::new(soak.url).unwrap();
        soak.again(1, || {
            for number in 0..50 {
                assert_eq!(client.call::<i32>("add", (number, 1)).unwrap(), number + 1);
            }
        });
    }),
    ("large calls", |soak| {
        let client = Client::new(soak.url).unwrap();
        let record: Value = Struct::from_iter([("id", Value::from(1)), ("name", Value::from("a name"))]).into();
        let records = Value::Array(vec![record; 5_000]);
        let bytes = vec![7; 1_000_000];
        soak.again(50, || {
            assert_eq!(client.call::<Value>("echo", (&records,)).unwrap(), records);
            let Binary(echoed) = client.call::<Binary>("echo", (Binary(bytes.clone()),)).unwrap();
            assert_eq!(echoed, bytes);
        });
    }),
    ("multicalls", |soak| {
        let client = Client::new(soak.url).unwrap();
        soak.again(10, || {
            let mut many = client.multicall();
            for number in 0..100 {
                many.add("add", (number, number)).unwrap();
            }
            let results: Vec<tiny_xmlrpc::Result<i32>> = many.run().unwrap();
            assert!(results.len() == 100 && results.iter().all(Result::is_ok));
        });
    }),
    ("errors", |soak| {
        let client = Client::new(soak.url).unwrap();
        soak.again(5, || {
            assert_eq!(client.call::<i32>("missing", ()).unwrap_err().fault().unwrap().code(), -32601);
            assert!(client.call::<i32>("fail", ()).unwrap_err().fault().is_some());
            assert_eq!(client.call::<i32>("add", (1,)).unwrap_err().fault().unwrap().code(), -32602);
            for wrong in
                [document("", "<methodCall>"), b"GET / HTTP/2.0\r\n\r\n".to_vec(), b"\x16\x03\x01\r\n\r\n".to_vec()]
            {
                let mut stream = soak.connect();
                stream.write_all(&wrong).unwrap();
                stream.shutdown(std::net::Shutdown::Write).unwrap();
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
    }),
    ("short connections", |soak| {
        soak.again(5, || {
            drop(soak.connect());
            let mut stream = soak.connect();
            stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
            stream.read_to_end(&mut Vec::new()).unwrap();
        });
    }),
    ("slow peers", |soak| {
        let mut streams: Vec<TcpStream> = (0..20).map(|_| soak.connect()).collect();
        let mut at = 0;
        soak.again(20, || {
            let mut request = document("", ECHO);
            request.resize(1_000, b' ');
            for stream in &mut streams {
                let byte = request[at % request.len()];
                if stream.write_all(&[byte]).is_err() || at % 400 == 399 {
                    *stream = soak.connect();
                }
                at += 1;
            }
        });
    }),
    ("resets", |soak| {
        soak.again(10, || {
            let mut stream = soak.connect();
            let two = add().repeat(2);
            stream.write_all(&two[..two.len() - 100]).unwrap();
            let _ = stream.peek(&mut [0]);
        });
    }),
    ("replies nobody reads", |soak| {
        soak.again(200, || {
            let mut stream = soak.connect();
            stream.write_all(LARGE).unwrap();
            let _ = stream.peek(&mut [0]);
        });
    }),
    #[cfg(feature = "gzip")]
    ("compressed calls", |soak| {
        let mut options = Options::new();
        options.gzip_requests(true).gzip_replies(true);
        let client = Client::with_options(soak.url, &options).unwrap();
        let text = "compress me ".repeat(10_000);
        soak.again(50, || assert_eq!(client.call::<String>("echo", (&text,)).unwrap(), text));
    }),
];

/// What a load works with.
struct Soak<'a> {
    url: &'a str,
    address: &'a str,
    ends: &'a AtomicBool,
    rounds: &'a AtomicU64,
}

impl Soak<'_> {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// With so many milliseconds between the rounds.
    fn again(&self, pause: u64, mut round: impl FnMut()) {
        while !self.ends.load(Ordering::Relaxed) {
            round();
            self.rounds.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(pause));
        }
    }
}

#[derive(Clone, Copy)]
struct Sample {
    at: Duration,
    memory: u64,
    descriptors: usize,
    rounds: u64,
}

/// The middle one of these.
fn median<T: Ord + Copy>(samples: &[Sample], of: impl Fn(&Sample) -> T) -> T {
    let mut values: Vec<T> = samples.iter().map(of).collect();
    values.sort_unstable();
    values[values.len() / 2]
}

#[test]
fn a_soak_grows_neither_memory_nor_descriptors() {
    let _alone = alone();
    let seconds = std::env::var("SOAK_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let server = Besieged::start(Share::FULL, None);
    let before = server.descriptors();
    let ends = AtomicBool::new(false);
    let rounds: Vec<AtomicU64> = LOADS.iter().map(|_| AtomicU64::new(0)).collect();
    let mut samples = Vec::new();
    thread::scope(|scope| {
        let loads: Vec<_> = LOADS
            .iter()
            .zip(&rounds)
            .map(|((_, load), rounds)| {
                let soak = Soak { url: &server.url, address: server.address(), ends: &ends, rounds };
                scope.spawn(move || load(&soak))
            })
            .collect();
        let start = Instant::now();
        // More often than there are rows, since much comes and goes.
        let pause = Duration::from_secs(seconds) / 900;
        while start.elapsed().as_secs() < seconds && loads.iter().all(|load| !load.is_finished()) {
            samples.push(Sample {
                at: start.elapsed(),
                memory: server.memory(),
                descriptors: server.descriptors(),
                rounds: rounds.iter().map(|rounds| rounds.load(Ordering::Relaxed)).sum(),
            });
            thread::sleep(pause);
        }
        ends.store(true, Ordering::Relaxed);
    });
    let mut table = "  second      KiB  descriptors    rounds\n".to_owned();
    for part in samples.chunks(samples.len().div_ceil(SAMPLES)) {
        let (memory, descriptors) = (median(part, |it| it.memory), median(part, |it| it.descriptors));
        let last = part.last().unwrap();
        writeln!(table, "{:8.1} {memory:8} {descriptors:12} {:9}", last.at.as_secs_f64(), last.rounds).unwrap();
    }
    for ((name, _), rounds) in LOADS.iter().zip(&rounds) {
        writeln!(table, "{name}: {} rounds", rounds.load(Ordering::Relaxed)).unwrap();
        assert!(rounds.load(Ordering::Relaxed) > 0, "{name}");
    }
    let third = samples.len() / 3;
    let (second, last) = (&samples[third..2 * third], &samples[2 * third..]);
    let memory = [second, last].map(|part| median(part, |it| it.memory));
    let descriptors = [second, last].map(|part| median(part, |it| it.descriptors));
    writeln!(table, "second and last third: {memory:?} KiB, {descriptors:?} descriptors").unwrap();
    show(&table);
    assert!(memory[1] <= memory[0] + CHANCE, "{table}");
    assert!(descriptors[1] <= descriptors[0] + COMING_AND_GOING, "{table}");
    // All is given back.
    wait_until("what was open is closed", || server.descriptors() <= before);
}
