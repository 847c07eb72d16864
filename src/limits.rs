//! The bounds that keep a hostile document or peer from taking more than it is worth.
//!
//! Every limit is finite unless you raise it, and every breach is an error of its own:
//! [`ErrorKind::Limit`](crate::ErrorKind::Limit) names which one.

/// Bounds on what is read: documents, and the HTTP bodies that carry them.
///
/// The defaults suit a server on a general-purpose machine; [`Limits::device`] suits a few hundred KiB of heap.
///
/// ```
/// use tiny_xmlrpc::Limits;
///
/// let mut limits = Limits::default();
/// limits.depth = 16;
/// limits.bytes = 64 * 1024;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a whole document, or of an HTTP body. Default: 16 MiB.
    pub bytes: u64,
    /// How many arrays and structs may be open inside one another. Default: 128.
    ///
    /// The codec itself does not recurse, but dropping, comparing or printing a nested
    /// [`Value`](crate::Value) does: keep this below what the thread's stack carries
    /// (some thousands on a 2 MiB stack).
    pub depth: usize,
    /// Values in a document, containers and their items all counted. Default: 1,000,000.
    pub values: u64,
    /// Bytes of one string, base64 or number once decoded. Default: 16 MiB.
    pub text: u64,
    /// Bytes of a method name or a struct member's name. Default: 64 KiB.
    pub name: usize,
    /// Parameters of a call. Default: 1,000.
    pub params: usize,
    /// Calls in one `system.multicall`, or in one batch of JSON-RPC. Default: 1,000.
    pub multicall: usize,
    /// How many bytes may come out of each byte of a compressed HTTP body, beyond the first MiB; `bytes` counts what
    /// comes out. Default: 100.
    ///
    /// What people send grows to some 5 to 50 times its size; gzip can be made to grow to 1,000 times.
    pub inflate: u64,
}

impl Limits {
    /// Bounds for a device with a few hundred KiB of heap: 32 KiB of document, 16 levels, 1,000 values, texts of
    /// 16 KiB, names of 128 bytes, 16 parameters, 16 calls in a multicall, and 20 bytes out of each one of gzip.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, ErrorKind, Limit, Limits, MethodCall, Reader, Value};
    ///
    /// let xml = MethodCall::new("sum", vec![Value::Int(1); 17]).to_vec(Dialect::strict())?;
    /// let mut reader = Reader::from_bytes(&xml).with_limits(Limits::device());
    /// assert_eq!(MethodCall::read(&mut reader).unwrap_err().kind(), ErrorKind::Limit(Limit::Params));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn device() -> Self {
        Self {
            bytes: 32 * 1024,
            depth: 16,
            values: 1_000,
            text: 16 * 1024,
            name: 128,
            params: 16,
            multicall: 16,
            inflate: 20,
        }
    }

    /// No bounds at all but depth (128), for documents you made yourself.
    ///
    /// Memory is then bounded only by what you collect: pulling events from a reader stays constant.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Limits, MethodCall, Reader, Value};
    ///
    /// let xml = MethodCall::new("sum", vec![Value::Int(1); 1_500]).to_vec(Dialect::strict())?;
    /// assert!(MethodCall::from_bytes(&xml).is_err());
    /// let mut reader = Reader::from_bytes(&xml).with_limits(Limits::unbounded());
    /// assert_eq!(MethodCall::read(&mut reader)?.params.len(), 1_500);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn unbounded() -> Self {
        Self {
            bytes: u64::MAX,
            depth: 128,
            values: u64::MAX,
            text: u64::MAX,
            name: usize::MAX,
            params: usize::MAX,
            multicall: usize::MAX,
            inflate: u64::MAX,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            depth: 128,
            values: 1_000_000,
            text: 16 << 20,
            name: 64 << 10,
            params: 1_000,
            multicall: 1_000,
            inflate: 100,
        }
    }
}
