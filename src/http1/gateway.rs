//! The head of a CGI program's reply (RFC 3875, section 6), its bytes → status and fields, for the client.

use super::{HeadError, MAX_HEAD};

/// Where the head ends: its lines end in CRLF or in LF alone.
pub(crate) fn find_end(input: &[u8]) -> Result<Option<usize>, HeadError> {
    let within = input.get(..input.len().min(MAX_HEAD)).unwrap_or_default();
    let mut line = 0_usize;
    for lf in memchr::memchr_iter(b'\n', within) {
        let next = lf.saturating_add(1);
        if matches!(within.get(line..lf), Some(b"" | b"\r")) {
            return Ok(Some(next));
        }
        line = next;
    }
    if input.len() >= MAX_HEAD {
        return Err(HeadError::new(431, "head larger than 16 KiB"));
    }
    Ok(None)
}

/// Reads it: its status, 200 unless it says another one, and its fields.
pub(crate) fn parse_head<'a>(
    head: &'a [u8],
    fields: &'a mut [httparse::Header<'a>],
) -> Result<(u16, &'a [httparse::Header<'a>]), HeadError> {
    let malformed = HeadError::new(502, "expected the head of a CGI program's reply");
    let fields = match httparse::parse_headers(head, fields) {
        Ok(httparse::Status::Complete((size, fields))) if size == head.len() => fields,
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::new(431, "more than 100 header fields")),
        _ => return Err(malformed),
    };
    let Some(status) = fields.iter().find(|field| field.name.eq_ignore_ascii_case("status")) else {
        return if fields.is_empty() { Err(malformed) } else { Ok((200, fields)) };
    };
    // `Status: 404 Not Found`
    let (digits, rest) = status.value.split_at_checked(3).ok_or(malformed)?;
    let status = core::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    match status {
        Some(status @ 200..=599) if matches!(rest, [] | [b' ', ..]) => Ok((status, fields)),
        _ => Err(HeadError::new(502, "expected a status from 200 to 599")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::MAX_HEADERS;

    fn parse(head: &str) -> Result<(u16, usize), &'static str> {
        assert_eq!(find_end(head.as_bytes()).unwrap(), Some(head.len()));
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        parse_head(head.as_bytes(), &mut fields)
            .map(|(status, fields)| (status, fields.len()))
            .map_err(|error| error.message)
    }

    #[test]
    fn reads_heads() {
        assert_eq!(parse("Content-Type: text/xml\n\n"), Ok((200, 1)));
        assert_eq!(parse("Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\n"), Ok((200, 3)));
        assert_eq!(parse("Content-Type: text/html\r\nStatus: 404\r\n\r\n"), Ok((404, 2)));
        for head in ["\n", "\r\n", "HTTP/1.1 200 OK\r\n\r\n", "Status: 99 X\n\n", "Status: 2000\n\n", "Status:\n\n"] {
            assert!(parse(head).is_err(), "{head:?}");
        }
    }

    #[test]
    fn finds_their_end() {
        for (input, end) in
            [("A: b\n\nrest", Some(6)), ("A: b\r\n\r\n", Some(8)), ("A: b\r\n\r", None), ("A: b\n", None), ("", None)]
        {
            assert_eq!(find_end(input.as_bytes()).unwrap(), end, "{input:?}");
        }
        assert!(find_end(&[b'x'; MAX_HEAD]).is_err());
    }
}
