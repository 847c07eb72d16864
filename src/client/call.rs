//! The client's face: typed calls.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::pool::Pool;
use super::{Multicall, Options, Reply, Retry, Scheme, Transport, TransportChoice, Url};
use crate::{Dialect, Error, ErrorKind, Limits, MethodCall, MethodResponse, Reader, Result, Sink, Value, Writer};

/// Calls the methods of one server.
///
/// ```no_run
/// use tiny_xmlrpc::Client;
///
/// let client = Client::new("http://localhost:8000/RPC2")?;
/// let roots: Vec<f64> = client.call("quadratic", (2, -4, 0))?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// Connections are kept from call to call. Threads may share a client: calls at the same time go over
/// connections of their own, of which a few are kept.
///
/// # Errors
/// Every call fails with [`ErrorKind::Fault`](crate::ErrorKind::Fault) when the method answered with a
/// fault ([`Error::fault`](crate::Error::fault) has it), with [`ErrorKind::Type`](crate::ErrorKind::Type)
/// when its result is of another type than asked for, with
/// [`ErrorKind::Transport`](crate::ErrorKind::Transport) and
/// [`ErrorKind::Http`](crate::ErrorKind::Http) when no reply came, and with what else reading may come
/// upon. [`Error::may_have_executed`](crate::Error::may_have_executed) tells whether it is safe to try again.
pub struct Client {
    pool: Pool,
    dialect: Dialect,
    limits: Limits,
    /// The number of the next request, where it is JSON-RPC.
    #[cfg(feature = "json")]
    pub(super) json: Option<core::sync::atomic::AtomicU64>,
}

impl Client {
    /// A client of the server at this URL: `http://host:port/path`, `https://…` with the feature `tls`,
    /// `unix:/socket:/path`, or `scgi://host:port`. Without a path it is `/RPC2`, as in Python. Nothing is sent yet.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, ErrorKind};
    ///
    /// let client = Client::new("http://localhost:8000")?; // calls go to /RPC2
    /// assert_eq!(Client::new("localhost:8000").unwrap_err().kind(), ErrorKind::Usage);
    /// # let _ = client;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when the URL is not one that can be served.
    pub fn new(url: &str) -> Result<Self> {
        Self::with_options(url, &Options::new())
    }

    /// A client with other time-outs, header fields, credentials, limits, or in another dialect.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tiny_xmlrpc::{Client, Dialect, client::Options};
    ///
    /// let mut options = Options::new();
    /// options.timeout(Duration::from_millis(500)).dialect(Dialect::python());
    /// let client = Client::with_options("http://localhost:8000", &options)?;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), and for options that make no sense.
    pub fn with_options(url: &str, options: &Options) -> Result<Self> {
        Self::to(url.parse()?, options)
    }

    fn to(url: Url, options: &Options) -> Result<Self> {
        let pool = Pool::new(url, options.clone())?;
        let client = Self::on(pool, options.in_dialect(), options.all_limits());
        #[cfg(feature = "json")]
        if options.is_json_rpc() {
            return Ok(client.with_json_rpc());
        }
        Ok(client)
    }

    /// A client over a transport of your own.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, Methods, client::Memory};
    ///
    /// // A server in the same program, for a test.
    /// let client = Client::over(Memory::new(|call| {
    ///     let mut methods = Methods::new();
    ///     methods.add("add", |a: i32, b: i32| a + b);
    ///     methods.respond(call)
    /// }));
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn over(transport: impl Transport + 'static) -> Self {
        Self::on(Pool::of(Box::new(transport)), Dialect::strict(), Limits::default())
    }

    fn on(pool: Pool, dialect: Dialect, limits: Limits) -> Self {
        Self {
            pool,
            dialect,
            limits,
            #[cfg(feature = "json")]
            json: None,
        }
    }

