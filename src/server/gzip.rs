//! Requests that come compressed, and replies that go so.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::{Reply, Request, RequestHead};
use crate::{Error, ErrorKind, Limit};

/// Replies from this size on are compressed: what fits in one packet gains nothing. Python's server has the same.
pub(super) const THRESHOLD: usize = 1400;

/// Bytes that may come out before their number is compared with what went in.
const FREE: u64 = 1 << 20;

/// Whether a body is compressed in the way that is known here (RFC 9110, section 8.4.1.3).
pub(super) fn is_coded(head: &RequestHead<'_>) -> bool {
    head.content_encoding().is_some_and(is_gzip)
}

fn is_gzip(coding: &str) -> bool {
    coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip")
}

/// Takes a body's compression off.
///
/// It fails on what is no gzip, on anything behind its end, and when more than `ratio` times as much comes out as went in,
/// beyond the first MiB.
pub(super) struct Inflater<R> {
    decoder: GzDecoder<BufReader<Counting<R>>>,
    out: u64,
    ratio: u64,
}

impl<R: Read> Inflater<R> {
    pub(super) fn new(body: R, ratio: u64) -> Self {
        let counting = Counting { inner: body, count: 0 };
        Self { decoder: GzDecoder::new(BufReader::new(counting)), out: 0, ratio }
    }
}

impl<R: Read> Read for Inflater<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer)?;
        self.out = self.out.saturating_add(count as u64);
        let read = self.decoder.get_ref().get_ref().count;
        if self.out > FREE.saturating_add(read.saturating_mul(self.ratio)) {
            let message = format!("expected a body that grows to at most {} times its size", self.ratio);
            return Err(io::Error::other(Error::new(ErrorKind::Limit(Limit::Inflate), message)));
        }
        if count == 0 && !buffer.is_empty() && !self.decoder.get_mut().fill_buf()?.is_empty() {
            let message = "expected the end of the compressed body, found more";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}

struct Counting<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count = self.count.saturating_add(count as u64);
        Ok(count)
    }
}

/// Whether a client takes gzip: `Accept-Encoding` names it, with a weight that is not 0.
fn is_accepted(head: &RequestHead<'_>) -> bool {
    let field = head.header("accept-encoding").and_then(|value| core::str::from_utf8(value).ok());
    let mut codings = field.unwrap_or_default().split(',');
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        };
        parts.next().is_some_and(is_gzip) && !parts.any(refused)
    })
}

/// A reply's body compressed, if it is as large as that and the client takes it. A file that would be sent from where it
/// is stays there: to compress it is to read and copy all of it.
pub(super) fn deflated(reply: Reply, request: &Request<'_>, threshold: usize) -> Reply {
    if reply.body_len() < threshold as u64 || reply.leaves_files() || !is_accepted(request) {
        return reply;
    }
    let mut encoder = GzEncoder::new(request.spool(), Compression::fast());
    let written = match reply.body() {
        Some(body) => encoder.write_all(body),
        None => reply.reader().map_or(Ok(()), |mut body| io::copy(&mut body, &mut encoder).map(|_| ())),
    };
    match written.and_then(|()| encoder.finish()) {
        Ok(body) => reply.coded("gzip", body),
        // It is well as it is.
        Err(_) => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1;

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(bytes: &[u8], ratio: u64) -> io::Result<usize> {
        let mut out = Vec::new();
        Inflater::new(bytes, ratio).read_to_end(&mut out).map(|_| out.len())
    }

    #[test]
    fn inflates_within_bounds() {
        assert_eq!(inflate(&deflate(b"hello"), 10).unwrap(), 5);
        assert_eq!(inflate(&deflate(b""), 10).unwrap(), 0);
        let bomb = deflate(&vec![b' '; 20 << 20]);
        let error = Error::from(inflate(&bomb, 100).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Limit(Limit::Inflate));
        assert_eq!(inflate(&bomb, 2000).unwrap(), 20 << 20);
    }

    #[test]
    fn refuses_what_is_no_gzip() {
        let sound = deflate(b"hello, hello, hello");
        for end in 0..sound.len() {
            assert!(inflate(&sound[..end], 10).is_err(), "{end}");
        }
        for place in 10..sound.len() {
            let mut broken = sound.clone();
            broken[place] ^= 0xff;
            assert!(inflate(&broken, 10).is_err(), "{place}");
        }
        assert!(inflate(&[&sound[..], b"x"].concat(), 10).is_err());
        assert!(inflate(&[&sound[..], &sound].concat(), 10).is_err());
        assert!(inflate(b"<methodCall/>", 10).is_err());
    }

    #[test]
    fn knows_who_takes_it() {
        for (field, accepted) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("x-gzip", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, br", false),
            ("*", false),
            ("gzipped", false),
            ("", false),
        ] {
            let bytes = format!("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {field}\r\n\r\n");
            let mut storage = http1::storage();
            let head = http1::RequestHead::parse(bytes.as_bytes(), &mut storage).unwrap();
            assert_eq!(is_accepted(&RequestHead::new(&head, None)), accepted, "{field}");
        }
    }
}
