//! What the head of a request says, read from tiny_http's by the rules of `Server`.

use ::tiny_http::{HTTPVersion, Request};

use crate::http1::{Framing, FramingFields, HeadError, Version, check_call, check_origin};

/// What the head of a request says beside its path.
pub(super) struct Head<'r> {
    pub(super) method: &'r str,
    version: Version,
    pub(super) framing: Framing,
    stays_open: bool,
    pub(super) content_type: Option<&'r str>,
    content_encoding: Option<&'r str>,
    /// Whether a field came twice that may come once.
    repeated: bool,
}

impl<'r> Head<'r> {
    /// # Errors
    /// If it can't be told where the body ends, or tiny_http has another opinion.
    pub(super) fn of(request: &'r Request) -> Result<Self, HeadError> {
        let version = match request.http_version() {
            HTTPVersion(1, 0) => Version::Http10,
            HTTPVersion(1, 1) => Version::Http11,
            _ => return Err(HeadError::new(505, "expected HTTP/1.0 or HTTP/1.1")),
        };
        let mut head = Self {
            method: request.method().as_str(),
            version,
            framing: Framing::Length(0),
            stays_open: false,
            content_type: None,
            content_encoding: None,
            repeated: false,
        };
        let mut fields = FramingFields::default();
        let mut upgrades = false;
        for header in request.headers() {
            let (name, value) = (header.field.as_str().as_str(), header.value.as_str());
            fields.note(name, value.as_bytes()).map_err(|message| HeadError::new(400, message))?;
            // tiny_http's own measure.
            upgrades |= name.eq_ignore_ascii_case("connection") && value.to_ascii_lowercase().contains("upgrade");
            let place = match name {
                _ if name.eq_ignore_ascii_case("content-type") => &mut head.content_type,
                _ if name.eq_ignore_ascii_case("content-encoding") => &mut head.content_encoding,
                _ => continue,
            };
            head.repeated |= place.replace(value).is_some();
        }
        head.stays_open = fields.stays_open(version);
        head.framing = match fields.framing(version) {
            Ok(Some(framing)) => framing,
            Ok(None) if head.method == "POST" => return Err(HeadError::new(411, "expected a Content-Length")),
            Ok(None) => Framing::Length(0),
            Err((unknown, message)) => return Err(HeadError::new(if unknown { 501 } else { 400 }, message)),
        };
        match head.framing {
            // It gives out the bytes as they come, chunk sizes and all.
            Framing::Chunked if upgrades => Err(HeadError::new(400, "both Transfer-Encoding and an upgrade")),
            // A length that is too large for it is none to tiny_http.
            Framing::Length(length) if length > 0 && request.body_length().is_none_or(|own| own as u64 != length) => {
                Err(too_large())
            }
            _ => Ok(head),
        }
    }

    /// Whether it, the head of this request, can be that of a call with a body of at most so many bytes.
    pub(super) fn check(&self, request: &Request, max_body: u64) -> Result<(), HeadError> {
        if self.repeated {
            return Err(HeadError::new(400, "more than one of a field that may come once"));
        }
        check_origin(|name| {
            let header =
                request.headers().iter().find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name));
            header.map(|header| header.value.as_str().as_bytes())
        })?;
        let content_type = self.content_type.map(str::as_bytes);
        #[cfg(feature = "json")]
        let content_type = content_type.filter(|kind| !crate::json::is_json(Some(kind), &[]));
        check_call(self.method, content_type, self.content_encoding.map(str::as_bytes))?;
        match self.framing {
            Framing::Length(length) if length > max_body => Err(too_large()),
            _ => Ok(()),
        }
    }

    /// Whether the body's end is known, be it that there is none.
    pub(super) fn has_length(&self) -> bool {
        matches!(self.framing, Framing::Length(_))
    }

    /// What to say about the connection, which tiny_http closes or keeps by the same fields.
    pub(super) fn connection(&self) -> Option<&'static str> {
        match (self.stays_open, self.version) {
            (false, _) => Some("close"),
            (true, Version::Http10) => Some("keep-alive"),
            (true, Version::Http11) => None,
        }
    }
}

pub(super) const fn too_large() -> HeadError {
    HeadError::new(413, "the body is larger than the limit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiny_http::tests::request;

    #[test]
    fn heads_are_read_strictly() {
        const FIVE: Framing = Framing::Length(5);
        let judged = |fields: &[&str]| {
            let request = request("POST", "/", fields);
            let head = Head::of(&request).map_err(|error| error.status)?;
            head.check(&request, 1000).map(|()| (head.framing, head.connection())).map_err(|error| error.status)
        };
        for (fields, expected) in [
            (&["Content-Length: 5"][..], Ok((FIVE, None))),
            (&["Content-Length: 5", "Connection: close"], Ok((FIVE, Some("close")))),
            (&["Content-Length: 5", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"], Ok((FIVE, None))),
            (&["Content-Length: 5", "Content-Type: text/xml"], Ok((FIVE, None))),
            (&["Content-Length: +5"], Err(400)),
            (&["Content-Length: 5", "Content-Length: 5"], Err(400)),
            (&["Content-Length: x"], Err(400)),
            (&["Content-Length: 99999999999999999999"], Err(413)),
            (&["Content-Length: 5", "Transfer-Encoding: chunked"], Err(400)),
            (&["Content-Length: 5", "Content-Type: text/xml", "content-type: text/xml"], Err(400)),
            (&["Content-Length: 5", "Content-Type: text/plain"], Err(415)),
            (&["Content-Length: 5", "Content-Encoding: gzip"], Err(415)),
        ] {
            assert_eq!(judged(fields), expected, "{fields:?}");
        }
    }
}
