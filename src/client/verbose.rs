//! What goes over the wire, shown to a hook, without its secrets.

use std::fmt;
use std::sync::Arc;

/// A piece of what goes over the wire, as [`Options::verbose`](super::Options::verbose) shows it.
///
/// [`Display`](fmt::Display) prints it as lines with `>` before what went out and `<` before what came in,
/// control characters escaped.
///
/// Values of header fields that hold secrets are shown as `***`: `Authorization`, `Cookie`, `Set-Cookie` and whatever
/// has `auth`, `cookie`, `key`, `password`, `secret`, `session` or `token` in its name. Bodies are shown as they are: a
/// password among the parameters of a call is in them.
///
/// ```
/// use tiny_xmlrpc::client::{Options, Wire};
///
/// let mut options = Options::new();
/// options.verbose(|piece| match piece {
///     Wire::RequestHead(_) | Wire::ReplyHead(_) => eprint!("{piece}"),
///     _ => {} // not the bodies
/// });
/// let head = Wire::RequestHead("POST /RPC2 HTTP/1.1\nCookie: ***\n");
/// assert_eq!(head.to_string(), "> POST /RPC2 HTTP/1.1\n> Cookie: ***\n");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wire<'w> {
    /// The request's head, its secrets masked.
    RequestHead(&'w str),
    /// A piece of the request's body.
    RequestBody(&'w [u8]),
    /// A reply's head, its secrets masked; that of an interim reply (1xx) too.
    ReplyHead(&'w str),
    /// A piece of the reply's body, in the coding it came in.
    ReplyBody(&'w [u8]),
}

impl fmt::Display for Wire<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, text) = match *self {
            Self::RequestHead(text) => ('>', text.into()),
            Self::ReplyHead(text) => ('<', text.into()),
            Self::RequestBody(bytes) => ('>', String::from_utf8_lossy(bytes)),
            Self::ReplyBody(bytes) => ('<', String::from_utf8_lossy(bytes)),
        };
        for line in text.trim_end().lines() {
            write!(f, "{mark} ")?;
            for character in line.chars() {
                if character.is_control() && character != '\t' {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    write!(f, "{character}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// What [`Options::verbose`](super::Options::verbose) was given.
pub(super) type Hook = Arc<dyn Fn(Wire<'_>) + Send + Sync>;

/// What is shown of a head: its lines, those with secrets masked.
pub(super) fn masked(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match line.split_once(':') {
            Some((name, _)) if is_secret(name) => {
                out.push_str(name);
                out.push_str(": ***");
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// Whether the values of fields of this name are not for others' eyes.
pub(super) fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 7] = ["auth", "cookie", "key", "password", "secret", "session", "token"];
    let name = name.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_secrets() {
        let head =
            b"POST / HTTP/1.1\r\nHost: h:80\r\nAUTHORIZATION: Basic eA==\r\nX-Api-Key: 5\r\nset-cookie: a=b\r\n\r\n";
        let expected = "POST / HTTP/1.1\nHost: h:80\nAUTHORIZATION: ***\nX-Api-Key: ***\nset-cookie: ***\n\n";
        assert_eq!(masked(head), expected);
    }

    #[test]
    fn prints_lines() {
        assert_eq!(Wire::RequestHead("a\nb\n\n").to_string(), "> a\n> b\n");
        assert_eq!(Wire::ReplyBody(b"<a>\x1b[31m\xff\n</a>").to_string(), "< <a>\\u{1b}[31m\u{fffd}\n< </a>\n");
    }
}
