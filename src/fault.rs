//! The fault: what a procedure answers instead of a result.

use alloc::string::String;
use core::fmt;

/// The codes of the [specification for fault code interoperability][1].
///
/// Which errors have which, [`ErrorKind`](crate::ErrorKind) says.
///
/// [1]: https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php
pub mod codes {
    /// The document is not well-formed XML.
    ///
    /// ```
    /// # use tiny_xmlrpc::{MethodCall, fault::codes};
    /// assert_eq!(MethodCall::from_bytes(b"<methodCall></call>").unwrap_err().fault_code(), codes::NOT_WELL_FORMED);
    /// ```
    pub const NOT_WELL_FORMED: i32 = -32700;
    /// The document's character encoding is not supported.
    ///
    /// ```
    /// # use tiny_xmlrpc::{MethodCall, fault::codes};
    /// let document = b"<?xml version='1.0' encoding='klingon'?><methodCall/>";
    /// assert_eq!(MethodCall::from_bytes(document).unwrap_err().fault_code(), codes::UNSUPPORTED_ENCODING);
    /// ```
    pub const UNSUPPORTED_ENCODING: i32 = -32701;
    /// The document has a character that its encoding does not allow.
    ///
    /// ```
    /// # use tiny_xmlrpc::{MethodCall, fault::codes};
    /// let document = b"<methodCall><methodName>caf\xE9</methodName></methodCall>"; // not UTF-8
    /// assert_eq!(MethodCall::from_bytes(document).unwrap_err().fault_code(), codes::INVALID_CHARACTER);
    /// ```
    pub const INVALID_CHARACTER: i32 = -32702;
    /// The document is not XML-RPC.
    ///
    /// ```
    /// # use tiny_xmlrpc::{MethodCall, fault::codes};
    /// assert_eq!(MethodCall::from_bytes(b"<html></html>").unwrap_err().fault_code(), codes::NOT_XML_RPC);
    /// ```
    pub const NOT_XML_RPC: i32 = -32600;
    /// There is no method of this name.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Fault, fault::codes};
    /// assert_eq!(Fault::method_not_found("ad").code(), codes::METHOD_NOT_FOUND);
    /// ```
    pub const METHOD_NOT_FOUND: i32 = -32601;
    /// The parameters are not what the method takes.
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// # use tiny_xmlrpc::{Dialect, Methods, call_to_vec, fault::codes, from_slice};
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// let answer = methods.respond(&call_to_vec("add", &("two", 3), Dialect::strict())?);
    /// assert_eq!(from_slice::<i32>(&answer).unwrap_err().fault_code(), codes::INVALID_PARAMS);
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub const INVALID_PARAMS: i32 = -32602;
    /// The server itself failed: a handler panicked, or its result cannot be written.
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// # use tiny_xmlrpc::{Dialect, Methods, call_to_vec, fault::codes, from_slice};
    /// let mut methods = Methods::new();
    /// methods.add("inverse", |number: f64| 1.0 / number);
    /// let answer = methods.respond(&call_to_vec("inverse", &(0.0,), Dialect::strict())?); // XML-RPC has no infinity
    /// assert_eq!(from_slice::<f64>(&answer).unwrap_err().fault_code(), codes::INTERNAL);
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub const INTERNAL: i32 = -32603;
    /// The method failed: what an error of a handler becomes that has no code of its own.
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// # use tiny_xmlrpc::{Dialect, Methods, call_to_vec, fault::codes, from_slice};
    /// let mut methods = Methods::new();
    /// methods.add("parse", |text: String| text.parse::<i32>());
    /// let answer = methods.respond(&call_to_vec("parse", "five", Dialect::strict())?);
    /// assert_eq!(from_slice::<i32>(&answer).unwrap_err().fault_code(), codes::APPLICATION);
    /// # }
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub const APPLICATION: i32 = -32500;
    /// The system underneath failed. For handlers: nothing here answers with it.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// # use tiny_xmlrpc::{Fault, fault::codes};
    /// let read = std::fs::read("/no/such/file").map_err(|error| Fault::new(codes::SYSTEM, error.to_string()));
    /// assert_eq!(read.unwrap_err().code(), codes::SYSTEM);
    /// # }
    /// ```
    pub const SYSTEM: i32 = -32400;
    /// The transport failed: the network, HTTP, or the stream that a document comes from.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Error, ErrorKind, Phase, fault::codes};
    /// // What a gateway answers that cannot reach the server behind it.
    /// assert_eq!(Error::new(ErrorKind::Transport(Phase::Connect), "nobody listens").fault_code(), codes::TRANSPORT);
    /// ```
    pub const TRANSPORT: i32 = -32300;
}

/// A fault: the error that a remote procedure answers with, a number and a text for people.
///
/// A handler returns one to choose both; a client gets it inside an [`Error`](crate::Error).
///
/// ```
/// use tiny_xmlrpc::Fault;
///
/// let fault = Fault::new(42, "no such state");
/// assert_eq!(fault.to_string(), "fault 42: no such state");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    code: i32,
    message: String,
}

impl Fault {
    /// A fault with this `faultCode` and `faultString`.
    ///
    /// ```
    /// # use tiny_xmlrpc::Fault;
    /// let seats = 40;
    /// let fault = Fault::new(11, format!("all {seats} seats are taken"));
    /// assert_eq!(fault.message(), "all 40 seats are taken");
    /// ```
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The fault that a call of a method which is not there is answered with: [`codes::METHOD_NOT_FOUND`].
    ///
    /// For a fallback that declines. Of a long name it shows the beginning.
    ///
    /// ```
    /// # use tiny_xmlrpc::Fault;
    /// assert_eq!(Fault::method_not_found("ad").to_string(), "fault -32601: method \"ad\" not found");
    /// ```
    #[must_use]
    pub fn method_not_found(name: &str) -> Self {
        Self::new(codes::METHOD_NOT_FOUND, alloc::format!("method {:?} not found", crate::text::short(name)))
    }

    /// The `faultCode`: your own, or one of [`codes`].
    ///
    /// ```
    /// use tiny_xmlrpc::{Fault, fault::codes};
    ///
    /// /// Whether a client may do without the method.
    /// fn is_old_server(fault: &Fault) -> bool {
    ///     fault.code() == codes::METHOD_NOT_FOUND
    /// }
    /// assert!(is_old_server(&Fault::new(-32601, "unknown method")));
    /// ```
    #[must_use]
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The `faultString`: a text for people.
    ///
    /// ```
    /// # use tiny_xmlrpc::Fault;
    /// assert_eq!(Fault::new(4, "no such account").message(), "no such account");
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault {}: {}", self.code, self.message)
    }
}

impl core::error::Error for Fault {}
