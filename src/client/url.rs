//! Where the server is: a strict reader of the few URL forms that XML-RPC is served at.
//!
//! Written here rather than taken from a crate: the `url` crate follows the browsers' rules, which
//! repair what a person may have meant, and brings the tables of internationalised names with it.
//! A program's configuration is better refused than repaired.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// The path of a URL that has none, as in Python's `xmlrpc.client`.
///
/// ```
/// use tiny_xmlrpc::client::{DEFAULT_PATH, Url};
///
/// assert_eq!(Url::parse("http://localhost:8000")?.path(), DEFAULT_PATH);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub const DEFAULT_PATH: &str = "/RPC2";

const SCHEMES: &str = "expected a URL that starts with http://, https://, unix: or scgi:";

/// The longest URL that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// The URL of an XML-RPC server.
///
/// ```text
/// http://host[:port][/path][?query]         host: a name, an IPv4 address, or [IPv6] in brackets
/// https://user:password@host/path           userinfo becomes Basic credentials
/// unix:/run/rpc.sock                        a Unix domain socket, HTTP path /RPC2
/// unix:/run/rpc.sock:/path[?query]          the same with an HTTP path, as nginx writes it
/// scgi://host:port[/path][?query]           SCGI, as rTorrent speaks it; it has no port of its own
/// scgi:/run/rpc.sock[:/path][?query]        SCGI over a Unix domain socket
/// ```
///
/// The syntax is that of RFC 3986, and what it does not allow is refused: spaces, control
/// characters and anything outside ASCII (percent-encode them, and write international host
/// names in their `xn--` form), a `%` without two hexadecimal digits, ports outside 1 to 65535,
/// a fragment. An empty path without a query is [`DEFAULT_PATH`]; an empty path with a query is `/`.
/// In a socket's path `%3A` is a colon; `unix:///run/rpc.sock` is accepted too.
/// A zone of a link-local address is written `[fe80::1%25eth0]` (RFC 6874).
///
/// Credentials never show: [`Debug`](fmt::Debug) and [`Display`](fmt::Display) print `***` in
/// their place, and errors never repeat the text.
///
/// ```
/// use tiny_xmlrpc::client::Url;
///
/// let url: Url = "http://alice:secret@[::1]:8080".parse()?;
/// assert_eq!(url.to_string(), "http://***@[::1]:8080/RPC2");
/// assert_eq!(url.port(), Some(8080));
/// assert!("http://example.org:65545/".parse::<Url>().is_err());
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    scheme: Scheme,
    place: Place,
    path: String,
    credentials: Option<Credentials>,
}

/// How the server is spoken to.
///
/// ```
/// use tiny_xmlrpc::client::{Scheme, Url};
///
/// /// Whether nobody on the way can read what is sent.
/// fn is_private(url: &Url) -> bool {
///     matches!(url.scheme(), Scheme::Https | Scheme::Unix)
/// }
/// assert!(is_private(&Url::parse("unix:/run/rpc.sock")?));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// HTTP over TCP.
    Http,
    /// HTTP over TLS over TCP.
    Https,
    /// HTTP over a Unix domain socket.
    Unix,
    /// SCGI over TCP or a Unix domain socket.
    Scgi,
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A host as a resolver takes it (an IPv6 address without brackets, with `%zone`), and the
    /// port if one was written.
    Tcp { host: String, port: Option<u16> },
    /// The bytes of a socket's path.
    Unix(Vec<u8>),
}

/// A user and a password for Basic authentication, which never print.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    user: Vec<u8>,
    password: Vec<u8>,
}

impl Credentials {
    /// # Errors
    ///
    /// RFC 7617, section 2: no control characters, and no colon in the user's name.
    pub(crate) fn new(user: Vec<u8>, password: Vec<u8>) -> Result<Self> {
        if user.contains(&b':') {
            return Err(usage("expected a user name without a colon, which Basic authentication cannot carry"));
        }
        if user.iter().chain(&password).any(u8::is_ascii_control) {
            return Err(usage("expected user and password without control characters"));
        }
        Ok(Self { user, password })
    }

