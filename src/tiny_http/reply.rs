//! Answers and refusals → bytes on a connection of tiny_http's.

use std::io::{self, Write};

use ::tiny_http::{Header, Request, Response};

use crate::http1::{Date, HeadError, HeadWriter, reason};

/// Bytes of a body that tiny_http may read past when a request is dropped. It allocates all of them at once.
const MAX_DISCARDED: u64 = 64 << 20;

/// Refuses a request of whose body so many bytes were read. Unless `ends` says that the end of the body
/// is known, the connection is of no more use.
pub(super) fn refuse(request: Request, error: &HeadError, read: u64, ends: bool) -> io::Result<bool> {
    refuse_allowing("POST", request, error, read, ends)
}

pub(super) fn refuse_allowing(
    allowed: &str,
    request: Request,
    error: &HeadError,
    read: u64,
    ends: bool,
) -> io::Result<bool> {
    let unread = request.body_length().map_or(0, |length| (length as u64).saturating_sub(read));
    if unread > MAX_DISCARDED {
        // Its destructor would allocate them, and a failure there ends the process.
        core::mem::forget(request);
        let message = format!("a request with {unread} bytes of its body to come was left unanswered");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    let text = format!("{} {}: {error}\n", error.status, reason(error.status));
    if !ends {
        let fields = &[("Content-Type", PLAIN)];
        let answer = Outgoing { status: error.status, fields, body: text.as_bytes(), head_only: false };
        return send(request.into_writer(), &answer, Some("close")).map(|()| false);
    }
    // It reads past the rest of the body only after it has answered, so that a peer which waits for
    // an answer before it sends the body gets it.
    let mut response = Response::from_data(text).with_status_code(error.status).with_chunked_threshold(usize::MAX);
    let allowed = (error.status == 405).then_some(("Allow", allowed));
    for (name, value) in [("Content-Type", PLAIN)].into_iter().chain(allowed) {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    request.respond(response).map(|()| false)
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// What is sent.
pub(super) struct Outgoing<'a> {
    pub(super) status: u16,
    pub(super) fields: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
    /// Whether it answers a HEAD, and only tells of its body.
    pub(super) head_only: bool,
}

/// Sends an answer in one write: head and body apart would wait for each other, by Nagle's algorithm.
pub(super) fn send(mut writer: impl Write, answer: &Outgoing<'_>, connection: Option<&str>) -> io::Result<()> {
    let body = answer.body;
    let mut date = Date::default();
    date.update();
    let mut bytes = Vec::with_capacity(body.len().saturating_add(256));
    let mut head = HeadWriter::reply(&mut bytes, answer.status);
    for (name, value) in answer.fields {
        head.put(name, value);
    }
    // RFC 9110, section 8.6, wants none there.
    if answer.status != 204 {
        head.content_length(body.len() as u64);
    }
    head.put("Date", date.as_str());
    if let Some(connection) = connection {
        head.put("Connection", connection);
    }
    head.finish();
    if !answer.head_only {
        bytes.extend_from_slice(body);
    }
    writer.write_all(&bytes)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_write() {
        struct Writes(Vec<Vec<u8>>);
        impl Write for Writes {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.push(bytes.to_vec());
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for size in [0, 100_000] {
            let mut writes = Writes(Vec::new());
            let (fields, body) = (&[("Content-Type", "text/xml")], &vec![b'x'; size]);
            let answer = Outgoing { status: 200, fields, body, head_only: false };
            send(&mut writes, &answer, Some("close")).unwrap();
            assert_eq!(writes.0.len(), 1);
            let text = String::from_utf8(writes.0.remove(0)).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: "), "{head}");
            assert!(head.ends_with(" GMT\r\nConnection: close"), "{head}");
            assert_eq!(body.len(), size);
        }
    }
}
