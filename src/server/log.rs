//! One line for each request, in the Common Log Format and a little more; and lines about the server's own trouble.

use core::fmt::{self, Write as _};
use core::mem;
use core::time::Duration;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::Reply;
use super::pace::after;
use crate::http1::{self, Version};
use crate::methods::Answered;

/// Characters of a method's name, a user's or a request line that are shown.
const SHOWN: usize = 200;

/// Lines about the same trouble come no closer than this.
const BETWEEN: Duration = Duration::from_secs(60);

/// What is to be logged of a request, known before it is answered.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    host: Option<IpAddr>,
    /// `POST /RPC2 HTTP/1.1`, without a query, which may have secrets in it.
    request: String,
    pub(super) started: Instant,
}

/// What is to be logged of a reply, beside what the client sees.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    pub(super) user: Option<String>,
    pub(super) answered: Option<Answered>,
}

/// Something that goes wrong again and again: told at once, and then once in a while.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Times it was not told.
    times: u64,
    told: Option<Instant>,
}

impl Trouble {
    /// Once more. How often it was since it was told last, if it is time to tell it.
    fn again(&mut self, now: Instant) -> Option<u64> {
        self.times = self.times.saturating_add(1);
        if self.told.is_some_and(|told| now < after(told, BETWEEN)) {
            return None;
        }
        self.told = Some(now);
        Some(mem::take(&mut self.times))
    }
}

/// Where the lines go.
pub(super) enum Log {
    Writer(Box<dyn Write + Send>),
    #[cfg(feature = "log")]
    Log,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

impl Entry {
    pub(super) fn new(head: &http1::RequestHead<'_>, client: Option<SocketAddr>, started: Instant) -> Self {
        let version = match head.version {
            Version::Http10 => "1.0",
            Version::Http11 => "1.1",
        };
        let request = format!("{} {} HTTP/{version}", head.method, head.path());
        Self { host: client.map(|client| client.ip()), request, started }
    }

    /// Of what could not be read as a request.
    pub(super) fn unread(client: Option<SocketAddr>, started: Instant) -> Self {
        Self { host: client.map(|client| client.ip()), request: String::new(), started }
    }
}

impl Log {
    /// `date` is in the form of HTTP's `Date`.
    pub(super) fn write(&mut self, entry: &Entry, reply: &Reply, date: &str, now: Instant) {
        let line = line(entry, reply, date, now);
        match self {
            Self::Writer(writer) => put(writer, line),
            #[cfg(feature = "log")]
            Self::Log => log::info!(target: "tiny_xmlrpc::access", "{line}"),
        }
    }

    /// Tells that connections can't be accepted, unless that was told lately.
    pub(super) fn not_accepting(&mut self, error: &io::Error, trouble: &mut Trouble, date: &str, now: Instant) {
        let Some(times) = trouble.again(now) else { return };
        let mut line = format!("cannot accept connections: {error}");
        if times > 1 {
            // Writing to a string doesn't fail.
            let _ = write!(line, " ({times} times)");
        }
        match self {
            Self::Writer(writer) => put(writer, format!("# {} {line}", moment(date))),
            #[cfg(feature = "log")]
            Self::Log => log::error!(target: "tiny_xmlrpc::server", "{line}"),
        }
    }
}

fn put(writer: &mut dyn Write, mut line: String) {
    line.push('\n');
    // A log that can't be written is no reason not to serve.
    let _ = writer.write_all(line.as_bytes()).and_then(|()| writer.flush());
}

/// `[06/Nov/1994:08:49:37 +0000]` from `Sun, 06 Nov 1994 08:49:37 GMT`, which has all its parts at their places.
fn moment(date: &str) -> String {
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or_default();
    format!("[{}/{}/{}:{} +0000]", part(5, 7), part(8, 11), part(12, 16), part(17, 25))
}

/// `host - user [date] "request" status bytes "method" fault seconds`, a `-` for what there is not.
fn line(entry: &Entry, reply: &Reply, date: &str, now: Instant) -> String {
    let mut line = String::with_capacity(160);
    let note = reply.note();
    let answered = note.and_then(|note| note.answered.as_ref());
    // Writing to a string doesn't fail.
    let _ = match entry.host {
        Some(host) => write!(line, "{host} - "),
        None => write!(line, "- - "),
    };
    match note.and_then(|note| note.user.as_deref()) {
        Some(user) => escape(user, true, &mut line),
        None => line.push('-'),
    }
    let _ = write!(line, " {} \"", moment(date));
    match entry.request.as_str() {
        "" => line.push('-'),
        request => escape(request, false, &mut line),
    }
    let _ = write!(line, "\" {} {} ", reply.status(), reply.body_len());
    match answered.and_then(|answered| answered.method.as_deref()) {
        Some(method) => {
            line.push('"');
            escape(method, false, &mut line);
            line.push('"');
        }
        None => line.push('-'),
    }
    let _ = match answered.and_then(|answered| answered.fault) {
        Some(fault) => write!(line, " {fault}"),
        None => write!(line, " -"),
    };
    let _ = write!(line, " {:.6}", now.saturating_duration_since(entry.started).as_secs_f64());
    line
}

/// Writes a text of somebody else's so that it stays in its place: on this line, between these quotes or blanks.
fn escape(text: &str, blanks: bool, out: &mut String) {
    for (count, character) in text.chars().enumerate() {
        if count >= SHOWN {
            out.push('…');
            return;
        }
        if character == '"' || character == '\\' || character.is_control() || (blanks && character.is_whitespace()) {
            out.extend(character.escape_unicode());
        } else if character.is_ascii() {
            out.push(character);
        } else {
            // Among the others there are those that turn the line around, and those that can't be seen.
            out.extend(character.escape_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    #[test]
    fn a_line_stays_one_line() {
        let now = Instant::now();
        let request = "POST /RPC2\"\\ HTTP/1.1".into();
        let entry = Entry { host: Some([127, 0, 0, 1].into()), request, started: now };
        let answered = Answered { method: Some("a\"\r\nb\u{202e}".into()), fault: Some(-32601) };
        let mut reply = Reply::text(200, "hello");
        *reply.note_mut() = Note { user: Some("ada b\u{7f}".into()), answered: Some(answered) };
        assert_eq!(
            line(&entry, &reply, DATE, now + Duration::from_micros(1500)),
            "127.0.0.1 - ada\\u{20}b\\u{7f} [06/Nov/1994:08:49:37 +0000] \"POST /RPC2\\u{22}\\u{5c} HTTP/1.1\" 200 5 \
             \"a\\u{22}\\u{d}\\u{a}b\\u{202e}\" -32601 0.001500"
        );
        let reply = Reply::error(400, "x");
        let expected = "- - - [06/Nov/1994:08:49:37 +0000] \"-\" 400 19 - - 0.000000";
        assert_eq!(line(&Entry::unread(None, now), &reply, DATE, now), expected);
        let mut long = String::new();
        escape(&"x".repeat(1000), false, &mut long);
        assert_eq!(long.chars().count(), SHOWN + 1);
    }

    #[test]
    fn trouble_is_told_at_once_and_then_once_in_a_while() {
        let (mut trouble, start) = (Trouble::default(), Instant::now());
        assert_eq!(trouble.again(start), Some(1));
        for millisecond in (0..60_000).step_by(100) {
            assert_eq!(trouble.again(start + Duration::from_millis(millisecond)), None);
        }
        assert_eq!(trouble.again(start + BETWEEN), Some(601));
        assert_eq!(trouble.again(start + BETWEEN), None);
    }
}
