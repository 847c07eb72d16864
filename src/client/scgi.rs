//! SCGI: a request's bytes → its reply's bytes, over a connection of its own for each call.

use std::fmt;
use std::time::{Duration, Instant};

use super::connect::connect;
use super::outgoing::{Outgoing, SocketSink};
use super::receive::{Form, Receiver, Stream, Target};
use super::refuse::usage;
use super::settings::Settings;
use super::socket::Deadline;
use super::verbose::{Wire, masked};
use super::{Options, Reply, Scheme, Transport, Url};
use crate::{Result, Sink};

/// [SCGI](https://python.ca/scgi/protocol.txt) over TCP or a Unix domain socket, as rTorrent speaks it: `scgi` URLs.
///
/// Each call has a connection of its own, which the server closes behind its reply. Where the reply has no
/// `Content-Length`, its end is the end of the connection. Header fields go as `HTTP_…` variables, so that a program
/// behind the gateway sees what it would see of an HTTP request.
///
/// Requests and replies of any size go through in constant memory, both ways; a request has to be counted
/// before it is sent, since SCGI has no chunks.
///
/// ```
/// use tiny_xmlrpc::Client;
///
/// # #[cfg(feature = "server")] {
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let url = format!("scgi://{}", listener.local_addr()?);
/// # std::thread::spawn(move || {
/// #     let mut server = tiny_xmlrpc::Server::without_listeners(Default::default())?;
/// #     server.add("add", |a: i32, b: i32| a + b);
/// #     server.add_scgi_listener(listener)?.handle_request()
/// # });
/// let client = Client::new(&url)?; // scgi://127.0.0.1:5000
/// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
/// # }
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub struct Scgi {
    url: Url,
    settings: Settings,
    timeout: Option<Duration>,
    /// The variables but for the length, which comes first.
    variables: Vec<u8>,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Scgi {
    /// A transport to this URL.
    ///
    /// ```
    /// use tiny_xmlrpc::client::{Options, Scgi, Url};
    ///
    /// let transport = Scgi::new(&Url::parse("scgi:/run/rtorrent.sock")?, &Options::new())?;
    /// assert!(Scgi::new(&Url::parse("http://localhost:8000")?, &Options::new()).is_err());
    /// # let _ = transport;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for URLs of other schemes, and for header fields and credentials
    /// that cannot be sent.
    pub fn new(url: &Url, options: &Options) -> Result<Self> {
        if url.scheme() != Scheme::Scgi {
            return Err(usage("expected an scgi URL"));
        }
        let settings = options.settings(url)?;
        let (path, query) = url.path().split_once('?').unwrap_or((url.path(), ""));
        let mut variables = Vec::new();
        put(&mut variables, "SCGI", "1");
        put(&mut variables, "REQUEST_METHOD", "POST");
        put(&mut variables, "REQUEST_URI", url.path());
        put(&mut variables, "SCRIPT_NAME", "");
        put(&mut variables, "PATH_INFO", path);
        put(&mut variables, "QUERY_STRING", query);
        put(&mut variables, "SERVER_PROTOCOL", "HTTP/1.1");
        put(&mut variables, "HTTP_HOST", &url.authority());
        for (name, value) in &settings.fields {
            let name = name.to_ascii_uppercase().replace('-', "_");
            if name == "CONTENT_TYPE" {
                put(&mut variables, &name, value);
            } else {
                put(&mut variables, &format!("HTTP_{name}"), value);
            }
        }
        let timeout = settings.timeout;
        Ok(Self { url: url.clone(), settings, timeout, variables, input: Vec::new(), output: Vec::new() })
    }

    fn call(
        &mut self,
        length: u64,
        write: impl FnOnce(&mut dyn Sink) -> Result<()>,
        target: &mut Target<'_>,
    ) -> Result<Reply> {
        let start = Instant::now();
        let deadline = Deadline::after(start, self.timeout);
        let mut socket = connect(&self.url, Deadline::after(start, self.settings.connect_timeout).min(deadline))?;

        let mut head = Vec::new();
        put(&mut head, "CONTENT_LENGTH", itoa::Buffer::new().format(length));
        head.extend_from_slice(&self.variables);
        if let Some(cookie) = self.settings.cookie() {
            put(&mut head, "HTTP_COOKIE", &cookie);
        }
        let verbose = self.settings.verbose.as_ref();
        if let Some(hook) = verbose {
            hook(Wire::RequestHead(&masked(&as_lines(&head))));
        }
        // A netstring: its length, a colon, itself, a comma.
        self.output.clear();
        self.output.extend_from_slice(itoa::Buffer::new().format(head.len()).as_bytes());
        self.output.push(b':');
        self.output.append(&mut head);
        self.output.push(b',');
        let mut sink = SocketSink::new(&mut socket, &mut self.output, deadline, false, verbose);
        write(&mut sink).and_then(|()| sink.finish()).map_err(|error| error.with_executed(false))?;

        let (input, settings) = (&mut self.input, &self.settings);
        let mut receiver = Receiver { socket: &mut socket, input, settings, deadline, form: Form::Cgi };
        receiver.receive(target).map(|(reply, _)| reply).map_err(|failure| failure.error)
    }
}

impl Transport for Scgi {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        reply.clear();
        self.call(request.len() as u64, |sink| sink.write(request), &mut Target::Whole(reply))
    }

    fn stream(&mut self, request: &mut Outgoing<'_>, receive: &mut Stream<'_>) -> Result<()> {
        let Some(length) = request.length() else {
            return Err(usage("expected a request that was counted: SCGI has no chunks"));
        };
        self.call(length, |sink| request.write_to(sink), &mut Target::Stream(receive)).map(drop)
    }

    fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }
}

/// Without the variables, which have the credentials.
impl fmt::Debug for Scgi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scgi").field("url", &self.url).finish_non_exhaustive()
    }
}

/// One variable. Neither has a NUL: both come from what was checked as a URL or a header field.
fn put(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    out.extend_from_slice(value.as_bytes());
    out.push(0);
}

/// The variables, as lines for a person.
fn as_lines(variables: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, part) in variables.split(|&byte| byte == 0).enumerate() {
        out.extend_from_slice(part);
        out.extend_from_slice(if number % 2 == 0 { b": " } else { b"\n" });
    }
    out.truncate(out.len().saturating_sub(2));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_credentials() {
        let scgi = Scgi::new(&"scgi://u:secret@h:1".parse().unwrap(), &Options::new()).unwrap();
        assert!(!format!("{scgi:?}").contains("secret"));
    }
}
