//! Cookies of one server, kept from reply to request (RFC 6265).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::http1::check_value;

/// Cookies that are kept at most, and the longest, in bytes (RFC 6265, section 6.1).
const MOST: usize = 50;
const LONGEST: usize = 4096;

/// The cookies that a client's connections share.
///
/// A client speaks to one host, so `Domain` does not matter; `Path`, `Secure`, `Max-Age` and `Expires` do.
#[derive(Debug, Clone, Default)]
pub(super) struct Jar(Arc<Mutex<Vec<Cookie>>>);

struct Cookie {
    name: String,
    value: String,
    path: String,
    secure: bool,
    expires: Option<SystemTime>,
}

/// Without the value.
impl std::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cookie").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Jar {
    /// Takes what a `Set-Cookie` field says, in a reply to a request for this target.
    pub(super) fn store(&self, field: &[u8], target: &str, is_secure: bool) {
        let Some(cookie) = std::str::from_utf8(field).ok().and_then(|field| parse(field, target)) else { return };
        if cookie.secure && !is_secure {
            return;
        }
        let mut cookies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemTime::now();
        cookies.retain(|old| (old.name != cookie.name || old.path != cookie.path) && !old.is_over(now));
        if !cookie.is_over(now) && cookies.len() < MOST {
            cookies.push(cookie);
        }
    }

    /// The value of the `Cookie` field for a request for this target, if there are any.
    pub(super) fn header(&self, target: &str, is_secure: bool) -> Option<String> {
        let cookies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemTime::now();
        let path = path_of(target);
        let mut fitting: Vec<&Cookie> = cookies
            .iter()
            .filter(|cookie| !cookie.is_over(now) && (is_secure || !cookie.secure) && covers(&cookie.path, path))
            .collect();
        // Longer paths first (RFC 6265, section 5.4).
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

impl Cookie {
    fn is_over(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

/// RFC 6265, section 5.2.
fn parse(field: &str, target: &str) -> Option<Cookie> {
    if field.len() > LONGEST {
        return None;
    }
    let mut parts = field.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || check_value(name).is_err() || check_value(value).is_err() {
        return None;
    }
    let mut cookie =
        Cookie { name: name.into(), value: value.into(), path: default_path(target), secure: false, expires: None };
    let mut has_age = false;
    for attribute in parts {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "max-age" => {
                let Ok(seconds) = value.parse::<i64>() else { continue };
                let age = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
                cookie.expires = SystemTime::now().checked_add(age);
                has_age = true;
            }
            "expires" if !has_age => cookie.expires = parse_date(value),
            _ => {}
        }
    }
    Some(cookie)
}

fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

/// The directory of the request (RFC 6265, section 5.1.4).
fn default_path(target: &str) -> String {
    match path_of(target).rsplit_once('/') {
        Some((directory, _)) if !directory.is_empty() => directory.to_owned(),
        _ => "/".to_owned(),
    }
}

/// RFC 6265, section 5.1.4.
fn covers(cookie: &str, path: &str) -> bool {
    match path.strip_prefix(cookie) {
        Some(rest) => rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, and what else servers write for it (RFC 6265, section 5.1.1).
fn parse_date(text: &str) -> Option<SystemTime> {
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').filter(|token| !token.is_empty()) {
        let number = token.parse::<u64>().ok();
        let short = token.get(..3).unwrap_or_default().to_ascii_lowercase();
        let mut clock = token.split(':').map(|part| part.parse::<u64>().ok());
        if let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
            (clock.next(), clock.next(), clock.next(), clock.next())
        {
            time = Some(hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?);
        } else if let (Some(number @ 1..=31), None) = (number, day) {
            day = Some(number);
        } else if let (Some(number), None) = (number, year) {
            year = Some(match number {
                70..=99 => number.saturating_add(1900),
                0..=69 => number.saturating_add(2000),
                number => number,
            });
        } else if let (3, Some(at)) = (short.len(), MONTHS.find(&short)) {
            month = u64::try_from(at).ok()?.checked_div(3);
        }
    }
    let (time, day, month, year) = (time?, day?, month?, year?);
    if !(1601..=9999).contains(&year) || time >= 86_400 {
        return None;
    }
    // Days since 1970 of the first of March of the year before or this: years begin in March, as the Romans had it.
    let (year, month) =
        if month < 2 { (year.checked_sub(1)?, month.checked_add(10)?) } else { (year, month.checked_sub(2)?) };
    let leaps = (year / 4).checked_sub(year / 100)?.checked_add(year / 400)?;
    let days = year.checked_mul(365)?.checked_add(leaps)?;
    let days = days.checked_add(month.checked_mul(153)?.checked_add(2)? / 5)?.checked_add(day)?;
    // What 1 January 1970 comes to, counted like that.
    let days = days.saturating_sub(719_469);
    UNIX_EPOCH.checked_add(Duration::from_secs(days.checked_mul(86_400)?.checked_add(time)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_and_forgets() {
        let jar = Jar::default();
        let header = |target| jar.header(target, false);
        jar.store(b"SID=31d4d96e407aad42; Path=/; HttpOnly", "/RPC2", false);
        jar.store(b"lang=en-US", "/deep/RPC2?x", false);
        assert_eq!(header("/RPC2").unwrap(), "SID=31d4d96e407aad42");
        assert_eq!(header("/deep/other").unwrap(), "lang=en-US; SID=31d4d96e407aad42");
        assert_eq!(header("/deeper").unwrap(), "SID=31d4d96e407aad42");
        jar.store(b"SID=2; Path=/", "/RPC2", false);
        assert_eq!(header("/").unwrap(), "SID=2");
        jar.store(b"SID=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT", "/RPC2", false);
        assert_eq!(header("/"), None);
        jar.store(b"a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", false);
        assert_eq!(header("/").unwrap(), "a=b");
        jar.store(b"a=b; Max-Age=-1", "/", false);
        assert_eq!(header("/"), None);
    }

    #[test]
    fn secure_ones_stay_there_and_nonsense_is_dropped() {
        let jar = Jar::default();
        jar.store(b"s=1; Secure", "/", false);
        jar.store(b"t=1; Secure", "/", true);
        assert_eq!((jar.header("/", false), jar.header("/", true).unwrap()), (None, "t=1".to_owned()));
        let jar = Jar::default();
        for field in [&b"x"[..], b"=y", b"", b";", b"a=\x01", b"a=\xff", &[b'a', b'='].repeat(4096)] {
            jar.store(field, "/", false);
        }
        for number in 0..1000 {
            jar.store(format!("c{number}=1").as_bytes(), "/", false);
        }
        assert_eq!(jar.header("/", false).unwrap().split("; ").count(), MOST);
    }

    #[test]
    fn reads_dates() {
        let seconds = |text| parse_date(text).map(|date| date.duration_since(UNIX_EPOCH).unwrap().as_secs());
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(text), Some(784_111_777), "{text}");
        }
        assert_eq!(seconds("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Mon, 01 Jan 1601 00:00:00 GMT"), Some(0));
        for text in
            ["", "yesterday", "Thu, 01 Jan 1970", "01 Jan 99999999 00:00:00", "1 Jan 2000 99999999999999999:0:0"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
