//! What of the options every exchange over HTTP goes by.

use std::borrow::Cow;
use std::time::Duration;

use super::cookies::Jar;
use super::gzip;
use super::refuse::not_http;
use super::verbose::{Hook, Wire, masked};
use super::{Reply, Scheme, Url};
use crate::Result;
use crate::http1::is_gzip;

/// A header field, its name and its value. Most are the same for all clients, and need no memory.
pub(super) type Field = (Cow<'static, str>, Cow<'static, str>);

/// What a transport keeps of its options.
pub(super) struct Settings {
    /// All header fields but `Host`, `Connection`, `Cookie` and those that frame the body, checked.
    pub(super) fields: Vec<Field>,
    pub(super) target: String,
    pub(super) is_secure: bool,
    pub(super) limit: u64,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    pub(super) verbose: Option<Hook>,
    pub(super) jar: Option<Jar>,
    /// Compressed replies are asked for.
    pub(super) gzip_replies: bool,
    /// Requests are compressed.
    pub(super) gzip_requests: bool,
    /// What is called is JSON-RPC, where there may be no answer.
    #[cfg(feature = "json")]
    pub(super) json_rpc: bool,
}

impl Settings {
    /// What has to be known of a reply's fields, and whether its body is compressed.
    pub(super) fn read_fields(&self, status: u16, headers: &[httparse::Header<'_>]) -> Result<(Reply, bool)> {
        self.read(status, headers.iter().map(|header| (header.name, header.value)))
    }

    /// The same of fields from wherever.
    pub(super) fn read<'h>(
        &self,
        status: u16,
        headers: impl Iterator<Item = (&'h str, &'h [u8])>,
    ) -> Result<(Reply, bool)> {
        let mut reply = Reply::new(status);
        #[cfg(feature = "json")]
        {
            reply = reply.or_nothing(self.json_rpc);
        }
        let mut is_gzip = false;
        for (name, value) in headers {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            // The lengths sort out most fields before a text is compared.
            match name.len() {
                12 if is("content-type") && reply.content_type().is_none() => {
                    reply = reply.with_content_type_field(value.trim_ascii());
                }
                16 if is("content-encoding") => is_gzip |= self.check_coding(value.trim_ascii())?,
                8 if is("location") && reply.location().is_none() => {
                    reply = reply.with_location(String::from_utf8_lossy(value.trim_ascii()));
                }
                10 if is("set-cookie") => {
                    if let Some(jar) = &self.jar {
                        jar.store(value, &self.target, self.is_secure);
                    }
                }
                _ => {}
            }
        }
        Ok((reply, is_gzip))
    }

    /// Whether the body is compressed with gzip. A coding that was not asked for is refused.
    fn check_coding(&self, coding: &[u8]) -> Result<bool> {
        match () {
            () if coding.eq_ignore_ascii_case(b"identity") || coding.is_empty() => Ok(false),
            () if self.gzip_replies && is_gzip(coding) => Ok(true),
            () if self.gzip_replies => Err(not_http("expected a body in the coding gzip or none, found another")),
            () => Err(not_http("expected a body without Content-Encoding")),
        }
    }

    /// What another library is to send for a request, shown as far as we know what it sends: the header fields, and
    /// the body in the form that is asked for.
    pub(super) fn prepare<'b>(&self, url: &Url, body: &'b [u8]) -> (Vec<Field>, Cow<'b, [u8]>) {
        let packed = if self.gzip_requests { gzip::deflate(body) } else { None };
        let is_gzip = packed.is_some();
        let body = packed.map_or(Cow::Borrowed(body), Cow::Owned);
        let fields = self.prepare_head(url, is_gzip, Some(body.len() as u64));
        if let Some(hook) = &self.verbose {
            hook(Wire::RequestBody(&body));
        }
        (fields, body)
    }

    /// The header fields alone, shown with those that the other library adds for a body of this length, if it is known.
    pub(super) fn prepare_head(&self, url: &Url, is_gzip: bool, length: Option<u64>) -> Vec<Field> {
        let mut fields = self.fields.clone();
        if is_gzip {
            fields.push(("Content-Encoding".into(), "gzip".into()));
        }
        if let Some(cookie) = self.cookie() {
            fields.push(("Cookie".into(), cookie.into()));
        }
        if let Some(hook) = &self.verbose {
            let mut head = format!("POST {} HTTP/1.1\nHost: {}\n", url.path(), url.authority());
            for (name, value) in &fields {
                head.push_str(&format!("{name}: {value}\n"));
            }
            head.push_str(&match length {
                Some(length) => format!("Content-Length: {length}\n\n"),
                None => "Transfer-Encoding: chunked\n\n".to_owned(),
            });
            hook(Wire::RequestHead(&masked(head.as_bytes())));
        }
        fields
    }

    /// Shows the head of a reply that another library received.
    pub(super) fn show_reply<'h>(&self, status: u16, reason: &str, fields: impl Iterator<Item = (&'h str, &'h [u8])>) {
        let Some(hook) = &self.verbose else { return };
        let mut head = format!("HTTP/1.1 {status} {reason}\n").into_bytes();
        for (name, value) in fields {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.push(b'\n');
        }
        hook(Wire::ReplyHead(&masked(&head)));
    }

    /// The `Cookie` field to send, if there are cookies.
    pub(super) fn cookie(&self) -> Option<String> {
        self.jar.as_ref()?.header(&self.target, self.is_secure)
    }
}

/// Whether what goes to this URL cannot be read on the way: `Secure` cookies may go there.
pub(super) fn is_secure(url: &Url) -> bool {
    url.scheme() == Scheme::Https
}
