//! One connection for each call, over minreq: the only file that names it.

use std::fmt;
use std::io::{self, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::receive::reserve;
#[cfg(feature = "tls")]
use super::refuse::refuse_tls;
use super::refuse::{ended, network, not_http, refuse_head, too_large, usage};
use super::settings::Settings;
use super::verbose::Wire;
use super::{Options, Reply, Scheme, Transport, Url, gzip};
use crate::http1::{Framing, MAX_HEAD, ReplyHead};
use crate::{Error, ErrorKind, Limit, Phase, Result};

/// The longest time-out that minreq can add to its clock without overflow on every system: ten years.
const LONGEST_TIMEOUT: u64 = 10 * 365 * 24 * 60 * 60;

/// HTTP/1.1 with a connection of its own for each call, over [minreq](https://docs.rs/minreq/3), which also speaks
/// TLS: the transport of `https` URLs (feature `tls`) and of one-shot calls.
///
/// What minreq takes for a reply is checked again here: interim replies, a missing status line, a body
/// shorter than its length, two lengths, and unknown codings are errors, and redirects, which it would follow with body
/// and credentials to anywhere, are switched off.
///
/// What cannot be mended from outside:
/// - A time-out is in whole seconds, rounded up, and costs a thread for each call; the thread may outlive the
///   call that timed out. There is no time-out of its own for connecting. Without any, minreq reads the environment
///   variable `MINREQ_TIMEOUT`.
/// - Which phase a time-out or a reset fell in is not known up to the reply's head: it is told as
///   [`Phase::Wait`], and the call counts as one that may have been executed.
/// - Hosts are names or IPv4 addresses, not IPv6 literals.
/// - The status line's first word is not looked at, so `ICY 200 OK` passes for HTTP.
/// - A chunked reply that is cut off just before its last chunk counts as whole, if its text ends like XML;
///   the decoder refuses what is not a whole document.
/// - The 16 KiB limit of heads can be stepped over with a line that ends in a bare LF at the very byte
///   of the limit: minreq then stops counting, and only the time-out bounds what a hostile server can send
///   as header fields.
///
/// The certificates that are trusted with `tls` are the system's; on Linux and the BSDs the variables `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` name others.
///
/// ```
/// use tiny_xmlrpc::{Client, client::{Options, TransportChoice}};
///
/// let mut options = Options::new();
/// options.choice(TransportChoice::Minreq);
/// # #[cfg(feature = "server")] {
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let url = format!("http://{}", listener.local_addr()?);
/// # std::thread::spawn(move || {
/// #     let mut server = tiny_xmlrpc::Server::from_listener(listener, Default::default())?;
/// #     server.add("add", |a: i32, b: i32| a + b);
/// #     server.handle_request()
/// # });
/// let client = Client::with_options(&url, &options)?;
/// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub struct Minreq {
    url: Url,
    settings: Settings,
    timeout: Option<u64>,
}

impl Minreq {
    /// A transport to this URL.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Minreq, Options, Url};
    ///
    /// let transport = Minreq::new(&Url::parse("http://localhost:8000/RPC2")?, &Options::new())?;
    /// assert!(Minreq::new(&Url::parse("http://[::1]:8000/RPC2")?, &Options::new()).is_err());
    /// # let _ = transport;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for `unix`, for an IPv6 literal, for `https` without the feature `tls`, and for header
    /// fields and credentials that cannot be sent.
    pub fn new(url: &Url, options: &Options) -> Result<Self> {
        match url.scheme() {
            Scheme::Unix => return Err(usage("expected an http or https URL for minreq, found unix")),
            Scheme::Scgi => return Err(usage("expected an http or https URL for minreq, found scgi")),
            _ => {}
        }
        if url.scheme() == Scheme::Https && cfg!(not(feature = "tls")) {
            return Err(usage("https needs the feature `tls` of tiny_xmlrpc"));
        }
        if url.is_ipv6() {
            return Err(usage("expected a host name or an IPv4 address for minreq, found an IPv6 literal"));
        }
        let mut settings = options.settings(url)?;
        settings.fields.push(("Connection".into(), "close".into()));
        choose_cryptography();
        let timeout = settings.timeout.map(whole_seconds);
        Ok(Self { url: url.clone(), settings, timeout })
    }

    fn request(&self, body: &[u8]) -> minreq::Request {
        let (fields, body) = self.settings.prepare(&self.url, body);
        let request = minreq::post(self.url.without_credentials())
            .with_follow_redirects(false)
            .with_max_headers_size(MAX_HEAD)
            .with_max_status_line_length(MAX_HEAD)
            .with_headers(fields)
            .with_body(body);
        match self.timeout {
            Some(seconds) => request.with_timeout(seconds),
            None => request,
        }
    }

    fn receive(&self, mut response: minreq::ResponseLazy, reply: &mut Vec<u8>) -> Result<Reply> {
        let status = response.status_code;
        // What minreq makes of a line in which it finds no number.
        if status == 503 && response.reason_phrase == "Server did not provide a status line" {
            return Err(not_http("expected a status line"));
        }
        match status {
            200..=599 => {}
            100..=199 => {
                return Err(not_http("expected a reply, found an interim one, which minreq does not read past"));
            }
            _ => return Err(not_http("expected a status from 100 to 599")),
        }
        let fields = || response.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        self.settings.show_reply(status, &response.reason_phrase, fields());
        let framing = ReplyHead::framing_of(status, fields()).map_err(refuse_head)?;
        let (head, is_gzip) = self.settings.read(status, fields())?;

        let limit = self.settings.limit;
        let size = match framing {
            Framing::Length(length) if length > limit => return Err(too_large(limit)),
            Framing::Length(length) => length,
            Framing::Chunked | Framing::UntilClose => limit.saturating_add(1),
        };
        if let Framing::Length(length) = framing {
            reserve(reply, length);
        }
        let read = response.by_ref().take(size).read_to_end(reply).map_err(refuse_body)?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        match framing {
            Framing::Length(length) if read < length => return Err(ended(Phase::Receive)),
            Framing::Length(_) => {}
            _ if read > limit => return Err(too_large(limit)),
            // A body whose end is not told, or was not looked for by minreq: at least it ends like XML.
            _ if status == 200 && !is_gzip && !ends_like_xml(reply) => return Err(ended(Phase::Receive)),
            _ => {}
        }
        if let Some(hook) = &self.settings.verbose {
            hook(Wire::ReplyBody(reply));
        }
        if is_gzip {
            *reply = gzip::inflate(reply, limit)?;
        }
        head.check(reply)
    }
}

