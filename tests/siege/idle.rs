//! Ten thousand clients that keep their connections and have nothing to say.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::besieged::Besieged;
use super::healthy::{COLUMNS, observed};
use super::peer::Peer;
use super::process::{PATIENCE, Share, itself, most_descriptors};
use super::requests::add;
use super::{alone, show, tell};

const IDLE: usize = 10_000;

/// Processes that hold the clients' ends.
const HOLDERS: usize = 2;

/// KiB that all of them together may cost.
const MEMORY: u64 = 40 * 1024;

const TARGET: &str = "TEST_IDLE";
const COUNT: &str = "TEST_IDLE_COUNT";
const READY: &str = "all are idle";

#[test]
fn ten_thousand_idle_connections_cost_little_and_disturb_nobody() {
    let _alone = alone();
    let count = IDLE.min(most_descriptors().saturating_sub(100));
    if count < IDLE {
        tell(&format!("{count} idle connections in place of {IDLE}, for want of descriptors"));
    }
    let server = Besieged::start(Share::FULL, Some(count + 50));
    let elsewhere = Besieged::start(Share::FULL, None);
    observed(&server.url, &elsewhere.url, |_| ());
    let quiet = observed(&server.url, &elsewhere.url, |_| ()).calls;
    let memory = server.memory();
    let mut holders: Vec<Peer> = (0..HOLDERS)
        .map(|_| {
            let mut command = itself("idle::idles_if_it_is_asked_to", TARGET, server.address(), Share::FULL);
            Peer::start(command.env(COUNT, (count / HOLDERS).to_string()))
        })
        .collect();
    for holder in &mut holders {
        while !holder.line().contains(READY) {}
    }
    let grown = server.memory().saturating_sub(memory);
    assert!(server.descriptors() >= count, "some were closed");
    let observed = observed(&server.url, &elsewhere.url, |_| ());
    assert!(server.descriptors() >= count, "some were closed");
    let grown = grown.max(server.memory().saturating_sub(memory));
    let table = format!(
        "{:24} {COLUMNS}\n{:24} {quiet}\n{count:<24} {}\nelsewhere {:14} {}\n{:.1} MiB for them, {:.2} KiB each; {:.1} MiB in all\n",
        "idle connections",
        "none",
        observed.calls,
        "",
        observed.control,
        grown as f64 / 1024.0,
        grown as f64 / count as f64,
        server.memory() as f64 / 1024.0,
    );
    show(&table);
    assert!(grown < MEMORY, "{table}");
    observed.assert_undisturbed(&quiet, "idle connections");
    for holder in holders {
        holder.finish();
    }
}

/// Holds connections in the process that is started for it. Otherwise there is nothing to do.
#[test]
fn idles_if_it_is_asked_to() {
    let Ok(address) = std::env::var(TARGET) else { return };
    let count: usize = std::env::var(COUNT).unwrap().parse().unwrap();
    let connect = |_| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // It is kept after a call, and not just one that has not begun.
        stream.write_all(&add()).unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 100);
        stream
    };
    let streams: Vec<TcpStream> = (0..count).map(connect).collect();
    println!("\n{READY}");
    let _ = std::io::stdin().read(&mut [0]);
    for mut stream in streams {
        // It has not been closed meanwhile.
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}
