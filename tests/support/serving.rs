//! Our server on a thread, and what it logs.
#![allow(dead_code)]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tiny_xmlrpc::Server;
use tiny_xmlrpc::server::{Config, ShutdownHandle, Stats};

/// A server on a thread. Dropping it shuts it down and waits for it.
pub(crate) struct Serving {
    pub(crate) url: String,
    stop: ShutdownHandle,
    thread: Option<JoinHandle<Stats>>,
}

impl Serving {
    /// Starts a server at a free port of the loopback; `set_up` adds the methods, on the server's thread.
    pub(crate) fn start(config: Config, set_up: impl FnOnce(&mut Server<'static>) + Send + 'static) -> Self {
        let (sender, started) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut server = Server::bind_with("127.0.0.1:0", config).unwrap();
            set_up(&mut server);
            sender.send((server.url(), server.shutdown_handle())).unwrap();
            server.serve_forever().unwrap();
            server.stats()
        });
        let (url, stop) = started.recv().unwrap();
        Self { url, stop, thread: Some(thread) }
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.split('/').nth(2).unwrap()
    }

    /// Shuts it down and says what it did.
    pub(crate) fn stop(mut self) -> Stats {
        self.stop.shutdown();
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.shutdown();
        let panicked = self.thread.take().is_some_and(|thread| thread.join().is_err());
        if panicked && !std::thread::panicking() {
            panic!("the server panicked");
        }
    }
}

/// Takes what a server logs.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    pub(crate) fn get(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}
