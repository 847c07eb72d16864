//! The fault: what a procedure answers instead of a result.

use alloc::string::String;
use core::fmt;

/// The codes of the [specification for fault code interoperability][1].
///
/// [1]: https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php
pub mod codes {
    /// The document is not well-formed XML.
    pub const NOT_WELL_FORMED: i32 = -32700;
    /// The document's character encoding is not supported.
    pub const UNSUPPORTED_ENCODING: i32 = -32701;
    /// The document has a character that its encoding does not allow.
    pub const INVALID_CHARACTER: i32 = -32702;
    /// The document is not XML-RPC.
    pub const NOT_XML_RPC: i32 = -32600;
    /// There is no method of this name.
    pub const METHOD_NOT_FOUND: i32 = -32601;
    /// The parameters are not what the method takes.
    pub const INVALID_PARAMS: i32 = -32602;
    /// The server itself failed.
    pub const INTERNAL: i32 = -32603;
    /// The method failed.
    pub const APPLICATION: i32 = -32500;
    /// The system underneath failed.
    pub const SYSTEM: i32 = -32400;
    /// The transport failed.
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
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The fault that a call of a method which is not there is answered with: [`codes::METHOD_NOT_FOUND`].
    ///
    /// For a fallback that declines. Of a long name it shows the beginning.
    #[must_use]
    pub fn method_not_found(name: &str) -> Self {
        Self::new(codes::METHOD_NOT_FOUND, alloc::format!("method {:?} not found", crate::text::short(name)))
    }

    /// The `faultCode`: your own, or one of [`codes`].
    #[must_use]
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The `faultString`: a text for people.
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
