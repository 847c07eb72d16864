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
    /// Unless implemented, all are talked to.
    ///
    /// A peer on a Unix socket has no address, and isn't asked for.
    ///
    /// ```
    /// use std::net::SocketAddr;
    /// use tiny_xmlrpc::server::{Reply, Request, Service};
    ///
    /// struct Local;
    ///
    /// impl Service for Local {
    ///     fn connect(&mut self, peer: SocketAddr) -> bool {
    ///         peer.ip().is_loopback()
    ///     }
    /// #
    /// #     fn request(&mut self, _: &Request<'_>) -> Reply {
    /// #         Reply::text(200, "hello")
    /// #     }
    /// }
    /// assert!(!Local.connect(([192, 0, 2, 7], 4000).into()));
    /// ```
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
    /// ```
    /// use tiny_xmlrpc::server::{Reply, Request, RequestHead, Service};
    /// # use tiny_xmlrpc::server::{Config, ShutdownHandle, serve_stream};
    ///
    /// struct Small;
    ///
    /// impl Service for Small {
    ///     fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
    ///         match head.content_length() {
    ///             Some(0..=1000) => Ok(()),
    ///             _ => Err(Reply::error(413, "at most 1000 bytes")),
    ///         }
    ///     }
    /// #
    /// #     fn request(&mut self, _: &Request<'_>) -> Reply {
    /// #         Reply::text(200, "hello")
    /// #     }
    /// }
    /// # let (input, mut output) = (&b"PUT / HTTP/1.0\r\nContent-Length: 1001\r\n\r\n"[..], Vec::new());
    /// # serve_stream(input, &mut output, &mut Small, &Config::default(), &ShutdownHandle::default())?;
    /// # assert!(output.ends_with(b": at most 1000 bytes\n"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
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
    ///
    /// ```
    /// use tiny_xmlrpc::server::{Reply, Request, RequestHead, Service};
    /// # use tiny_xmlrpc::server::{Config, ShutdownHandle, serve_stream};
    ///
    /// struct Lengths;
    ///
    /// impl Service for Lengths {
    ///     fn spools(&mut self, head: &RequestHead<'_>) -> bool {
    ///         head.path() == "/large"
    ///     }
    ///
    ///     fn request(&mut self, request: &Request<'_>) -> Reply {
    ///         match std::io::copy(&mut request.reader(), &mut std::io::sink()) {
    ///             Ok(length) => Reply::text(200, format!("{length} {}", request.is_spooled())),
    ///             Err(_) => Reply::error(500, "the body can't be read"),
    ///         }
    ///     }
    /// }
    /// # let mut config = Config::default();
    /// # config.spool_threshold = 4;
    /// # for (path, spools) in [("/large", cfg!(feature = "spool")), ("/small", false)] {
    /// #     let head = format!("PUT {path} HTTP/1.0\r\nContent-Length: 5\r\n\r\n");
    /// #     let input = std::io::Read::chain(head.as_bytes(), &b"hello"[..]);
    /// #     let mut output = Vec::new();
    /// #     serve_stream(input, &mut output, &mut Lengths, &config, &ShutdownHandle::default())?;
    /// #     assert!(output.ends_with(format!("\r\n\r\n5 {spools}").as_bytes()));
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn spools(&mut self, head: &RequestHead<'_>) -> bool {
        let _ = head;
        false
    }

    /// Whether this request is answered on the loop's thread even though there are
    /// [workers](super::EventLoop::workers). Not asked if there are none.
    ///
    /// ```
    /// use tiny_xmlrpc::server::{Reply, Request, RequestHead, Service};
    /// # use std::{io::{Read, Write}, net::TcpStream};
    /// # use tiny_xmlrpc::server::{Config, EventLoop};
    ///
    /// /// Counts on one thread what workers must not count apart.
    /// struct Visits(u32);
    ///
    /// impl Service for Visits {
    ///     fn stays(&mut self, head: &RequestHead<'_>) -> bool {
    ///         head.path() == "/visits"
    ///     }
    ///
    ///     fn request(&mut self, _: &Request<'_>) -> Reply {
    ///         self.0 += 1;
    ///         Reply::text(200, format!("visit {}", self.0))
    ///     }
    /// }
    /// # let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// # server.workers(1, || |_: &Request<'_>| Reply::text(200, "from a worker"))?;
    /// # let mut visits = Visits(0);
    /// # for (path, expected) in [("/visits", "visit 1"), ("/", "from a worker"), ("/visits", "visit 2")] {
    /// #     let mut client = TcpStream::connect(server.local_addr()?)?;
    /// #     write!(client, "GET {path} HTTP/1.0\r\n\r\n")?;
    /// #     server.run_one(&mut visits, None)?;
    /// #     let mut reply = String::new();
    /// #     client.read_to_string(&mut reply)?;
    /// #     assert!(reply.ends_with(expected));
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn stays(&mut self, head: &RequestHead<'_>) -> bool {
        let _ = head;
        false
    }

    /// Answers a complete request: one that [`head`](Self::head) took and whose body is there.
    ///
    /// ```
    /// use tiny_xmlrpc::server::{Reply, Request, Service};
    /// # use tiny_xmlrpc::server::{Config, ShutdownHandle, serve_stream};
    ///
    /// struct Counter(u32);
    ///
    /// impl Service for Counter {
    ///     fn request(&mut self, request: &Request<'_>) -> Reply {
    ///         self.0 += 1;
    ///         Reply::text(200, format!("{} is request {}", request.path(), self.0))
    ///     }
    /// }
    /// # let (input, mut output) = ("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2), Vec::new());
    /// # serve_stream(input.as_bytes(), &mut output, &mut Counter(0), &Config::default(), &ShutdownHandle::default())?;
    /// # assert!(output.ends_with(b"\r\n\r\n/a is request 2"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn request(&mut self, request: &Request<'_>) -> Reply;
}

impl<F: FnMut(&Request<'_>) -> Reply> Service for F {
    fn request(&mut self, request: &Request<'_>) -> Reply {
        self(request)
    }
}