    /// The value of the `Authorization` header (RFC 7617, section 2).
    pub(crate) fn to_header(&self) -> String {
        let mut pair = self.user.clone();
        pair.push(b':');
        pair.extend_from_slice(&self.password);
        format!("Basic {}", base64_simd::STANDARD.encode_to_string(&pair))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Url {
    /// Reads a URL: the same as [`FromStr`].
    ///
    /// ```
    /// use tiny_xmlrpc::client::Url;
    ///
    /// let error = Url::parse("http://localhost:8000/a path").unwrap_err();
    /// assert!(error.message().ends_with("found another at byte 23"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] says what was expected and at which byte, without repeating the text.
    pub fn parse(text: &str) -> Result<Self> {
        text.parse()
    }

    /// How the server is spoken to.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::{Scheme, Url};
    /// assert_eq!(Url::parse("HTTPS://example.org")?.scheme(), Scheme::Https);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host, an IPv6 address without its brackets; `None` for a Unix domain socket.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::Url;
    /// assert_eq!(Url::parse("http://[::1]:8000/RPC2")?.host(), Some("::1"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match &self.place {
            Place::Tcp { host, .. } => Some(host),
            Place::Unix(_) => None,
        }
    }

    /// The port, the scheme's own (80, 443) where none was written; `None` for a Unix domain socket.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::Url;
    /// assert_eq!(Url::parse("https://example.org/RPC2")?.port(), Some(443));
    /// assert_eq!(Url::parse("unix:/run/rpc.sock")?.port(), None);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match (&self.place, self.scheme) {
            (Place::Unix(_), _) => None,
            (Place::Tcp { port: Some(port), .. }, _) => Some(*port),
            (Place::Tcp { .. }, Scheme::Https) => Some(443),
            (Place::Tcp { .. }, _) => Some(80),
        }
    }

    /// Path and query, as they are sent.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::Url;
    /// assert_eq!(Url::parse("http://localhost/rpc?tenant=7")?.path(), "/rpc?tenant=7");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same server, with another path and query.
    pub(crate) fn with_target(&self, target: &str) -> Result<Self> {
        Ok(Self { path: parse_target(target, 0)?, ..self.clone() })
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// Whether the host is an IPv6 literal.
    pub(crate) fn is_ipv6(&self) -> bool {
        self.host().is_some_and(|host| host.contains(':'))
    }

    /// Host and port as they were written, for the `Host` header: an IPv6 address in brackets and
    /// without its zone, which means nothing to the server (RFC 6874, section 1); `localhost` for
    /// a Unix domain socket, since HTTP/1.1 asks for one.
    pub(crate) fn authority(&self) -> String {
        match &self.place {
            Place::Tcp { host, port } => {
                let name = host.split('%').next().unwrap_or(host);
                let name = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
                match port {
                    Some(port) => format!("{name}:{port}"),
                    None => name,
                }
            }
            Place::Unix(_) => "localhost".to_owned(),
        }
    }

    /// The whole URL without credentials.
    pub(crate) fn without_credentials(&self) -> String {
        let mut text = String::with_capacity(64);
        // Into memory nothing fails.
        let _ = self.write(&mut text, None);
        text
    }

    /// Writes the URL with this for its credentials.
    fn write(&self, out: &mut impl fmt::Write, credentials: Option<&str>) -> fmt::Result {
        match &self.place {
            Place::Tcp { host, port } => {
                out.write_str(match self.scheme {
                    Scheme::Https => "https://",
                    Scheme::Scgi => "scgi://",
                    _ => "http://",
                })?;
                if let Some(credentials) = credentials {
                    out.write_str(credentials)?;
                    out.write_char('@')?;
                }
                if host.contains(':') {
                    write!(out, "[{}]", host.replace('%', "%25"))?;
                } else {
                    out.write_str(host)?;
                }
                if let Some(port) = *port {
                    out.write_char(':')?;
                    out.write_str(itoa::Buffer::new().format(port))?;
                }
                out.write_str(&self.path)
            }
            Place::Unix(socket) => {
                out.write_str(if self.scheme == Scheme::Scgi { "scgi:" } else { "unix:" })?;
                for &byte in socket {
                    if is_unreserved(byte) || byte == b'/' {
                        out.write_char(char::from(byte))?;
                    } else {
                        write!(out, "%{byte:02X}")?;
                    }
                }
                write!(out, ":{}", self.path)
            }
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, self.credentials.as_ref().map(|_| "***"))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

impl TryFrom<&str> for Url {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.len() > LONGEST {
            return Err(usage(format!("expected a URL of at most {LONGEST} bytes, found {}", text.len())));
        }
        if let Some(at) = text.bytes().position(|byte| !(0x21..=0x7e).contains(&byte)) {
            return Err(usage(format!(
                "expected visible ASCII characters in the URL, percent-encode the others, found another at byte {at}"
            )));
        }
        let (scheme, rest) = text.split_once(':').ok_or_else(|| usage(SCHEMES))?;
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        let scheme = match () {
            () if is("http") => Scheme::Http,
            () if is("https") => Scheme::Https,
            () if is("unix") => Scheme::Unix,
            () if is("scgi") => Scheme::Scgi,
            () => return Err(usage(SCHEMES)),
        };
        let start = text.len().saturating_sub(rest.len());
        match scheme {
            Scheme::Unix => parse_unix(scheme, rest, start),
            Scheme::Scgi if !rest.starts_with("//") || rest.starts_with("///") => parse_unix(scheme, rest, start),
            _ => match rest.strip_prefix("//") {
                Some(rest) => parse_http(scheme, rest, start.saturating_add(2)),
                None => Err(usage("expected `//` after the URL's scheme")),
            },
        }
    }
}

/// `[ userinfo "@" ] host [ ":" port ] [ path ] [ "?" query ]` (RFC 3986, sections 3.2 to 3.4).
fn parse_http(scheme: Scheme, rest: &str, start: usize) -> Result<Url> {
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let (authority, target) = rest.split_at(end.unwrap_or(rest.len()));
    let path = parse_target(target, start.saturating_add(authority.len()))?;
    let (credentials, host) = match authority.split_once('@') {
        Some((userinfo, host)) => (parse_userinfo(userinfo)?, host),
        None => (None, authority),
    };
    if host.contains('@') {
        return Err(usage("expected one `@` before the URL's host: write one inside user or password as `%40`"));
    }
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (literal, after) =
                rest.split_once(']').ok_or_else(|| usage("expected `]` after the URL's IPv6 address"))?;
            (parse_ipv6(literal)?, after)
        }
        None => {
            let (name, after) = host.split_at(host.find(':').unwrap_or(host.len()));
            (parse_name(name)?, after)
        }
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => Some(parse_port(digits)?),
        None if port.is_empty() => None,
        None => return Err(usage("expected `:` and a port, or a path, after the URL's host")),
    };
    if scheme == Scheme::Scgi && port.is_none() {
        return Err(usage("expected `:` and a port after the URL's host: SCGI has none of its own"));
    }
    Ok(Url { scheme, place: Place::Tcp { host, port }, path, credentials })
}

