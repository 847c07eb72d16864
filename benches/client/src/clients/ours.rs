//! tiny_xmlrpc as its documentation shows it, with the default options.

use tiny_xmlrpc::Client;

use super::{Calls, function};

pub(super) fn kept(url: &str) -> Result<Box<dyn Calls>, String> {
    let client = Client::new(url).map_err(|error| error.to_string())?;
    function(move || client.call("add", (2, 3)).map_err(|error| error.to_string()))
}

/// One-shot calls, which go by minreq.
pub(super) fn once(url: &str) -> Result<Box<dyn Calls>, String> {
    let url = url.to_owned();
    function(move || tiny_xmlrpc::call(&url, "add", (2, 3)).map_err(|error| error.to_string()))
}
