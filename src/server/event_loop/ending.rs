//! How the loop ends.

use std::io;
use std::time::Instant;

use super::EventLoop;
use crate::server::pace::after;
use crate::server::{Reply, Request, Service};

impl EventLoop {
    /// Ends gracefully: accepts no more, answers what has begun, closes what is idle.
    pub(super) fn finish(&mut self, service: &mut dyn Service) -> io::Result<()> {
        if self.stops.is_some() && self.listeners.is_empty() && self.table.len() == 0 {
            return Ok(());
        }
        let stops = after(Instant::now(), self.shared.config.shutdown_timeout);
        self.stops = Some(stops);
        // What has come so far was sent to a server that ran.
        self.turn(service, Some(Instant::now()), false)?;
        self.turn(service, Some(Instant::now()), false)?;
        self.listeners.clear();
        loop {
            for key in self.table.keys_where(|it| it.is_idle() && !it.queued) {
                self.table.remove(key);
            }
            if self.table.len() == 0 || Instant::now() >= stops {
                break;
            }
            self.turn(service, Some(stops), false)?;
        }
        for key in self.table.keys_where(|_| true) {
            self.table.remove(key);
        }
        self.queue.take_all();
        Ok(())
    }

    /// Sends what is left of replies, and takes no more requests.
    fn flush(&mut self) -> io::Result<()> {
        let stops = after(Instant::now(), self.shared.config.shutdown_timeout);
        let mut nothing = |_: &Request<'_>| Reply::error(503, "the server ends");
        self.shared.stop.shutdown();
        self.listeners.clear();
        loop {
            for key in self.table.keys_where(|it| it.stalled_since().is_none()) {
                self.table.remove(key);
            }
            if self.table.len() == 0 || Instant::now() >= stops {
                return Ok(());
            }
            self.wait(Some(stops))?;
            for key in self.queue.take_all() {
                self.advance(key, &mut nothing, &mut 0);
            }
            self.expire(&mut nothing);
        }
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // There is nobody left to tell.
            let _ = self.flush();
        }
    }
}
