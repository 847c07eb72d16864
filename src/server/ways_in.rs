//! Other ways to a server than a TCP socket of its own.

use std::io::{self, Read, Write};
use std::net::TcpListener;
#[cfg(unix)]
use std::path::Path;

use super::site::Whole;
use super::{Config, EventLoop, Server, serve_cgi, serve_gateway, serve_stream};
use crate::{Error, ErrorKind, Result};

impl<'h> Server<'h> {
    /// Listens nowhere yet. For [`serve_stream`](Self::serve_stream) and [`serve_cgi`](Self::serve_cgi), or before
    /// sockets are added.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::without_listeners(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// # let body = tiny_xmlrpc::call_to_vec("add", &(2, 3), tiny_xmlrpc::Dialect::strict())?;
    /// # let length = body.len();
    /// # let mut request = format!("POST /RPC2 HTTP/1.0\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    /// # request.extend(body);
    /// let mut reply = Vec::new();
    /// server.serve_stream(&request[..], &mut reply)?;
    /// # let document = &reply[reply.windows(2).position(|pair| pair == b"<?").unwrap()..];
    /// # assert_eq!(tiny_xmlrpc::from_slice::<i32>(document)?, 5);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the system has no descriptors left.
    pub fn without_listeners(config: Config) -> Result<Self> {
        Ok(Self::on(EventLoop::without_listeners(config)?))
    }

    /// Listens on a Unix socket at this path, with a file of this mode: `0o600` lets in the processes of the same user.
    ///
    /// What a server that is no more has left there is replaced, and the file goes with the server. More sockets,
    /// of any kind, can be [added](EventLoop::bind_unix) to the [loop](Self::event_loop).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = std::env::temp_dir().join(format!("tiny_xmlrpc-doc-{}", std::process::id()));
    /// # std::fs::create_dir_all(&directory)?;
    /// # let path = directory.join("rpc.sock");
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind_unix(&path, 0o600)?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// assert!(path.exists());
    /// drop(server);
    /// assert!(!path.exists());
    /// # std::fs::remove_dir(&directory)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if somebody listens there, if there is another file, or if it can't be made.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<Path>, mode: u32) -> Result<Self> {
        let path = path.as_ref();
        let mut server = Self::without_listeners(Config::default())?;
        server.event_loop.bind_unix(path, mode).map_err(|error| {
            let message = format!("cannot listen at {}: {error}", path.display());
            Error::new(ErrorKind::Io, message).with_source(error)
        })?;
        Ok(server)
    }

    /// Serves the listening sockets that the service manager has opened for this process: systemd's socket
    /// activation (`LISTEN_FDS`), which `systemfd` and others speak too. All of them, TCP and Unix.
    ///
    /// To be called once, before other threads run: it takes the variables out of the environment.
    ///
    /// ```no_run
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::inherited(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.serve_forever()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if there is none, or one that is no listening stream socket.
    #[cfg(feature = "listenfd")]
    pub fn inherited(config: Config) -> Result<Self> {
        let mut server = Self::without_listeners(config)?;
        let mut sockets = listenfd::ListenFd::from_env();
        if sockets.len() == 0 {
            let message = "expected sockets from the service manager (LISTEN_FDS), found none";
            return Err(Error::new(ErrorKind::Io, message));
        }
        for index in 0..sockets.len() {
            #[cfg(unix)]
            if let Ok(Some(listener)) = sockets.take_unix_listener(index) {
                server.event_loop.add_unix_listener(listener)?;
                continue;
            }
            if let Some(listener) = sockets.take_tcp_listener(index)? {
                server.event_loop.add_listener(listener)?;
            }
        }
        Ok(server)
    }

    /// Serves the listening socket that standard input is, as under inetd with `wait`. Under inetd with `nowait`,
    /// where it is a connection, there is [`serve_stream`](Self::serve_stream).
    ///
    /// ```no_run
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::from_stdin(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// // Inetd starts it again when somebody calls.
    /// while server.handle_request_timeout(std::time::Duration::from_secs(60))? {}
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it is no socket.
    #[cfg(unix)]
    pub fn from_stdin(config: Config) -> Result<Self> {
        use std::os::fd::AsFd;
        use std::os::unix::net::UnixListener;

        let descriptor = io::stdin().as_fd().try_clone_to_owned()?;
        let listener = TcpListener::from(descriptor);
        if listener.local_addr().is_ok() {
            return Self::from_listener(listener, config);
        }
        let listener = UnixListener::from(std::os::fd::OwnedFd::from(listener));
        listener.local_addr()?;
        let mut server = Self::without_listeners(config)?;
        server.event_loop.add_unix_listener(listener)?;
        Ok(server)
    }

    /// Serves a socket on which a web server forwards requests by SCGI: see [`EventLoop::add_scgi_listener`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # #[cfg(feature = "client")] {
    /// use std::net::TcpListener;
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let url = format!("scgi://{}", listener.local_addr()?);
    /// server.add_scgi_listener(listener)?;
    /// # let client = std::thread::spawn(move || tiny_xmlrpc::Client::new(&url)?.call::<i32>("add", (2, 3)));
    /// # server.handle_request()?;
    /// # assert_eq!(client.join().unwrap()?, 5);
    /// # }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be waited on.
    pub fn add_scgi_listener(&mut self, listener: TcpListener) -> Result<&mut Self> {
        self.event_loop.add_scgi_listener(listener)?;
        Ok(self)
    }

    /// Serves one connection over whatever is read and written, as standard input and output are under inetd (`nowait`)
    /// or behind `ssh`: see [`serve_stream`](super::serve_stream()).
    ///
    /// ```no_run
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::without_listeners(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.serve_stream(std::io::stdin().lock(), std::io::stdout().lock())?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if reading or writing fails.
    pub fn serve_stream(&mut self, read: impl Read, write: impl Write) -> Result<()> {
        let (config, stop) = (self.event_loop.config().clone(), self.event_loop.shutdown_handle());
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(serve_stream(read, write, &mut service, &config, &stop)?)
    }

    /// Answers the one request of a process that a web server has started by CGI (RFC 3875), at whatever path the script
    /// has there.
    ///
    /// ```no_run
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::without_listeners(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.serve_cgi()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if reading or writing fails.
    pub fn serve_cgi(&mut self) -> Result<()> {
        let config = self.event_loop.config().clone();
        self.rpc.any_path = true;
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(serve_cgi(&mut service, &config)?)
    }

    /// The same as [`serve_cgi`](Self::serve_cgi), with variables and streams of the caller's.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut server = Server::without_listeners(Config::default())?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// # let body = tiny_xmlrpc::call_to_vec("add", &(2, 3), tiny_xmlrpc::Dialect::strict())?;
    /// # let length = body.len();
    /// let variables = [("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", &length.to_string())];
    /// let variables = variables.map(|(name, value)| (name.into(), value.into()));
    /// let mut reply = Vec::new();
    /// server.serve_gateway(variables, &body[..], &mut reply)?;
    /// assert!(reply.starts_with(b"Status: 200 OK\r\n"));
    /// # let document = &reply[reply.windows(2).position(|pair| pair == b"<?").unwrap()..];
    /// # assert_eq!(tiny_xmlrpc::from_slice::<i32>(document)?, 5);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if reading or writing fails.
    pub fn serve_gateway(
        &mut self,
        variables: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
        read: impl Read,
        write: impl Write,
    ) -> Result<()> {
        let config = self.event_loop.config().clone();
        self.rpc.any_path = true;
        let mut service = Whole { site: &mut self.site, rpc: &mut self.rpc };
        Ok(serve_gateway(variables, read, write, &mut service, &config)?)
    }
}
