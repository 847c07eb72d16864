//! One download of a large base64 in a process of its own: how fast it came and how much memory the process had at most.
//!
//! `download socket|transport|base64 ADDRESS MEGABYTES`. A program of its own, so that its memory is not that of the
//! other clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tiny_xmlrpc::client::{Options, Outgoing, Reply, Transport};
use tiny_xmlrpc::{Client, Limits};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, address, megabytes] = &arguments[..] else {
        return Err("usage: download socket|transport|base64 ADDRESS MEGABYTES".into());
    };
    let bytes = megabytes.parse::<u64>()? * 1_000_000 / 3 * 3;
    let start = Instant::now();
    let received = match way.as_str() {
        "socket" => socket(address, megabytes, bytes)?,
        "transport" => transport(address, megabytes)?,
        "base64" => base64(address, megabytes)?,
        _ => return Err("no such way".into()),
    };
    let took = start.elapsed();
    let expected = if way == "base64" { bytes } else { bytes / 3 * 4 };
    if received < expected {
        return Err(format!("expected {expected} bytes, found {received}").into());
    }
    println!("{:.1} {}", bytes as f64 / took.as_secs_f64() / 1e6, peak()?);
    Ok(())
}

/// All that comes, and nothing is made of it.
fn socket(address: &str, megabytes: &str, bytes: u64) -> Result<u64, Error> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "POST /download/{megabytes} HTTP/1.1\r\nContent-Length: 1\r\n\r\nx")?;
    let mut buffer = vec![0; 64 * 1024];
    let mut received = 0;
    while received < bytes / 3 * 4 {
        match stream.read(&mut buffer)? {
            0 => break,
            read => received += read as u64,
        }
    }
    Ok(received)
}

/// The reply's body, out of its framing, and nothing is made of it: what the transport alone moves.
fn transport(address: &str, megabytes: &str) -> Result<u64, Error> {
    let mut options = Options::new();
    options.limits(Limits::unbounded());
    let transport = options.transport(&format!("http://{address}/download/{megabytes}").parse()?)?;
    let received = Arc::new(AtomicU64::new(0));
    Client::over(Counting { transport, received: received.clone() }).stream("get").call::<()>()?;
    Ok(received.load(Ordering::Relaxed))
}

/// Reads replies past and counts them; the client gets an empty one.
struct Counting {
    transport: Box<dyn Transport>,
    received: Arc<AtomicU64>,
}

impl Transport for Counting {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> tiny_xmlrpc::Result<Reply> {
        self.transport.exchange(request, reply)
    }

    fn stream(
        &mut self,
        request: &mut Outgoing<'_>,
        receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> tiny_xmlrpc::Result<()>,
    ) -> tiny_xmlrpc::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        self.transport.stream(request, &mut |head, body| {
            loop {
                match body.read(&mut buffer)? {
                    0 => {
                        return receive(
                            head,
                            &mut &b"<methodResponse><params><param><value/></param></params></methodResponse>"[..],
                        );
                    }
                    read => self.received.fetch_add(read as u64, Ordering::Relaxed),
                };
            }
        })
    }
}

/// As a user of the client would.
fn base64(address: &str, megabytes: &str) -> Result<u64, Error> {
    let mut options = Options::new();
    options.limits(Limits::unbounded());
    let client = Client::with_options(&format!("http://{address}/download/{megabytes}"), &options)?;
    Ok(client.stream("get").receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut std::io::sink())?))?)
}

/// The most memory that the process had so far, in KiB.
fn peak() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
