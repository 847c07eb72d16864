//! dxr's client, on a runtime of one thread.

use super::{Calls, function};

pub(super) fn start(url: &str) -> Result<Box<dyn Calls>, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let client = dxr_client::ClientBuilder::new(url.parse().map_err(|_| "a URL".to_owned())?).build();
    function(move || {
        let call = client.call("add", (2_i32, 3_i32));
        runtime.block_on(call).map_err(|error| error.to_string())
    })
}
