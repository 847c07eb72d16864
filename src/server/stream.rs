//! One connection without a loop: a stream that a caller has, or that of a gateway.

use core::fmt;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::time::Instant;

use super::connection::{Connection, Next, Protocol};
use super::gateway::head_of;
use super::incoming::Room;
use super::shared::Shared;
use super::socket::Transport;
use super::{Config, Service, ShutdownHandle};

/// Serves one connection over whatever is read and written: standard input and output (under inetd or behind
/// `ssh`), a serial line, a TLS stream.
///
/// It answers requests until the other side ends, or asks for the end, or `stop` is
/// [shut down](ShutdownHandle::shutdown) by a handler. Bounds of sizes are those of `config`; its time-outs are not kept,
/// since reading waits as long as it waits.
///
/// ```
/// use tiny_xmlrpc::server::{Config, Reply, Request, ShutdownHandle, serve_stream};
///
/// let input = &b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n"[..];
/// let mut output = Vec::new();
/// let mut service = |request: &Request<'_>| Reply::text(200, request.path().to_owned());
/// serve_stream(input, &mut output, &mut service, &Config::default(), &ShutdownHandle::default())?;
/// assert!(output.ends_with(b"\r\n\r\n/b"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If reading or writing fails. That the other side ends in the middle of something is not an error.
pub fn serve_stream(
    read: impl Read,
    write: impl Write,
    service: &mut dyn Service,
    config: &Config,
    stop: &ShutdownHandle,
) -> io::Result<()> {
    run(Pipe::connection(read, write, Protocol::Http, config), service, config, stop)
}

/// Answers the one request of a process that a web server started by CGI (RFC 3875): what the environment and standard
/// input tell, to standard output. Without `REQUEST_METHOD` in the environment the answer is status 400.
///
/// ```no_run
/// use tiny_xmlrpc::server::{Config, Reply, Request, serve_cgi};
///
/// serve_cgi(&mut |request: &Request<'_>| Reply::text(200, request.path().to_owned()), &Config::default())?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If reading or writing fails.
pub fn serve_cgi(service: &mut dyn Service, config: &Config) -> io::Result<()> {
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    serve_gateway(std::env::vars_os(), input, output, service, config)
}

/// The same as [`serve_cgi`], with variables and streams of the caller's.
///
/// ```
/// use tiny_xmlrpc::server::{Config, Reply, Request, serve_gateway};
///
/// let variables = [("REQUEST_METHOD", "GET"), ("SCRIPT_NAME", "/hello"), ("QUERY_STRING", "")];
/// let variables = variables.map(|(name, value)| (name.into(), value.into()));
/// let mut output = Vec::new();
/// let mut service = |request: &Request<'_>| Reply::text(200, request.path().to_owned());
/// serve_gateway(variables, std::io::empty(), &mut output, &mut service, &Config::default())?;
/// assert!(output.starts_with(b"Status: 200 OK\r\n") && output.ends_with(b"\r\n\r\n/hello"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If reading or writing fails.
pub fn serve_gateway(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    read: impl Read,
    mut write: impl Write,
    service: &mut dyn Service,
    config: &Config,
) -> io::Result<()> {
    let variables: Vec<_> = variables.into_iter().collect();
    let pairs = variables.iter().map(|(name, value)| (name.as_encoded_bytes(), value.as_encoded_bytes()));
    match head_of(pairs) {
        Ok((head, client)) => {
            // What the connection takes for its peer is whom the web server names.
            let mut connection = Pipe::connection(head.chain(read), &mut write, Protocol::Cgi, config);
            connection.set_client(client);
            run(connection, service, config, &ShutdownHandle::default())
        }
        Err(error) => {
            write!(write, "Status: {} \r\nContent-Type: text/plain\r\n\r\n{error}\n", error.status)?;
            write.flush()
        }
    }
}

fn run<R: Read, W: Write>(
    mut connection: Connection<Pipe<R, W>>,
    service: &mut dyn Service,
    config: &Config,
    stop: &ShutdownHandle,
) -> io::Result<()> {
    let mut shared = Shared::new(config.clone(), stop.clone());
    shared.room = Room { memory: config.max_buffered, disk: config.max_spooled };
    loop {
        shared.now = Instant::now();
        shared.date.update();
        connection.expect_more();
        // There are no others to wait for their turn.
        let mut quota = usize::MAX;
        let next = connection.advance(&mut shared, service, &mut quota);
        if let Some(error) = connection.socket.error.take() {
            return Err(error);
        }
        if next == Next::Close {
            return Ok(());
        }
        if stop.is_requested() && connection.is_idle() {
            return Ok(());
        }
    }
}

/// Two halves of a connection.
struct Pipe<R, W> {
    read: R,
    write: W,
    /// What ended it.
    error: Option<io::Error>,
}

impl<R: Read, W: Write> Pipe<R, W> {
    fn connection(read: R, write: W, protocol: Protocol, config: &Config) -> Connection<Self> {
        Connection::new(Self { read, write, error: None }, protocol, None, Instant::now(), config)
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.error = Some(error);
            }
            kind.into()
        })
    }
}

impl<R: Read, W: Write> Read for Pipe<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.read.read(buffer);
        self.noted(result)
    }
}

impl<R: Read, W: Write> Write for Pipe<R, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.write.write_all(bytes).and_then(|()| self.write.flush());
        self.noted(result.map(|()| bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<R: Read, W: Write> Transport for Pipe<R, W> {
    /// A half can't be closed alone here, so there is no waiting for the other side's end.
    fn end_writing(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl<R, W> fmt::Debug for Pipe<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").finish_non_exhaustive()
    }
}
