//! The one way from a call to its answer.

use alloc::format;
use alloc::vec::Vec;

use super::handler::{Params, refused};
use super::returns::unwritable;
use super::{Methods, introspection, multicall};
use crate::fault::codes;
use crate::text::short;
use crate::write::Checkpoint;
use crate::{Fault, Reader, Writer};

/// What a method's name stands for.
enum Target {
    Registered,
    System(introspection::System),
    Multicall,
}

impl Methods<'_> {
    /// Answers one call: a `methodCall` document in, a `methodResponse` document out.
    ///
    /// Whatever is wrong becomes a fault with the code that the [interoperability proposal][1] has
    /// for it; a handler that panics is one of them, without its text. (Without the feature `std` a panic
    /// cannot be caught.)
    ///
    /// [1]: https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php
    pub fn respond(&mut self, call: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        self.respond_to(Reader::from_bytes(call), &mut out);
        out
    }

    /// Answers the call that a reader brings, and appends the answer to `out`.
    ///
    /// The reader may have been told a charset or a window; its limits are set to those of the methods.
    pub fn respond_to(&mut self, reader: Reader<'_>, out: &mut Vec<u8>) {
        let mut reader = reader.with_limits(self.limits).with_non_finite(self.dialect.non_finite);
        let start = out.len();
        let mut writer = Writer::new(core::mem::take(out)).with_dialect(self.dialect);
        let answered = self.answer(&mut reader, &mut writer);
        *out = writer.into_inner();
        if let Err(fault) = answered {
            // Nothing of a result that was begun is left.
            out.truncate(start);
            let mut writer = Writer::new(core::mem::take(out)).with_dialect(self.dialect);
            let written = writer.write_fault(&fault).and_then(|()| writer.end());
            *out = writer.into_inner();
            debug_assert!(written.is_ok(), "a fault can always be written");
        }
    }

    fn answer(&mut self, reader: &mut Reader<'_>, writer: &mut Writer<Vec<u8>>) -> Result<(), Fault> {
        let name = reader.begin_call().map_err(|error| refused(&error))?;
        writer.response().map_err(|error| unwritable(&error))?;
        self.dispatch(&name, reader, writer, true)?;
        writer.end().map_err(|error| unwritable(&error))
    }

    /// Makes one call, by itself or out of a multicall: the parameters come from `reader`, the result
    /// goes to `writer` as one value. After a fault, what was written is to be undone.
    pub(super) fn dispatch(
        &mut self,
        name: &str,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Vec<u8>>,
        outermost: bool,
    ) -> Result<(), Fault> {
        match self.target(name) {
            Some(Target::Registered) => {
                let Some(entry) = self.entries.get_mut(name) else { return Err(unknown(name)) };
                let handler = &mut entry.handler;
                guarded(|| handler.call(&mut Params::new(reader), writer))
            }
            Some(Target::System(method)) => self.system(method, &mut Params::new(reader), writer),
            Some(Target::Multicall) if outermost => multicall::run(self, reader, writer),
            Some(Target::Multicall) => {
                Err(Fault::new(codes::INVALID_PARAMS, "a multicall cannot be one of the calls of a multicall"))
            }
            None => Err(unknown(name)),
        }
    }

    /// A registered method counts before one of `system`.
    fn target(&self, name: &str) -> Option<Target> {
        if self.entries.contains_key(name) {
            return Some(Target::Registered);
        }
        if self.multicall && name == multicall::NAME {
            return Some(Target::Multicall);
        }
        let method = introspection::System::named(name).filter(|_| self.introspection)?;
        Some(Target::System(method))
    }

    /// Makes one call whose result or fault stands in an array of results.
    pub(super) fn dispatch_isolated(
        &mut self,
        name: &str,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Vec<u8>>,
    ) -> crate::Result<()> {
        let before: Checkpoint = writer.checkpoint();
        writer.start_array()?;
        match self.dispatch(name, reader, writer, false) {
            Ok(()) => writer.end_array(),
            Err(fault) => {
                writer.roll_back(before);
                writer.fault_struct(&fault)
            }
        }
    }
}

pub(super) fn unknown(name: &str) -> Fault {
    Fault::new(codes::METHOD_NOT_FOUND, format!("method {:?} not found", short(name)))
}

/// Runs a handler so that its panic ends this call and nothing else.
#[cfg(feature = "std")]
fn guarded(run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    // What a handler leaves behind when it panics is its own; ours, the reader and the writer, are
    // given up and undone.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(Fault::new(codes::INTERNAL, "internal error")))
}

#[cfg(not(feature = "std"))]
fn guarded(run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    run()
}