    /// The same client, trying again: what [`Options::retry`] says.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tiny_xmlrpc::{Client, client::Retry};
    ///
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase, Result, client::{Reply, Transport}};
    /// # struct Modem(u32);
    /// # impl Transport for Modem {
    /// #     fn exchange(&mut self, _: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
    /// #         self.0 += 1;
    /// #         if self.0 < 3 {
    /// #             return Err(Error::new(ErrorKind::Transport(Phase::Connect), "no carrier"));
    /// #         }
    /// #         *reply = tiny_xmlrpc::to_vec(&5)?;
    /// #         Ok(Reply::new(200))
    /// #     }
    /// # }
    /// # let modem = Modem(0);
    /// // A transport that finds its line busy twice.
    /// let client = Client::over(modem).with_retry(Retry::new(3).first_pause(Duration::from_millis(1)));
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.pool.set_retry(retry);
        self
    }

    /// The same client, with other limits for reading documents. What its transport lets through is bounded by
    /// [`Options::limits`] all the same.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, ErrorKind, Limit, Limits};
    ///
    /// # use tiny_xmlrpc::{Methods, client::Memory};
    /// # let transport = Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("log", || "a line\n".repeat(1000));
    /// #     methods.respond(call)
    /// # });
    /// let mut limits = Limits::default();
    /// limits.text = 1000; // bytes of one string
    /// let client = Client::over(transport).with_limits(limits);
    /// let error = client.call::<String>("log", ()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Limit(Limit::Text));
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same client, writing in another dialect.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, Dialect};
    ///
    /// # use tiny_xmlrpc::{Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("count", |items: Vec<Option<i32>>| items.len());
    /// #     methods.respond(call)
    /// # }));
    /// assert!(client.call::<i32>("count", ([Some(1), None],)).is_err()); // the specification has no nil
    /// let client = client.with_dialect(Dialect::python());
    /// assert_eq!(client.call::<i32>("count", ([Some(1), None],))?, 2);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Calls a method with these parameters and reads its result as `R`.
    ///
    /// A tuple, an array or a slice is as many parameters as it has items, `()` is none, everything
    /// else is one; a service that takes keywords gets a struct as the last item of a tuple. As `R` goes
    /// all that [`Reader::read`] has in its table; `()` takes whatever comes.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("add", |a: i32, b: i32| a + b);
    /// #     methods.add("sum", |numbers: Vec<i32>| numbers.iter().sum::<i32>());
    /// #     methods.add("log", |_line: String| ());
    /// #     methods.respond(call)
    /// # }));
    /// let sum: i32 = client.call("add", (2, 3))?; // two parameters
    /// assert_eq!(sum, 5);
    /// let sum: i32 = client.call("sum", ([2, 3, 4],))?; // one, an array
    /// assert_eq!(sum, 9);
    /// client.call::<()>("log", "one that is no tuple")?;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those that [`Client`] lists. Nothing is sent where the method's name has control characters
    /// ([`ErrorKind::Usage`]), or a parameter cannot be written in the dialect ([`ErrorKind::Unsupported`]).
    pub fn call<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R> {
        let id = self.next_id();
        self.pool.exchange(
            method,
            |request| {
                self.write(request, |writer| {
                    begin_call(writer, method, id)?;
                    writer.params(&params)
                })
            },
            |head, reply| self.reader(head, reply, id)?.read_response(),
        )
    }

    /// Calls a method with values, when types are known only at run time.
    ///
    /// ```
    /// use tiny_xmlrpc::Value;
    ///
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("add", |a: i32, b: i32| a + b);
    /// #     methods.respond(call)
    /// # }));
    /// // As a person has typed them.
    /// let params: Vec<Value> = "2 3".split(' ').flat_map(str::parse::<i32>).map(Value::Int).collect();
    /// assert_eq!(client.call_value("add", &params)?, Value::Int(5));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`call`](Self::call).
    pub fn call_value(&self, method: &str, params: &[Value]) -> Result<Value> {
        let id = self.next_id();
        self.pool.exchange(
            method,
            |request| {
                self.write(request, |writer| {
                    begin_call(writer, method, id)?;
                    params.iter().try_for_each(|param| writer.value(param))
                })
            },
            |head, reply| match MethodResponse::read(&mut self.reader(head, reply, id)?)? {
                MethodResponse::Result(value) => Ok(value),
                MethodResponse::Fault(fault) => Err(fault.into()),
            },
        )
    }

    /// Sends a call that was made before.
    ///
    /// ```
    /// use tiny_xmlrpc::{MethodCall, Value};
    ///
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("add", |a: i32, b: i32| a + b);
    /// #     methods.respond(call)
    /// # }));
    /// let recorded = b"<methodCall><methodName>add</methodName><params>\
    ///     <param><value><int>2</int></value></param><param><value><int>3</int></value></param></params></methodCall>";
    /// assert_eq!(client.send(&MethodCall::from_bytes(recorded)?)?, Value::Int(5));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`call`](Self::call).
    pub fn send(&self, call: &MethodCall) -> Result<Value> {
        self.call_value(&call.method, &call.params)
    }

    /// Gathers calls to make them all at once, by `system.multicall`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, Result, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("square", |number: i32| number * number);
    /// #     methods.multicall(true).respond(call)
    /// # }));
    /// let mut calls = client.multicall();
    /// for number in 1..=4 {
    ///     calls.add("square", (number,))?;
    /// }
    /// let squares: Vec<Result<i32>> = calls.run()?;
    /// assert_eq!(squares.into_iter().sum::<Result<i32>>()?, 30);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn multicall(&self) -> Multicall<'_> {
        Multicall::new(self)
    }

    /// The methods under a dotted prefix: `client.at("system").call("listMethods", ())`. An empty one is none.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.introspection(true).respond(call)
    /// # }));
    /// let names: Vec<String> = client.at("system").call("listMethods", ())?;
    /// assert_eq!(names[0], "system.getCapabilities");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn at<'c>(&'c self, prefix: &'c str) -> At<'c> {
        At { client: self, prefix }
    }

    /// Writes a document into a buffer.
    pub(super) fn write(
        &self,
        request: &mut Vec<u8>,
        document: impl FnOnce(&mut Writer<&mut Vec<u8>>) -> Result<()>,
    ) -> Result<()> {
        let mut writer = self.writer(request);
        document(&mut writer)?;
        writer.end()
    }

    /// What a call is written with.
    pub(super) fn writer<S: Sink>(&self, sink: S) -> Writer<S> {
        #[cfg(feature = "json")]
        if self.json.is_some() {
            return Writer::json(sink);
        }
        Writer::new(sink).with_dialect(self.dialect)
    }

    /// A number for a call. XML-RPC has none.
    pub(super) fn next_id(&self) -> u64 {
        #[cfg(feature = "json")]
        if let Some(next) = &self.json {
            return next.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        }
        0
    }

    /// Reads the reply to the call of this number with what is known of it.
    #[cfg_attr(
        not(feature = "json"),
        expect(clippy::unnecessary_wraps, unused_variables, reason = "with JSON it is read")
    )]
    fn reader<'r>(&self, head: &Reply, reply: &'r [u8], id: u64) -> Result<Reader<'r>> {
        #[cfg(feature = "json")]
        if self.json.is_some() {
            return crate::json::reply::read(reply, self.limits, id);
        }
        Ok(self.prepared(head, Reader::from_bytes(reply)))
    }

    /// The same of a reply that comes as a stream.
    #[cfg_attr(
        not(feature = "json"),
        expect(clippy::unnecessary_wraps, unused_variables, reason = "with JSON it is read")
    )]
    pub(super) fn stream_reader<'r>(&self, head: &Reply, body: impl std::io::Read + 'r, id: u64) -> Result<Reader<'r>> {
        #[cfg(feature = "json")]
        if self.json.is_some() {
            let (mut body, mut bytes) = (body, Vec::new());
            body.read_to_end(&mut bytes)?;
            return crate::json::reply::read_owned(bytes, self.limits, id);
        }
        Ok(self.prepared(head, Reader::from_reader(body)))
    }

    /// The reader with what is known of the reply.
    fn prepared<'r>(&self, head: &Reply, reader: Reader<'r>) -> Reader<'r> {
        let reader = reader.with_limits(self.limits).with_non_finite(self.dialect.non_finite);
        match head.charset() {
            Some(charset) => reader.with_charset(charset),
            None => reader,
        }
    }

    /// Exchanges a finished document, a call of this method.
    pub(super) fn exchange<T>(
        &self,
        method: &str,
        request: &[u8],
        read: impl FnOnce(&mut Reader<'_>) -> Result<T>,
    ) -> Result<T> {
        self.pool.exchange(
            method,
            |buffer| {
                buffer.extend_from_slice(request);
                Ok(())
            },
            |head, reply| read(&mut self.prepared(head, Reader::from_bytes(reply))),
        )
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    #[cfg(feature = "json")]
    pub(super) fn pool_mut(&mut self) -> &mut Pool {
        &mut self.pool
    }

    #[cfg(feature = "json")]
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Begins a call. XML could carry a line break in a method's name, but nobody means one, and servers put names into
/// their logs.
#[cfg_attr(not(feature = "json"), expect(unused_variables, reason = "XML-RPC has no numbers"))]
pub(super) fn begin_call<S: Sink>(writer: &mut Writer<S>, method: &str, id: u64) -> Result<()> {
    check_method(method)?;
    #[cfg(feature = "json")]
    if writer.is_json() {
        return writer.json_request(method, Some(id));
    }
    writer.call(method)
}

pub(super) fn check_method(method: &str) -> Result<()> {
    match method.chars().find(|character| character.is_control()) {
        Some(found) => {
            let found = u32::from(found);
            let message = format!("expected a method's name without control characters, found U+{found:04X}");
            Err(Error::new(ErrorKind::Usage, message))
        }
        None => Ok(()),
    }
}

/// The methods under a dotted prefix: see [`Client::at`].
///
/// ```
/// # use tiny_xmlrpc::{Client, Methods, client::Memory};
/// # let client = Client::over(Memory::new(|call| {
/// #     let mut methods = Methods::new();
/// #     methods.add("supervisor.getState", || "RUNNING");
/// #     methods.add("supervisor.getPID", || 123);
/// #     methods.respond(call)
/// # }));
/// let supervisor = client.at("supervisor");
/// assert_eq!(supervisor.call::<String>("getState", ())?, "RUNNING");
/// assert_eq!(supervisor.call::<u32>("getPID", ())?, 123);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct At<'c> {
    client: &'c Client,
    prefix: &'c str,
}

impl At<'_> {
    /// Calls the method of this name under the prefix: see [`Client::call`].
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("math.int.add", |a: i32, b: i32| a + b);
    /// #     methods.respond(call)
    /// # }));
    /// let sum: i32 = client.at("math").call("int.add", (2, 3))?;
    /// assert_eq!(sum, client.at("").call::<i32>("math.int.add", (2, 3))?);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`Client::call`].
    pub fn call<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R> {
        if self.prefix.is_empty() {
            return self.client.call(method, params);
        }
        self.client.call(&format!("{}.{method}", self.prefix), params)
    }
}

/// Makes one call on a connection of its own, by minreq: for programs that call once.
///
/// ```no_run
/// let sum: i32 = tiny_xmlrpc::call("http://localhost:8000/RPC2", "add", (2, 3))?;
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// With the feature `tls` also over `https`. What minreq does not serve, unix sockets and IPv6 literals, goes over
/// a connection of ours.
///
/// # Errors
/// As those of [`Client`].
pub fn call<R: DeserializeOwned>(url: &str, method: &str, params: impl Serialize) -> Result<R> {
    let parsed: Url = url.parse()?;
    let served = matches!(parsed.scheme(), Scheme::Http | Scheme::Https)
        && !parsed.host().is_some_and(|host| host.contains(':'));
    let mut options = Options::new();
    options.choice(if served { TransportChoice::Minreq } else { TransportChoice::Automatic });
    // No pool that could make more transports: this one has but one call to carry.
    let pool = Pool::of(options.bare_transport(&parsed)?);
    Client::on(pool, options.in_dialect(), options.all_limits()).call(method, params)
}
