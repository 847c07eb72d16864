//! Kept connections over ureq, for what needs settings of TLS or a proxy: the only file that calls it (feature `ureq`).

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use ureq::{Agent, Body, Timeout, http};

use super::pulled::pulled;
use super::receive::Stream;
use super::refuse::{ended, network, not_http, refuse_body, refuse_head, refuse_tls, too_large, usage};
use super::settings::{Field, Settings};
use super::verbose::Wire;
use super::{Options, Outgoing, Reply, Scheme, Tls, Transport, Url, gzip};
use crate::http1::{BodyError, Framing, MAX_HEAD, MAX_HEADERS, ReplyHead};
use crate::{Error, ErrorKind, Limit, Phase, Result};

/// A streamed request of at most so many bytes is held all the same: it needs no thread then.
const SMALL: u64 = 64 * 1024;

/// HTTP/1.1 over [ureq](https://docs.rs/ureq/3): kept connections for `https`, proxies, other trusted certificates than the
/// system's, client certificates.
///
/// Redirects are not followed here, nothing is taken from the environment unless asked for, and replies are checked as
/// those of the other transports. Requests and replies of any size go through in constant memory; a
/// [streamed](crate::Client::stream) request of more than 64 KiB takes a thread while it is sent.
///
/// What cannot be told from outside: where the time of the whole call ends after the connection stands, or
/// the connection breaks before a reply, the phase is told as [`Phase::Wait`], and the call counts as one that may have
/// been executed. A connection that the server has closed is found out before it is used again, unless it closes at that
/// moment; there is no second try.
///
/// ```
/// use tiny_xmlrpc::{Client, client::{Options, TransportChoice}};
///
/// let mut options = Options::new();
/// options.choice(TransportChoice::Ureq);
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
pub struct Ureq {
    agent: Agent,
    url: Url,
    address: String,
    settings: Settings,
    timeout: Option<Duration>,
}

impl Ureq {
    /// A transport to this URL.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Options, Ureq, Url};
    ///
    /// let mut options = Options::new();
    /// options.proxy("http://user:password@proxy:3128");
    /// let transport = Ureq::new(&Url::parse("https://example.org/RPC2")?, &options)?;
    /// # let _ = transport;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for `unix` and `scgi`, for a proxy that is no URL of one, and for header fields and credentials
    /// that cannot be sent.
    pub fn new(url: &Url, options: &Options) -> Result<Self> {
        if !matches!(url.scheme(), Scheme::Http | Scheme::Https) {
            return Err(usage("expected an http or https URL for ureq"));
        }
        let settings = options.settings(url)?;
        let proxy = match options.in_proxy(url) {
            // Not with the text: there may be credentials in it.
            Some(text) => Some(ureq::Proxy::new(&text).map_err(|_| usage("expected the URL of a proxy"))?),
            None => None,
        };
        let tls = options.in_tls().map_or_else(|| Tls::new().config(), Tls::config);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(ureq::config::AutoHeaderValue::None)
            .accept(ureq::config::AutoHeaderValue::None)
            .accept_encoding(ureq::config::AutoHeaderValue::None)
            .max_response_header_size(MAX_HEAD)
            .proxy(proxy)
            .tls_config(tls)
            .build();
        let address = url.without_credentials();
        let timeout = settings.timeout;
        Ok(Self { agent: Agent::new_with_config(config), url: url.clone(), address, settings, timeout })
    }

    /// Sends a request and receives the head of its reply.
    fn send(&self, body: &[u8]) -> Result<(Reply, bool, Incoming<'_>)> {
        let (fields, body) = self.settings.prepare(&self.url, body);
        let response = self.request(fields).send(&*body).map_err(|error| refuse(error, &self.url))?;
        self.receive(response)
    }

