//! The variables of a gateway (RFC 3875) → the head of the HTTP request that they tell of.
//!
//! A web server in front has taken the request apart. Put together again, it goes the way of all others.

use std::net::{IpAddr, SocketAddr};

use crate::http1::{HeadError, HeadWriter, MAX_HEAD};

/// The head of a request, and on whose behalf the web server asks.
pub(super) type Described = (Vec<u8>, Option<SocketAddr>);

/// What the variables tell.
///
/// # Errors
/// 400 if one that is needed is missing, or has what can't stand in a head; 431 if there is too much.
pub(super) fn head_of<'v>(variables: impl IntoIterator<Item = (&'v [u8], &'v [u8])>) -> Result<Described, HeadError> {
    let mut method = None;
    let mut length = None;
    let mut content_type = None;
    let (mut uri, mut script, mut path, mut query) = (None, "", "", "");
    let (mut address, mut port) = (None, 0);
    let mut fields = Vec::new();
    for (name, value) in variables {
        let (Ok(name), Ok(value)) = (core::str::from_utf8(name), core::str::from_utf8(value)) else {
            // Variables that a request has no part in may have any bytes; fields are dropped with them.
            continue;
        };
        match name {
            "REQUEST_METHOD" => method = Some(value),
            "CONTENT_LENGTH" if !value.is_empty() => length = Some(value),
            "CONTENT_TYPE" if !value.is_empty() => content_type = Some(value),
            "REQUEST_URI" if value.starts_with('/') => uri = Some(value),
            "SCRIPT_NAME" => script = value,
            "PATH_INFO" => path = value,
            "QUERY_STRING" => query = value,
            "REMOTE_ADDR" => address = value.parse::<IpAddr>().ok(),
            "REMOTE_PORT" => port = value.parse().unwrap_or(0),
            _ => fields.extend(name.strip_prefix("HTTP_").map(|name| (name, value))),
        }
    }
    let method = method.ok_or(HeadError::new(400, "expected a REQUEST_METHOD"))?;
    let target = uri.map_or_else(|| target(script, path, query), str::to_owned);
    let mut head = Vec::new();
    let refused = |message| HeadError::new(400, message);
    let mut writer = HeadWriter::request(&mut head, method, &target).map_err(refused)?;
    let mut named = false;
    for (name, value) in fields {
        // What concerns the connection was the web server's business, and so was the framing.
        let own =
            ["CONNECTION", "CONTENT_LENGTH", "CONTENT_TYPE", "TRANSFER_ENCODING", "EXPECT", "KEEP_ALIVE", "PROXY"];
        if own.contains(&name) {
            continue;
        }
        named |= name == "HOST";
        writer.header(&name.replace('_', "-"), value.trim_matches([' ', '\t'])).map_err(refused)?;
    }
    if !named {
        writer.put("Host", "gateway");
    }
    if let Some(content_type) = content_type {
        writer.header("Content-Type", content_type).map_err(refused)?;
    }
    writer.header("Content-Length", length.unwrap_or("0")).map_err(refused)?;
    writer.put("Connection", "close");
    writer.finish();
    if head.len() > MAX_HEAD {
        return Err(HeadError::new(431, "head larger than 16 KiB"));
    }
    Ok((head, address.map(|address| SocketAddr::new(address, port))))
}

/// A path was unescaped by the web server (RFC 3875, section 4.1.5), and a target has none of the bytes that were
/// behind the escapes.
fn target(script: &str, path: &str, query: &str) -> String {
    let mut target = String::new();
    for byte in script.bytes().chain(path.bytes()) {
        if byte.is_ascii_graphic() && !matches!(byte, b'#' | b'?' | b'%') {
            target.push(char::from(byte));
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    if target.is_empty() {
        target.push('/');
    }
    if !query.is_empty() {
        target.push('?');
        target.push_str(query);
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(variables: &[(&str, &str)]) -> Result<(String, Option<SocketAddr>), u16> {
        let variables = variables.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        head_of(variables).map(|(head, peer)| (String::from_utf8(head).unwrap(), peer)).map_err(|error| error.status)
    }

    #[test]
    fn puts_a_head_together() {
        let described = head(&[
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("REQUEST_METHOD", "POST"),
            ("SCRIPT_NAME", "/cgi-bin/rpc"),
            ("PATH_INFO", "/a b"),
            ("QUERY_STRING", "x=1"),
            ("CONTENT_TYPE", "text/xml"),
            ("CONTENT_LENGTH", "12"),
            ("HTTP_HOST", "example.com"),
            ("HTTP_USER_AGENT", "test"),
            ("HTTP_CONNECTION", "keep-alive"),
            ("HTTP_TRANSFER_ENCODING", "chunked"),
            ("HTTP_EXPECT", "100-continue"),
            ("REMOTE_ADDR", "192.0.2.1"),
            ("REMOTE_PORT", "4000"),
        ]);
        let expected = "POST /cgi-bin/rpc/a%20b?x=1 HTTP/1.1\r\nHOST: example.com\r\nUSER-AGENT: test\r\n\
            Content-Type: text/xml\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
        assert_eq!(described, Ok((expected.to_string(), Some("192.0.2.1:4000".parse().unwrap()))));
    }

    #[test]
    fn needs_little() {
        let expected = "GET / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        assert_eq!(head(&[("REQUEST_METHOD", "GET")]), Ok((expected.to_string(), None)));
        let (head, peer) =
            head(&[("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/x%20?y"), ("REMOTE_ADDR", "unix:")]).unwrap();
        assert!(head.starts_with("GET /x%20?y HTTP/1.1\r\n"), "{head}");
        assert_eq!(peer, None);
    }

    #[test]
    fn refuses_what_breaks_out() {
        for (name, value) in [
            ("REQUEST_METHOD", "GET / HTTP/1.1\r\nA:"),
            ("REQUEST_URI", "/\r\nA: b"),
            ("QUERY_STRING", "a b"),
            ("CONTENT_LENGTH", "1\r\nA: b"),
            ("CONTENT_TYPE", "a\nb"),
            ("HTTP_A", "b\r\nc"),
            ("HTTP_A B", "c"),
        ] {
            assert_eq!(head(&[("REQUEST_METHOD", "GET"), (name, value)]), Err(400), "{name}");
        }
        assert_eq!(head(&[("SCRIPT_NAME", "/")]), Err(400));
        assert_eq!(head(&[("REQUEST_METHOD", "GET"), ("HTTP_A", &"x".repeat(20_000))]), Err(431));
    }
}
