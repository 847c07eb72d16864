//! Who may ask: by the address, before a byte is read, and by the head of a request, before its body is.

use core::fmt;
use core::hint::black_box;
use core::str::FromStr;
use core::sync::atomic::{AtomicBool, Ordering};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::{Reply, Request, RequestHead, Server};
use crate::{Error, ErrorKind, Result, base64};

/// A network, or one address: `192.0.2.0/24`, `2001:db8::/32`, `::1`.
///
/// ```
/// use tiny_xmlrpc::server::Network;
///
/// let network: Network = "192.0.2.0/24".parse()?;
/// assert!(network.contains([192, 0, 2, 7].into()));
/// assert!("192.0.2.7/24".parse::<Network>().is_err());
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// An IPv4 address mapped to IPv6 (`::ffff:192.0.2.7`), as sockets for both have it, is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Its first address, as 128 bits; those of IPv4 come last.
    bits: u128,
    v4: bool,
    /// Bits of the prefix, counted from the first of the 128.
    prefix: u8,
}

/// The 128 bits of an address, and whether it is one of IPv4.
fn bits_of(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        IpAddr::V4(address) => (u128::from(address.to_bits()), true),
        IpAddr::V6(address) => (address.to_bits(), false),
    }
}

impl Network {
    /// Whether this address is in it.
    ///
    /// ```
    /// use std::net::{Ipv4Addr, Ipv6Addr};
    /// use tiny_xmlrpc::server::Network;
    ///
    /// let loopback: Network = "127.0.0.0/8".parse()?;
    /// assert!(loopback.contains(Ipv4Addr::LOCALHOST.into()));
    /// assert!(loopback.contains(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into()));
    /// assert!(!loopback.contains(Ipv6Addr::LOCALHOST.into()));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, v4) = bits_of(address);
        v4 == self.v4 && bits & self.mask() == self.bits
    }

    fn mask(&self) -> u128 {
        u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(self.prefix))).unwrap_or(0)
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let (bits, v4) = bits_of(address);
        Self { bits, v4, prefix: 128 }
    }
}

impl FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            let shown: String = text.chars().take(64).collect();
            Error::new(ErrorKind::Usage, format!("expected an address or a network like 192.0.2.0/24, found {shown:?}"))
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let mut this = Self::from(address.parse::<IpAddr>().map_err(|_| wrong())?);
        if let Some(prefix) = prefix {
            let width: u8 = if this.v4 { 32 } else { 128 };
            let sound = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
            let prefix: u8 = prefix.parse().ok().filter(|&prefix| sound && prefix <= width).ok_or_else(wrong)?;
            this.prefix = prefix.saturating_add(128_u8.saturating_sub(width));
            if this.bits & this.mask() != this.bits {
                return Err(wrong());
            }
        }
        Ok(this)
    }
}

/// Names and passwords (HTTP Basic, RFC 7617). They go over the network as they are: use it behind TLS, or where nobody
/// listens in.
///
/// ```
/// use tiny_xmlrpc::server::Basic;
///
/// let mut users = Basic::new("the robot");
/// users.user("ada", "correct horse").user("bob", "battery staple");
/// ```
pub struct Basic<'h> {
    realm: String,
    users: Vec<(String, String)>,
    #[expect(clippy::type_complexity, reason = "it is written once")]
    check: Option<Box<dyn FnMut(&str, &str) -> bool + 'h>>,
}

