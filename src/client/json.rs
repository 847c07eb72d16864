//! Calls by JSON-RPC: what the client has for it beside the calls of XML-RPC.

use core::sync::atomic::AtomicU64;

use serde::Serialize;

use super::call::check_method;
use super::{Client, Options, Reply};
use crate::{Error, Result};

impl Client {
    /// A client that calls by JSON-RPC 2.0, with the same calls, errors, retries and transports.
    ///
    /// ```no_run
    /// use tiny_xmlrpc::Client;
    ///
    /// let client = Client::json("http://localhost:8000/RPC2")?;
    /// let sum: i32 = client.call("add", (2, 3))?;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// Parameters and results are as JSON has them, see [`Methods::respond_json`](crate::Methods::respond_json): a
    /// [`DateTime`](crate::DateTime) or a [`Binary`](crate::Binary) goes as text and is read back from it; of a
    /// [`Value`](crate::Value) both stay text. The dialect does not count. An error object is a
    /// [fault](crate::Error::fault) with its code and message; its `data` is passed over. A
    /// [multicall](Self::multicall) is a batch, which needs no method of the server's. An answer to another call, or to none,
    /// is an error. What [`stream`](Self::stream) sends is in constant memory, what it receives is held.
    ///
    /// With other options it is [`Options::json_rpc`], over another transport [`with_json_rpc`](Self::with_json_rpc).
    ///
    /// # Errors
    /// As those of [`new`](Self::new).
    pub fn json(url: &str) -> Result<Self> {
        let mut options = Options::new();
        options.json_rpc(true);
        Self::with_options(url, &options)
    }

    /// The same client, calling by JSON-RPC. What its transport says of the `Content-Type` it says by itself.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, Methods, client::Memory};
    ///
    /// let transport = Memory::new(|request| {
    ///     let mut methods = Methods::new();
    ///     methods.add("add", |a: i32, b: i32| a + b);
    ///     methods.respond_json(request)
    /// });
    /// let client = Client::over(transport).with_json_rpc();
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_json_rpc(mut self) -> Self {
        self.json = Some(AtomicU64::new(1));
        self.pool_mut().expect("a JSON-RPC reply");
        self
    }

    /// Has a method called without an answer: a notification of JSON-RPC. Whether it was executed, and what came of it,
    /// is not told.
    ///
    /// XML-RPC has no such thing: there it is a call whose result is passed over, and a fault is an error.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let transport = Memory::new(|request| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("log", |_line: String| ());
    /// #     methods.respond_json(request)
    /// # });
    /// let client = Client::over(transport).with_json_rpc();
    /// client.notify("log", "started")?;
    /// assert!(client.notify("no_such_method", ()).is_ok()); // nobody tells
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`call`](Self::call), but for what only an answer could tell.
    pub fn notify(&self, method: &str, params: impl Serialize) -> Result<()> {
        if self.json.is_none() {
            return self.call(method, params);
        }
        let mut request = Vec::new();
        self.write(&mut request, |writer| {
            check_method(method)?;
            writer.json_request(method, None)?;
            writer.params(&params)
        })?;
        let made = self.exchange_json(method, &request, |_, reply| {
            if reply.trim_ascii().is_empty() {
                return Ok(());
            }
            // A server answers all the same where it could not read the request, and some always do.
            match crate::json::reply::read(reply, self.limits(), u64::MAX) {
                Ok(mut reader) => reader.begin_response()?.map_err(Error::from),
                Err(_) => Ok(()),
            }
        });
        match made {
            // A transport of somebody else's may take it for an error.
            Err(error) if matches!(error.http_status(), Some(202 | 204)) => Ok(()),
            made => made,
        }
    }

    /// Exchanges a finished document.
    pub(super) fn exchange_json<T>(
        &self,
        method: &str,
        request: &[u8],
        read: impl FnOnce(&Reply, &[u8]) -> Result<T>,
    ) -> Result<T> {
        self.pool().exchange(
            method,
            |buffer| {
                buffer.extend_from_slice(request);
                Ok(())
            },
            read,
        )
    }
}
