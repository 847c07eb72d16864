//! A transport without a network, for tests.

use std::fmt;

use super::{Reply, Transport};
use crate::Result;

/// Answers each call with what a closure makes of its bytes.
///
/// ```
/// use tiny_xmlrpc::client::{Memory, Transport};
///
/// let mut calls = 0;
/// let mut transport = Memory::new(move |request: &[u8]| {
///     calls += 1;
///     format!("call {calls} of {} bytes", request.len()).into_bytes()
/// });
/// let mut reply = Vec::new();
/// transport.exchange(b"<methodCall/>", &mut reply)?;
/// transport.exchange(b"<methodCall/>", &mut reply)?;
/// assert_eq!(reply, b"call 2 of 13 bytes");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// Status and `Content-Type` are always 200 and `text/xml`; to simulate a network that fails,
/// implement [`Transport`] for a type of your own.
#[derive(Clone)]
pub struct Memory<F> {
    answer: F,
}

impl<F: FnMut(&[u8]) -> Vec<u8> + Send> Memory<F> {
    /// A transport that hands each request to `answer` and takes what it returns as the reply's body.
    ///
    /// ```
    /// use tiny_xmlrpc::{Client, client::Memory};
    ///
    /// // A server that answers whatever it is asked with 5.
    /// let client = Client::over(Memory::new(|_| tiny_xmlrpc::to_vec(&5).unwrap_or_default()));
    /// assert_eq!(client.call::<i32>("add", (2, 3))?, 5);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn new(answer: F) -> Self {
        Self { answer }
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8> + Send> Transport for Memory<F> {
    fn exchange(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Result<Reply> {
        *reply = (self.answer)(request);
        Ok(Reply::new(200).with_content_type("text/xml"))
    }
}

impl<F> fmt::Debug for Memory<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