impl<'h> Basic<'h> {
    /// Nobody yet. The realm is what a browser shows when it asks for the password.
    ///
    /// ```
    /// use tiny_xmlrpc::{Server, server::{Basic, Config}};
    ///
    /// let mut server = Server::without_listeners(Config::default())?;
    /// server.authenticate(Basic::new("the robot"));
    /// # let mut reply = Vec::new();
    /// # server.serve_stream(&b"GET / HTTP/1.0\r\nAuthorization: Basic Og==\r\n\r\n"[..], &mut reply)?;
    /// // It asks whoever calls, and lets nobody in.
    /// # let reply = String::from_utf8_lossy(&reply);
    /// assert!(reply.contains("401 ") && reply.contains(r#"realm="the robot""#));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn new(realm: impl Into<String>) -> Self {
        Self { realm: realm.into(), users: Vec::new(), check: None }
    }

    /// Lets this user in. A name has no colon in it, since HTTP has one behind it.
    ///
    /// How long comparing takes does not tell how much of a password was right, nor which users there are.
    ///
    /// ```
    /// use tiny_xmlrpc::server::Basic;
    ///
    /// let mut users = Basic::new("the robot");
    /// users.user("ada", "correct horse").user("bob", "battery staple");
    /// // What is printed of them has no secrets.
    /// assert_eq!(format!("{users:?}"), r#"Basic { realm: "the robot", .. }"#);
    /// ```
    pub fn user(&mut self, name: impl Into<String>, password: impl Into<String>) -> &mut Self {
        self.users.push((name.into(), password.into()));
        self
    }

    /// Lets in whom this says, given the name and the password, where no [`user`](Self::user) matches: a look into
    /// a file of hashes, say. Comparing in constant time is up to it.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use tiny_xmlrpc::server::Basic;
    /// # use tiny_xmlrpc::{Server, server::{Config, Reply}};
    ///
    /// let tokens = HashMap::from([("ada".to_owned(), "12345".to_owned())]);
    /// let mut users = Basic::new("the robot");
    /// users.check(|name, token| tokens.get(name).is_some_and(|known| known == token));
    /// # let mut server = Server::without_listeners(Config::default())?;
    /// # server.authenticate(users).page("/", |_| Reply::text(200, "in"));
    /// # for (sent, expected) in [("YWRhOjEyMzQ1", "\r\n\r\nin"), ("YWRhOjEyMzQ2", "401 ")] {
    /// #     let mut reply = Vec::new();
    /// #     let request = format!("GET / HTTP/1.0\r\nAuthorization: Basic {sent}\r\n\r\n");
    /// #     server.serve_stream(request.as_bytes(), &mut reply)?;
    /// #     assert!(String::from_utf8_lossy(&reply).contains(expected));
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn check(&mut self, check: impl FnMut(&str, &str) -> bool + 'h) -> &mut Self {
        self.check = Some(Box::new(check));
        self
    }

    fn admits(&mut self, authorization: Option<&[u8]>) -> bool {
        let Some((name, password)) = credentials(authorization) else { return false };
        let mut known = false;
        // All of them, be the first one right.
        for (user, secret) in &self.users {
            known |= same(name.as_bytes(), user.as_bytes()) & same(password.as_bytes(), secret.as_bytes());
        }
        known || self.check.as_mut().is_some_and(|check| check(&name, &password))
    }
}

/// Without the passwords.
impl fmt::Debug for Basic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic").field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// Name and password of an `Authorization` field.
pub(super) fn credentials(authorization: Option<&[u8]>) -> Option<(String, String)> {
    let (scheme, encoded) = authorization?.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let decoded = String::from_utf8(base64::decode(encoded.trim_ascii()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Whether two texts are the same, in a time that depends on the first one's length alone.
fn same(given: &[u8], expected: &[u8]) -> bool {
    let mut difference = u8::from(given.len() != expected.len());
    // For want of a byte to compare with it is compared with itself, and the lengths differ.
    let mut cycle = expected.iter().cycle();
    for byte in given {
        difference |= black_box(byte ^ cycle.next().unwrap_or(byte));
    }
    black_box(difference) == 0
}

type Verify<'h> = Box<dyn FnMut(&RequestHead<'_>) -> Result<(), Reply> + 'h>;

/// Whether passwords are asked for, so that who gets further is the user that he says.
#[derive(Debug, Clone, Default)]
pub(super) struct NamesUsers(Arc<AtomicBool>);

impl NamesUsers {
    /// Has a request that was let in answered as its user's.
    pub(super) fn answer(&self, request: &Request<'_>, answer: impl FnOnce(&Request<'_>) -> Reply) -> Reply {
        let user = self.user(request.head());
        let mut reply = answer(&request.of_user(user.as_deref()));
        if request.logged && user.is_some() {
            reply.note_mut().user = user;
        }
        reply
    }

    fn user(&self, head: &RequestHead<'_>) -> Option<String> {
        if !self.0.load(Ordering::Relaxed) {
            return None;
        }
        credentials(head.authorization()).map(|(name, _)| name)
    }
}

/// All that is asked of a request before its body is read.
#[derive(Default)]
pub(super) struct Access<'h> {
    names_users: NamesUsers,
    /// Networks, and whether they are let in.
    rules: Vec<(Network, bool)>,
    basic: Option<Basic<'h>>,
    verify: Option<Verify<'h>>,
}

