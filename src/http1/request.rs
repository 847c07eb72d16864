//! A request's head, its bytes → what it asks for.

use super::{Framing, FramingFields, HeadError, Storage, Version, find_header, path_of, query_of};

/// A request's head, borrowed from the buffer it lies in.
#[derive(Debug, Clone)]
pub(crate) struct RequestHead<'a> {
    pub(crate) method: &'a str,
    /// As it was sent: visible ASCII.
    pub(crate) target: &'a str,
    pub(crate) version: Version,
    /// All fields, in their order.
    pub(crate) headers: &'a [httparse::Header<'a>],
    pub(crate) framing: Framing,
    /// Whether the client is ready to send another request on this connection.
    pub(crate) keep_alive: bool,
    /// Whether it waits for `100 Continue` before it sends the body.
    pub(crate) expects_continue: bool,
    pub(crate) content_type: Option<&'a [u8]>,
    pub(crate) content_encoding: Option<&'a [u8]>,
    pub(crate) authorization: Option<&'a [u8]>,
    pub(crate) host: Option<&'a [u8]>,
}

impl<'a> RequestHead<'a> {
    /// Reads a whole head, as [`HeadScanner`](super::HeadScanner) cut it off.
    ///
    /// # Errors
    /// With the status to answer: 400, 411, 417, 431, 501 or 505. The connection closes after each of them.
    pub(crate) fn parse(head: &'a [u8], storage: &'a mut Storage<'a>) -> Result<Self, HeadError> {
        let mut request = httparse::Request::new(&mut []);
        match request.parse_with_uninit_headers(head, storage) {
            Ok(httparse::Status::Complete(size)) if size == head.len() => {}
            Ok(_) => return Err(HeadError::new(400, "expected one complete head")),
            Err(error) => return Err(refuse(head, error)),
        }
        let httparse::Request { method: Some(method), path: Some(target), version: Some(version), headers } = request
        else {
            return Err(HeadError::new(400, "expected a request line"));
        };
        let version = if version == 0 { Version::Http10 } else { Version::Http11 };
        check_target(method, target)?;

        let mut fields = FramingFields::default();
        let mut this = Self {
            method,
            target,
            version,
            headers,
            framing: Framing::Length(0),
            keep_alive: false,
            expects_continue: false,
            content_type: None,
            content_encoding: None,
            authorization: None,
            host: None,
        };
        for header in this.headers {
            this.note(header, &mut fields)?;
        }
        if version == Version::Http11 && this.host.is_none() {
            return Err(HeadError::new(400, "expected a Host field"));
        }
        this.keep_alive = fields.stays_open(version);
        this.framing = match fields.framing(version) {
            Ok(Some(framing)) => framing,
            Ok(None) if matches!(method, "POST" | "PUT" | "PATCH") => {
                return Err(HeadError::new(411, "expected a Content-Length"));
            }
            Ok(None) => Framing::Length(0),
            Err((unknown, message)) => return Err(HeadError::new(if unknown { 501 } else { 400 }, message)),
        };
        // An HTTP/1.0 client can't wait for it (RFC 9110, section 10.1.1), nor one that sends nothing more.
        this.expects_continue &= version == Version::Http11 && this.framing != Framing::Length(0);
        Ok(this)
    }

    /// Keeps a field that has a meaning here. Those that have one value only are refused if they come twice.
    fn note(&mut self, header: &httparse::Header<'a>, framing: &mut FramingFields<'a>) -> Result<(), HeadError> {
        let name = header.name;
        // The lengths sort out most fields before a text is compared.
        let place = match name.len() {
            4 if name.eq_ignore_ascii_case("host") => &mut self.host,
            12 if name.eq_ignore_ascii_case("content-type") => &mut self.content_type,
            13 if name.eq_ignore_ascii_case("authorization") => &mut self.authorization,
            16 if name.eq_ignore_ascii_case("content-encoding") => &mut self.content_encoding,
            6 if name.eq_ignore_ascii_case("expect") => {
                if !header.value.eq_ignore_ascii_case(b"100-continue") {
                    return Err(HeadError::new(417, "expected no Expect but 100-continue"));
                }
                self.expects_continue = true;
                return Ok(());
            }
            _ => return framing.note(name, header.value).map_err(|message| HeadError::new(400, message)),
        };
        if place.replace(header.value).is_some() {
            return Err(HeadError::new(400, "more than one of a field that may come once"));
        }
        Ok(())
    }

    /// The target's path, without the query: see [`path_of`].
    pub(crate) fn path(&self) -> &'a str {
        path_of(self.target)
    }

    /// What follows the first `?` of the target.
    pub(crate) fn query(&self) -> Option<&'a str> {
        query_of(self.target)
    }

    /// The first field of this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        find_header(self.headers, name)
    }
}

/// The forms of a target that a server of its own pages has a use for.
fn check_target(method: &str, target: &str) -> Result<(), HeadError> {
    let scheme = |name: &str| target.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let form =
        target.starts_with('/') || scheme("http://") || scheme("https://") || (target == "*" && method == "OPTIONS");
    if !form {
        return Err(HeadError::new(400, "expected a path as the request's target"));
    }
    if !target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return Err(HeadError::new(400, "expected ASCII without blanks in the request's target"));
    }
    Ok(())
}

#[cold]
fn refuse(head: &[u8], error: httparse::Error) -> HeadError {
    use httparse::Error;
    match error {
        Error::TooManyHeaders => HeadError::new(431, "more than 100 header fields"),
        Error::Version if names_http(head) => HeadError::new(505, "expected HTTP/1.0 or HTTP/1.1"),
        Error::HeaderName => HeadError::new(400, "malformed header name"),
        Error::HeaderValue => HeadError::new(400, "malformed header value"),
        _ => HeadError::new(400, "malformed request line"),
    }
}

/// Whether the request line ends like one: `HTTP/` and a version with a digit first.
fn names_http(head: &[u8]) -> bool {
    let line = head.trim_ascii_start().split(|&byte| byte == b'\r').next().unwrap_or_default();
    line.split(|&byte| byte == b' ')
        .nth(2)
        .is_some_and(|version| version.strip_prefix(b"HTTP/").and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests;
