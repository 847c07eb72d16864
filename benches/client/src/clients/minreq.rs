//! minreq alone: it sends and receives the bytes of the call and knows no XML.

use super::{CALL, Calls, function, sum_of};

/// A time-out, which costs it a thread for each call.
const TIMEOUT: Option<u64> = Some(60);

pub(super) fn without_timeout(url: &str) -> Result<Box<dyn Calls>, String> {
    start(url, None, &[])
}

pub(super) fn with_timeout(url: &str) -> Result<Box<dyn Calls>, String> {
    start(url, TIMEOUT, &[])
}

/// With the time-out and the header fields of a one-shot call, so with the same bytes.
pub(super) fn with_our_fields(url: &str) -> Result<Box<dyn Calls>, String> {
    start(url, TIMEOUT, &[("User-Agent", "tiny_xmlrpc/0.1.0"), ("Connection", "close")])
}

fn start(url: &str, timeout: Option<u64>, fields: &'static [(&str, &str)]) -> Result<Box<dyn Calls>, String> {
    let url = url.to_owned();
    function(move || {
        let fields = [("Content-Type", "text/xml")].iter().chain(fields).copied();
        let mut request = minreq::post(&url).with_headers(fields).with_body(CALL);
        if let Some(seconds) = timeout {
            request = request.with_timeout(seconds);
        }
        let reply = request.send().map_err(|error| error.to_string())?;
        Ok(sum_of(reply.as_bytes()))
    })
}
