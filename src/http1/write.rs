//! A head → its bytes, for both sides.

use alloc::vec::Vec;

use super::{is_field_byte, is_token};

/// Writes one head, line by line, behind whatever the buffer has already.
///
/// What would break out of its place, above all CR and LF in a path or a value, is refused and nothing of
/// that line is written; the caller then drops the head.
#[derive(Debug)]
pub(crate) struct HeadWriter<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> HeadWriter<'a> {
    /// Begins a request's head: `POST /RPC2 HTTP/1.1`.
    ///
    /// # Errors
    /// The text says which part has a character that HTTP doesn't allow there.
    pub(crate) fn request(out: &'a mut Vec<u8>, method: &str, target: &str) -> Result<Self, &'static str> {
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err("expected a token as the method");
        }
        check_target(target)?;
        out.extend_from_slice(method.as_bytes());
        out.push(b' ');
        out.extend_from_slice(target.as_bytes());
        out.extend_from_slice(b" HTTP/1.1\r\n");
        Ok(Self { out })
    }

    /// Begins a reply's head: `HTTP/1.1 200 OK`. Also to a client of HTTP/1.0: a server
    /// answers with its own version (RFC 9110, section 6.2).
    pub(crate) fn reply(out: &'a mut Vec<u8>, status: u16) -> Self {
        // What nearly every reply begins with.
        if status == 200 {
            out.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
            return Self { out };
        }
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(itoa::Buffer::new().format(status).as_bytes());
        out.push(b' ');
        out.extend_from_slice(reason(status).as_bytes());
        out.extend_from_slice(b"\r\n");
        Self { out }
    }

    /// Goes on with a head that was begun before.
    #[cfg(feature = "client")]
    pub(crate) fn resume(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    /// Begins the head of a gateway's reply: `Status: 200 OK` (RFC 3875, section 6.3.3).
    #[cfg(feature = "server")]
    pub(crate) fn gateway(out: &'a mut Vec<u8>, status: u16) -> Self {
        out.extend_from_slice(b"Status: ");
        out.extend_from_slice(itoa::Buffer::new().format(status).as_bytes());
        out.push(b' ');
        out.extend_from_slice(reason(status).as_bytes());
        out.extend_from_slice(b"\r\n");
        Self { out }
    }

    /// One field.
    ///
    /// # Errors
    /// If the name is no token, or the value has a control character or begins or ends with a blank.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        check_header(name, value)?;
        self.put(name, value);
        Ok(())
    }

    /// `Content-Length`.
    pub(crate) fn content_length(&mut self, length: u64) {
        self.put("Content-Length", itoa::Buffer::new().format(length));
    }

    /// The blank line that ends the head.
    pub(crate) fn finish(self) {
        self.out.extend_from_slice(b"\r\n");
    }

    /// One field that [`check_header`] has seen.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b": ");
        self.out.extend_from_slice(value.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }
}

/// Whether a request can be sent to this path and query.
pub(crate) fn check_target(target: &str) -> Result<(), &'static str> {
    if target.is_empty() || !target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return Err("expected a target of visible ASCII");
    }
    Ok(())
}

/// Whether a header field can stand in a head.
///
/// # Errors
/// If the name is no token, or the value has a control character or begins or ends with a blank.
pub(crate) fn check_header(name: &str, value: &str) -> Result<(), &'static str> {
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err("expected a token as the header name");
    }
    check_value(value)
}

/// Whether this can be a header field's value.
pub(crate) fn check_value(value: &str) -> Result<(), &'static str> {
    if !value.bytes().all(is_field_byte) || value.trim_matches([' ', '\t']).len() != value.len() {
        return Err("expected a header value without control characters and outer blanks");
    }
    Ok(())
}

/// The reason phrases of RFC 9110, section 15, as far as a server of this kind uses them.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_heads() {
        let mut out = Vec::new();
        let mut head = HeadWriter::request(&mut out, "POST", "/RPC2?a=b").unwrap();
        head.header("Host", "[::1]:80").unwrap();
        head.content_length(7);
        head.finish();
        assert_eq!(out, b"POST /RPC2?a=b HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 7\r\n\r\n");

        let mut out = Vec::new();
        HeadWriter::reply(&mut out, 404).finish();
        assert_eq!(out, b"HTTP/1.1 404 Not Found\r\n\r\n");
    }

    #[test]
    fn refuses_what_breaks_out() {
        let mut out = Vec::new();
        for target in ["", "/ ", "/\r\nX: y", "/\n", "/\0", "/\u{e4}", "/a#b", "/\t"] {
            assert!(HeadWriter::request(&mut out, "POST", target).is_err(), "{target:?}");
        }
        for method in ["", "PO ST", "POST\r\n", "P\0", "P:"] {
            assert!(HeadWriter::request(&mut out, method, "/").is_err(), "{method:?}");
        }
        assert!(out.is_empty());
        let mut head = HeadWriter::request(&mut out, "GET", "/").unwrap();
        for (name, value) in [
            ("", "x"),
            ("A b", "x"),
            ("A:", "x"),
            ("A\r\nB", "x"),
            ("A", "x\r\nB: y"),
            ("A", "x\n"),
            ("A", "x\r"),
            ("A", "\0"),
            ("A", " x"),
            ("A", "x\t"),
            ("A", "\u{7f}"),
        ] {
            assert!(head.header(name, value).is_err(), "{name:?} {value:?}");
        }
        head.header("A", "b\tc \u{e4}").unwrap();
        head.header("Empty", "").unwrap();
        head.finish();
        assert_eq!(out, "GET / HTTP/1.1\r\nA: b\tc \u{e4}\r\nEmpty: \r\n\r\n".as_bytes());
    }
}
