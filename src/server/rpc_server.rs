//! The server's face: [`Methods`] on an [`EventLoop`].

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

use super::rpc_service::Rpc;
use super::site::Site;
use super::{Config, EventLoop, ShutdownHandle, Stats};
use crate::http1::DEFAULT_PATHS;
use crate::methods::{Caller, Entry, Instance, IntoHandler, Methods, Page};
use crate::{Dialect, Error, ErrorKind, Fault, Limits, Result};

/// Serves methods over HTTP, on one thread, or with handlers on [several](Self::workers).
///
/// ```
/// use std::cell::Cell;
/// use tiny_xmlrpc::Server;
///
/// # fn main() -> tiny_xmlrpc::Result<()> {
/// # #[cfg(feature = "client")] {
/// let running = Cell::new(true);
/// let mut server = Server::bind("127.0.0.1:0")?;
/// server.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
/// server.add("stop", || running.set(false));
/// # let url = server.url();
/// # let client = std::thread::spawn(move || -> tiny_xmlrpc::Result<i32> {
/// #     let client = tiny_xmlrpc::Client::new(&url)?;
/// #     let sum = client.call("add", (2, 3))?;
/// #     client.call::<()>("stop", ())?;
/// #     Ok(sum)
/// # });
/// println!("listening at {}", server.url());
/// while running.get() {
///     server.handle_request()?;
/// }
/// # assert_eq!(client.join().unwrap()?, 5);
/// # }
/// # Ok(()) }
/// ```
///
/// Handlers may be `FnMut` and borrow what outlives the server. What comes from the network is bounded on
/// every side: see [`Config`] and [`Limits`]. What is not a call is answered as HTTP has it:
///
/// | status | when |
/// |---|---|
/// | 400 | the request is not HTTP; the connection closes |
/// | 204 | with the feature `json`: there were notifications only |
/// | 401, 403 | what [`authenticate`](Self::authenticate) and [`verify_request`](Self::verify_request) say |
/// | 403 | a browser sends it for a page of another site, by `Sec-Fetch-Site` or `Origin` |
/// | 404 | another path than `/RPC2` and `/` and what was [added](Self::at) |
/// | 405 | another method than POST (and GET and HEAD, where there is a [documentation page](Self::documentation)) |
/// | 408 | the request does not come in time |
/// | 411 | a POST without a length |
/// | 413, 431 | the body, or the head, is larger than the limits |
/// | 415 | a `Content-Type` that is not XML, nor JSON with the feature `json` (none at all is fine), a `Content-Encoding` but `gzip` (with the feature `gzip`) |
/// | 501, 505 | a transfer coding, or a version of HTTP, that is not known |
/// | 503 | memory or disk for bodies or replies is used up, or too many requests wait for workers |
///
/// Whatever is wrong with the document is a fault, with status 200: see [`Methods::respond`].
#[derive(Debug)]
pub struct Server<'h> {
    pub(super) event_loop: EventLoop,
    pub(super) rpc: Rpc<'h>,
    pub(super) site: Site<'h>,
}