/// `[ "//" ] socket-path [ ":" path [ "?" query ] ]`.
fn parse_unix(scheme: Scheme, rest: &str, start: usize) -> Result<Url> {
    let (rest, start) = match rest.strip_prefix("///") {
        Some(_) => (rest.get(2..).unwrap_or_default(), start.saturating_add(2)),
        None => (rest, start),
    };
    let (socket, target) = rest.split_once(':').unwrap_or((rest, ""));
    let socket = match percent_decode(socket) {
        Some(socket) if socket.starts_with(b"/") && !socket.starts_with(b"//") && !socket.contains(&0) => socket,
        _ => return Err(usage("expected the absolute path of a socket after `unix:` or `scgi:`")),
    };
    if socket.iter().any(|byte| matches!(byte, b'?' | b'#')) && !rest.contains('%') {
        return Err(usage("expected `:` and the HTTP path after the socket's path"));
    }
    if !target.is_empty() && !target.starts_with('/') {
        return Err(usage("expected an HTTP path that starts with `/` after the socket's path and `:`"));
    }
    let path = parse_target(target, start.saturating_add(rest.len()).saturating_sub(target.len()))?;
    Ok(Url { scheme, place: Place::Unix(socket), path, credentials: None })
}

/// The request target in its origin form (RFC 9112, section 3.2.1).
fn parse_target(target: &str, start: usize) -> Result<String> {
    if target.contains('#') {
        return Err(usage("expected a URL without a fragment, which is never sent"));
    }
    if let Some(at) = target.bytes().position(|byte| !is_pchar(byte) && !matches!(byte, b'/' | b'?' | b'%')) {
        let at = start.saturating_add(at);
        return Err(usage(format!("expected a percent-encoded character in the URL's path at byte {at}")));
    }
    if target.contains('%') && percent_decode(target).is_none() {
        return Err(usage("expected two hexadecimal digits after `%` in the URL's path"));
    }
    Ok(match target.as_bytes().first() {
        None => DEFAULT_PATH.to_owned(),
        Some(b'?') => format!("/{target}"),
        Some(_) => target.to_owned(),
    })
}

