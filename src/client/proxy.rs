//! Which proxy the environment names for a URL, as curl and most other programs take it (feature `ureq`).

use super::{Scheme, Url};

/// The proxy to go by to this URL, if there is one.
pub(super) fn from_environment(url: &Url, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let set = |name: &&str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    // Not `HTTP_PROXY`: in a CGI program that is a field of somebody's request (`Proxy`).
    let names: &[&str] = match url.scheme() {
        Scheme::Http => &["http_proxy", "all_proxy", "ALL_PROXY"],
        Scheme::Https => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        Scheme::Unix | Scheme::Scgi => return None,
    };
    let proxy = names.iter().find_map(set)?;
    let exempt = ["no_proxy", "NO_PROXY"].iter().find_map(set).unwrap_or_default();
    if exempt.split([',', ' ']).any(|entry| covers(entry, url)) {
        return None;
    }
    Some(if proxy.contains("://") { proxy } else { format!("http://{proxy}") })
}

/// Whether an entry of `no_proxy` is about this URL: `*`, an address, or a name with all under it; with a port or
/// without.
fn covers(entry: &str, url: &Url) -> bool {
    let host = url.host().unwrap_or_default();
    let (name, port) = match entry.rsplit_once(':') {
        // The colons of an IPv6 address come without a port, unless there are brackets.
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (entry, None),
    };
    if port.is_some_and(|port| port.parse().ok() != url.port()) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.strip_prefix("*.").or_else(|| name.strip_prefix('.')).unwrap_or(name);
    if name == "*" {
        return true;
    }
    let above = host.len().checked_sub(name.len());
    let ends = above.is_some_and(|at| host.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(name)));
    let whole_labels = match above.and_then(|at| at.checked_sub(1)) {
        Some(before) => host.get(before..).is_some_and(|end| end.starts_with('.')),
        None => true,
    };
    !name.is_empty() && ends && whole_labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let get = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        from_environment(&url.parse().unwrap(), get)
    }

    #[test]
    fn each_scheme_has_its_variables() {
        let all = [("http_proxy", "a:1"), ("https_proxy", "http://b:2"), ("ALL_PROXY", "socks5://c:3")];
        assert_eq!(of("http://h", &all).as_deref(), Some("http://a:1"));
        assert_eq!(of("https://h", &all).as_deref(), Some("http://b:2"));
        assert_eq!(of("https://h", &all[2..]).as_deref(), Some("socks5://c:3"));
        assert_eq!(of("unix:/x", &all), None);
        assert_eq!(of("http://h", &[("HTTP_PROXY", "a:1")]), None);
        assert_eq!(of("http://h", &[("http_proxy", ""), ("all_proxy", " d:4 ")]).as_deref(), Some("http://d:4"));
    }

    #[test]
    fn some_hosts_are_exempt() {
        for (exempt, url, goes_by_proxy) in [
            ("*", "http://h", false),
            ("h", "http://h:81", false),
            ("h:81", "http://h:81", false),
            ("h:81", "http://h", true),
            ("example.org", "http://a.EXAMPLE.org", false),
            ("example.org", "http://badexample.org", true),
            (".example.org", "http://example.org", false),
            ("*.example.org", "http://a.example.org", false),
            ("a.example.org", "http://example.org", true),
            ("x, 127.0.0.1 ,y", "http://127.0.0.1:8000", false),
            ("x y", "http://y", false),
            ("::1", "http://[::1]", false),
            ("[::1]", "http://[::1]:8000", false),
            ("[::1]:8001", "http://[::1]:8000", true),
            ("", "http://h", true),
            (",.,:", "http://h", true),
        ] {
            let variables = [("http_proxy", "p:1"), ("no_proxy", exempt)];
            assert_eq!(of(url, &variables).is_some(), goes_by_proxy, "{exempt:?} {url}");
        }
    }
}
