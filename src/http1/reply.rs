//! A reply's head, its bytes → status and framing, for the client.

#[cfg(test)]
use super::find_header;
use super::{Framing, FramingFields, HeadError, Storage, Version, is_token};

/// A reply's head, borrowed from the buffer it lies in.
#[derive(Debug, Clone)]
pub(crate) struct ReplyHead<'a> {
    /// 100 to 599. For 1xx the framing is empty and another head follows: reading on is the caller's loop.
    pub(crate) status: u16,
    /// All fields, in their order.
    pub(crate) headers: &'a [httparse::Header<'a>],
    pub(crate) framing: Framing,
    /// Whether the server is ready for another request on this connection, once the body was read.
    pub(crate) keep_alive: bool,
}

impl<'a> ReplyHead<'a> {
    /// Reads a whole head, as [`HeadScanner`](super::HeadScanner) cut it off. `to_head` says that it answers a HEAD.
    ///
    /// # Errors
    /// What is not HTTP/1 or has two readings. The connection is of no more use.
    pub(crate) fn parse(head: &'a [u8], storage: &'a mut Storage<'a>, to_head: bool) -> Result<Self, HeadError> {
        let mut reply = httparse::Response::new(&mut []);
        let parsed = httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut reply, head, storage);
        match parsed {
            Ok(httparse::Status::Complete(size)) if size == head.len() => {}
            Ok(_) => return Err(HeadError::new(502, "expected one complete head")),
            Err(error) => return Err(refuse(error)),
        }
        let httparse::Response { version: Some(version), code: Some(status), headers, .. } = reply else {
            return Err(HeadError::new(502, "expected a status line"));
        };
        if !(100..=599).contains(&status) {
            return Err(HeadError::new(502, "expected a status from 100 to 599"));
        }
        let version = if version == 0 { Version::Http10 } else { Version::Http11 };

        let mut fields = FramingFields::default();
        for header in headers.iter() {
            fields.note(header.name, header.value).map_err(|message| HeadError::new(502, message))?;
        }
        let framing = fields.of_reply(version, status, to_head)?;
        let keep_alive = fields.stays_open(version) && framing != Framing::UntilClose;
        Ok(Self { status, headers, framing, keep_alive })
    }

    /// The framing of a reply whose head another parser has read, a lenient one, by the same rules.
    ///
    /// # Errors
    /// A name that is no token, and what has two readings.
    pub(crate) fn framing_of<'b>(
        status: u16,
        fields: impl IntoIterator<Item = (&'b str, &'b [u8])>,
    ) -> Result<Framing, HeadError> {
        let mut framing = FramingFields::default();
        for (name, value) in fields {
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(HeadError::new(502, "malformed header name"));
            }
            framing.note(name, value.trim_ascii()).map_err(|message| HeadError::new(502, message))?;
        }
        framing.of_reply(Version::Http11, status, false)
    }

    /// The first field of this name, in any case.
    #[cfg(test)]
    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        find_header(self.headers, name)
    }
}

impl FramingFields<'_> {
    /// RFC 9112, section 6.3, for a reply. The declaration is looked at even where there is no body: a head
    /// with two readings is not made better by that.
    fn of_reply(&self, version: Version, status: u16, to_head: bool) -> Result<Framing, HeadError> {
        let declared = self.framing(version).map_err(|(_, message)| HeadError::new(502, message))?;
        if to_head || matches!(status, 100..=199 | 204 | 304) {
            return Ok(Framing::Length(0));
        }
        Ok(declared.unwrap_or(Framing::UntilClose))
    }
}

#[cold]
fn refuse(error: httparse::Error) -> HeadError {
    use httparse::Error;
    match error {
        Error::TooManyHeaders => HeadError::new(431, "more than 100 header fields"),
        Error::Version => HeadError::new(502, "expected HTTP/1.0 or HTTP/1.1"),
        Error::HeaderName => HeadError::new(502, "malformed header name"),
        Error::HeaderValue => HeadError::new(502, "malformed header value"),
        _ => HeadError::new(502, "malformed status line"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::storage;
    use super::*;

    fn parse(head: &str, to_head: bool) -> Result<(u16, Framing, bool), &'static str> {
        ReplyHead::parse(head.as_bytes(), &mut storage(), to_head)
            .map(|head| (head.status, head.framing, head.keep_alive))
            .map_err(|error| error.message)
    }

    #[test]
    fn frames_replies() {
        let ok = |fields: &str| parse(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n"), false);
        assert_eq!(ok("Content-Length: 5\r\n"), Ok((200, Framing::Length(5), true)));
        assert_eq!(ok("Content-Length: 5\r\nConnection: close\r\n"), Ok((200, Framing::Length(5), false)));
        assert_eq!(ok("Transfer-Encoding: Chunked\r\n"), Ok((200, Framing::Chunked, true)));
        assert_eq!(ok(""), Ok((200, Framing::UntilClose, false)));
        assert_eq!(parse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", false), Ok((200, Framing::Length(1), false)));
        let kept = "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n";
        assert_eq!(parse(kept, false), Ok((200, Framing::Length(1), true)));
    }

    #[test]
    fn knows_replies_without_a_body() {
        let empty = Framing::Length(0);
        assert_eq!(parse("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true), Ok((200, empty, true)));
        assert_eq!(parse("HTTP/1.1 204 No Content\r\n\r\n", false), Ok((204, empty, true)));
        assert_eq!(parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false), Ok((304, empty, true)));
        assert_eq!(parse("HTTP/1.1 100 Continue\r\n\r\n", false), Ok((100, empty, true)));
    }

    #[test]
    fn reads_the_fields() {
        let mut storage = storage();
        let head = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/xml\r\nX-A: 1\r\n\r\n";
        let head = ReplyHead::parse(head, &mut storage, false).unwrap();
        assert_eq!((head.header("content-type"), head.headers.len()), (Some(&b"text/xml"[..]), 2));
        assert_eq!(parse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false), Ok((200, Framing::Length(0), true)));
    }

    #[test]
    fn frames_what_another_parser_read() {
        let of = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|&(name, value)| (name, value.as_bytes()));
            ReplyHead::framing_of(200, fields).map_err(|error| error.message)
        };
        assert_eq!(of(&[("content-length", "5 ")]), Ok(Framing::Length(5)));
        assert_eq!(of(&[("transfer-encoding", "chunked")]), Ok(Framing::Chunked));
        assert_eq!(of(&[("server", "x")]), Ok(Framing::UntilClose));
        assert!(of(&[("content-length ", "5")]).is_err());
        assert!(of(&[("content-length", "5"), ("transfer-encoding", "chunked")]).is_err());
        assert!(of(&[("content-length", "+5")]).is_err());
        assert!(of(&[("transfer-encoding", "gzip, chunked")]).is_err());
    }

    #[test]
    fn refuses_what_has_two_readings() {
        for head in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n",
            "HTTP/1.1 600 OK\r\n\r\n",
            "HTTP/1.1 OK\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "\r\n",
            "",
        ] {
            assert!(parse(head, false).is_err(), "{head:?}");
            assert!(parse(head, true).is_err(), "{head:?}");
        }
    }
}
