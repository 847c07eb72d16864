//! Which requests are calls, as far as their heads tell.

use super::HeadError;

/// The paths that are served unless others are said: those of Python's server.
///
/// ```
/// # #[cfg(feature = "server")] {
/// use tiny_xmlrpc::{Server, server::DEFAULT_PATHS};
///
/// let mut server = Server::bind("127.0.0.1:0")?;
/// server.paths(DEFAULT_PATHS.into_iter().chain(["/api/xmlrpc"]));
/// # assert_eq!(DEFAULT_PATHS, ["/RPC2", "/"]);
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[cfg(any(feature = "server", feature = "tiny_http"))]
pub const DEFAULT_PATHS: [&str; 2] = ["/RPC2", "/"];

/// Whether a request with this method and these fields can be a call, whatever its path and its size.
///
/// # Errors
/// 405 unless it is a POST, 415 for a body that is not XML or not as it is.
pub(crate) fn check_call(
    method: &str,
    content_type: Option<&[u8]>,
    content_encoding: Option<&[u8]>,
) -> Result<(), HeadError> {
    if method != "POST" {
        return Err(HeadError::new(405, "the methods allowed here are in the Allow field"));
    }
    // Calls come as XML. A form that some page makes a browser send does not.
    if content_type.is_some_and(|value| !value.windows(3).any(|word| word.eq_ignore_ascii_case(b"xml"))) {
        return Err(HeadError::new(415, "expected a Content-Type of XML, like text/xml"));
    }
    if content_encoding.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        return Err(HeadError::new(415, "expected a body without a Content-Encoding"));
    }
    Ok(())
}

/// The path of a request's target, without the query: `/RPC2`. As it was sent, escapes are not resolved.
pub(crate) fn path_of(target: &str) -> &str {
    let origin = origin_of(target);
    // A target is short: byte by byte it is found sooner than by a search that has to be set up.
    let path = origin.bytes().position(|byte| byte == b'?').and_then(|at| origin.get(..at)).unwrap_or(origin);
    if path.is_empty() { "/" } else { path }
}

/// What follows the first `?` of a request's target.
pub(crate) fn query_of(target: &str) -> Option<&str> {
    origin_of(target).split_once('?').map(|(_, query)| query)
}

/// A target in its origin form: an absolute one loses scheme and authority (RFC 9112, section 3.2.2).
fn origin_of(target: &str) -> &str {
    if target.starts_with('/') {
        return target;
    }
    let Some((_, rest)) = target.split_once("://") else { return target };
    rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_heads() {
        for (content_type, content_encoding, status) in [
            (None, None, None),
            (Some("text/xml"), Some("identity"), None),
            (Some("Application/XML; charset=utf-8"), None, None),
            (Some("text/x"), None, Some(415)),
            (Some(""), None, Some(415)),
            (Some("application/x-www-form-urlencoded"), None, Some(415)),
            (None, Some("gzip"), Some(415)),
            (None, Some(""), Some(415)),
        ] {
            let judged = check_call("POST", content_type.map(str::as_bytes), content_encoding.map(str::as_bytes));
            assert_eq!(judged.err().map(|error| error.status), status, "{content_type:?} {content_encoding:?}");
        }
        for method in ["GET", "post", ""] {
            assert_eq!(check_call(method, None, None).unwrap_err().status, 405, "{method:?}");
        }
    }

    #[test]
    fn finds_paths() {
        for (target, path, query) in [
            ("/RPC2", "/RPC2", None),
            ("/a%20b?c?d", "/a%20b", Some("c?d")),
            ("//x/y", "//x/y", None),
            ("http://host", "/", None),
            ("http://host/RPC2?a", "/RPC2", Some("a")),
            ("http://host?a", "/", Some("a")),
            ("RPC2", "RPC2", None),
            ("*", "*", None),
            ("", "/", None),
        ] {
            assert_eq!((path_of(target), query_of(target)), (path, query), "{target:?}");
        }
    }
}
