//! What a client's transport can be told, and which transport it becomes.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cookies::Jar;
use super::redirect::Following;
use super::settings::{Field, Settings, is_secure};
use super::url::Credentials;
use super::verbose::{Hook, Wire};
use super::{Kept, Minreq, Retry, Scgi, Scheme, Transport, Url};
use crate::http1::{check_header, check_target};
use crate::{Dialect, Error, ErrorKind, Limits, Result};

/// What is sent as `User-Agent`.
const USER_AGENT: &str = concat!("tiny_xmlrpc/", env!("CARGO_PKG_VERSION"));

/// The fields that a transport writes itself: two of one of them would have two readings, and a coding
/// that was asked for is one that would have to be undone.
const RESERVED: [&str; 11] = [
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
];

/// Time-outs, header fields, credentials and limits of a client, and the transport that it uses.
///
/// ```
/// use std::time::Duration;
/// use tiny_xmlrpc::client::{Options, Url};
///
/// let mut options = Options::new();
/// options.timeout(Duration::from_millis(1500)).basic_auth("alice", "secret").header("X-Tenant", "7");
/// let url: Url = "http://localhost:8000/RPC2".parse()?;
/// let transport = options.transport(&url)?; // nothing is sent yet
/// # let _ = transport;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// What is set here is checked when the transport is made: see [`Options::transport`].
#[derive(Clone)]
pub struct Options {
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
    user_agent: Cow<'static, str>,
    headers: Vec<(String, String)>,
    basic_auth: Option<(String, String)>,
    limits: Limits,
    dialect: Dialect,
    choice: TransportChoice,
    retry: Option<Retry>,
    redirects: u32,
    verbose: Option<Hook>,
    cookies: bool,
    /// The cookies that the transports of one client share.
    jar: Option<Jar>,
    gzip_replies: bool,
    gzip_requests: bool,
    #[cfg(feature = "json")]
    json_rpc: bool,
    #[cfg(feature = "ureq")]
    tls: Option<super::Tls>,
    #[cfg(feature = "ureq")]
    proxy: Option<String>,
    #[cfg(feature = "ureq")]
    environment_proxy: bool,
}

/// Which transport carries the calls.
///
/// ```
/// use tiny_xmlrpc::client::{Options, TransportChoice};
///
/// let mut options = Options::new();
/// options.choice(TransportChoice::Minreq); // a connection of its own for every call
/// assert!(options.transport(&"unix:/run/rpc.sock".parse()?).is_err());
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TransportChoice {
    /// [`Kept`](Self::Kept) for `http` and `unix`, [`Minreq`](Self::Minreq) for `https`, [`Scgi`] for
    /// `scgi`.
    #[default]
    Automatic,
    /// One connection that is kept and used again: see [`Kept`]. Not for `https` and `scgi`.
    Kept,
    /// A connection of its own for every call: see [`Minreq`]. Not for `unix` and `scgi`, nor for IPv6 literals.
    Minreq,
    /// Connections that ureq keeps: see [`Ureq`](super::Ureq). Not for `unix` and `scgi`. Chosen automatically where
    /// [`Options::tls`] is set or there is a proxy ([`Options::proxy`]), and for `https` without the feature `tls`.
    #[cfg(feature = "ureq")]
    Ureq,
}

