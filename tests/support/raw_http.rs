//! HTTP by hand: sockets that send bytes and take replies apart.
#![allow(dead_code)]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// How long a test waits for what must come. Only a failing test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A call of `add(2, 3)` as a document.
pub(crate) const ADD: &str = "<?xml version=\"1.0\"?><methodCall><methodName>add</methodName><params>\
    <param><value><int>2</int></value></param><param><value><int>3</int></value></param></params></methodCall>";

/// A POST with these further fields, each with its line end.
pub(crate) fn post(path: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A reply as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header field.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body, which is text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Whether it says that the connection closes.
    pub(crate) fn closes(&self) -> bool {
        self.head.contains("\r\nConnection: close\r\n")
    }
}

/// A connection.
pub(crate) struct Socket {
    pub(crate) stream: TcpStream,
    /// What has come and was not yet taken.
    buffer: Vec<u8>,
}

impl Socket {
    pub(crate) fn connect(address: impl ToSocketAddrs) -> Self {
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

    /// The next reply.
    pub(crate) fn answer(&mut self) -> Answer {
        self.try_answer().expect("a reply")
    }

    /// The next reply, or `None` if the connection ends before its first byte. It must have a length, unless by its status
    /// it has no body.
    pub(crate) fn try_answer(&mut self) -> Option<Answer> {
        let (status, head) = self.try_head()?;
        let mut answer = Answer { status, head, body: Vec::new() };
        let length = match answer.header("Content-Length") {
            Some(length) => length.parse().unwrap(),
            None => {
                assert!(matches!(status, 100..=199 | 204 | 304), "a length: {}", answer.head);
                0
            }
        };
        while self.buffer.len() < length {
            assert!(self.fill(), "half a body: {} of {length}", self.buffer.len());
        }
        let rest = self.buffer.split_off(length);
        answer.body = std::mem::replace(&mut self.buffer, rest);
        Some(answer)
    }

    /// The head of the next reply, where no body follows whatever the head says: it answers a HEAD.
    pub(crate) fn head(&mut self) -> String {
        self.try_head().expect("a reply").1
    }

    fn try_head(&mut self) -> Option<(u16, String)> {
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
        Some((head.split(' ').nth(1).unwrap().parse().unwrap(), head))
    }

    /// Whether the server ends the connection with nothing more on it.
    pub(crate) fn is_ended(&mut self) -> bool {
        self.buffer.is_empty() && !self.fill()
    }

    fn fill(&mut self) -> bool {
        let mut piece = [0; 65536];
        match self.stream.read(&mut piece) {
            Ok(count) => {
                self.buffer.extend_from_slice(&piece[..count]);
                count > 0
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Sends these bytes on a connection of their own and nothing after them. What came back, which is all that comes up to
/// the end of the connection; `None` if nothing did.
pub(crate) fn exchange(address: &str, request: impl AsRef<[u8]>) -> Option<Answer> {
    let mut socket = Socket::connect(address);
    socket.send(request).stream.shutdown(Shutdown::Write).unwrap();
    socket.stream.read_to_end(&mut socket.buffer).unwrap();
    let answer = socket.try_answer()?;
    assert!(socket.buffer.is_empty(), "more than one reply: {:?}", socket.buffer);
    Some(answer)
}

/// Looks again and again until something holds that others bring about.
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it never came");
        std::thread::yield_now();
    }
}
