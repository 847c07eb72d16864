//! What answers the requests.

use std::net::SocketAddr;

use super::{Reply, Request, RequestHead};

/// Answers the requests of an [`EventLoop`](super::EventLoop).
///
/// A closure `FnMut(&Request<'_>) -> Reply` is one that accepts every head. All of it runs on the
/// loop's thread, so while one request is being answered the others wait.
///
/// A panic in one of these is answered with status 500, the connection closes, and the loop goes on.
///
/// ```
/// use tiny_xmlrpc::server::{Reply, Request, RequestHead, Service};
///
/// struct Uploads(u64);
///
/// impl Service for Uploads {
///     fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
///         match (head.path(), head.method()) {
///             ("/upload", "POST") => Ok(()),
///             ("/upload", _) => Err(Reply::method_not_allowed("POST")),
///             _ => Err(Reply::text(404, "no such page")),
///         }
///     }
///
///     fn request(&mut self, request: &Request<'_>) -> Reply {
///         self.0 += request.body().len() as u64;
///         Reply::text(200, format!("{} bytes so far", self.0))
///     }
/// }
/// ```
pub trait Service {
    /// Whether to talk to this peer at all. Called before a byte is read; on `false` the connection is closed.
    ///
    /// A peer on a Unix socket has no address, and isn't asked for.
    fn connect(&mut self, peer: SocketAddr) -> bool {
        let _ = peer;
        true
    }

    /// Whether to take this request, judged by its head before its body is read: path, method, content type,
    /// size, authorization.
    ///
    /// A client that sent `Expect: 100-continue` sends the body only after `Ok`. What
    /// [`Config::max_body`](super::Config::max_body) says is checked after this.
    ///
    /// # Errors
    /// With the reply that refuses it. The body is read past if it is small, else the connection closes.
    fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        let _ = head;
        Ok(())
    }

    /// Whether this request's body may come in a file if it is large, so that [`Request::body`] is empty then and
    /// [`Request::reader`] has it. Otherwise it is in memory, and bounded by what there is of that.
    ///
    /// Large is what is beyond [`Config::spool_threshold`](super::Config::spool_threshold). It takes the feature
    /// `spool`.
    fn spools(&mut self, head: &RequestHead<'_>) -> bool {
        let _ = head;
        false
    }

    /// Whether this request is answered on the loop's thread even though there are
    /// [workers](super::EventLoop::workers). Not asked if there are none.
    fn stays(&mut self, head: &RequestHead<'_>) -> bool {
        let _ = head;
        false
    }

    /// Answers a complete request.
    fn request(&mut self, request: &Request<'_>) -> Reply;
}

impl<F: FnMut(&Request<'_>) -> Reply> Service for F {
    fn request(&mut self, request: &Request<'_>) -> Reply {
        self(request)
    }
}
