//! A request whose body is JSON → the reply, by the methods that answer XML-RPC.

use std::io::Read;

use super::decoded::Decoded;
use super::rpc_service::Rpc;
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
        let mut start = [0; 64];
        let start = match content_type {
            None => start_of(self.decoded(request), &mut start),
            // It tells already.
            Some(_) => &[],
        };
        if !self.is_json(request.path(), content_type, start) {
            return None;
        }
        let mut held = Vec::new();
        let body = match held_in(&mut held, self.decoded(request), self.methods.max_body()) {
            Ok(body) => body,
            Err(error) => return Some(Reply::error(400, error.message())),
        };
        let mut answer = Answer::from(request.spool());
        let answered = self.methods.respond_json_for(request.head(), body, &mut answer);
        let reply = match answer.is_empty() {
            true => Reply::new(204, "application/json", &b""[..]),
            false => Reply::spooled(200, "application/json", answer.into_spool()),
        };
        Some(self.finish(reply, answered, request))
    }
}

/// How a body begins. What cannot be read does not begin as JSON.
fn start_of<'b>(body: Decoded<'b>, start: &'b mut [u8]) -> &'b [u8] {
    match body {
        Decoded::Whole(bytes) => bytes,
        Decoded::Stream(mut body) => {
            let length = body.read(start).unwrap_or_default();
            start.get(..length).unwrap_or_default()
        }
    }
}

/// All of a body, and of one that is not in memory yet a byte more than is allowed if there is more.
fn held_in<'b>(held: &'b mut Vec<u8>, body: Decoded<'b>, most: u64) -> Result<&'b [u8]> {
    match body {
        Decoded::Whole(bytes) => Ok(bytes),
        Decoded::Stream(body) => {
            body.take(most.saturating_add(1)).read_to_end(held)?;
            Ok(held)
        }
    }
}
