//! What answers at which path: the server's own methods, other methods, other pages.

use core::fmt;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::access::Access;
use super::rpc_service::Rpc;
use super::{Reply, Request, RequestHead, Server, Service};
use crate::methods::Methods;

type Answer<'h> = Box<dyn FnMut(&Request<'_>) -> Reply + 'h>;

/// All of a server but its own methods.
#[derive(Default)]
pub(super) struct Site<'h> {
    pub(super) access: Access<'h>,
    /// Other methods, by their path.
    others: BTreeMap<String, Rpc<'h>>,
    /// Pages by their path, which may end in `*`.
    pages: BTreeMap<String, Answer<'h>>,
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("access", &self.access)
            .field("others", &self.others.keys())
            .field("pages", &self.pages.keys())
            .finish()
    }
}

/// What a path stands for.
enum Target<'s, 'h> {
    Page(&'s mut Answer<'h>),
    Rpc(&'s mut Rpc<'h>),
}

/// A server while it serves.
pub(super) struct Whole<'s, 'h> {
    pub(super) site: &'s mut Site<'h>,
    pub(super) rpc: &'s mut Rpc<'h>,
}

impl<'h> Whole<'_, 'h> {
    /// An exact path counts before one that ends in `*`, the longest of those before the others.
    fn target(&mut self, path: &str) -> Target<'_, 'h> {
        let begins = |known: &str| known.strip_suffix('*').is_some_and(|start| path.starts_with(start));
        let (mut exact, mut longest) = (None, None);
        for (known, page) in &mut self.site.pages {
            if known == path {
                exact = Some(page);
            } else if begins(known) {
                // They come in their order, so that of two beginnings the longer one is later.
                longest = Some(page);
            }
        }
        if let Some(page) = exact {
            return Target::Page(page);
        }
        if let Some(rpc) = self.site.others.get_mut(path) {
            return Target::Rpc(rpc);
        }
        match longest {
            Some(page) if !self.rpc.takes(path) => Target::Page(page),
            _ => Target::Rpc(self.rpc),
        }
    }
}

impl Service for Whole<'_, '_> {
    fn connect(&mut self, peer: SocketAddr) -> bool {
        self.site.access.admits(peer)
    }

    fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        self.site.access.check(head)?;
        match self.target(head.path()) {
            Target::Page(_) => Ok(()),
            Target::Rpc(rpc) => rpc.head(head),
        }
    }

    fn spools(&mut self, head: &RequestHead<'_>) -> bool {
        matches!(self.target(head.path()), Target::Rpc(_))
    }

    fn stays(&mut self, head: &RequestHead<'_>) -> bool {
        head.method() != "POST" || self.site.others.contains_key(head.path()) || !self.rpc.takes(head.path())
    }

    fn request(&mut self, request: &Request<'_>) -> Reply {
        let names_users = self.site.access.names_users();
        names_users.answer(request, |request| match self.target(request.path()) {
            Target::Page(page) => page(request),
            Target::Rpc(rpc) => rpc.request(request),
        })
    }
}

impl<'h> Server<'h> {
    /// The methods at another path than the server's [own](Self::paths), each with a registry of its own: Python's
    /// `MultiPathXMLRPCServer`.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// let mut server = tiny_xmlrpc::Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.at("/strings").add("upper", |text: String| text.to_uppercase());
    /// # Ok(()) }
    /// ```
    pub fn at(&mut self, path: impl Into<String>) -> &mut Methods<'h> {
        let path = path.into();
        let rpc = self.site.others.entry(path).or_insert_with_key(|path| Rpc::at([path.as_str()]));
        &mut rpc.methods
    }

    /// Answers all requests for this path, so that methods live beside a small web site. The closure sees the method,
    /// the header fields and the body (which is in memory), and says which methods it takes.
    ///
    /// A path that ends in `*` stands for all that begin so, without a `*` it is that path alone. Paths are compared as
    /// they are sent, escapes unresolved. A page's path counts before those of methods, unless it ends in `*`.
    ///
    /// ```
    /// # fn main() -> tiny_xmlrpc::Result<()> {
    /// use tiny_xmlrpc::{Server, server::Reply};
    ///
    /// let mut server = Server::bind("127.0.0.1:0")?;
    /// server.add("add", |a: i32, b: i32| a + b);
    /// server.page("/about", |request| match request.method() {
    ///     "GET" | "HEAD" => Reply::new(200, "text/html", &b"<p>It adds numbers.</p>"[..]),
    ///     _ => Reply::method_not_allowed("GET, HEAD"),
    /// });
    /// # Ok(()) }
    /// ```
    pub fn page(&mut self, path: impl Into<String>, answer: impl FnMut(&Request<'_>) -> Reply + 'h) -> &mut Self {
        self.site.pages.insert(path.into(), Box::new(answer));
        self
    }
}
