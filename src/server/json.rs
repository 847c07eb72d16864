//! A request whose body is JSON → the reply, by the methods that answer XML-RPC.

use std::io::Read;

#[cfg(feature = "gzip")]
use super::gzip;
use super::rpc::Rpc;
use super::{Reply, Request};
use crate::Result;
use crate::methods::Answer;

impl Rpc<'_> {
    /// Whether this path is one of JSON-RPC's own.
    pub(super) fn takes_json_alone(&self, path: &str) -> bool {
        self.json_paths.as_ref().is_some_and(|paths| paths.iter().any(|known| known == path))
    }

    /// Whether what comes to this path is JSON, as far as is known of its body.
    pub(super) fn is_json(&self, path: &str, content_type: Option<&[u8]>, body: &[u8]) -> bool {
        match self.json_paths {
            Some(_) => self.takes_json_alone(path),
            None => crate::json::is_json(content_type, body),
        }
    }

    /// Answers a request whose body is JSON.
    pub(super) fn json(&mut self, request: &Request<'_>) -> Option<Reply> {
        if request.method() != "POST" {
            return None;
        }
        let content_type = request.header("content-type");
        let in_memory = request.body();
        #[cfg(feature = "gzip")]
        let is_coded = gzip::is_coded(request.head());
        #[cfg(not(feature = "gzip"))]
        let is_coded = false;
        let mut start = [0; 64];
        let first = match (is_coded, request.is_spooled()) {
            (false, false) => in_memory,
            (false, true) => first_of(request.reader(), &mut start),
            #[cfg(feature = "gzip")]
            (true, _) if content_type.is_none() => {
                let ratio = self.methods.inflate_ratio();
                first_of(gzip::Inflater::new(request.reader(), ratio), &mut start)
            }
            _ => &[],
        };
        if !self.is_json(request.path(), content_type, first) {
            return None;
        }
        let mut held = Vec::new();
        let body = match (is_coded, request.is_spooled()) {
            (false, false) => Ok(in_memory),
            (false, true) => held_in(&mut held, request.reader(), self.methods.max_body()),
            #[cfg(feature = "gzip")]
            (true, _) => {
                let inflater = gzip::Inflater::new(request.reader(), self.methods.inflate_ratio());
                held_in(&mut held, inflater, self.methods.max_body())
            }
            #[cfg(not(feature = "gzip"))]
            (true, _) => Ok(in_memory),
        };
        let body = match body {
            Ok(body) => body,
            Err(error) => return Some(Reply::error(400, error.message())),
        };
        let mut answer = Answer::from(request.spool());
        let answered = self.methods.respond_json_for(request.head(), body, &mut answer);
        let mut reply = match answer.is_empty() {
            true => Reply::new(204, "application/json", &b""[..]),
            false => Reply::spooled(200, "application/json", answer.into_spool()),
        };
        if request.logged {
            reply.note_mut().answered = Some(answered);
        }
        #[cfg(feature = "gzip")]
        let reply = gzip::deflated(reply, request, self.compress_from);
        Some(reply)
    }
}

/// How a body begins. What cannot be read does not begin as JSON.
fn first_of(mut body: impl Read, start: &mut [u8]) -> &[u8] {
    let length = body.read(start).unwrap_or_default();
    start.get(..length).unwrap_or_default()
}

/// All of a body that is not in memory yet, and a byte more than is allowed if there is more.
fn held_in(held: &mut Vec<u8>, body: impl Read, most: u64) -> Result<&[u8]> {
    body.take(most.saturating_add(1)).read_to_end(held)?;
    Ok(held)
}
