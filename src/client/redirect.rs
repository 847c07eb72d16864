//! Redirects to the same origin, followed.

use std::error::Error as _;
use std::io::Read;
use std::time::Duration;

use super::transport::RedirectTo;
use super::{Options, Outgoing, Reply, Transport, Url};
use crate::{Error, Result};

/// A transport that follows redirects to other paths of the same server.
pub(super) struct Following {
    options: Options,
    url: Url,
    inner: Box<dyn Transport>,
    timeout: Option<Option<Duration>>,
}

impl Following {
    pub(super) fn new(url: &Url, options: Options) -> Result<Self> {
        let inner = options.bare_transport(url)?;
        Ok(Self { options, url: url.clone(), inner, timeout: None })
    }

    /// Makes a call, again as long as it is sent to another path.
    fn follow<T>(&mut self, mut call: impl FnMut(&mut dyn Transport) -> Result<T>) -> Result<T> {
        let mut url = self.url.clone();
        // Where a redirect that counts for this call alone leads.
        let mut detour: Option<Box<dyn Transport>> = None;
        let mut left = self.options.most_redirects();
        loop {
            let error = match call(detour.as_mut().map_or(&mut *self.inner, |detour| &mut **detour)) {
                Ok(result) => return Ok(result),
                Err(error) => error,
            };
            let Some(target) = target(&url, &error).filter(|_| left > 0) else { return Err(error) };
            left = left.saturating_sub(1);
            let Ok(next) = url.with_target(&target) else { return Err(error) };
            url = next;
            let mut transport = self.options.bare_transport(&url)?;
            if let Some(timeout) = self.timeout {
                transport.set_timeout(timeout);
            }
            if detour.is_none() && matches!(error.http_status(), Some(301 | 308)) {
                self.url = url.clone();
                self.inner = transport;
            } else {
                detour = Some(transport);
            }
        }
    }
}

impl Transport for Following {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        self.follow(|transport| transport.exchange(request, reply))
    }

    fn stream(
        &mut self,
        request: &mut Outgoing<'_>,
        receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        if request.length().is_none() {
            // It can be written only once.
            return self.inner.stream(request, receive);
        }
        self.follow(|transport| transport.stream(request, receive))
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = Some(timeout);
        self.inner.set_timeout(timeout);
    }
}

/// Path and query that a redirect leads to, if it is one of the call itself and stays on the server of this URL.
fn target(url: &Url, error: &Error) -> Option<String> {
    // 303 says that the call was executed, and where to see what came of it.
    if !matches!(error.http_status(), Some(301 | 302 | 307 | 308)) {
        return None;
    }
    let RedirectTo(location) = error.source()?.downcast_ref()?;
    if location.starts_with("//") {
        return None;
    }
    if location.starts_with('/') {
        return Some(without_fragment(location).to_owned());
    }
    let next: Url = without_fragment(location).parse().ok()?;
    let same = next.scheme() == url.scheme() && next.host() == url.host() && next.port() == url.port();
    // `http://host` is the path `/` here, not the default of this client.
    (same && next.host().is_some() && location.matches('/').count() > 2).then(|| next.path().to_owned())
}

/// What is never sent.
fn without_fragment(location: &str) -> &str {
    location.split('#').next().unwrap_or(location)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_to_the_same_origin_only() {
        let url: Url = "http://u:p@h:80/RPC2".parse().unwrap();
        let of =
            |status, location: &str| target(&url, &Reply::new(status).with_location(location).check(b"").unwrap_err());
        for (location, path) in [
            ("/new?x#y", "/new?x"),
            ("http://h/new", "/new"),
            ("HTTP://H:80/new", "/new"),
            ("http://v:q@h/new", "/new"),
        ] {
            assert_eq!(of(307, location).as_deref(), Some(path), "{location}");
        }
        for location in [
            "https://h/new",
            "http://h:81/new",
            "http://evil/new",
            "//evil/new",
            "new",
            "",
            "http://h",
            "http://h/\r\n",
            "unix:/x",
        ] {
            assert_eq!(of(307, location), None, "{location:?}");
        }
        assert_eq!(of(303, "/new"), None);
        assert_eq!(of(200_u16.saturating_add(104), "/new"), None);
    }
}
