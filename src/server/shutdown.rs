//! Ending the loop from elsewhere.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// Ends an [`EventLoop`](super::EventLoop), from any thread and from within a handler.
///
/// ```
/// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
///
/// # fn main() -> std::io::Result<()> {
/// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
/// let handle = server.shutdown_handle();
/// std::thread::spawn(move || handle.shutdown());
/// server.run_until_shutdown(&mut |_: &Request<'_>| Reply::text(200, "hello"))?;
/// # Ok(()) }
/// ```
///
/// Clones end the same loop.
/// One of its own, made by `default`, is for what has no loop: see [`serve_stream`](super::serve_stream).
#[derive(Debug, Clone, Default)]
pub struct ShutdownHandle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    requested: AtomicBool,
    waker: Option<mio::Waker>,
}

impl ShutdownHandle {
    pub(super) fn new(waker: mio::Waker) -> Self {
        Self { shared: Arc::new(Shared { requested: AtomicBool::new(false), waker: Some(waker) }) }
    }

    /// Asks the loop to end, and returns at once.
    ///
    /// The loop then accepts no more, answers what has begun, closes what is idle, and ends, after
    /// [`Config::shutdown_timeout`](super::Config::shutdown_timeout) at the latest. Asking again changes nothing.
    ///
    /// ```
    /// use tiny_xmlrpc::server::{Config, EventLoop, Reply, Request};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let mut server = EventLoop::bind("127.0.0.1:0", Config::default())?;
    /// let handle = server.shutdown_handle();
    /// handle.shutdown();
    /// server.run_until_shutdown(&mut |_: &Request<'_>| Reply::text(200, "hello"))?;
    /// assert!(server.local_addr().is_err());
    /// # Ok(()) }
    /// ```
    pub fn shutdown(&self) {
        self.shared.requested.store(true, Ordering::Release);
        self.wake();
    }

    /// Has the loop look at what there is to do.
    pub(super) fn wake(&self) {
        if let Some(waker) = &self.shared.waker {
            // It fails only if the loop is gone or about to wake anyway.
            let _ = waker.wake();
        }
    }

    /// Whether somebody asked for the end, through this handle or a clone of it: for work that goes on beside the loop.
    ///
    /// ```
    /// use tiny_xmlrpc::server::ShutdownHandle;
    ///
    /// let handle = ShutdownHandle::default();
    /// let mut done = 0;
    /// while done < 1_000_000 && !handle.is_requested() {
    ///     done += 1;
    ///     if done == 3 {
    ///         handle.shutdown(); // as another thread may
    ///     }
    /// }
    /// assert_eq!(done, 3);
    /// ```
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.shared.requested.load(Ordering::Acquire)
    }
}
