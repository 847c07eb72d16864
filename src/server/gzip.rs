//! Requests that come compressed, bounded by the rate at which they inflate, and replies that go so (feature `gzip`).

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::{Reply, Request, RequestHead};
use crate::http1::{accepts_gzip, is_gzip};
use crate::{Error, ErrorKind, Limit};

/// Bytes that may come out before their number is compared with what went in.
const FREE: u64 = 1 << 20;

/// Whether a body is compressed in the way that is known here.
pub(super) fn is_coded(head: &RequestHead<'_>) -> bool {
    head.fields().content_encoding.is_some_and(is_gzip)
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

/// A reply's body compressed, if it is as large as that and the client takes it. A file that would be sent from where it
/// is stays there: to compress it is to read and copy all of it.
pub(super) fn deflated(reply: Reply, request: &Request<'_>, threshold: usize) -> Reply {
    if reply.body_len() < threshold as u64
        || reply.leaves_files()
        || !request.header("accept-encoding").is_some_and(accepts_gzip)
    {
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
}
