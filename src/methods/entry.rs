//! One registered method, and what is said about it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Signature;
use super::handler::Handler;

/// A registered method, to say more about it.
pub struct Entry<'h> {
    pub(super) handler: Box<dyn Handler + 'h>,
    pub(super) help: String,
    pub(super) signatures: Vec<Signature>,
    /// Whether an [`Instance`](super::Instance) brought it.
    pub(super) of_instance: bool,
}

impl<'h> Entry<'h> {
    pub(super) fn new(handler: Box<dyn Handler + 'h>) -> Self {
        Self { handler, help: String::new(), signatures: Vec::new(), of_instance: false }
    }

    /// What `system.methodHelp` tells about it.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = text.into();
        self
    }

    /// The types of its result and its parameters, in this order, in place of those that the Rust
    /// types tell. Said again, it adds another way to call it.
    ///
    /// It informs callers; what a handler takes is up to its types.
    pub fn signature(&mut self, types: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.signatures.push(types.into_iter().map(Into::into).collect());
        self
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("help", &self.help).finish_non_exhaustive()
    }
}
