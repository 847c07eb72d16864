//! Requests answered on other threads than the loop's.

use core::cell::RefCell;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::io;
use std::net::SocketAddr;
use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::request::Body;
use super::{Config, Reply, Request, RequestHead, Service, ShutdownHandle};
use crate::{Spool, http1};

/// A request on its way to a worker.
#[derive(Debug)]
pub(super) struct Job {
    /// Whose it is.
    pub(super) key: usize,
    pub(super) serial: u64,
    /// The head's bytes: they were parsed before.
    pub(super) head: Box<[u8]>,
    pub(super) body: Spool,
    pub(super) client: Option<SocketAddr>,
    pub(super) logged: bool,
    /// Whether it counts among those that may have to wait for memory.
    pub(super) counted: bool,
}

/// A reply on its way back.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) key: usize,
    pub(super) serial: u64,
    pub(super) reply: Reply,
    pub(super) counted: bool,
}

/// What goes from the workers to the loop, and back.
#[derive(Debug, Default)]
struct Exchange {
    done: Vec<Done>,
    /// Buffers of replies that were sent, for the next ones: one for each worker at most.
    spare: Vec<Vec<u8>>,
}

impl Exchange {
    /// Keeps a buffer, if there are fewer than so many or if it is larger than one of them.
    fn keep(&mut self, buffer: Vec<u8>, most: usize) {
        if self.spare.len() < most {
            self.spare.push(buffer);
        } else if let Some(least) = self.spare.iter_mut().min_by_key(|it| it.capacity()) {
            if least.capacity() < buffer.capacity() {
                *least = buffer;
            }
        }
    }

    /// The largest buffer there is.
    fn largest(&mut self) -> Vec<u8> {
        let largest = (0..self.spare.len()).max_by_key(|&at| self.spare.get(at).map(Vec::capacity));
        largest.map(|at| self.spare.swap_remove(at)).unwrap_or_default()
    }
}

/// What the loop and the workers share.
#[derive(Debug)]
struct Common {
    jobs: Mutex<Receiver<Job>>,
    exchange: Mutex<Exchange>,
    /// Workers that have a request.
    busy: AtomicUsize,
    /// Nobody waits for replies any more.
    over: AtomicBool,
    loop_waker: ShutdownHandle,
    config: Config,
}

/// Threads that answer requests.
#[derive(Debug)]
pub(super) struct Workers {
    common: Arc<Common>,
    /// Gone when they are to end.
    jobs: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts so many, each with a service of its own, and lets so many requests wait for them.
    pub(super) fn start<S: Service>(
        count: usize,
        waiting: usize,
        loop_waker: ShutdownHandle,
        config: Config,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(waiting);
        let common = Common {
            jobs: Mutex::new(receiver),
            exchange: Mutex::default(),
            busy: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            loop_waker,
            config,
        };
        let mut this = Self { common: Arc::new(common), jobs: Some(sender), threads: Vec::new() };
        let factory = Arc::new(factory);
        for number in 0..count.max(1) {
            let (common, factory) = (Arc::clone(&this.common), Arc::clone(&factory));
            let run = move || {
                let mut service = catch_unwind(AssertUnwindSafe(|| factory())).ok();
                drop(factory);
                work(&common, service.as_mut());
            };
            this.threads.push(std::thread::Builder::new().name(format!("xmlrpc-worker-{number}")).spawn(run)?);
        }
        Ok(this)
    }

    /// Hands a request over. `false` if too many wait already.
    pub(super) fn send(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// The replies that have come since.
    pub(super) fn done(&self) -> Vec<Done> {
        let mut exchange = self.common.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        core::mem::take(&mut exchange.done)
    }

    /// Lets the next replies have a buffer.
    pub(super) fn give(&self, buffer: Vec<u8>) {
        let mut exchange = self.common.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        exchange.keep(buffer, self.threads.len());
    }
}

impl Drop for Workers {
    /// Ends those that have nothing to do. One that is in the middle of a handler can't be ended: it runs on by itself
    /// until the handler returns.
    fn drop(&mut self) {
        self.common.over.store(true, Ordering::Release);
        self.jobs = None;
        if self.common.busy.load(Ordering::Acquire) == 0 {
            for thread in self.threads.drain(..) {
                let _ = thread.join();
            }
        }
    }
}

/// Answers requests until there are no more to come.
fn work<S: Service>(common: &Common, mut service: Option<&mut S>) {
    let spare = RefCell::<Vec<u8>>::default();
    loop {
        // One waits for a request and the others for their turn to.
        let job = {
            let jobs = common.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            let job = jobs.recv();
            // Before another can have one, so that a count of none means that none is busy.
            common.busy.fetch_add(1, Ordering::AcqRel);
            job
        };
        let Some(job) = job.ok().filter(|_| !common.over.load(Ordering::Acquire)) else {
            common.busy.fetch_sub(1, Ordering::AcqRel);
            return;
        };
        let (key, serial, counted) = (job.key, job.serial, job.counted);
        let reply = match &mut service {
            Some(service) => catch_unwind(AssertUnwindSafe(|| answer(&job, *service, &spare, &common.config)))
                .unwrap_or_else(|_| Reply::panicked()),
            // Its factory panicked.
            None => Reply::panicked(),
        };
        drop(job);
        let mut exchange = common.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let first = exchange.done.is_empty();
        exchange.done.push(Done { key, serial, reply, counted });
        if spare.borrow().capacity() == 0 {
            spare.replace(exchange.largest());
        }
        drop(exchange);
        common.busy.fetch_sub(1, Ordering::AcqRel);
        // The loop takes all there is when it wakes.
        if first {
            common.loop_waker.wake();
        }
    }
}

fn answer<S: Service>(job: &Job, service: &mut S, spare: &RefCell<Vec<u8>>, config: &Config) -> Reply {
    match http1::RequestHead::parse(&job.head, &mut http1::storage()) {
        Ok(head) => {
            let head = RequestHead::new(&head, job.client);
            service.request(&Request::new(head, Body::Spool(&job.body), spare, config, job.logged))
        }
        // It was parsed before.
        Err(error) => Reply::error(error.status, error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_buffers_are_kept() {
        let mut exchange = Exchange::default();
        for capacity in [1_000, 3_000, 500, 2_000] {
            exchange.keep(Vec::with_capacity(capacity), 2);
        }
        let capacities = [(); 3].map(|()| exchange.largest().capacity());
        assert!(capacities[0] >= 3_000 && capacities[1] >= 2_000 && capacities[2] == 0, "{capacities:?}");
    }
}
