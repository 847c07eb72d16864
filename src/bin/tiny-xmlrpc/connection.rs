//! The options that say how a service is reached.

use std::time::Duration;

use tiny_xmlrpc::client::{Options, Url};
use tiny_xmlrpc::{Client, Dialect, Limits};

use crate::arguments::Arguments;
use crate::dialect;
use crate::failure::Result;
use crate::output::tell;

/// Holds the password of a `--user` that names none, so that it doesn't stand in the list of processes.
const PASSWORD: &str = "XMLRPC_PASSWORD";

/// Where the service is, and how it is spoken to.
pub(crate) struct Connection {
    pub(crate) url: String,
    pub(crate) options: Options,
    pub(crate) dialect: Dialect,
}

impl Connection {
    /// What the arguments say; the URL is the first operand.
    pub(crate) fn of(arguments: &Arguments) -> Result<Self> {
        let wrong = |error: tiny_xmlrpc::Error| arguments.usage(error.to_string());
        let mut url = arguments.operand(0)?.to_owned();
        let parsed: Url = url.parse().map_err(wrong)?;
        if let Some(socket) = arguments.value("unix")? {
            let path = parsed.path();
            url = format!("unix:{}:{path}", encoded(socket));
        }
        let mut options = Options::new();
        let dialect = dialect::of(arguments)?;
        options.dialect(dialect);
        if let Some(seconds) = arguments.value("timeout")? {
            let timeout = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            let Some(timeout) = timeout else {
                return Err(arguments.usage(format!("expected seconds as --timeout, found {seconds:?}")));
            };
            options.timeout((!timeout.is_zero()).then_some(timeout));
        }
        for header in arguments.values("header")? {
            let Some((name, value)) = header.split_once(':') else {
                return Err(arguments.usage("expected a --header like 'Name: value', found one without a colon"));
            };
            options.header(name.trim(), value.trim());
        }
        if let Some(user) = arguments.value("user")? {
            match user.split_once(':') {
                Some((name, password)) => options.basic_auth(name, password),
                None => options.basic_auth(user, std::env::var(PASSWORD).unwrap_or_default()),
            };
        }
        secure(arguments, &mut options)?;
        if arguments.has("verbose") {
            options.verbose(|piece| tell(piece));
        }
        let this = Self { url, options, dialect };
        // What is wrong with the options is told now, before anything else is done.
        this.client().map_err(wrong)?;
        Ok(this)
    }

    /// No limits but that of depth, for what goes through in constant memory, and is what the user asked for.
    pub(crate) fn without_limits(mut self) -> Self {
        self.options.limits(Limits::unbounded());
        self
    }

    pub(crate) fn client(&self) -> tiny_xmlrpc::Result<Client> {
        Client::with_options(&self.url, &self.options)
    }
}

/// Whom to trust, who one is, and by which proxy it goes.
#[cfg(feature = "ureq")]
fn secure(arguments: &Arguments, options: &mut Options) -> Result<()> {
    use tiny_xmlrpc::client::Tls;

    let wrong = |error: tiny_xmlrpc::Error| arguments.usage(error.to_string());
    let read = |path: &str| std::fs::read(path).map_err(|error| arguments.usage(format!("{path}: {error}")));
    if let Some(url) = arguments.value("proxy")? {
        options.proxy(url);
    }
    let mut tls = None;
    if let Some(path) = arguments.value("cacert")? {
        tls = Some(Tls::new().trust_only(&read(path)?).map_err(wrong)?);
    }
    if let Some(path) = arguments.value("cert")? {
        let pem = read(path)?;
        tls = Some(tls.unwrap_or_default().client_certificate(&pem, &pem).map_err(wrong)?);
    }
    options.tls(tls);
    Ok(())
}

#[cfg(not(feature = "ureq"))]
fn secure(arguments: &Arguments, _: &mut Options) -> Result<()> {
    match ["proxy", "cacert", "cert"].iter().find(|option| arguments.has(option)) {
        Some(option) => {
            Err(arguments.usage(format!("expected a tool with the feature `ureq` for --{option}, found none")))
        }
        None => Ok(()),
    }
}

/// A socket's path as it stands in a URL.
fn encoded(socket: &str) -> String {
    let absolute = std::path::absolute(socket).ok().and_then(|path| path.to_str().map(str::to_owned));
    let encode = |byte: u8| match byte {
        b'/' | b'.' | b'-' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    absolute.as_deref().unwrap_or(socket).bytes().map(encode).collect()
}
