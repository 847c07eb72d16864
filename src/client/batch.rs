//! Several calls in one exchange, as JSON-RPC has it.

use serde::Serialize;

use super::Client;
use super::call::check_method;
use crate::read::Raw;
use crate::{Result, Writer, json};

/// The requests of a batch, numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Batch {
    document: Vec<u8>,
    length: usize,
}

impl Batch {
    /// One more call.
    pub(super) fn add(&mut self, method: &str, params: &impl Serialize) -> Result<()> {
        check_method(method)?;
        let before = self.document.len();
        self.document.push(if self.length == 0 { b'[' } else { b',' });
        let mut writer = Writer::json(core::mem::take(&mut self.document));
        let written = writer
            .json_request(method, Some(self.length as u64))
            .and_then(|()| writer.params(params))
            .and_then(|()| writer.end());
        self.document = writer.into_inner();
        match written {
            Ok(()) => self.length = self.length.saturating_add(1),
            Err(_) => self.document.truncate(before),
        }
        written
    }

    /// Makes the calls: for each the events of its result.
    pub(super) fn run(mut self, client: &Client) -> Result<Vec<Result<Vec<Raw>>>> {
        // An empty batch is an error to every server.
        if self.length == 0 {
            return Ok(Vec::new());
        }
        self.document.push(b']');
        client.exchange_json("system.multicall", &self.document, |_, reply| {
            json::reply::read_batch(reply, client.limits(), self.length)
        })
    }
}
