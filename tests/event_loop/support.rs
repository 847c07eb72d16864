//! A loop on a thread, with a service that echoes.

use std::io::Write;
use std::net::SocketAddr;
use std::thread::JoinHandle;

pub(crate) use crate::raw_http::{self, PATIENCE, Socket, wait_until};
use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request, RequestHead, Service, ShutdownHandle, Stats};

/// Sends back what it gets: `METHOD path?query body`. Refuses by the head what `/refuse/STATUS` names.
pub(crate) struct Echo;

impl Service for Echo {
    fn head(&mut self, head: &RequestHead<'_>) -> Result<(), Reply> {
        match head.path().strip_prefix("/refuse/") {
            Some(status) => Err(Reply::error(status.parse().unwrap(), "refused")),
            None => Ok(()),
        }
    }

    fn request(&mut self, request: &Request<'_>) -> Reply {
        match request.path() {
            "/panic" => panic!("as asked"),
            "/large" => return Reply::new(200, "text/plain", vec![b'x'; request.query().unwrap().parse().unwrap()]),
            "/close" => return Reply::text(200, "bye").closing(),
            _ => {}
        }
        let mut body = request.buffer();
        write!(body, "{} {}?{} ", request.method(), request.path(), request.query().unwrap_or_default()).unwrap();
        body.extend_from_slice(request.body());
        Reply::new(200, "text/plain", body)
    }
}

/// A server on a thread. Dropping it shuts it down and waits for it.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) handle: ShutdownHandle,
    thread: Option<JoinHandle<Stats>>,
}

impl Running {
    pub(crate) fn start(config: Config) -> Self {
        Self::with(config, Echo)
    }

    pub(crate) fn with(config: Config, service: impl Service + Send + 'static) -> Self {
        Self::serve(EventLoop::bind("127.0.0.1:0", config).unwrap(), service)
    }

    /// With so many threads that answer, or none but the loop's.
    pub(crate) fn with_workers(config: Config, workers: usize) -> Self {
        let mut server = EventLoop::bind("127.0.0.1:0", config).unwrap();
        if workers > 0 {
            server.workers(workers, || Echo).unwrap();
        }
        Self::serve(server, Echo)
    }

    fn serve(mut server: EventLoop, mut service: impl Service + Send + 'static) -> Self {
        let (address, handle) = (server.local_addr().unwrap(), server.shutdown_handle());
        let thread = std::thread::spawn(move || {
            server.run_until_shutdown(&mut service).unwrap();
            assert_eq!((server.connections(), server.buffered()), (0, 0));
            server.stats()
        });
        Self { address, handle, thread: Some(thread) }
    }

    pub(crate) fn connect(&self) -> Socket {
        Socket::connect(self.address)
    }

    /// Shuts it down and says what it did.
    pub(crate) fn stop(mut self) -> Stats {
        self.handle.shutdown();
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.handle.shutdown();
        let panicked = self.thread.take().is_some_and(|thread| thread.join().is_err());
        if panicked && !std::thread::panicking() {
            panic!("the server panicked");
        }
    }
}

/// A POST of this body.
pub(crate) fn post(path: &str, body: &str) -> String {
    String::from_utf8(raw_http::post(path, "", body)).unwrap()
}

/// One call of the echo on a kept connection.
pub(crate) fn echo(client: &mut Socket, body: &str) {
    let answer = client.send(post("/", body)).answer();
    assert_eq!((answer.status, answer.text()), (200, &*format!("POST /? {body}")));
}
