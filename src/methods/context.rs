//! What is known of a call beside its parameters: by the transport, and by a handler that asks for it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::SocketAddr;
#[cfg(feature = "std")]
use std::time::Instant;

use super::{Argument, Params, Signature};
use crate::Result;

/// Who calls, as far as the transport knows: what [`Methods::respond_for`](super::Methods::respond_for) is told.
///
/// All of it may be unknown, so everything has an answer already; `()` is a caller of whom nothing is known.
/// Nothing is asked before a handler wants a [`Context`], or the hook of
/// [`Methods::authorize`](super::Methods::authorize) wants to know.
///
/// ```
/// use tiny_xmlrpc::{Answer, Caller, Context, Dialect, Methods, Reader, call_to_vec, from_slice};
///
/// struct Local<'a> {
///     user: &'a str,
/// }
///
/// impl Caller for Local<'_> {
///     fn user(&self) -> Option<&str> {
///         Some(self.user)
///     }
/// }
///
/// let mut methods = Methods::new();
/// methods.add("whoami", |context: Context| context.user().unwrap_or("nobody").to_owned());
///
/// let call = call_to_vec("whoami", &(), Dialect::strict())?;
/// let mut answer = Answer::from(Vec::new());
/// methods.respond_for(&Local { user: "ada" }, Reader::from_bytes(&call), &mut answer);
/// assert_eq!(from_slice::<String>(&answer.into_vec().unwrap())?, "ada");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub trait Caller {
    /// The address that the call came from.
    fn peer(&self) -> Option<SocketAddr> {
        None
    }

    /// The path that it was sent to, without a query: `/RPC2`.
    fn path(&self) -> Option<&str> {
        None
    }

    /// The header field at this place, counted from 0: its name and its value. All of them are had by counting up to
    /// the first `None`.
    fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
        let _ = index;
        None
    }

    /// The value of the first header field of this name, in any case.
    fn header(&self, name: &str) -> Option<&[u8]> {
        let mut index = 0;
        while let Some((known, value)) = self.header_at(index) {
            if known.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            index += 1;
        }
        None
    }

    /// The user that the transport has authenticated.
    fn user(&self) -> Option<&str> {
        None
    }

    /// When whoever calls gives up on the answer.
    #[cfg(feature = "std")]
    fn deadline(&self) -> Option<Instant> {
        None
    }
}

/// Nothing is known.
impl Caller for () {}

/// One call on its way to its handler.
#[derive(Clone, Copy)]
pub(super) struct Call<'c> {
    /// As it was called.
    pub(super) name: &'c str,
    pub(super) caller: &'c dyn Caller,
    #[cfg(feature = "std")]
    pub(super) deadline: Option<Instant>,
}

impl Call<'_> {
    pub(super) fn context(&self) -> Context {
        let mut headers = Vec::new();
        while let Some((name, value)) = self.caller.header_at(headers.len()) {
            headers.push((name.to_owned(), value.to_owned()));
        }
        Context {
            method: self.name.to_owned(),
            peer: self.caller.peer(),
            path: self.caller.path().map(str::to_owned),
            headers,
            user: self.caller.user().map(str::to_owned),
            #[cfg(feature = "std")]
            deadline: self.deadline,
        }
    }
}

/// What is known of a call beside its parameters.
///
/// A handler that wants it has a parameter of this type, anywhere among the others. It is no parameter of the call and
/// does not show in signatures; handlers without it cost nothing for it.
///
/// ```
/// use tiny_xmlrpc::{Context, Methods};
///
/// let mut methods = Methods::new();
/// methods.add("where", |context: Context, greeting: String| match context.peer() {
///     Some(peer) => format!("{greeting}, you at {peer}"),
///     None => greeting,
/// });
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Context {
    method: String,
    peer: Option<SocketAddr>,
    path: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    user: Option<String>,
    #[cfg(feature = "std")]
    deadline: Option<Instant>,
}

impl Context {
    /// The method's name as it was called, be it an [alias](super::Methods::alias); in a multicall the name of
    /// the one call.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The address that the call came from, where there is a network.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// The path that it was sent to, without the query: `/RPC2`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The value of the first header field of this name, in any case.
    ///
    /// A value is bytes: HTTP has no encoding that one could rely on.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All header fields in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The user that the transport has authenticated.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// When the answer should stand: what the transport knows of it, and
    /// [`Methods::time_limit`](super::Methods::time_limit).
    ///
    /// Nothing ends a handler that takes longer. One that can take long looks at this and gives up by itself.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

/// Without the header fields, some of which are secrets.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("method", &self.method)
            .field("peer", &self.peer)
            .field("path", &self.path)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Argument for Context {
    fn take(params: &mut Params<'_, '_>) -> Result<Self> {
        Ok(params.context())
    }

    fn describe(_signature: &mut Signature) -> Option<()> {
        Some(())
    }
}