impl Transport for Minreq {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        reply.clear();
        let request = self.request(request);
        // minreq panics where a thread cannot be started, and on a head that ends right at its limit in a build
        // with overflow checks. Nothing of ours is half-done by then but the reply, which is given up.
        let result = catch_unwind(AssertUnwindSafe(|| {
            let response = request.send_lazy().map_err(|error| refuse(error, &self.url))?;
            self.receive(response, reply)
        }));
        result.unwrap_or_else(|_| Err(not_http("expected a reply, found one that minreq cannot read")))
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout.map(whole_seconds);
    }
}

/// Without the header fields, which have the credentials.
impl fmt::Debug for Minreq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minreq").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Rounded up, and at least one: zero would be over before it began.
fn whole_seconds(timeout: Duration) -> u64 {
    let up = u64::from(timeout.subsec_nanos() > 0);
    timeout.as_secs().saturating_add(up).clamp(1, LONGEST_TIMEOUT)
}

/// UTF-16 included, in either order.
fn ends_like_xml(body: &[u8]) -> bool {
    body.iter().rev().find(|byte| !byte.is_ascii_whitespace() && **byte != 0) == Some(&b'>')
}

/// What went wrong before the reply's head was read. Where the phase cannot be told, it is taken to be the one
/// in which the call may have been executed.
#[cold]
fn refuse(error: minreq::Error, url: &Url) -> Error {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, NetworkUnreachable};
    let doing = |what: &str| format!("{what} {}", url.authority());
    match error {
        minreq::Error::IoError(error) => {
            if let Some(error) = tls_error(&error) {
                return error;
            }
            let (phase, doing) = match error.kind() {
                ConnectionRefused | NetworkUnreachable | AddrNotAvailable => (Phase::Connect, doing("connecting to")),
                // What the standard library makes of an error of `getaddrinfo`; it has no kind.
                _ if error.to_string().starts_with("failed to lookup address") => {
                    (Phase::Resolve, doing("looking up the addresses of"))
                }
                _ => (Phase::Wait, "waiting for the reply".to_owned()),
            };
            network(phase, &doing, error)
        }
        minreq::Error::AddressNotFound => {
            Error::new(ErrorKind::Transport(Phase::Resolve), "expected an address of the host, found none")
                .with_executed(false)
        }
        minreq::Error::HeadersOverflow | minreq::Error::StatusLineOverflow => {
            Error::new(ErrorKind::Limit(Limit::Buffer), "reply: head larger than 16 KiB").with_executed(true)
        }
        #[cfg(feature = "tls")]
        minreq::Error::RustlsCreateConnection(error) => {
            Error::new(ErrorKind::Transport(Phase::Tls), format!("setting up TLS failed: {error}"))
                .with_executed(false)
                .with_source(error)
        }
        // A reply that it cannot read. What comes before one is ruled out by our URL.
        error => Error::new(ErrorKind::Http, format!("reply: {error}")).with_executed(true).with_source(error),
    }
}

#[cold]
fn refuse_body(error: io::Error) -> Error {
    let own = error.get_ref().is_some_and(|inner| inner.is::<minreq::Error>() || inner.is::<std::num::ParseIntError>());
    if own {
        return Error::new(ErrorKind::Http, format!("reply: {error}")).with_executed(true).with_source(error);
    }
    network(Phase::Receive, "receiving the reply", error)
}

/// An error of the TLS handshake, which comes as one of input and output.
#[cfg(feature = "tls")]
#[cold]
fn tls_error(error: &io::Error) -> Option<Error> {
    Some(refuse_tls(error.get_ref()?.downcast_ref::<rustls::Error>()?.clone()))
}

#[cfg(not(feature = "tls"))]
fn tls_error(_: &io::Error) -> Option<Error> {
    None
}

/// rustls panics when it has to choose between two cryptography libraries because another crate of the program has
/// switched on the second one. A choice that the program has made stays.
#[cfg(feature = "tls")]
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails if another thread was faster, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}

#[cfg(not(feature = "tls"))]
fn choose_cryptography() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_rounded_up() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(200)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
        assert_eq!(whole_seconds(Duration::from_millis(2001)), 3);
        assert_eq!(whole_seconds(Duration::MAX), LONGEST_TIMEOUT);
    }

    #[test]
    fn knows_the_end_of_a_document() {
        assert!(ends_like_xml(b"<a/>\r\n"));
        assert!(ends_like_xml(b"\0>\0\n\0"));
        assert!(!ends_like_xml(b"<a"));
        assert!(!ends_like_xml(b""));
    }

    #[test]
    fn shows_no_credentials() {
        let transport = Minreq::new(&"http://u:secret@h".parse().unwrap(), &Options::new()).unwrap();
        assert!(!format!("{transport:?}").contains("secret"));
        assert_eq!(transport.url.without_credentials(), "http://h/RPC2");
    }
}