    /// The same with a body that is written as it goes.
    fn send_streamed(&self, request: &mut Outgoing<'_>) -> Result<(Reply, bool, Incoming<'_>)> {
        let length = request.length();
        if length.is_some_and(|length| length <= SMALL) {
            let mut document = Vec::new();
            request.write_to(&mut document)?;
            return self.send(&document);
        }
        let mut fields = self.settings.prepare_head(&self.url, false, length);
        if let Some(length) = length {
            // Without it ureq sends chunks.
            fields.push(("Content-Length".into(), length.to_string().into()));
        }
        let response = pulled(request, self.settings.verbose.as_ref(), |mut body| {
            let body = ureq::SendBody::from_reader(&mut body);
            self.request(fields).send(body).map_err(|error| refuse(error, &self.url))
        })?;
        self.receive(response)
    }

    fn request(&self, fields: Vec<Field>) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let connect = match (self.settings.connect_timeout, self.timeout) {
            (Some(connect), Some(whole)) => Some(connect.min(whole)),
            (connect, whole) => connect.or(whole),
        };
        let mut request = self.agent.post(&self.address);
        for (name, value) in fields {
            request = request.header(&*name, &*value);
        }
        let config = request.config().timeout_global(self.timeout);
        config.timeout_resolve(connect).timeout_connect(connect).build()
    }

    fn receive(&self, response: http::Response<Body>) -> Result<(Reply, bool, Incoming<'_>)> {
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let fields = || head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        self.settings.show_reply(status, head.status.canonical_reason().unwrap_or_default(), fields());
        if !(200..=599).contains(&status) {
            return Err(not_http("expected a status from 200 to 599"));
        }
        if head.headers.len() > MAX_HEADERS {
            return Err(
                Error::new(ErrorKind::Limit(Limit::Buffer), "reply: more than 100 header fields").with_executed(true)
            );
        }
        let framing = ReplyHead::framing_of(status, fields()).map_err(refuse_head)?;
        let (reply, is_gzip) = self.settings.read(status, fields())?;
        let limit = self.settings.limit;
        let expected = match framing {
            Framing::Length(length) if length > limit => return Err(refuse_body(BodyError::TooLarge, limit)),
            Framing::Length(length) => Some(length),
            Framing::Chunked | Framing::UntilClose => None,
        };
        // The limit is ours.
        let body = body.into_with_config().limit(u64::MAX).reader();
        Ok((reply, is_gzip, Incoming { body: Box::new(body), read: 0, expected, settings: &self.settings }))
    }
}

impl Transport for Ureq {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        reply.clear();
        let (head, is_gzip, mut body) = self.send(request)?;
        body.read_to_end(reply)?;
        if is_gzip {
            *reply = gzip::inflate(reply, self.settings.limit)?;
        }
        head.check(reply)
    }

    fn stream(&mut self, request: &mut Outgoing<'_>, receive: &mut Stream<'_>) -> Result<()> {
        let (head, is_gzip, mut body) = self.send_streamed(request)?;
        let limit = self.settings.limit;
        if head.status() != 200 {
            let mut page = Vec::new();
            body.read_to_end(&mut page)?;
            let page = if is_gzip { gzip::inflate(&page, limit)? } else { page };
            let head = head.check(&page)?;
            return receive(&head, &mut page.as_slice());
        }
        if is_gzip {
            return gzip::inflating(&mut body, limit, |body| receive(&head, body));
        }
        let head = match body.expected {
            Some(length) => head.with_content_length(length),
            None => head,
        };
        receive(&head, &mut body)
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }
}

/// A body as it comes, checked.
struct Incoming<'i> {
    body: Box<dyn Read>,
    read: u64,
    expected: Option<u64>,
    settings: &'i Settings,
}