impl<'h> Server<'h> {
    /// Listens at the first of these addresses that can be had. Port 0 takes any free one.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let server = Server::bind("127.0.0.1:0")?;
    /// println!("listening at {}", server.url());
    /// assert!(Server::bind("127.0.0.1").is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when none can be had.
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Self::bind_with(address, Config::default())
    }

    /// Listens with other bounds and time-outs.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let mut config = Config::default();
    /// config.max_body = 64 * 1024;
    /// let mut server = Server::bind_with("127.0.0.1:0", config)?;
    /// # assert_eq!(server.event_loop().config().max_body, 64 * 1024);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub fn bind_with(address: impl ToSocketAddrs, config: Config) -> Result<Self> {
        let wrong = |error: std::io::Error, message: String| Error::new(ErrorKind::Io, message).with_source(error);
        let addresses: Vec<SocketAddr> = match address.to_socket_addrs() {
            Ok(addresses) => addresses.collect(),
            Err(error) => {
                let message = format!("expected an address with a port, like 127.0.0.1:8000: {error}");
                return Err(wrong(error, message));
            }
        };
        let event_loop = EventLoop::bind(addresses.as_slice(), config).map_err(|error| {
            let shown: Vec<String> = addresses.iter().map(SocketAddr::to_string).collect();
            let message = format!("cannot listen at {}: {error}", shown.join(", "));
            wrong(error, message)
        })?;
        Ok(Self::on(event_loop))
    }

    /// Serves a socket that listens already.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use std::net::TcpListener;
    /// use tiny_xmlrpc::{Server, server::Config};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let address = listener.local_addr()?;
    /// let server = Server::from_listener(listener, Config::default())?;
    /// assert_eq!(server.local_addr()?, address);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when it cannot be waited on.
    pub fn from_listener(listener: TcpListener, config: Config) -> Result<Self> {
        Ok(Self::on(EventLoop::from_listener(listener, config)?))
    }

    pub(super) fn on(event_loop: EventLoop) -> Self {
        Self { event_loop, rpc: Rpc::at(DEFAULT_PATHS), site: Site::default() }
    }

    /// The address that is listened at.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let server = Server::bind("127.0.0.1:0")?;
    /// assert_ne!(server.local_addr()?.port(), 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) once the server was shut down.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.event_loop.local_addr()?)
    }

    /// The URL for a client on this machine, `unix:/path` where there are Unix sockets only; empty once the server was shut
    /// down.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let server = Server::bind("0.0.0.0:0")?;
    /// assert_eq!(server.url(), format!("http://127.0.0.1:{}/RPC2", server.local_addr()?.port()));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        let path = self.rpc.paths.first().map_or("/", String::as_str);
        let Ok(mut address) = self.event_loop.local_addr() else {
            let socket = self.event_loop.unix_path().and_then(|path| path.to_str());
            return socket.map_or_else(String::new, |socket| format!("unix:{}:{path}", socket.replace(':', "%3A")));
        };
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() {
                [127, 0, 0, 1].into()
            } else {
                core::net::Ipv6Addr::LOCALHOST.into()
            });
        }
        format!("http://{address}{path}")
    }

    /// The methods, to say more about them, or to answer a call that came another way.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// assert_eq!(server.methods().names(), ["add"]);
    /// assert!(server.methods().remove("add"));
    /// # Ok(()) }
    /// ```
    pub fn methods(&mut self) -> &mut Methods<'h> {
        &mut self.rpc.methods
    }

    /// Registers a function or closure: see [`Methods::add`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Dialect, Server, call_to_vec, from_slice};
    ///
    /// let mut total = 0;
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("count", |by: i32| {
    ///     total += by;
    ///     total
    /// });
    /// // What a call over the network comes to:
    /// let call = call_to_vec("count", &(2,), Dialect::strict())?;
    /// assert_eq!(from_slice::<i32>(&server.methods().respond(&call))?, 2);
    /// # Ok(()) }
    /// ```
    pub fn add<M>(&mut self, name: impl Into<String>, handler: impl IntoHandler<'h, M>) -> &mut Entry<'h> {
        self.rpc.methods.add(name, handler)
    }

    /// Registers another name for a method: see [`Methods::alias`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.alias("plus", "add");
    /// assert_eq!(server.methods().names(), ["add", "plus"]);
    /// # Ok(()) }
    /// ```
    pub fn alias(&mut self, alias: impl Into<String>, name: impl Into<String>) -> &mut Self {
        self.rpc.methods.alias(alias, name);
        self
    }

    /// Registers the methods of an instance below a prefix: see [`Methods::instance`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Instance, Server};
    ///
    /// let mut words = Instance::new(Vec::new());
    /// words.add("push", |this: &mut Vec<String>, word: String| this.push(word));
    /// words.add("len", |this: &Vec<String>| this.len() as u32);
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.instance("words", words);
    /// assert_eq!(server.methods().names(), ["words.len", "words.push"]);
    /// # Ok(()) }
    /// ```
    pub fn instance<T: 'h>(&mut self, prefix: &str, instance: Instance<'h, T>) -> &mut Self {
        self.rpc.methods.instance(prefix, instance);
        self
    }

    /// Registers what answers calls of names that nothing else has: see [`Methods::fallback`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Context, Dialect, Rest, Server, Value, call_to_vec, from_slice};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.fallback(|context: Context, Rest(params): Rest<Value>| {
    ///     format!("{} of {}", context.method(), params.len())
    /// });
    /// # let call = call_to_vec("anything", &(1, 2), Dialect::strict())?;
    /// # assert_eq!(from_slice::<String>(&server.methods().respond(&call))?, "anything of 2");
    /// # Ok(()) }
    /// ```
    pub fn fallback<M>(&mut self, handler: impl IntoHandler<'h, M>) -> &mut Self {
        self.rpc.methods.fallback(handler);
        self
    }

    /// Asks before each call whether it may be made: see [`Methods::authorize`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Fault, Server};
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("restart", || true);
    /// server.authorize(|name, caller| match caller.peer() {
    ///     Some(peer) if peer.ip().is_loopback() => Ok(()),
    ///     _ => Err(Fault::new(403, format!("{name} is for this machine only"))),
    /// });
    /// # let call = call_to_vec("restart", &(), Dialect::strict())?;
    /// # let error = from_slice::<bool>(&server.methods().respond(&call)).unwrap_err();
    /// # assert_eq!(error.fault().map(Fault::code), Some(403));
    /// # Ok(()) }
    /// ```
    pub fn authorize(&mut self, hook: impl FnMut(&str, &dyn Caller) -> Result<(), Fault> + 'h) -> &mut Self {
        self.rpc.methods.authorize(hook);
        self
    }

    /// Switches on `system.listMethods` and its kin, which are off by default: see [`Methods::introspection`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.introspection(true);
    /// assert!(server.methods().names().contains(&"system.listMethods"));
    /// # Ok(()) }
    /// ```
    pub fn introspection(&mut self, on: bool) -> &mut Self {
        self.rpc.methods.introspection(on);
        self
    }

    /// Switches on `system.multicall`, which is off by default: see [`Methods::multicall`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.multicall(true);
    /// assert_eq!(server.methods().names(), ["system.multicall"]);
    /// # Ok(()) }
    /// ```
    pub fn multicall(&mut self, on: bool) -> &mut Self {
        self.rpc.methods.multicall(on);
        self
    }

    /// The limits on documents. Those on connections, and on the size of a body, are in the [`Config`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Limits, Server};
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("len", |items: Vec<i32>| items.len() as u32);
    /// let mut limits = Limits::default();
    /// limits.values = 100;
    /// server.limits(limits);
    /// # let mut call = |items: Vec<i32>| -> tiny_xmlrpc::Result<u32> {
    /// #     from_slice(&server.methods().respond(&call_to_vec("len", &(items,), Dialect::strict())?))
    /// # };
    /// # assert_eq!(call(vec![0; 99])?, 99);
    /// # assert!(call(vec![0; 100]).is_err());
    /// # Ok(()) }
    /// ```
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.rpc.methods.limits(limits);
        self
    }

    /// The dialect in which answers are written. Default: [`Dialect::strict`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Dialect, Extension, Server};
    /// # use tiny_xmlrpc::{call_to_vec, from_slice};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// let mut dialect = Dialect::strict();
    /// dialect.i8 = Extension::Plain;
    /// server.dialect(dialect);
    /// server.add("bytes", || 5_000_000_000_i64);
    /// # let call = call_to_vec("bytes", &(), Dialect::strict())?;
    /// # assert_eq!(from_slice::<i64>(&server.methods().respond(&call))?, 5_000_000_000);
    /// # Ok(()) }
    /// ```
    pub fn dialect(&mut self, dialect: Dialect) -> &mut Self {
        self.rpc.methods.dialect(dialect);
        self
    }

    /// Compresses replies of so many bytes or more, for clients that take that (`Accept-Encoding: gzip`). Default: 1400
    /// bytes. `usize::MAX` compresses none: over a fast network it costs more than it saves. [Files](crate::Stream::file) that
    /// are sent from where they are never are.
    ///
    /// Requests may come compressed in any case. They grow to at most [`Limits::bytes`], by the rate of
    /// [`Limits::inflate`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.compress_from(16 * 1024);
    /// server.add("zeros", |count: usize| "0".repeat(count));
    /// # for (count, compressed) in [(100, false), (20_000, true)] {
    /// #     let call = tiny_xmlrpc::call_to_vec("zeros", &(count,), tiny_xmlrpc::Dialect::strict())?;
    /// #     let fields = format!("Accept-Encoding: gzip\r\nContent-Length: {}", call.len());
    /// #     let request = [format!("POST / HTTP/1.0\r\n{fields}\r\n\r\n").as_bytes(), &call].concat();
    /// #     let mut reply = Vec::new();
    /// #     server.serve_stream(&request[..], &mut reply)?;
    /// #     assert_eq!(String::from_utf8_lossy(&reply).contains("Content-Encoding: gzip"), compressed);
    /// # }
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "gzip")]
    pub fn compress_from(&mut self, bytes: usize) -> &mut Self {
        self.rpc.compress_from = bytes;
        self
    }

    /// The paths that calls may be sent to, in place of [`DEFAULT_PATHS`]. The first is that of the [URL](Self::url).
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.paths(["/rpc", "/old/rpc"]);
    /// assert!(server.url().ends_with("/rpc"));
    /// # Ok(()) }
    /// ```
    pub fn paths(&mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.rpc.paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Answers JSON-RPC at these paths alone, whatever the `Content-Type`, and XML-RPC no longer at them. With none of
    /// them JSON-RPC is not answered at all.
    ///
    /// Unless this is said, both are answered at the [paths](Self::paths) for calls, and at those of [`at`](Self::at):
    /// JSON-RPC where the `Content-Type` names JSON, or names neither JSON nor XML and the body begins with a brace or
    /// bracket. See [`Methods::respond_json`].
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// let mut server = tiny_xmlrpc::Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.json_paths(["/jsonrpc"]);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "json")]
    pub fn json_paths(&mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.rpc.json_paths = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// Shows the methods to browsers: `GET` and `HEAD` on the paths for calls, and on `/`, are answered with this page.
    /// Such a request counts as one that has been answered.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Page, Server};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b).help("Adds two numbers.");
    /// server.introspection(true).documentation(Page::new("Arithmetic").forms(true));
    /// # Ok(()) }
    /// ```
    pub fn documentation(&mut self, page: Page) -> &mut Self {
        self.rpc.page = Some(page);
        self
    }

    /// A handle that ends the server from another thread or from a handler.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// let handle = server.shutdown_handle();
    /// std::thread::spawn(move || handle.shutdown());
    /// server.serve_forever()?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.event_loop.shutdown_handle()
    }

    /// What the server has done so far.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// # use std::{io::Write, net::TcpStream};
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// # let mut client = TcpStream::connect(server.local_addr()?)?;
    /// # client.write_all(b"GET /elsewhere HTTP/1.0\r\n\r\n")?;
    /// # while server.stats().refused == 0 {
    /// #     server.poll()?;
    /// # }
    /// let stats = server.stats();
    /// println!("{} requests answered, {} refused", stats.requests, stats.refused);
    /// assert_eq!((stats.requests, stats.refused), (0, 1));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.event_loop.stats()
    }

    /// The loop underneath, with what it alone has: more sockets, and what they hold.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use std::net::TcpListener;
    /// use tiny_xmlrpc::Server;
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.event_loop().add_listener(TcpListener::bind("127.0.0.1:0")?)?;
    /// assert_eq!(server.event_loop().connections(), 0);
    /// # Ok(()) }
    /// ```
    pub fn event_loop(&mut self) -> &mut EventLoop {
        &mut self.event_loop
    }
}
