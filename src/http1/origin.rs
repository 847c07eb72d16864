//! Whether a web page of somebody else's makes a browser send a request.

use super::HeadError;

/// Refuses what a browser says comes from a page of another site.
///
/// A page can make any browser that shows it POST to a server near that browser, one at home or on the same machine,
/// which strangers can't reach. It needs no leave for that where the body has no `Content-Type`. Browsers say where a
/// request comes from: in `Sec-Fetch-Site`, to servers that they trust, and in `Origin`. Programs say neither, and pass.
/// (The same rule stands in Go's `http.CrossOriginProtection`.)
///
/// # Errors
/// 403 for a request from elsewhere.
pub(crate) fn check_origin<'v>(field: impl Fn(&str) -> Option<&'v [u8]>) -> Result<(), HeadError> {
    let allowed = match (field("sec-fetch-site"), field("origin")) {
        (Some(site), _) => site.eq_ignore_ascii_case(b"same-origin") || site.eq_ignore_ascii_case(b"none"),
        (None, Some(origin)) => field("host").is_some_and(|host| is_of(origin, host)),
        (None, None) => true,
    };
    if allowed { Ok(()) } else { Err(HeadError::new(403, "expected a request from no other site's page")) }
}

/// Whether `http://host:port` names this host. The scheme may be another one: a proxy before the server takes off TLS.
fn is_of(origin: &[u8], host: &[u8]) -> bool {
    let authority = ["http://", "https://"].iter().find_map(|scheme| origin.strip_prefix(scheme.as_bytes()));
    authority.is_some_and(|authority| !host.is_empty() && authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pages_of_other_sites() {
        for (site, origin, allowed) in [
            (None, None, true),
            (Some("same-origin"), None, true),
            (Some("none"), Some("null"), true),
            (Some("cross-site"), Some("http://device:8000"), false),
            (Some("same-site"), None, false),
            (Some(""), None, false),
            (None, Some("http://device:8000"), true),
            (None, Some("https://DEVICE:8000"), true),
            (None, Some("http://device"), false),
            (None, Some("http://elsewhere"), false),
            (None, Some("null"), false),
            (None, Some(""), false),
        ] {
            let field = |name: &str| match name {
                "sec-fetch-site" => site.map(str::as_bytes),
                "origin" => origin.map(str::as_bytes),
                "host" => Some(b"device:8000".as_slice()),
                _ => None,
            };
            assert_eq!(check_origin(field).is_ok(), allowed, "{site:?} {origin:?}");
        }
        let without_host = |name: &str| (name == "origin").then_some(b"http://".as_slice());
        assert_eq!(check_origin(without_host).unwrap_err().status, 403);
    }
}