impl Read for Incoming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.body.read(buffer).map_err(|error| io::Error::other(refuse_reading(error)))?;
        if length == 0 && !buffer.is_empty() && self.expected.is_some_and(|expected| self.read < expected) {
            return Err(io::Error::other(ended(Phase::Receive)));
        }
        self.read = self.read.saturating_add(length as u64);
        if self.read > self.settings.limit {
            return Err(io::Error::other(too_large(self.settings.limit)));
        }
        if let (Some(hook), Some(bytes @ [_, ..])) = (&self.settings.verbose, buffer.get(..length)) {
            hook(Wire::ReplyBody(bytes));
        }
        Ok(length)
    }
}

/// Without the header fields, which have the credentials.
impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What went wrong before the reply's head was read. Where the phase cannot be told, it is taken to be the one in which
/// the call may have been executed.
#[cold]
fn refuse(error: ureq::Error, url: &Url) -> Error {
    let doing = |what: &str| format!("{what} {}", url.authority());
    let timed_out = |phase, doing: &str| network(phase, doing, io::ErrorKind::TimedOut.into());
    let failed = |phase, message: String| Error::new(ErrorKind::Transport(phase), message).with_executed(false);
    match error {
        ureq::Error::Timeout(Timeout::Resolve) => timed_out(Phase::Resolve, &doing("looking up the addresses of")),
        ureq::Error::Timeout(Timeout::Connect) => timed_out(Phase::Connect, &doing("connecting to")),
        ureq::Error::Timeout(Timeout::SendRequest | Timeout::SendBody) => timed_out(Phase::Send, "sending the request"),
        ureq::Error::Timeout(_) => timed_out(Phase::Wait, "waiting for the reply"),
        ureq::Error::HostNotFound => {
            failed(Phase::Resolve, format!("expected an address of {}, found none", url.authority()))
        }
        ureq::Error::ConnectionFailed => failed(Phase::Connect, doing("connecting to") + " failed"),
        ureq::Error::ConnectProxyFailed(_) => failed(Phase::Connect, doing("the proxy does not connect to")),
        ureq::Error::Rustls(error) => refuse_tls(error),
        ureq::Error::Tls(message) => failed(Phase::Tls, format!("TLS failed: {message}")),
        ureq::Error::LargeResponseHeader(..) => {
            Error::new(ErrorKind::Limit(Limit::Buffer), "reply: head larger than 16 KiB").with_executed(true)
        }
        // Its kinds are those of a crate underneath.
        ureq::Error::Protocol(error) if error.to_string().contains("too many headers") => {
            Error::new(ErrorKind::Limit(Limit::Buffer), "reply: more than 100 header fields").with_executed(true)
        }
        ureq::Error::Io(error) => refuse_io(error, url),
        error @ (ureq::Error::BadUri(_) | ureq::Error::Http(_)) => {
            usage("expected a request that can be sent").with_source(error)
        }
        error => Error::new(ErrorKind::Http, format!("reply: {error}")).with_executed(true).with_source(error),
    }
}

#[cold]
fn refuse_io(error: io::Error, url: &Url) -> Error {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable, UnexpectedEof};
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return refuse_tls(error.clone());
    }
    match error.kind() {
        ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable => {
            network(Phase::Connect, &format!("connecting to {}", url.authority()), error)
        }
        UnexpectedEof => ended(Phase::Wait),
        _ if error.to_string().starts_with("failed to lookup address") => {
            network(Phase::Resolve, &format!("looking up the addresses of {}", url.authority()), error)
        }
        _ => network(Phase::Wait, "waiting for the reply", error),
    }
}

#[cold]
fn refuse_reading(error: io::Error) -> Error {
    match error.downcast::<ureq::Error>() {
        Ok(ureq::Error::Timeout(_)) => network(Phase::Receive, "receiving the reply", io::ErrorKind::TimedOut.into()),
        Ok(ureq::Error::Io(error)) => refuse_reading(error),
        Ok(error) => Error::new(ErrorKind::Http, format!("reply: {error}")).with_executed(true).with_source(error),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => ended(Phase::Receive),
        Err(error) => network(Phase::Receive, "receiving the reply", error),
    }
}