/// `user [ ":" password ]`, percent-decoded.
fn parse_userinfo(userinfo: &str) -> Result<Option<Credentials>> {
    if userinfo.is_empty() {
        return Ok(None);
    }
    if userinfo.bytes().any(|byte| !is_pchar(byte) && byte != b'%') {
        return Err(usage("expected a percent-encoded character in the URL's user or password"));
    }
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    match (percent_decode(user), percent_decode(password)) {
        (Some(user), Some(password)) => Credentials::new(user, password).map(Some),
        _ => Err(usage("expected two hexadecimal digits after `%` in the URL's user or password")),
    }
}

/// A name of letters, digits, `-`, `_` and dots, or an IPv4 address. A name whose last label is a
/// number is an address or a mistake: resolvers take `10.1` for `10.0.0.1`, which nobody meant.
fn parse_name(name: &str) -> Result<String> {
    let stem = name.strip_suffix('.').unwrap_or(name);
    let mut labels = stem.as_bytes().split(|&byte| byte == b'.');
    let label_fits = |label: &[u8]| {
        (1..=63).contains(&label.len())
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if stem.len() > 253 || !labels.clone().all(label_fits) {
        return Err(usage("expected a host name or an address in the URL"));
    }
    let last = labels.next_back().unwrap_or_default();
    let is_number = last.iter().all(u8::is_ascii_digit) || last.starts_with(b"0x");
    if is_number && name.parse::<Ipv4Addr>().is_err() {
        return Err(usage("expected four numbers up to 255 in the URL's IPv4 address"));
    }
    Ok(name.to_ascii_lowercase())
}

/// An IPv6 address with an optional zone, `%25` before it (RFC 6874).
fn parse_ipv6(literal: &str) -> Result<String> {
    let (address, zone) = match literal.split_once("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (literal, None),
    };
    let address: Ipv6Addr = address.parse().map_err(|_| usage("expected an IPv6 address between `[` and `]`"))?;
    match zone {
        None => Ok(address.to_string()),
        Some(zone) if !zone.is_empty() && zone.bytes().all(is_unreserved) => Ok(format!("{address}%{zone}")),
        Some(_) => Err(usage("expected the name of a network interface after `%25` in the URL's IPv6 address")),
    }
}

fn parse_port(digits: &str) -> Result<u16> {
    let is_decimal = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_decimal && port != 0 => Ok(port),
        _ => Err(usage("expected a port from 1 to 65535 in the URL")),
    }
}

/// `None` where a `%` has no two hexadecimal digits after it.
fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = (digit()?, digit()?);
        out.push(u8::try_from((high << 4) | low).ok()?);
    }
    Some(out)
}

/// RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986, section 3.3, without percent-encoding.
fn is_pchar(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@')
}

#[cold]
fn usage(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message)
}

#[cfg(test)]
mod tests;
