//! Replies → bytes on the socket.

use core::cell::RefCell;
use std::borrow::Cow;
use std::io::{self, IoSlice, Write};
use std::sync::Arc;

use super::Reply;
use super::log::Entry;
use super::reply::Body;
use crate::Spool;
use crate::http1::{HeadWriter, Version};

/// Bodies up to here are copied behind their head: one buffer, one write, also for several pipelined replies.
const COPIED_BODY: usize = 32 * 1024;

/// Pipelined replies are collected up to here before they are sent.
const FULL: usize = 64 * 1024;

/// The largest buffer that is kept for the next replies.
const KEPT: usize = 1 << 20;

/// Bytes of a reply sent before others have their turn.
const TURN: usize = 512 << 10;

/// How a reply is delivered: what its request asks for.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) form: Form,
    /// Whether it was a HEAD, whose reply has no body.
    pub(super) head_only: bool,
    /// Whether the client is ready for another request on this connection.
    pub(super) keep_alive: bool,
    /// What is to be logged of it, if anything is.
    pub(super) entry: Option<Box<Entry>>,
}

/// The form of a reply's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Http(Version),
    /// `Status` in place of the status line, and none of the fields that are the web server's business
    /// (RFC 3875, section 6).
    Gateway,
}

/// Bytes that wait to be sent: whole small replies in one buffer, and behind them one large body at most.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    body: Cow<'static, [u8]>,
    sent: usize,
    /// A body that is not in memory, and how far of it was sent.
    spool: Option<(Arc<Spool>, u64)>,
}

/// How far a write came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    All,
    /// So many bytes, then the socket took no more.
    Part(usize),
    /// So many bytes, and the socket would take more.
    Turn(usize),
}

impl Outgoing {
    /// Puts a reply behind the others.
    pub(super) fn push(&mut self, reply: Reply, keep: bool, how: &Delivery, date: &str, spare: &RefCell<Vec<u8>>) {
        let status = reply.status();
        let bodiless = matches!(status, 204 | 304);
        let mut head = match how.form {
            Form::Http(_) => HeadWriter::reply(&mut self.bytes, status),
            Form::Gateway => HeadWriter::gateway(&mut self.bytes, status),
        };
        if !bodiless {
            head.put("Content-Type", reply.content_type());
            head.content_length(reply.body_len());
        }
        if let Form::Http(_) = how.form {
            head.put("Date", date);
        }
        for (name, value) in reply.headers() {
            head.put(name, value);
        }
        if let Form::Http(version) = how.form {
            match (keep, version) {
                (false, _) => head.put("Connection", "close"),
                (true, Version::Http10) => head.put("Connection", "keep-alive"),
                (true, Version::Http11) => {}
            }
        }
        head.finish();
        match reply.into_body() {
            Body::Bytes(body) if bodiless || how.head_only => recycle(body, spare),
            Body::Bytes(body) if body.len() > COPIED_BODY && self.body.is_empty() && self.spool.is_none() => {
                self.body = body;
            }
            Body::Bytes(body) => {
                self.bytes.extend_from_slice(&body);
                recycle(body, spare);
            }
            Body::Spool(_) if bodiless || how.head_only => {}
            // Nothing is put behind one that is full.
            Body::Spool(spool) => self.spool = Some((spool, 0)),
        }
    }

