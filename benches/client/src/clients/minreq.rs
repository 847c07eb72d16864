//! minreq alone: it sends and receives the bytes of the call and knows no XML.

use super::{CALL, Calls, function, sum_of};

pub(super) fn without_timeout(url: &str) -> Result<Box<dyn Calls>, String> {
    start(url, None)
}

/// With a time-out, which costs it a thread for each call.
pub(super) fn with_timeout(url: &str) -> Result<Box<dyn Calls>, String> {
    start(url, Some(60))
}

fn start(url: &str, timeout: Option<u64>) -> Result<Box<dyn Calls>, String> {
    let url = url.to_owned();
    function(move || {
        let mut request = minreq::post(&url).with_header("Content-Type", "text/xml").with_body(CALL);
        if let Some(seconds) = timeout {
            request = request.with_timeout(seconds);
        }
        let reply = request.send().map_err(|error| error.to_string())?;
        Ok(sum_of(reply.as_bytes()))
    })
}
