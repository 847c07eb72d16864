//! The transports against servers that misbehave: scripts over bare sockets.

mod asked;
mod both;
mod keeping;
mod minreq;
#[cfg(unix)]
mod mutations;
mod over;
mod phases;
#[cfg(unix)]
mod process;
mod scgi;
mod split;
mod streams;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Options, Reply, Transport, TransportChoice, Url};
use crate::{Error, ErrorKind, Limit, Limits, Phase, Result};

const CALL: &[u8] = b"<?xml version=\"1.0\"?><methodCall><methodName>x</methodName></methodCall>";
const ANSWER: &[u8] = b"<?xml version=\"1.0\"?><methodResponse><params/></methodResponse>\n";

/// A server that runs a script for each connection, one after the other, until it is dropped.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// One connection, the server's side.
struct Peer {
    stream: TcpStream,
    /// Which connection it is, from 0.
    number: usize,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start(script: impl Fn(&mut Peer) + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (connections, requests, stop) = (connections.clone(), requests.clone(), stop.clone());
            move || {
                loop {
                    let (stream, _) = listener.accept().unwrap();
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    stream.set_nodelay(true).unwrap();
                    // A script that waits for a client that never comes fails the test, it does not hang it.
                    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
                    let number = connections.fetch_add(1, Ordering::SeqCst);
                    script(&mut Peer { stream, number, requests: requests.clone() });
                }
            }
        });
        Self { address, connections, requests, stop, thread: Some(thread) }
    }

    /// A server that answers each request, whatever it is, with these bytes, and then closes.
    fn once(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        Self::start(move |peer| {
            peer.request();
            peer.send(&reply);
        })
    }

    fn url(&self) -> Url {
        format!("http://{}/RPC2", self.address).parse().unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn kept(&self, options: &Options) -> super::Kept {
        super::Kept::new(&self.url(), options).unwrap()
    }

    /// One call over the kept connection, which it is the first on.
    fn call(&self) -> Result<(Reply, Vec<u8>)> {
        exchange(&mut self.kept(&Options::new()))
    }

    /// One call over minreq.
    fn call_minreq(&self) -> Result<(Reply, Vec<u8>)> {
        exchange(&mut super::Minreq::new(&self.url(), &Options::new()).unwrap())
    }

    /// One call over each transport.
    fn call_both(&self) -> Vec<Result<(Reply, Vec<u8>)>> {
        each(&self.url(), &Options::new()).iter_mut().map(|transport| exchange(transport)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        let result = self.thread.take().unwrap().join();
        if !std::thread::panicking() {
            result.unwrap();
        }
    }
}

impl Peer {
    /// Reads a whole request, `None` if the client closes before it.
    fn request(&mut self) -> Option<Vec<u8>> {
        let request = read_request(&mut self.stream, 0)?;
        self.requests.fetch_add(1, Ordering::SeqCst);
        Some(request)
    }

    /// Whether the client took the bytes.
    fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Sends until the client closes.
    fn send_for_ever(&mut self, bytes: &[u8]) {
        while self.send(bytes) {}
    }

    /// Waits until the client closes.
    fn wait_for_close(&mut self) {
        while matches!(self.stream.read(&mut [0; 1024]), Ok(1..)) {}
    }

    /// Reads a request but for its last byte, which is there too: the connection, once closed, is reset.
    fn request_for_reset(&mut self) {
        read_request(&mut self.stream, 1);
        self.stream.peek(&mut [0]).unwrap();
    }
}

/// Reads a request but for the last `leave` bytes of its body.
fn read_request(stream: &mut impl Read, leave: usize) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return None;
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8(request.clone()).unwrap().to_lowercase();
    let length: usize = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length - leave];
    stream.read_exact(&mut body).ok()?;
    request.extend(body);
    Some(request)
}

fn exchange(transport: &mut dyn Transport) -> Result<(Reply, Vec<u8>)> {
    let mut reply = b"left over from before".to_vec();
    let head = transport.exchange(CALL, &mut reply)?;
    Ok((head, reply))
}

/// A reply with this status line, these fields and a length.
fn reply(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    reply.extend(body);
    reply
}

/// The answer in chunks of these sizes, and what is left of it in a last one.
fn chunked(sizes: &[usize]) -> Vec<u8> {
    let mut reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut rest = ANSWER;
    for &size in sizes {
        let (chunk, after) = rest.split_at(size);
        rest = after;
        reply.extend(format!("{size:x}\r\n").bytes());
        reply.extend(chunk);
        reply.extend(b"\r\n");
    }
    reply.extend(format!("{:X};last=\"1\"\r\n", rest.len()).bytes());
    reply.extend(rest);
    reply.extend(b"\r\n0\r\nX-Trailer: 1\r\n\r\n");
    reply
}

#[track_caller]
fn assert_error(result: Result<(Reply, Vec<u8>)>, kind: ErrorKind, executed: bool) -> Error {
    let error = result.expect_err("expected an error");
    assert_eq!((error.kind(), error.may_have_executed()), (kind, executed), "{error:?}");
    error
}

const WAIT: ErrorKind = ErrorKind::Transport(Phase::Wait);
const RECEIVE: ErrorKind = ErrorKind::Transport(Phase::Receive);
const SEND: ErrorKind = ErrorKind::Transport(Phase::Send);

/// Short, but longer than what an overloaded machine pauses for.
const BRIEF: Duration = Duration::from_millis(400);

/// Options with this time-out for the whole call.
fn brief() -> Options {
    let mut options = Options::new();
    options.timeout(BRIEF);
    options
}

fn limited(bytes: u64) -> Options {
    let mut options = Options::new();
    options.limits(Limits { bytes, ..Limits::default() });
    options
}

/// A transport of each kind, with the same options.
fn each(url: &Url, options: &Options) -> Vec<Box<dyn Transport>> {
    CHOICES.iter().map(|&choice| options.clone().choice(choice).transport(url).unwrap()).collect()
}

/// The transports for `http` URLs.
const CHOICES: &[TransportChoice] = &[
    TransportChoice::Kept,
    TransportChoice::Minreq,
    #[cfg(feature = "ureq")]
    TransportChoice::Ureq,
];

const BUFFER: ErrorKind = ErrorKind::Limit(Limit::Buffer);
const BYTES: ErrorKind = ErrorKind::Limit(Limit::Bytes);
