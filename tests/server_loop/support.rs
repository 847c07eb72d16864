//! A server on a thread, and clients that are nothing but sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request, RequestHead, Service, ShutdownHandle, Stats};

/// How long a test waits for what must come. Only a failing test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Sends back what it gets: `METHOD path?query body`. Refuses by the head what `/refuse/STATUS` names.
pub(crate) struct Echo;

impl Service for Echo {
    fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        match head.path().strip_prefix("/refuse/") {
            Some(status) => Err(Reply::error(status.parse().unwrap(), "refused")),
            None => Ok(()),
        }
    }

    fn request(&mut self, request: &Request<'_>) -> Reply {
        match request.path() {
            "/panic" => panic!("as asked"),
            "/large" => return Reply::new(200, "text/plain", vec![b'x'; request.query().unwrap().parse().unwrap()]),
            "/close" => return Reply::text(200, "bye").closing(),
            _ => {}
        }
        let mut body = request.buffer();
        write!(body, "{} {}?{} ", request.method(), request.path(), request.query().unwrap_or_default()).unwrap();
        body.extend_from_slice(request.body());
        Reply::new(200, "text/plain", body)
    }
}

/// A server on a thread. Dropping it shuts it down and waits for it.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) handle: ShutdownHandle,
    thread: Option<JoinHandle<Stats>>,
}

impl Running {
    pub(crate) fn start(config: Config) -> Self {
        Self::with(config, Echo)
    }

    pub(crate) fn with(config: Config, service: impl Service + Send + 'static) -> Self {
        Self::serve(EventLoop::bind("127.0.0.1:0", config).unwrap(), service)
    }

    /// With so many threads that answer, or none but the loop's.
    pub(crate) fn with_workers(config: Config, workers: usize) -> Self {
        let mut server = EventLoop::bind("127.0.0.1:0", config).unwrap();
        if workers > 0 {
            server.workers(workers, || Echo).unwrap();
        }
        Self::serve(server, Echo)
    }

    fn serve(mut server: EventLoop, mut service: impl Service + Send + 'static) -> Self {
        let (address, handle) = (server.local_addr().unwrap(), server.shutdown_handle());
        let thread = std::thread::spawn(move || {
            server.run_until_shutdown(&mut service).unwrap();
            assert_eq!((server.connections(), server.buffered()), (0, 0));
            server.stats()
        });
        Self { address, handle, thread: Some(thread) }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Shuts it down and says what it did.
    pub(crate) fn stop(mut self) -> Stats {
        self.handle.shutdown();
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.handle.shutdown();
        let panicked = self.thread.take().is_some_and(|thread| thread.join().is_err());
        if panicked && !std::thread::panicking() {
            panic!("the server panicked");
        }
    }
}

/// A reply as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn closes(&self) -> bool {
        self.head.contains("\r\nConnection: close\r\n")
    }
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.stream.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// The next reply, which must have a length.
    pub(crate) fn answer(&mut self) -> Answer {
        self.try_answer().expect("a reply")
    }

    /// The next reply, or `None` if the connection ends before its first byte.
    pub(crate) fn try_answer(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.fill() {
                assert!(self.buffer.is_empty(), "half a head: {:?}", self.buffer);
                return None;
            }
        };
        let head = String::from_utf8(self.buffer.drain(..end).collect()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.split_once("\r\nContent-Length: ").map(|(_, rest)| rest.split_once("\r\n").unwrap().0);
        let length = length.map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < length {
            assert!(self.fill(), "half a body: {} of {length}", self.buffer.len());
        }
        let rest = self.buffer.split_off(length);
        Some(Answer { status, head, body: std::mem::replace(&mut self.buffer, rest) })
    }

    /// Whether the server ends the connection with nothing more on it.
    pub(crate) fn is_ended(&mut self) -> bool {
        self.buffer.is_empty() && !self.fill()
    }

    /// One call on a kept connection.
    pub(crate) fn call(&mut self, body: &str) {
        self.send(post("/", body));
        let answer = self.answer();
        assert_eq!((answer.status, answer.text()), (200, &*format!("POST /? {body}")));
    }

    fn fill(&mut self) -> bool {
        let mut piece = [0; 65536];
        match self.stream.read(&mut piece) {
            Ok(count) => {
                self.buffer.extend_from_slice(&piece[..count]);
                count > 0
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }
}

pub(crate) fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Waits until something holds that another thread brings about.
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it never came");
        std::thread::yield_now();
    }
}
