//! Requests that go compressed, and replies that come so, bounded by what they inflate to (feature `gzip`).

#[cfg(feature = "gzip")]
pub(super) use with::*;
#[cfg(not(feature = "gzip"))]
pub(super) use without::*;

#[cfg(feature = "gzip")]
mod with {
    use std::io::{self, Read, Write};

    use crate::client::refuse::{ended, too_large};
    use crate::http1::WORTH_GZIP;
    use crate::{Error, ErrorKind, Phase, Result};

    /// A request's body, compressed if that is worth it.
    pub(in crate::client) fn deflate(body: &[u8]) -> Option<Vec<u8>> {
        if body.len() < WORTH_GZIP {
            return None;
        }
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        // Into memory nothing fails.
        encoder.write_all(body).ok()?;
        encoder.finish().ok()
    }

    /// A whole body, of at most `limit` bytes.
    pub(in crate::client) fn inflate(body: &[u8], limit: u64) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut body = body;
        inflating(&mut body, limit, |stream| Ok(stream.read_to_end(&mut out).map(drop)?))?;
        Ok(out)
    }

    /// A body as it comes.
    pub(in crate::client) fn inflating(
        body: &mut dyn Read,
        limit: u64,
        read: impl FnOnce(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let inner = flate2::bufread::MultiGzDecoder::new(io::BufReader::with_capacity(16 * 1024, body));
        read(&mut Bounded { inner, left: limit, limit })
    }

    struct Bounded<R> {
        inner: R,
        left: u64,
        limit: u64,
    }

    impl<R: Read> Read for Bounded<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.inner.read(buffer).map_err(|error| {
                // One of ours comes from the connection underneath.
                match error.downcast::<Error>() {
                    Ok(own) => io::Error::other(own),
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        io::Error::other(ended(Phase::Receive))
                    }
                    Err(error) => {
                        let message = format!("reply: expected gzip: {error}");
                        io::Error::other(Error::new(ErrorKind::Http, message).with_executed(true))
                    }
                }
            })?;
            self.left = self.left.checked_sub(length as u64).ok_or_else(|| io::Error::other(too_large(self.limit)))?;
            Ok(length)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::Limit;

        #[test]
        fn both_ways() {
            let body = b"<value>x</value>".repeat(10_000);
            let packed = deflate(&body).unwrap();
            assert!(packed.len() < 5000);
            assert_eq!(inflate(&packed, body.len() as u64).unwrap(), body);
            assert!(deflate(b"<value/>").is_none());
        }

        #[test]
        fn bombs_and_rubbish() {
            let body = vec![b' '; 10 << 20];
            let packed = deflate(&body).unwrap();
            let error = inflate(&packed, 1 << 20).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit(Limit::Bytes));
            for cut in [0, 1, 9, 10, 11, packed.len() / 2, packed.len() - 1] {
                let error = inflate(&packed[..cut], 1 << 30).unwrap_err();
                assert_eq!(
                    (error.kind(), error.may_have_executed()),
                    (ErrorKind::Transport(Phase::Receive), true),
                    "{cut}"
                );
            }
            for rubbish in [&b"<methodResponse/>"[..], b"\x1f\x8bxxxxxxxxxxxxxxxx"] {
                assert_eq!(inflate(rubbish, 1 << 20).unwrap_err().kind(), ErrorKind::Http);
            }
            let mut wrong = packed.clone();
            let at = wrong.len() - 5;
            wrong[at] ^= 1;
            assert_eq!(inflate(&wrong, 1 << 30).unwrap_err().kind(), ErrorKind::Http);
        }
    }
}

#[cfg(not(feature = "gzip"))]
mod without {
    use std::io::Read;

    use crate::Result;
    use crate::client::refuse::usage;

    /// Never called: compressed replies are asked for only with the feature.
    pub(in crate::client) fn inflate(_: &[u8], _: u64) -> Result<Vec<u8>> {
        Err(usage("gzip needs the feature `gzip` of tiny_xmlrpc"))
    }

    /// As above.
    pub(in crate::client) fn inflating(
        _: &mut dyn Read,
        limit: u64,
        _: impl FnOnce(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        inflate(&[], limit).map(drop)
    }

    /// As above.
    pub(in crate::client) fn deflate(_: &[u8]) -> Option<Vec<u8>> {
        None
    }
}