impl Options {
    /// The defaults: 10 seconds to connect, 60 seconds for a whole call, the default [`Limits`].
    ///
    /// ```
    /// let client = tiny_xmlrpc::Client::with_options("http://localhost:8000", &tiny_xmlrpc::client::Options::new())?;
    /// # let _ = client;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            connect_timeout: Some(Duration::from_secs(10)),
            timeout: Some(Duration::from_secs(60)),
            user_agent: Cow::Borrowed(USER_AGENT),
            headers: Vec::new(),
            basic_auth: None,
            limits: Limits::default(),
            dialect: Dialect::strict(),
            choice: TransportChoice::Automatic,
            retry: None,
            redirects: 0,
            verbose: None,
            cookies: false,
            jar: None,
            gzip_replies: cfg!(feature = "gzip"),
            gzip_requests: false,
            #[cfg(feature = "json")]
            json_rpc: false,
            #[cfg(feature = "ureq")]
            tls: None,
            #[cfg(feature = "ureq")]
            proxy: None,
            #[cfg(feature = "ureq")]
            environment_proxy: false,
        }
    }

    /// How long looking up the host's addresses and connecting to one of them may take, all in all.
    /// `None`: as long as the whole call. Default: 10 seconds. `Ureq` (feature `ureq`) gives each of the two as
    /// long; [`Minreq`] has no such time-out.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.connect_timeout(std::time::Duration::from_millis(500));
    /// ```
    pub fn connect_timeout(&mut self, timeout: impl Into<Option<Duration>>) -> &mut Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// How long a whole call may take, from looking up the host to the reply's last byte, a second
    /// try on a new connection included. `None`: for ever. Default: 60 seconds.
    ///
    /// [`Kept`] is exact to some milliseconds; [`Minreq`] rounds up to whole seconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tiny_xmlrpc::{Client, client::Options};
    ///
    /// let mut options = Options::new();
    /// options.timeout(Duration::from_millis(20));
    /// # let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let url = format!("http://{}", silent.local_addr()?);
    /// let client = Client::with_options(&url, &options)?; // of a server that never answers
    /// let error = client.call::<i32>("add", (2, 3)).unwrap_err();
    /// assert!(error.is_timeout());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn timeout(&mut self, timeout: impl Into<Option<Duration>>) -> &mut Self {
        self.timeout = timeout.into();
        self
    }

    /// The `User-Agent`. Default: `tiny_xmlrpc/` and the version. Empty: none is sent.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.user_agent("inventory/2.1");
    /// ```
    pub fn user_agent(&mut self, user_agent: impl Into<String>) -> &mut Self {
        self.user_agent = Cow::Owned(user_agent.into());
        self
    }

    /// One more header field. A `Content-Type`, `User-Agent` or `Authorization` takes the place of the
    /// one that would be sent; of others there may be several of a name.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.header("Authorization", "Bearer 4f1a").header("X-Tenant", "7");
    /// ```
    pub fn header(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Basic authentication, in place of the URL's own credentials.
    ///
    /// Over `http` anyone on the way can read them.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.basic_auth("alice", "secret");
    /// assert!(!format!("{options:?}").contains("secret"));
    /// ```
    pub fn basic_auth(&mut self, user: impl Into<String>, password: impl Into<String>) -> &mut Self {
        self.basic_auth = Some((user.into(), password.into()));
        self
    }

    /// The limits. The transport keeps to [`Limits::bytes`]; the others are for reading the document.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Limits, client::Options};
    /// # let mut options = Options::new();
    /// let mut limits = Limits::default();
    /// limits.bytes = 256 << 20; // replies of up to 256 MiB
    /// options.limits(limits);
    /// ```
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// The dialect in which calls are written; with Python's or ROS's, `nan` is read as well.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.dialect(tiny_xmlrpc::Dialect::python());
    /// ```
    pub fn dialect(&mut self, dialect: Dialect) -> &mut Self {
        self.dialect = dialect;
        self
    }

    /// Which transport carries the calls.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Options, TransportChoice};
    ///
    /// let mut options = Options::new();
    /// options.choice(TransportChoice::Minreq);
    /// ```
    pub fn choice(&mut self, choice: TransportChoice) -> &mut Self {
        self.choice = choice;
        self
    }

    /// When a call is tried again. Default: never, but for the second try on a connection found stale
    /// (see [`Kept`]).
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.retry(tiny_xmlrpc::client::Retry::new(3)); // twice more
    /// ```
    pub fn retry(&mut self, retry: impl Into<Option<Retry>>) -> &mut Self {
        self.retry = retry.into();
        self
    }

    /// How many redirects in a row are followed for a call. Default: none.
    ///
    /// They are followed to the same scheme, host and port only, with the whole call, and a permanent one (301, 308) is
    /// remembered. A redirect elsewhere, and 303, which asks for a GET, are errors.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.redirects(5);
    /// ```
    pub fn redirects(&mut self, most: u32) -> &mut Self {
        self.redirects = most;
        self
    }

    /// Keeps the cookies that the server sets, up to 50, and sends them back, for as long as the client lives.
    /// Default: no.
    ///
    /// Where a reply sets several at once, [`Minreq`] sees only one of them.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.cookies(true); // for a server that knows its sessions by them
    /// ```
    pub fn cookies(&mut self, keep: bool) -> &mut Self {
        self.cookies = keep;
        self
    }

    /// Shows what goes out and comes in to `hook`, as it goes; secrets in the heads are masked, see [`Wire`].
    ///
    /// ```
    /// let mut options = tiny_xmlrpc::client::Options::new();
    /// options.verbose(|piece| eprint!("{piece}"));
    /// ```
    pub fn verbose(&mut self, hook: impl Fn(Wire<'_>) + Send + Sync + 'static) -> &mut Self {
        self.verbose = Some(Arc::new(hook));
        self
    }

    /// Whether the server may compress its replies. Default: yes. What they inflate to is bounded by
    /// [`Limits::bytes`].
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.gzip_replies(false); // where the processor is slower than the network
    /// ```
    #[cfg(feature = "gzip")]
    pub fn gzip_replies(&mut self, accept: bool) -> &mut Self {
        self.gzip_replies = accept;
        self
    }

    /// Compresses requests of 1,400 bytes and more, but for those that are [streamed](crate::Client::stream) and those
    /// that go by [`Scgi`]. Default: no, since a server that does not know it refuses them.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.gzip_requests(true);
    /// ```
    #[cfg(feature = "gzip")]
    pub fn gzip_requests(&mut self, compress: bool) -> &mut Self {
        self.gzip_requests = compress;
        self
    }

    /// Calls by JSON-RPC 2.0 in place of XML-RPC. Default: no. See [`Client::json`](crate::Client::json).
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, client::Options};
    ///
    /// let mut options = Options::new();
    /// options.json_rpc(true).user_agent("inventory/2.1");
    /// let client = Client::with_options("http://localhost:6800/jsonrpc", &options)?;
    /// # let _ = client;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[cfg(feature = "json")]
    pub fn json_rpc(&mut self, on: bool) -> &mut Self {
        self.json_rpc = on;
        self
    }

    #[cfg(feature = "json")]
    pub(super) fn is_json_rpc(&self) -> bool {
        self.json_rpc
    }

    /// Whom to trust over `https`, and who one is. Default: the system's certificates, none of one's own.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Options, Tls, TlsVersion};
    ///
    /// let mut options = Options::new();
    /// options.tls(Tls::new().minimum(TlsVersion::Tls13));
    /// ```
    #[cfg(feature = "ureq")]
    pub fn tls(&mut self, tls: impl Into<Option<super::Tls>>) -> &mut Self {
        self.tls = tls.into();
        self
    }

    /// The proxy to go by: `http://host:port` (`CONNECT`, also for `http` URLs), `socks4://…` or `socks5://…`, with
    /// `user:password@` where it wants them. Default: none, and not
    /// [that of the environment](Self::environment_proxy) either.
    ///
    /// ```
    /// # use tiny_xmlrpc::client::Options;
    /// # let mut options = Options::new();
    /// options.proxy("socks5://127.0.0.1:1080");
    /// assert!(options.transport(&"https://example.org/RPC2".parse()?).is_ok());
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[cfg(feature = "ureq")]
    pub fn proxy<'p>(&mut self, url: impl Into<Option<&'p str>>) -> &mut Self {
        self.proxy = url.into().map(str::to_owned);
        self
    }

    /// Goes by the proxy that the environment names, as curl does, unless [`proxy`](Self::proxy) names another. Default: no.
    ///
    /// For `http` it is in the variable `http_proxy`, for `https` in `https_proxy` or `HTTPS_PROXY`, and for both in
    /// `all_proxy` or `ALL_PROXY`. `no_proxy` or `NO_PROXY` lists the hosts that are called without it, by names (with all
    /// under them), addresses, or `*`. `HTTP_PROXY` is not looked at: in a CGI program whoever sends a request sets it.
    ///
    /// ```
    /// # let mut options = tiny_xmlrpc::client::Options::new();
    /// options.environment_proxy(true);
    /// ```
    #[cfg(feature = "ureq")]
    pub fn environment_proxy(&mut self, look: bool) -> &mut Self {
        self.environment_proxy = look;
        self
    }

    /// The transport for this URL with these options. It connects with the first call.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, client::Options};
    /// # let mut options = Options::new();
    /// options.header("X-Tenant", "7\r\nX-Admin: yes");
    /// let error = options.transport(&"http://localhost:8000".parse()?).err().unwrap();
    /// assert_eq!(error.kind(), ErrorKind::Usage);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`]: a header field that HTTP does not allow (CR, LF and NUL above all) or that the
    /// transport writes itself, credentials that Basic authentication cannot carry, a URL that the chosen
    /// transport does not serve, `https` without the feature `tls`.
    pub fn transport(&self, url: &Url) -> Result<Box<dyn Transport>> {
        let mut options = self.clone();
        if self.cookies && self.jar.is_none() {
            options.jar = Some(Jar::default());
        }
        if self.redirects > 0 { Ok(Box::new(Following::new(url, options)?)) } else { options.bare_transport(url) }
    }

    /// A transport that follows no redirects.
    pub(super) fn bare_transport(&self, url: &Url) -> Result<Box<dyn Transport>> {
        #[cfg(feature = "ureq")]
        if let Some(transport) = self.ureq(url)? {
            return Ok(transport);
        }
        Ok(match (self.choice, url.scheme()) {
            (TransportChoice::Automatic, Scheme::Scgi) => Box::new(Scgi::new(url, self)?),
            (TransportChoice::Minreq, _) | (TransportChoice::Automatic, Scheme::Https) => {
                Box::new(Minreq::new(url, self)?)
            }
            _ => Box::new(Kept::new(url, self)?),
        })
    }

    /// The transport over ureq, where it is chosen or something is set that only it can do.
    #[cfg(feature = "ureq")]
    fn ureq(&self, url: &Url) -> Result<Option<Box<dyn Transport>>> {
        let needs_it = self.tls.is_some() || self.in_proxy(url).is_some();
        let is_https_without = url.scheme() == Scheme::Https && cfg!(not(feature = "tls"));
        match self.choice {
            TransportChoice::Ureq => {}
            TransportChoice::Automatic if needs_it || is_https_without => {}
            _ if needs_it => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "settings of TLS and proxies are for the transport Ureq alone",
                ));
            }
            _ => return Ok(None),
        }
        Ok(Some(Box::new(super::Ureq::new(url, self)?)))
    }

    #[cfg(feature = "ureq")]
    pub(super) fn in_tls(&self) -> Option<&super::Tls> {
        self.tls.as_ref()
    }

    #[cfg(feature = "ureq")]
    pub(super) fn in_proxy(&self, url: &Url) -> Option<Cow<'_, str>> {
        if let Some(proxy) = &self.proxy {
            return Some(proxy.into());
        }
        let variable = |name: &str| std::env::var(name).ok();
        let found = self.environment_proxy.then(|| super::proxy::from_environment(url, variable));
        found.flatten().map(Cow::Owned)
    }

    /// The same, for the transports of one client.
    pub(super) fn for_one_client(&self) -> Self {
        Self { jar: self.cookies.then(Jar::default), ..self.clone() }
    }

    pub(super) fn most_redirects(&self) -> u32 {
        self.redirects
    }

    pub(super) fn when_to_retry(&self) -> Option<&Retry> {
        self.retry.as_ref()
    }

    pub(super) fn all_limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn in_dialect(&self) -> Dialect {
        self.dialect
    }

    /// How long a whole call may take.
    pub(super) fn call_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// What a transport to this URL goes by.
    pub(super) fn settings(&self, url: &Url) -> Result<Settings> {
        Ok(Settings {
            fields: self.fields(url)?,
            target: url.path().to_owned(),
            is_secure: is_secure(url),
            limit: self.limits.bytes,
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
            verbose: self.verbose.clone(),
            jar: self.jar.clone(),
            gzip_replies: self.gzip_replies,
            gzip_requests: self.gzip_requests,
            #[cfg(feature = "json")]
            json_rpc: self.json_rpc,
        })
    }

    /// All header fields but `Host`, `Connection`, `Cookie` and those that frame the body, checked.
    fn fields(&self, url: &Url) -> Result<Vec<Field>> {
        let mut fields: Vec<Field> = Vec::with_capacity(self.headers.len().saturating_add(8));
        #[cfg(feature = "json")]
        let is_json = self.json_rpc;
        #[cfg(not(feature = "json"))]
        let is_json = false;
        fields.push(("Content-Type".into(), if is_json { "application/json" } else { "text/xml" }.into()));
        if is_json {
            fields.push(("Accept".into(), "application/json".into()));
        }
        if !self.user_agent.is_empty() {
            fields.push(("User-Agent".into(), self.user_agent.clone()));
        }
        let credentials = match &self.basic_auth {
            Some((user, password)) => Some(Credentials::new(user.clone().into(), password.clone().into())?),
            None => url.credentials().cloned(),
        };
        if let Some(credentials) = credentials {
            fields.push(("Authorization".into(), credentials.to_header().into()));
        }
        if self.gzip_replies {
            fields.push(("Accept-Encoding".into(), "gzip".into()));
        }
        let given = |name: &str| self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        fields.retain(|(name, _)| !given(name));
        fields.extend(self.headers.iter().map(|(name, value)| (name.clone().into(), value.clone().into())));

        let refuse = |name: &str, message| {
            let name = name.escape_debug();
            Error::new(ErrorKind::Usage, format!("header field {name}: {message}"))
        };
        check_target(url.path()).map_err(|message| Error::new(ErrorKind::Usage, message))?;
        for (name, value) in &fields {
            check_header(name, value).map_err(|message| refuse(name, message))?;
        }
        for (name, _) in &self.headers {
            let is = |reserved: &str| name.eq_ignore_ascii_case(reserved);
            if RESERVED.iter().any(|reserved| is(reserved)) || (self.cookies && is("cookie")) {
                return Err(refuse(name, "expected another field, this one the client writes itself"));
            }
        }
        Ok(fields)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// Names of header fields without their values: any of them may be a secret.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .field("headers", &names)
            .field("basic_auth", &self.basic_auth.as_ref().map(|_| "***"))
            .field("limits", &self.limits)
            .field("dialect", &self.dialect)
            .field("choice", &self.choice)
            .field("retry", &self.retry)
            .field("redirects", &self.redirects)
            .field("verbose", &self.verbose.is_some())
            .field("cookies", &self.cookies)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn defaults_give_way_to_what_is_set() {
        let fields = |options: &Options, text| {
            let mut fields = options.fields(&url(text)).unwrap();
            fields.retain(|(name, _)| name != "Accept-Encoding");
            fields
        };
        let mut options = Options::new();
        let names = |fields: &[Field]| fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&fields(&options, "http://h")), ["Content-Type", "User-Agent"]);
        let with_user = fields(&options, "http://u:p@h");
        assert_eq!(with_user.last().unwrap(), &("Authorization".into(), "Basic dTpw".into()));
        options.basic_auth("Aladdin", "open sesame").user_agent("").header("content-type", "application/xml");
        let set = fields(&options, "http://u:p@h");
        assert_eq!(set[0].1, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(set[1], ("content-type".into(), "application/xml".into()));
        options.header("Authorization", "Bearer x");
        assert_eq!(names(&fields(&options, "http://u:p@h")), ["content-type", "Authorization"]);
    }

    #[test]
    fn refuses_what_would_break_out() {
        for (name, value) in [
            ("X", "a\r\nHost: evil"),
            ("X", "a\nb"),
            ("X", "a\0"),
            ("X\r\nY", "a"),
            ("", "a"),
            ("X Y", "a"),
            ("Content-Length", "5"),
            ("transfer-encoding", "chunked"),
            ("HOST", "evil"),
            ("Expect", "100-continue"),
            ("Accept-Encoding", "gzip"),
        ] {
            let mut options = Options::new();
            options.header(name, value);
            for choice in [TransportChoice::Kept, TransportChoice::Minreq] {
                let error = options.choice(choice).transport(&url("http://h")).err().expect(name);
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert!(!error.to_string().contains(['\r', '\n', '\0']));
            }
        }
        for (user, password) in [("a:b", ""), ("a\r\n", ""), ("a", "\0")] {
            assert!(Options::new().basic_auth(user, password).transport(&url("http://h")).is_err());
        }
        assert!(Options::new().user_agent("a\r\nb").transport(&url("http://h")).is_err());
    }

    #[test]
    fn secrets_do_not_show() {
        let mut options = Options::new();
        options.basic_auth("alice", "secret").header("Cookie", "secret");
        let shown = format!("{options:?}");
        assert!(!shown.contains("secret") && !shown.contains("alice") && shown.contains("Cookie"), "{shown}");
    }

    #[test]
    fn says_which_transport_serves_what() {
        let mut options = Options::new();
        assert!(options.transport(&url("http://[::1]")).is_ok());
        let error = |options: &Options, text| options.transport(&url(text)).err().unwrap().to_string();
        if cfg!(feature = "tls") {
            assert!(options.transport(&url("https://h")).is_ok());
            assert!(error(&options, "https://[::1]/").contains("IPv6"));
        } else if cfg!(not(feature = "ureq")) {
            assert!(error(&options, "https://h").contains("feature `tls`"));
        }
        #[cfg(feature = "ureq")]
        {
            let mut proxied = Options::new();
            proxied.proxy("http://u:secret@proxy:3128");
            assert!(proxied.transport(&url("http://h")).is_ok() && error(&proxied, "unix:/x").contains("ureq"));
            assert!(!format!("{proxied:?}").contains("secret"));
            assert!(error(proxied.choice(TransportChoice::Kept), "http://h").contains("Ureq alone"));
            assert!(
                error(proxied.proxy("ftp://u:secret@x").choice(TransportChoice::Ureq), "http://h").contains("proxy")
            );
        }
        options.choice(TransportChoice::Minreq);
        assert!(error(&options, "http://[::1]/").contains("IPv6"));
        assert!(error(&options, "unix:/x").contains("unix"));
        options.choice(TransportChoice::Kept);
        assert!(error(&options, "https://h").contains("https"));
        assert_eq!(options.transport(&url("unix:/x")).is_ok(), cfg!(unix));
    }
}