impl Access<'_> {
    pub(super) fn admits(&self, peer: SocketAddr) -> bool {
        let matching = self.rules.iter().filter(|(network, _)| network.contains(peer.ip()));
        // The narrowest counts; of equal ones, that which denies.
        match matching.max_by_key(|(network, allowed)| (network.prefix, !allowed)) {
            Some((_, allowed)) => *allowed,
            None => !self.rules.iter().any(|(_, allowed)| *allowed),
        }
    }

    /// # Errors
    /// With the reply to a request that may not be made.
    pub(super) fn check(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        if let Some(basic) = &mut self.basic {
            if !basic.admits(head.authorization()) {
                return Err(Reply::unauthorized(&basic.realm));
            }
        }
        match &mut self.verify {
            Some(verify) => verify(head),
            None => Ok(()),
        }
    }

    pub(super) fn names_users(&self) -> NamesUsers {
        self.names_users.clone()
    }
}

impl fmt::Debug for Access<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("rules", &self.rules).field("basic", &self.basic).finish_non_exhaustive()
    }
}

impl<'h> Server<'h> {
    /// Lets peers of this network in: `"192.0.2.0/24"`, `"::1"`. With one such rule, all others are left out.
    ///
    /// Of several networks that an address is in, the narrowest counts; of the same one allowed and denied, the denial.
    /// An address in none of them is let in if there are denials only. A connection that is not let in is closed before
    /// a byte of it is read. On Unix sockets it is the file's mode that decides.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// let mut server = tiny_xmlrpc::Server::bind("[::1]:0").or_else(|_| tiny_xmlrpc::Server::bind("127.0.0.1:0"))?;
    /// server.allow("127.0.0.0/8")?.allow("::1")?.allow("192.168.0.0/16")?.deny("192.168.7.0/24")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it is not a network.
    pub fn allow(&mut self, network: &str) -> Result<&mut Self> {
        self.site.access.rules.push((network.parse()?, true));
        Ok(self)
    }

    /// Leaves peers of this network out, by closing their connections: see [`allow`](Self::allow).
    ///
    /// ```
    /// # use std::{io::Read, net::TcpStream};
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// let mut server = tiny_xmlrpc::Server::bind("127.0.0.1:0")?;
    /// server.deny("127.0.0.0/8")?;
    /// let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # while server.stats().accepted == 0 {
    /// server.poll()?;
    /// # }
    /// assert_eq!(server.stats().turned_away, 1);
    /// assert_eq!(client.read(&mut [0])?, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it is not a network.
    pub fn deny(&mut self, network: &str) -> Result<&mut Self> {
        self.site.access.rules.push((network.parse()?, false));
        Ok(self)
    }

