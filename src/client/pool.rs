//! The transports of a client: one for each call that is under way, and some kept for the next.

use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Options, Outgoing, Reply, Retry, Transport, Url};
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
        Self { transport, request: Vec::with_capacity(SMALL), reply: Vec::new() }
    }
}

/// What is kept of a buffer between calls: a call of ordinary size makes no allocation, and a huge
/// one leaves nothing behind.
const BUFFER: usize = 64 * 1024;

/// An ordinary call fits into this, so that its buffer does not grow piece by piece.
const SMALL: usize = 512;

pub(super) struct Pool {
    idle: Mutex<Vec<Line>>,
    /// How more transports are made; `None` where there is but one.
    more: Option<(Url, Options)>,
    retry: Option<Retry>,
    /// How long a call may take.
    timeout: Option<Duration>,
    /// What a reply should be, for the error that says it is something else.
    expects: &'static str,
}

/// What a reply should be unless something else is said.
const XML_RPC: &str = "an XML-RPC reply";

impl Pool {
    /// As many transports as calls are made at once.
    pub(super) fn new(url: Url, options: Options) -> Result<Self> {
        let options = options.for_one_client();
        // What is wrong with the options is told at once.
        let first = Line::new(options.transport(&url)?);
        let (retry, timeout) = (options.when_to_retry().cloned(), options.call_timeout());
        Ok(Self { idle: Mutex::new(vec![first]), more: Some((url, options)), retry, timeout, expects: XML_RPC })
    }

    /// This one transport; calls at the same time wait for one another.
    pub(super) fn of(transport: Box<dyn Transport>) -> Self {
        Self { idle: Mutex::new(vec![Line::new(transport)]), more: None, retry: None, timeout: None, expects: XML_RPC }
    }

    pub(super) fn set_retry(&mut self, retry: Retry) {
        self.retry = Some(retry);
    }

    pub(super) fn expects(&self) -> &'static str {
        self.expects
    }

    #[cfg(feature = "json")]
    pub(super) fn expect(&mut self, expects: &'static str) {
        self.expects = expects;
    }

    /// Does something on a line of its own.
    fn on_line<T>(&self, act: impl FnOnce(&mut Line) -> Result<T>) -> Result<T> {
        let Some((url, options)) = &self.more else {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            // The one transport is never taken out.
            let Some(line) = idle.first_mut() else { return Err(none()) };
            return act(line);
        };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut line = match idle {
            Some(line) => line,
            None => Line::new(options.transport(url)?),
        };
        let result = act(&mut line);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(line);
        }
        result
    }

    /// Writes a request of this method, exchanges it, and has the reply read.
    pub(super) fn exchange<T>(
        &self,
        method: &str,
        write: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        read: impl FnOnce(&Reply, &[u8]) -> Result<T>,
    ) -> Result<T> {
        self.on_line(|line| {
            line.request.clear();
            write(&mut line.request)?;
            let head = self.attempt(method, line, |line| line.transport.exchange(&line.request, &mut line.reply))?;
            // The server has answered: whatever is wrong with the answer, the call may have been executed.
            let result = read(&head, &line.reply)
                .map_err(|error| head.not_a_response(error, &line.reply, self.expects).with_executed(true));
            line.give_back();
            result
        })
    }

    /// Has a request of this method written as it goes and its reply read as it comes. What can be written only once
    /// is not tried again.
    pub(super) fn stream(
        &self,
        method: &str,
        request: &mut Outgoing<'_>,
        receive: &mut dyn FnMut(&Reply, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        self.on_line(|line| {
            if request.length().is_none() {
                return line.transport.stream(request, receive);
            }
            // Whoever reads has had a part of the reply by then.
            let mut has_begun = false;
            self.attempt(method, line, |line| {
                let result = line.transport.stream(request, &mut |head, body| {
                    has_begun = true;
                    receive(head, body)
                });
                if has_begun { Ok(result) } else { result.map(Ok) }
            })?
        })
    }

    /// Tries as often as it was said.
    fn attempt<T>(&self, method: &str, line: &mut Line, mut call: impl FnMut(&mut Line) -> Result<T>) -> Result<T> {
        let Some(retry) = &self.retry else { return call(line) };
        let mut is_changed = false;
        let result = retry.run(method, self.timeout, |left| {
            if let Some(left) = left {
                line.transport.set_timeout(left);
                is_changed = true;
            }
            call(line)
        });
        if is_changed {
            line.transport.set_timeout(self.timeout);
        }
        result
    }
}

impl Line {
    /// Gives back the memory of a huge call.
    fn give_back(&mut self) {
        for buffer in [&mut self.request, &mut self.reply] {
            if buffer.capacity() > BUFFER {
                *buffer = Vec::new();
            }
        }
    }
}

#[cold]
fn none() -> crate::Error {
    crate::Error::new(crate::ErrorKind::Usage, "expected a transport, found none")
}
