//! Bytes as they arrive → where the head ends.

use super::{HeadError, MAX_HEAD, is_token};

/// Finds the blank line that ends a head, in a buffer that grows.
///
/// It keeps its place, so that a head that comes a byte at a time is looked at once; httparse
/// would begin anew each time. On the way it refuses what needs no second look: a line that ends in a
/// bare LF, a first byte that can't begin a message, a head that is too large.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeadScanner {
    /// Where the line begins that is being looked at.
    line: usize,
    /// Up to where it was searched.
    searched: usize,
    /// Whether the start line was seen, so that a blank line is the end.
    started: bool,
}

impl HeadScanner {
    /// The head's size with its final blank line, once all of it is in `input`, and `None` until then.
    ///
    /// `input` is the same head every time, from its first byte, with more behind it. Blank lines
    /// before the head are counted as part of it (RFC 9112, section 2.2: old clients send one after a body).
    pub(crate) fn find(&mut self, input: &[u8]) -> Result<Option<usize>, HeadError> {
        let within = input.get(..input.len().min(MAX_HEAD)).unwrap_or_default();
        while let Some(found) = within.get(self.searched..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            let lf = self.searched.saturating_add(found);
            let line = within.get(self.line..lf).unwrap_or_default();
            let next = lf.saturating_add(1);
            match line {
                b"\r" if self.started => return Ok(Some(next)),
                [.., b'\r'] if self.started => {}
                [b'\r'] => {}
                [first, .., b'\r'] => self.start(Some(first))?,
                _ => {
                    self.start(line.first())?;
                    return Err(HeadError::new(400, "expected CRLF at the end of a line"));
                }
            }
            self.line = next;
            self.searched = next;
        }
        self.searched = within.len();
        self.start(within.get(self.line))?;
        if input.len() >= MAX_HEAD {
            return Err(HeadError::new(431, "head larger than 16 KiB"));
        }
        Ok(None)
    }

    /// Looks at the first byte of a line, before there was one. A peer that speaks TLS to a plain port is told at that.
    fn start(&mut self, first: Option<&u8>) -> Result<(), HeadError> {
        match first {
            Some(b'\r') | None => {}
            Some(&first) if self.started || is_token(first) => self.started = true,
            Some(_) => return Err(HeadError::new(400, "expected an HTTP message")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(input: &[u8]) -> Result<Option<usize>, u16> {
        let whole = HeadScanner::default().find(input).map_err(|error| error.status);
        let mut scanner = HeadScanner::default();
        let mut dripped = Ok(None);
        for end in 0..=input.len() {
            dripped = scanner.find(&input[..end]).map_err(|error| error.status);
            if dripped != Ok(None) {
                break;
            }
        }
        assert_eq!(whole, dripped);
        whole
    }

    #[test]
    fn finds_the_end_at_every_split() {
        assert_eq!(find(b"GET / HTTP/1.1\r\nA: b\r\n\r\nrest"), Ok(Some(24)));
        assert_eq!(find(b"GET / HTTP/1.1\r\n\r\n\r\n\r\n"), Ok(Some(18)));
        assert_eq!(find(b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"), Ok(Some(22)));
        assert_eq!(find(b"GET / HTTP/1.1\r\nA: b\r\n"), Ok(None));
        assert_eq!(find(b""), Ok(None));
        assert_eq!(find(b"\r\n\r\n"), Ok(None));
    }

    #[test]
    fn refuses_early() {
        assert_eq!(find(b"GET / HTTP/1.1\nA: b\r\n\r\n"), Err(400));
        assert_eq!(find(b"GET / HTTP/1.1\r\nA: b\n\r\n"), Err(400));
        assert_eq!(find(b"\nGET / HTTP/1.1\r\n\r\n"), Err(400));
        assert_eq!(find(b"\x16\x03\x01\x02\x00"), Err(400));
        assert_eq!(find(b" GET / HTTP/1.1\r\n\r\n"), Err(400));
    }

    #[test]
    fn bounds_the_head() {
        let mut head = b"GET / HTTP/1.1\r\nA: ".to_vec();
        head.resize(MAX_HEAD - 4, b'x');
        head.extend_from_slice(b"\r\n\r\n");
        assert_eq!(find(&head), Ok(Some(MAX_HEAD)));
        head.insert(20, b'x');
        assert_eq!(find(&head), Err(431));
        assert_eq!(find(&b"\r\n".repeat(MAX_HEAD)), Err(431));
    }
}