    /// Answers only those who have a name and a password, and others with status 401, before a byte of their
    /// requests' bodies is read. Handlers find the name in their [`Context`](crate::Context).
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Context, Server, server::Basic};
    ///
    /// let mut users = Basic::new("the robot");
    /// users.user("ada", "correct horse");
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.authenticate(users);
    /// server.add("whoami", |context: Context| context.user().unwrap_or_default().to_owned());
    /// # let call = "<methodCall><methodName>whoami</methodName></methodCall>";
    /// # for (field, expected) in [
    /// #     ("", "401 "),
    /// #     ("Authorization: Basic YWRhOmNvcnJlY3QgaG9yc2U=\r\n", "<string>ada</string>"),
    /// #     ("Authorization: Basic YWRhOndyb25nIGhvcnNl\r\n", "401 "),
    /// # ] {
    /// #     let mut reply = Vec::new();
    /// #     let request = format!("POST / HTTP/1.0\r\n{field}Content-Length: {}\r\n\r\n{call}", call.len());
    /// #     server.serve_stream(request.as_bytes(), &mut reply)?;
    /// #     assert!(String::from_utf8_lossy(&reply).contains(expected));
    /// # }
    /// # Ok(()) }
    /// ```
    pub fn authenticate(&mut self, basic: Basic<'h>) -> &mut Self {
        self.site.access.basic = Some(basic);
        self.site.access.names_users.0.store(true, Ordering::Relaxed);
        self
    }

    /// Asks this about every request, by its head, after addresses and passwords: Python's `verify_request`. What it
    /// refuses is answered with the reply that it gives.
    ///
    /// For what depends on the method called there is [`authorize`](Self::authorize).
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Reply};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.verify_request(|head| match head.header("x-key") {
    ///     Some(b"12345") => Ok(()),
    ///     _ => Err(Reply::error(403, "no key")),
    /// });
    /// # Ok(()) }
    /// ```
    pub fn verify_request(&mut self, hook: impl FnMut(&RequestHead<'_>) -> Result<(), Reply> + 'h) -> &mut Self {
        self.site.access.verify = Some(Box::new(hook));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_networks() {
        for text in ["", "x", "192.0.2.1/33", "192.0.2.1/", "192.0.2.0/+8", "192.0.2.1/24", "::1/129", "::1/64", "1/8"]
        {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        for (network, address, contained) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "::ffff:192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "127.0.0.1", false),
            ("2001:db8::/33", "2001:db8:7fff::", true),
            ("2001:db8::/33", "2001:db8:8000::", false),
            ("::1", "::1", true),
            ("127.0.0.1/32", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), contained, "{network:?} {address}");
        }
    }

    #[test]
    fn the_narrowest_rule_counts() {
        let access = |rules: &[(&str, bool)]| Access {
            rules: rules.iter().map(|&(network, allowed)| (network.parse().unwrap(), allowed)).collect(),
            ..Access::default()
        };
        let admits = |access: &Access<'_>, address: &str| access.admits(SocketAddr::new(address.parse().unwrap(), 1));
        assert!(admits(&access(&[]), "192.0.2.1"));
        let denying = access(&[("192.0.2.0/24", false)]);
        assert!(!admits(&denying, "192.0.2.1") && admits(&denying, "192.0.3.1") && admits(&denying, "::1"));
        let mixed = access(&[("10.0.0.0/8", true), ("10.1.0.0/16", false), ("10.1.1.0/24", true), ("::1", true)]);
        for (address, admitted) in
            [("10.9.9.9", true), ("10.1.9.9", false), ("10.1.1.9", true), ("192.0.2.1", false), ("::1", true)]
        {
            assert_eq!(admits(&mixed, address), admitted, "{address}");
        }
        for rules in [[("10.0.0.0/8", true), ("10.0.0.0/8", false)], [("10.0.0.0/8", false), ("10.0.0.0/8", true)]] {
            assert!(!admits(&access(&rules), "10.0.0.1"));
        }
    }

    #[test]
    fn passwords_are_compared_whole() {
        let mut basic = Basic::new("x");
        basic.user("ada", "secret").user("", "").check(|user, password| user == "eve" && password == "a:b");
        for (given, admitted) in [
            (Some("Basic YWRhOnNlY3JldA=="), true),
            (Some("basic  YWRhOnNlY3JldA== "), true),
            (Some("Basic Og=="), true),
            (Some("Basic ZXZlOmE6Yg=="), true),
            (Some("Basic YWRhOnNlY3Jl"), false),
            (Some("Basic YWRhOnNlY3JldHNlY3JldA=="), false),
            (Some("Basic YWRhOg=="), false),
            (Some("Basic YWRh"), false),
            (Some("Basic !"), false),
            (Some("Basic"), false),
            (Some("Bearer YWRhOnNlY3JldA=="), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(basic.admits(given.map(str::as_bytes)), admitted, "{given:?}");
        }
        assert!(!format!("{basic:?}").contains("secret"));
    }
}
