//! The clients, each of which calls `add(2, 3)` and checks the sum.

mod bare;
mod dxr;
mod foreign;
mod minreq;
mod ours;

use std::time::Duration;

/// Clients that are measured beside one another.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) clients: &'static [Client],
}

pub(crate) struct Client {
    pub(crate) name: &'static str,
    /// Gets it ready to call the server at this URL.
    pub(crate) start: fn(&str) -> Result<Box<dyn Calls>, String>,
}

pub(crate) trait Calls {
    /// Makes so many calls, one after the other, and tells how long they took.
    fn calls(&mut self, number: u32) -> Result<Duration, String>;
}

/// The first of each is the limit.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        title: "Calls over one connection",
        clients: &[
            Client { name: "bare-socket", start: bare::kept },
            Client { name: "tiny_xmlrpc", start: ours::kept },
            Client { name: "dxr", start: dxr::start },
            Client { name: "xmlrpc-c", start: foreign::xmlrpc_c },
            Client { name: "python", start: foreign::python },
        ],
    },
    Group {
        title: "Each call over a connection of its own",
        clients: &[
            Client { name: "minreq-timeout", start: minreq::with_timeout },
            Client { name: "minreq-our-fields", start: minreq::with_our_fields },
            Client { name: "minreq", start: minreq::without_timeout },
            Client { name: "tiny_xmlrpc-once", start: ours::once },
            Client { name: "bare-socket-once", start: bare::once },
        ],
    },
];

/// A client that is a function: it calls, and tells whether the sum was right.
struct Function<F>(F);

impl<F: FnMut() -> Result<i32, String>> Calls for Function<F> {
    fn calls(&mut self, number: u32) -> Result<Duration, String> {
        let start = std::time::Instant::now();
        for _ in 0..number {
            let sum = (self.0)()?;
            if sum != 5 {
                return Err(format!("expected 5, found {sum}"));
            }
        }
        Ok(start.elapsed())
    }
}

fn function(call: impl FnMut() -> Result<i32, String> + 'static) -> Result<Box<dyn Calls>, String> {
    Ok(Box::new(Function(call)))
}

/// The document of the call, for those who only move bytes.
const CALL: &str = "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>add</methodName>\n<params>\n\
    <param><value><int>2</int></value></param>\n<param><value><int>3</int></value></param>\n</params>\n</methodCall>\n";

/// Whether these are the bytes of the answer, for those who only move them.
fn sum_of(reply: &[u8]) -> i32 {
    if reply.ends_with(crate::server::ANSWER.as_bytes()) { 5 } else { 0 }
}
