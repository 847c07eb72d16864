//! The transports of a client: one for each call that is under way, and some kept for the next.

use std::sync::{Mutex, PoisonError};

use super::{Options, Reply, Transport, Url};
use crate::Result;

/// So many connections are kept when nobody calls.
const KEPT: usize = 4;

/// A transport and the memory that its calls use again.
struct Line {
    transport: Box<dyn Transport>,
    request: Vec<u8>,
    reply: Vec<u8>,
}

impl Line {
    fn new(transport: Box<dyn Transport>) -> Self {
        Self { transport, request: Vec::new(), reply: Vec::new() }
    }
}

/// What is kept of a buffer between calls: a call of ordinary size makes no allocation, and a huge
/// one leaves nothing behind.
const BUFFER: usize = 64 * 1024;

pub(super) struct Pool {
    idle: Mutex<Vec<Line>>,
    /// How more transports are made; `None` where there is but one.
    more: Option<(Url, Options)>,
}

impl Pool {
    /// As many transports as calls are made at once.
    pub(super) fn new(url: Url, options: Options) -> Result<Self> {
        // What is wrong with the options is told at once.
        let first = Line::new(options.transport(&url)?);
        Ok(Self { idle: Mutex::new(vec![first]), more: Some((url, options)) })
    }

    /// This one transport; calls at the same time wait for one another.
    pub(super) fn of(transport: Box<dyn Transport>) -> Self {
        Self { idle: Mutex::new(vec![Line::new(transport)]), more: None }
    }

    /// Writes a request, exchanges it, and has the reply read.
    pub(super) fn exchange<T>(
        &self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        read: impl FnOnce(&Reply, &[u8]) -> Result<T>,
    ) -> Result<T> {
        let Some((url, options)) = &self.more else {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            // The one transport is never taken out.
            let Some(line) = idle.first_mut() else { return Err(none()) };
            return line.exchange(write, read);
        };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut line = match idle {
            Some(line) => line,
            None => Line::new(options.transport(url)?),
        };
        let result = line.exchange(write, read);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(line);
        }
        result
    }
}

impl Line {
    fn exchange<T>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        read: impl FnOnce(&Reply, &[u8]) -> Result<T>,
    ) -> Result<T> {
        self.request.clear();
        write(&mut self.request)?;
        let head = self.transport.exchange(&self.request, &mut self.reply)?;
        // The server has answered: whatever is wrong with the answer, the call may have been executed.
        let result =
            read(&head, &self.reply).map_err(|error| head.not_a_response(error, &self.reply).with_executed(true));
        for buffer in [&mut self.request, &mut self.reply] {
            if buffer.capacity() > BUFFER {
                *buffer = Vec::new();
            }
        }
        result
    }
}

#[cold]
fn none() -> crate::Error {
    crate::Error::new(crate::ErrorKind::Usage, "expected a transport, found none")
}
