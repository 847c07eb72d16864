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
    ///
    /// ```
    /// use std::net::{SocketAddr, TcpStream};
    /// use tiny_xmlrpc::Caller;
    ///
    /// struct Tcp(TcpStream);
    ///
    /// impl Caller for Tcp {
    ///     fn peer(&self) -> Option<SocketAddr> {
    ///         self.0.peer_addr().ok()
    ///     }
    /// }
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let tcp = Tcp(TcpStream::connect(listener.local_addr()?)?);
    /// # assert_eq!(tcp.peer(), listener.local_addr().ok());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn peer(&self) -> Option<SocketAddr> {
        None
    }

    /// The path that it was sent to, without a query: `/RPC2`.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, Methods, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("stop", || true);
    /// methods.authorize(|_, caller| match caller.path() {
    ///     Some("/admin") => Ok(()),
    ///     _ => Err(Fault::new(403, "only at /admin")),
    /// });
    /// # let call = call_to_vec("stop", &(), Dialect::strict())?;
    /// # assert_eq!(from_slice::<bool>(&methods.respond(&call)).unwrap_err().fault().unwrap().code(), 403);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    fn path(&self) -> Option<&str> {
        None
    }

    /// The header field at this place, counted from 0: its name and its value. All of them are had by counting up to
    /// the first `None`. With it [`header`](Self::header) is there as well.
    ///
    /// ```
    /// use tiny_xmlrpc::Caller;
    ///
    /// struct Head(Vec<(String, String)>);
    ///
    /// impl Caller for Head {
    ///     fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
    ///         self.0.get(index).map(|(name, value)| (name.as_str(), value.as_bytes()))
    ///     }
    /// }
    ///
    /// let head = Head(vec![("Host".into(), "example.org".into())]);
    /// assert_eq!(head.header("host"), Some(&b"example.org"[..]));
    /// ```
    fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
        let _ = index;
        None
    }

    /// The value of the first header field of this name, in any case.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, Methods, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("reset", || true);
    /// methods.authorize(|_, caller| match caller.header("Origin") {
    ///     None => Ok(()),
    ///     Some(_) => Err(Fault::new(403, "not from web pages")),
    /// });
    /// # let call = call_to_vec("reset", &(), Dialect::strict())?;
    /// # assert!(from_slice::<bool>(&methods.respond(&call))?);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, Methods, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("delete", |_file: String| true);
    /// methods.authorize(|name, caller| match caller.user() {
    ///     Some("ada") => Ok(()),
    ///     _ => Err(Fault::new(403, format!("{name} is for ada"))),
    /// });
    /// # let call = call_to_vec("delete", &("a",), Dialect::strict())?;
    /// # let error = from_slice::<bool>(&methods.respond(&call)).unwrap_err();
    /// # assert_eq!(error.fault(), Some(&Fault::new(403, "delete is for ada")));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    fn user(&self) -> Option<&str> {
        None
    }

    /// When whoever calls gives up on the answer.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use tiny_xmlrpc::Caller;
    ///
    /// struct Impatient(Instant);
    ///
    /// impl Caller for Impatient {
    ///     fn deadline(&self) -> Option<Instant> {
    ///         self.0.checked_add(Duration::from_secs(30))
    ///     }
    /// }
    /// # assert!(Impatient(Instant::now()).deadline() > Some(Instant::now()));
    /// ```
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
/// # let call = tiny_xmlrpc::call_to_vec("where", &("Hello",), tiny_xmlrpc::Dialect::strict())?;
/// # assert_eq!(tiny_xmlrpc::from_slice::<String>(&methods.respond(&call))?, "Hello");
/// # Ok::<(), tiny_xmlrpc::Error>(())
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
    ///
    /// ```
    /// use tiny_xmlrpc::{Context, Dialect, Methods, call_to_vec, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("light.on", |context: Context| context.method() == "light.on");
    /// methods.alias("light.off", "light.on");
    ///
    /// let call = call_to_vec("light.off", &(), Dialect::strict())?;
    /// assert!(!from_slice::<bool>(&methods.respond(&call))?);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The address that the call came from, where there is a network.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Answer, Caller, Dialect, Reader, call_to_vec, from_slice};
    /// # struct Known;
    /// # impl Caller for Known {
    /// #     fn peer(&self) -> Option<std::net::SocketAddr> {
    /// #         Some(([192, 0, 2, 7], 40_000).into())
    /// #     }
    /// # }
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("my_address", |context: Context| match context.peer() {
    ///     Some(peer) => peer.ip().to_string(),
    ///     None => "unknown".into(),
    /// });
    /// # let mut answer = Answer::default();
    /// # let call = call_to_vec("my_address", &(), Dialect::strict())?;
    /// # methods.respond_for(&Known, Reader::from_bytes(&call), &mut answer);
    /// # assert_eq!(from_slice::<String>(&answer.into_vec().unwrap())?, "192.0.2.7");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// The path that it was sent to, without the query: `/RPC2`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Answer, Caller, Dialect, Reader, call_to_vec, from_slice};
    /// # struct Known;
    /// # impl Caller for Known {
    /// #     fn path(&self) -> Option<&str> {
    /// #         Some("/test/RPC2")
    /// #     }
    /// # }
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("is_test", |context: Context| context.path().is_some_and(|path| path.starts_with("/test/")));
    /// # let mut answer = Answer::default();
    /// # let call = call_to_vec("is_test", &(), Dialect::strict())?;
    /// # methods.respond_for(&Known, Reader::from_bytes(&call), &mut answer);
    /// # assert_eq!(from_slice::<bool>(&answer.into_vec().unwrap())?, true);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The value of the first header field of this name, in any case.
    ///
    /// A value is bytes: HTTP has no encoding that one could rely on.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Answer, Caller, Dialect, Reader, call_to_vec, from_slice};
    /// # struct Known;
    /// # impl Caller for Known {
    /// #     fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
    /// #         [("User-Agent", "thermostat/3")].get(index).map(|(name, value)| (*name, value.as_bytes()))
    /// #     }
    /// # }
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("greet", |context: Context| {
    ///     let program = context.header("user-agent").unwrap_or(b"whoever you are");
    ///     format!("Hello, {}!", String::from_utf8_lossy(program))
    /// });
    /// # let mut answer = Answer::default();
    /// # let call = call_to_vec("greet", &(), Dialect::strict())?;
    /// # methods.respond_for(&Known, Reader::from_bytes(&call), &mut answer);
    /// # assert_eq!(from_slice::<String>(&answer.into_vec().unwrap())?, "Hello, thermostat/3!");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All header fields in their order.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Answer, Caller, Dialect, Reader, call_to_vec, from_slice};
    /// # struct Known;
    /// # impl Caller for Known {
    /// #     fn header_at(&self, index: usize) -> Option<(&str, &[u8])> {
    /// #         [("Host", "here"), ("Accept", "text/xml")].get(index).map(|(name, value)| (*name, value.as_bytes()))
    /// #     }
    /// # }
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("header_names", |context: Context| -> Vec<String> {
    ///     context.headers().map(|(name, _)| name.to_owned()).collect()
    /// });
    /// # let mut answer = Answer::default();
    /// # let call = call_to_vec("header_names", &(), Dialect::strict())?;
    /// # methods.respond_for(&Known, Reader::from_bytes(&call), &mut answer);
    /// # assert_eq!(from_slice::<Vec<String>>(&answer.into_vec().unwrap())?, ["Host", "Accept"]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The user that the transport has authenticated, by [`Server::authenticate`](crate::Server::authenticate) say.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Answer, Caller, Dialect, Reader, call_to_vec, from_slice};
    /// # struct Known;
    /// # impl Caller for Known {
    /// #     fn user(&self) -> Option<&str> {
    /// #         Some("ada")
    /// #     }
    /// # }
    /// use tiny_xmlrpc::{Context, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("whoami", |context: Context| context.user().unwrap_or("nobody").to_owned());
    /// # let mut answer = Answer::default();
    /// # let call = call_to_vec("whoami", &(), Dialect::strict())?;
    /// # methods.respond_for(&Known, Reader::from_bytes(&call), &mut answer);
    /// # assert_eq!(from_slice::<String>(&answer.into_vec().unwrap())?, "ada");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// When the answer should stand: what the transport knows of it, and
    /// [`Methods::time_limit`](super::Methods::time_limit).
    ///
    /// Nothing ends a handler that takes longer. One that can take long looks at this and gives up by itself.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, call_to_vec, from_slice};
    /// use std::time::{Duration, Instant};
    /// use tiny_xmlrpc::{Context, Fault, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.time_limit(Duration::ZERO);
    /// methods.add("sum", |context: Context, numbers: Vec<i64>| {
    ///     let late = || context.deadline().is_some_and(|deadline| deadline <= Instant::now());
    ///     let add = |sum, number| if late() { Err(Fault::new(504, "it took too long")) } else { Ok(sum + number) };
    ///     numbers.into_iter().try_fold(0, add)
    /// });
    /// # let call = call_to_vec("sum", &(vec![1, 2],), Dialect::strict())?;
    /// # assert_eq!(from_slice::<i64>(&methods.respond(&call)).unwrap_err().fault().unwrap().code(), 504);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