    /// Asks for the body of a request that waits for it.
    pub(super) fn push_continue(&mut self) {
        HeadWriter::reply(&mut self.bytes, 100).finish();
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether it is time to send before more is put behind.
    pub(super) fn is_full(&self) -> bool {
        !self.body.is_empty() || self.spool.is_some() || self.bytes.len() >= FULL
    }

    /// Whether all of it is in memory.
    pub(super) fn is_in_memory(&self) -> bool {
        self.spool.is_none()
    }

    /// Bytes of memory it holds.
    pub(super) fn memory(&self) -> usize {
        let spool = self.spool.as_ref().map_or(0, |(spool, _)| spool.memory());
        self.bytes.capacity().saturating_add(self.body.len()).saturating_add(spool)
    }

    /// Sends as much as the socket takes. What is in a file goes through `scratch`, so that none of it is in memory
    /// while it waits.
    pub(super) fn write_to(&mut self, socket: &mut impl Write, scratch: &mut [u8]) -> io::Result<Sent> {
        let mut now = 0_usize;
        loop {
            let bytes = self.bytes.get(self.sent..).unwrap_or_default();
            let in_body = self.sent.saturating_sub(self.bytes.len());
            let body = self.body.get(in_body..).unwrap_or_default();
            if now >= TURN && !body.is_empty() {
                return Ok(Sent::Turn(now));
            }
            let body = body.get(..TURN).unwrap_or(body);
            let mut from_spool = false;
            let written = if !body.is_empty() {
                socket.write_vectored(&[IoSlice::new(bytes), IoSlice::new(body)])
            } else if !bytes.is_empty() {
                socket.write(bytes)
            } else {
                let Some((spool, at)) = &self.spool else { return Ok(Sent::All) };
                if now >= TURN {
                    return Ok(Sent::Turn(now));
                }
                let count = spool.read_at(*at, scratch)?;
                if count == 0 {
                    return Ok(Sent::All);
                }
                from_spool = true;
                socket.write(scratch.get(..count).unwrap_or_default())
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    now = now.saturating_add(count);
                    match &mut self.spool {
                        Some((_, at)) if from_spool => *at = at.saturating_add(count as u64),
                        _ => self.sent = self.sent.saturating_add(count),
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Sent::Part(now)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Forgets everything and keeps the buffers for what comes next.
    pub(super) fn clear(&mut self, spare: &RefCell<Vec<u8>>) {
        self.bytes.clear();
        if self.bytes.capacity() > KEPT {
            self.bytes = Vec::new();
        }
        recycle(core::mem::take(&mut self.body), spare);
        self.sent = 0;
        self.spool = None;
    }
}

/// Keeps a body's buffer for a later one.
fn recycle(body: Cow<'static, [u8]>, spare: &RefCell<Vec<u8>>) {
    let Cow::Owned(mut body) = body else { return };
    if body.capacity() > 0 && (spare.borrow().capacity()..=KEPT).contains(&body.capacity()) {
        body.clear();
        spare.replace(body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOW: Delivery =
        Delivery { form: Form::Http(Version::Http11), head_only: false, keep_alive: true, entry: None };

    /// Takes so many bytes at a time, and blocks after each.
    struct Narrow(Vec<u8>, usize, bool);

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if !self.2 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(self.1);
            self.0.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn sends_all_through_any_width() {
        let large = vec![b'x'; COPIED_BODY + 1];
        for width in [1, 7, 100, 40_000, 1 << 20] {
            let (mut outgoing, spare) = (Outgoing::default(), RefCell::default());
            outgoing.push(Reply::text(200, "hello"), true, &HOW, "now", &spare);
            outgoing.push(Reply::new(200, "text/xml", large.clone()), false, &HOW, "now", &spare);
            assert!(outgoing.is_full());
            let mut socket = Narrow(Vec::new(), width, false);
            let mut sum = 0;
            while let Sent::Part(count) = outgoing.write_to(&mut socket, &mut [0; 4096]).unwrap() {
                sum += count;
                assert!(count <= width);
            }
            let mut expected = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\
                Date: now\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 32769\r\n\
                Date: now\r\nConnection: close\r\n\r\n"
                .to_vec();
            expected.extend_from_slice(&large);
            assert!(socket.0 == expected, "{width}");
            assert!(sum <= expected.len());
            outgoing.clear(&spare);
            assert!(outgoing.is_empty() && !outgoing.is_full());
            assert!(spare.take().capacity() > COPIED_BODY);
        }
    }

    #[test]
    fn replies_without_a_body_have_none() {
        let (mut outgoing, spare) = (Outgoing::default(), RefCell::default());
        outgoing.push(Reply::text(204, "x"), true, &HOW, "now", &spare);
        outgoing.push(Reply::text(200, "x"), true, &Delivery { head_only: true, ..HOW }, "now", &spare);
        let old = Delivery { form: Form::Http(Version::Http10), ..HOW };
        outgoing.push(Reply::new(200, "a", &b""[..]), true, &old, "now", &spare);
        assert_eq!(
            String::from_utf8(outgoing.bytes).unwrap(),
            "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 1\r\nDate: now\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Length: 0\r\nDate: now\r\nConnection: keep-alive\r\n\r\n"
        );
    }

    #[test]
    fn a_file_is_sent_in_pieces_and_by_turns() {
        let bytes: Vec<u8> = (0..TURN + 100_000).map(|number| (number % 251) as u8).collect();
        let mut file = Spool::new().with_threshold(1000);
        file.write_all(&bytes).unwrap();
        let reply = Reply::spooled(200, "text/xml", file);
        for (width, turns) in [(1000, 0), (usize::MAX, 1)] {
            let (mut outgoing, spare) = (Outgoing::default(), RefCell::default());
            outgoing.push(reply.clone(), true, &HOW, "now", &spare);
            let (mut socket, mut seen) = (Narrow(Vec::new(), width, false), 0);
            loop {
                // One that never blocks.
                socket.2 &= width != usize::MAX;
                match outgoing.write_to(&mut socket, &mut [0; 4096]).unwrap() {
                    Sent::All => break,
                    Sent::Part(count) => assert!(count <= width),
                    Sent::Turn(count) => {
                        assert!(count >= TURN);
                        seen += 1;
                    }
                }
            }
            assert!(seen == turns || width == usize::MAX, "{seen}");
            assert!(socket.0.ends_with(&bytes) && socket.0.len() < bytes.len() + 200);
        }
    }

    #[test]
    fn a_gateway_has_its_own_form_of_a_head() {
        let (mut outgoing, spare) = (Outgoing::default(), RefCell::default());
        let how = Delivery { form: Form::Gateway, ..HOW };
        outgoing.push(Reply::method_not_allowed("POST"), false, &how, "now", &spare);
        let text = String::from_utf8(outgoing.bytes).unwrap();
        let expected = "Status: 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\n";
        assert!(text.starts_with(expected), "{text}");
        assert!(!text.contains("Date: ") && !text.contains("Connection: "), "{text}");
    }
}
