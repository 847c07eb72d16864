//! The limit: a bare loop over mio's epoll on one thread, and the same bytes for whatever is asked.
//!
//! Of HTTP it knows that a request is over when its last bytes are those of a call. There is no server that does less.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use crate::{Failure, announce};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);

/// How a request ends, but for white space.
const END: &[u8] = b"</methodCall>";

struct Connection {
    socket: TcpStream,
    /// The last bytes that were read, in case the next read begins within [`END`].
    tail: Vec<u8>,
    /// Bytes of the answer that are still to be sent.
    left: usize,
}

/// Answers every request with this body.
pub(crate) fn serve(address: SocketAddr, body: &[u8]) -> Result<(), Failure> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = [head.as_bytes(), body].concat();
    let mut listener = TcpListener::bind(address)?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    announce(listener.local_addr()?)?;

    let mut events = Events::with_capacity(1024);
    let mut connections: Vec<Option<Connection>> = Vec::new();
    let mut scratch = vec![0; 64 * 1024];
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut socket, _)) = listener.accept() {
                    socket.set_nodelay(true)?;
                    let token = Token(connections.len());
                    poll.registry().register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
                    connections.push(Some(Connection { socket, tail: Vec::new(), left: 0 }));
                }
            } else if let Some(slot) = connections.get_mut(event.token().0)
                && let Some(connection) = slot
                && !connection.turn(event.is_readable(), &answer, &mut scratch)
            {
                *slot = None;
            }
        }
    }
}

impl Connection {
    /// Sends and reads what can be. Whether the connection goes on.
    fn turn(&mut self, readable: bool, answer: &[u8], scratch: &mut [u8]) -> bool {
        if self.left > 0 && !self.send(answer) {
            return false;
        }
        if !readable {
            return true;
        }
        loop {
            match self.socket.read(scratch) {
                Ok(0) => return false,
                Ok(count) => {
                    if self.ends(&scratch[..count]) {
                        self.left = answer.len();
                        if !self.send(answer) {
                            return false;
                        }
                    }
                    // A read that does not fill the buffer has emptied the socket; another would only say so.
                    if count < scratch.len() {
                        return true;
                    }
                }
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    }

    /// Whether a request ends with these bytes.
    fn ends(&mut self, bytes: &[u8]) -> bool {
        if bytes.trim_ascii_end().ends_with(END) {
            self.tail.clear();
            return true;
        }
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(END.len())..]);
        let ends = self.tail.trim_ascii_end().ends_with(END);
        if ends {
            self.tail.clear();
        } else {
            self.tail.drain(..self.tail.len().saturating_sub(END.len()));
        }
        ends
    }

    /// Sends as much as the socket takes. Whether the connection goes on.
    fn send(&mut self, answer: &[u8]) -> bool {
        while self.left > 0 {
            match self.socket.write(&answer[answer.len() - self.left..]) {
                Ok(count) => self.left -= count,
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
        true
    }
}
