//! The one way from a call to its answer.

use alloc::string::String;
use alloc::vec::Vec;

use super::context::Call;
use super::handler::refused;
use super::returns::unwritable;
use super::signature::Check;
use super::{Answer, Caller, Methods, Params, introspection, multicall, resolve};
use crate::fault::codes;
use crate::write::{Checkpoint, Rewind};
use crate::{Fault, Reader, Writer};

/// What became of a call, for a log.
///
/// ```
/// use tiny_xmlrpc::fault::codes;
/// use tiny_xmlrpc::{Answer, Dialect, Methods, Reader, call_to_vec};
///
/// let call = call_to_vec("add", &(2, 3), Dialect::strict())?;
/// let answered = Methods::new().respond_for(&(), Reader::from_bytes(&call), &mut Answer::default());
/// assert_eq!(answered.method.as_deref(), Some("add"));
/// assert_eq!(answered.fault, Some(codes::METHOD_NOT_FOUND));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Answered {
    /// The method's name; none if the document did not even tell that.
    pub method: Option<String>,
    /// The code of the fault that was answered; none for a result. The faults inside a multicall's result don't count.
    pub fault: Option<i32>,
}

impl Methods<'_> {
    /// Answers one call: a `methodCall` document in, a `methodResponse` document out.
    ///
    /// Whatever is wrong becomes a fault with the code that the [interoperability proposal][1] has
    /// for it; a handler that panics is one of them, without its text. (Without the feature `std` a panic
    /// cannot be caught.)
    ///
    /// ```
    /// use tiny_xmlrpc::fault::codes;
    /// use tiny_xmlrpc::{Methods, from_slice};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("hello", || "world");
    /// let answer = methods.respond(b"<methodCall><methodName>hello</methodName></methodCall>");
    /// assert_eq!(from_slice::<String>(&answer)?, "world");
    ///
    /// let error = from_slice::<String>(&methods.respond(b"<methodCall>")).unwrap_err();
    /// assert_eq!(error.fault().unwrap().code(), codes::NOT_WELL_FORMED);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// [1]: https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php
    pub fn respond(&mut self, call: &[u8]) -> Vec<u8> {
        let mut out = Answer::from(Vec::new());
        self.respond_for(&(), Reader::from_bytes(call), &mut out);
        out.into_vec().unwrap_or_default()
    }

    /// Answers the call that a reader brings, and appends the answer to `out`.
    ///
    /// The reader may have been told a charset or a window; its limits are set to those of the methods.
    ///
    /// ```
    /// use tiny_xmlrpc::{Methods, Reader};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("length", |text: String| text.chars().count());
    /// let call = b"<methodCall><methodName>length</methodName><params><param>\
    ///     <value>caf\xe9</value></param></params></methodCall>";
    ///
    /// let mut out = Vec::new();
    /// methods.respond_to(Reader::from_bytes(call).with_charset("iso-8859-1"), &mut out);
    /// assert_eq!(tiny_xmlrpc::from_slice::<usize>(&out)?, 4);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn respond_to(&mut self, reader: Reader<'_>, out: &mut Vec<u8>) {
        let mut answer = Answer::from(core::mem::take(out));
        self.respond_for(&(), reader, &mut answer);
        *out = answer.into_vec().unwrap_or_default();
    }

    /// Answers the call that a reader brings, of a [`Caller`] of whom something is known, and appends the answer to `out`.
    ///
    /// This is what a server hands its requests to.
    ///
    /// ```
    /// use tiny_xmlrpc::{Answer, Caller, Context, Dialect, Methods, Reader, call_to_vec, from_slice};
    ///
    /// struct SerialLine(&'static str);
    ///
    /// impl Caller for SerialLine {
    ///     fn path(&self) -> Option<&str> {
    ///         Some(self.0)
    ///     }
    /// }
    ///
    /// let mut methods = Methods::new();
    /// methods.add("line", |context: Context| context.path().map(str::to_owned).unwrap_or_default());
    ///
    /// let call = call_to_vec("line", &(), Dialect::strict())?;
    /// let mut answer = Answer::from(Vec::new());
    /// let answered = methods.respond_for(&SerialLine("ttyS0"), Reader::from_bytes(&call), &mut answer);
    /// assert_eq!(answered.fault, None);
    /// assert_eq!(from_slice::<String>(&answer.into_vec().unwrap())?, "ttyS0");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn respond_for(&mut self, caller: &dyn Caller, reader: Reader<'_>, out: &mut Answer) -> Answered {
        let mut reader = reader.with_limits(self.limits).with_non_finite(self.dialect.non_finite);
        let mut answered = Answered::default();
        let start = out.length();
        let mut writer = Writer::new(core::mem::take(out)).with_dialect(self.dialect);
        let result = self.answer(caller, &mut reader, &mut writer, &mut answered.method);
        *out = writer.into_inner();
        if let Err(fault) = result {
            // Nothing of a result that was begun is left.
            out.cut(start);
            let mut writer = Writer::new(core::mem::take(out)).with_dialect(self.dialect);
            let written = writer.write_fault(&fault).and_then(|()| writer.end());
            *out = writer.into_inner();
            debug_assert!(written.is_ok(), "a fault can always be written");
            answered.fault = Some(fault.code());
        }
        answered
    }

    fn answer(
        &mut self,
        caller: &dyn Caller,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Answer>,
        method: &mut Option<String>,
    ) -> Result<(), Fault> {
        let name = method.insert(reader.begin_call().map_err(|error| refused(&error))?);
        writer.response().map_err(|error| unwritable(&error))?;
        self.make(caller, name, reader, writer, true)
    }

    /// Makes one call that came from outside, and ends the document of its result.
    #[inline]
    pub(crate) fn make(
        &mut self,
        caller: &dyn Caller,
        name: &str,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Answer>,
        outermost: bool,
    ) -> Result<(), Fault> {
        let call = Call {
            name,
            caller,
            #[cfg(feature = "std")]
            deadline: self.deadline(caller),
        };
        self.dispatch(call, reader, writer, outermost)?;
        writer.end().map_err(|error| unwritable(&error))
    }

    #[cfg(feature = "std")]
    fn deadline(&self, caller: &dyn Caller) -> Option<std::time::Instant> {
        let own = self.time_limit.and_then(|limit| std::time::Instant::now().checked_add(limit));
        match (own, caller.deadline()) {
            (Some(own), Some(theirs)) => Some(own.min(theirs)),
            (own, theirs) => own.or(theirs),
        }
    }

    /// Makes one call, by itself or out of a multicall: the parameters come from `reader`, the result
    /// goes to `writer` as one value. After a fault, what was written is to be undone.
    ///
    /// What is registered counts before a method of `system`, and both before the fallback.
    pub(super) fn dispatch(
        &mut self,
        call: Call<'_>,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Answer>,
        outermost: bool,
    ) -> Result<(), Fault> {
        let name = resolve(&self.aliases, call.name);
        if let Some(authorize) = &mut self.authorize {
            guarded(|| authorize(name, call.caller))?;
        }
        if let Some(entry) = self.entries.get_mut(name) {
            #[cfg(feature = "json")]
            reader.place_by_name(&entry.parameters).map_err(|error| refused(&error))?;
            let (handler, check) = (&mut entry.handler, Check::new(&entry.signatures));
            return guarded(|| handler.call(&mut Params::new(reader, call, check), writer));
        }
        if let Some(method) = introspection::System::named(name).filter(|_| self.introspection) {
            return self.system(method, &mut Params::new(reader, call, Check::new(&[])), writer);
        }
        if self.multicall && name == multicall::NAME {
            if outermost {
                return multicall::run(self, call, reader, writer);
            }
            return Err(Fault::new(codes::INVALID_PARAMS, "a multicall cannot be one of the calls of a multicall"));
        }
        match &mut self.fallback {
            Some(handler) => guarded(|| handler.call(&mut Params::new(reader, call, Check::new(&[])), writer)),
            None => Err(Fault::method_not_found(call.name)),
        }
    }

    /// Makes one call whose result or fault stands in an array of results.
    pub(super) fn dispatch_isolated(
        &mut self,
        call: Call<'_>,
        reader: &mut Reader<'_>,
        writer: &mut Writer<Answer>,
    ) -> crate::Result<()> {
        let before: Checkpoint = writer.checkpoint();
        writer.start_array()?;
        let outside = writer.begin_alone();
        let made = self.dispatch(call, reader, writer, false);
        match made.and_then(|()| writer.end_alone(outside).map_err(|error| unwritable(&error))) {
            Ok(()) => writer.end_array(),
            Err(fault) => {
                writer.roll_back(before);
                writer.fault_struct(&fault)
            }
        }
    }
}

/// Runs a handler so that its panic ends this call and nothing else.
#[cfg(feature = "std")]
fn guarded(run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    // What a handler leaves behind when it panics is its own; ours, the reader and the writer, are
    // given up and undone.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| Err(super::returns::internal()))
}

#[cfg(not(feature = "std"))]
fn guarded(run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    run()
}
