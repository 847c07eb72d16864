//! The server's side: the bytes of a request document in, the bytes of its answer out.

use alloc::string::String;
use alloc::vec::Vec;

use super::envelope::{Document, Request, text_of, unread};
use crate::fault::codes;
use crate::methods::{Answer, Answered, Caller, Methods};
use crate::write::Rewind;
use crate::{Fault, Reader, Result, Sink, Writer};

/// Characters of a batch's names that a log is told.
const NAMES: usize = 200;

impl Methods<'_> {
    /// Answers a request of JSON-RPC 2.0 or 1.0, or a batch of them, by the methods that answer XML-RPC. Nothing in it is
    /// what notifications are answered with.
    ///
    /// ```
    /// let mut methods = tiny_xmlrpc::Methods::new();
    /// methods.add("subtract", |a: i32, b: i32| a - b).parameters(["minuend", "subtrahend"]);
    ///
    /// let answer = methods.respond_json(br#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#);
    /// assert_eq!(answer, br#"{"jsonrpc":"2.0","id":1,"result":19}"#);
    /// let answer = methods.respond_json(
    ///     br#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": "a"}"#,
    /// );
    /// assert_eq!(answer, br#"{"jsonrpc":"2.0","id":"a","result":19}"#);
    /// assert!(methods.respond_json(br#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23]}"#).is_empty());
    /// ```
    ///
    /// # What JSON has no type for
    ///
    /// | type | in JSON |
    /// |---|---|
    /// | `int`, `i8`, `biginteger` | a number without a point; what is read beyond 64 bits keeps its digits |
    /// | `double` | a number; `nan` and the infinities cannot be answered |
    /// | `dateTime.iso8601` | text, `1998-07-17T14:08:55`; a handler that takes a [`DateTime`](crate::DateTime) reads every form that XML-RPC has |
    /// | `base64` | text; a handler that takes a [`Binary`](crate::Binary) reads it |
    /// | `bigdecimal` | text |
    /// | `nil` | null, whatever the dialect |
    ///
    /// A [signature](crate::Entry::signature) that was said of a method has its texts read so, too. Where neither asks for
    /// something else, as with a [`Value`](crate::Value), text stays text. Of numbers with a fraction or an exponent there
    /// are those that a double holds.
    ///
    /// # Parameters by name
    ///
    /// Where the [names of the parameters](crate::Entry::parameters) are known, as they are of an
    /// [`interface!`](crate::interface), a `params` object is put in their order; missing ones are as if they had not been
    /// sent, or nil where others follow. Where they are not known, the object is the one parameter, a struct.
    ///
    /// # Errors, batches, limits
    ///
    /// A fault is the error object, with its code and its text; the three for which JSON-RPC's specification has texts have
    /// those. A batch may have [`Limits::multicall`](crate::Limits::multicall) entries, and is read to its end before any
    /// is answered; each fails by itself, and none can be a `system.multicall`. The other limits count as they do for XML;
    /// nesting ends at 256 levels all the same. Which of two members counts in an envelope is not guessed: it is an invalid
    /// request.
    ///
    /// Version 1.0 is what has no `jsonrpc` member: its answers have both `result` and `error`, and an `id` that is null, or
    /// is not there, makes it a notification.
    pub fn respond_json(&mut self, request: &[u8]) -> Vec<u8> {
        let mut out = Answer::from(Vec::new());
        self.respond_json_for(&(), request, &mut out);
        out.into_vec().unwrap_or_default()
    }

    /// The same for a [`Caller`] of whom something is known; the answer is appended to `out`.
    ///
    /// Of a batch, [`Answered::method`] is all its methods' names, with commas.
    ///
    /// ```
    /// use tiny_xmlrpc::{Answer, Methods};
    ///
    /// let mut methods = Methods::new();
    /// methods.add("add", |a: i32, b: i32| a + b);
    /// let mut out = Answer::default();
    /// let request = br#"[
    ///     {"jsonrpc": "2.0", "method": "add", "params": [2, 3], "id": 1},
    ///     {"jsonrpc": "2.0", "method": "none", "id": 2}
    /// ]"#;
    /// let answered = methods.respond_json_for(&(), request, &mut out); // `()`: nothing is known of who calls
    /// assert_eq!(answered.method.as_deref(), Some("add,none"));
    /// assert!(out.into_vec().unwrap().starts_with(br#"[{"jsonrpc":"2.0","id":1,"result":5},"#));
    /// ```
    pub fn respond_json_for(&mut self, caller: &dyn Caller, request: &[u8], out: &mut Answer) -> Answered {
        let limits = *self.read_limits();
        let document = text_of(request, limits).and_then(|text| Document::read(text, limits));
        match document {
            Err(error) => refuse(&unread(&error), out),
            Ok(Document::One(text)) => {
                let (request, _) = Request::read(text, limits);
                self.respond_one(caller, text, request, "", true, out).0
            }
            // There is nothing to answer, and yet it is not silence that was asked for.
            Ok(Document::Batch(entries)) if entries.is_empty() => {
                refuse(&Fault::new(codes::NOT_XML_RPC, "Invalid Request"), out)
            }
            Ok(Document::Batch(entries)) => {
                let mut left = limits;
                let mut separator = "[";
                let mut names = String::new();
                for entry in entries {
                    let (request, values) = Request::read(entry.get(), left);
                    left.values = left.values.saturating_sub(values);
                    let (one, is_answered) = self.respond_one(caller, entry.get(), request, separator, false, out);
                    if is_answered {
                        separator = ",";
                    }
                    if let Some(name) = one.method.filter(|_| names.len() < NAMES) {
                        names.push_str(if names.is_empty() { "" } else { "," });
                        names.push_str(&name);
                    }
                }
                let mut answered = Answered { method: (!names.is_empty()).then_some(names), fault: None };
                if separator == "," && out.write(b"]").is_err() {
                    answered.fault = Some(codes::INTERNAL);
                }
                answered
            }
        }
    }

    /// Answers one entry, behind a separator. Whether it got an answer.
    fn respond_one(
        &mut self,
        caller: &dyn Caller,
        text: &str,
        request: Request<'_>,
        separator: &str,
        alone: bool,
        out: &mut Answer,
    ) -> (Answered, bool) {
        let start = out.length();
        let Request { id, is_old, call } = request;
        let mut answered = Answered::default();
        let made = call.and_then(|call| {
            let opening = Opening { separator, is_old, id: id.unwrap_or("null"), error: false };
            opening.write(out).map_err(|error| crate::methods::unwritable(&error))?;
            let mut reader = Reader::json(call.events, text, call.named);
            let mut writer = Writer::json(core::mem::take(out));
            let made = self.make(caller, &call.method, &mut reader, &mut writer, alone);
            *out = writer.into_inner();
            // The specification has a text of its own for this one.
            let made = made.map_err(|fault| match fault {
                fault if fault == Fault::method_not_found(&call.method) => Fault::new(fault.code(), "Method not found"),
                fault => fault,
            });
            answered.method = Some(call.method);
            made
        });
        if let Err(fault) = &made {
            out.cut(start);
            answered.fault = Some(fault.code());
        }
        let Some(id) = id else {
            out.cut(start);
            return (answered, false);
        };
        let written = match &made {
            Ok(()) => out.write(b"}"),
            Err(fault) => write_error(&Opening { separator, is_old, id, error: true }, fault, out),
        };
        if written.is_err() {
            // There is no room for it, not even for saying so.
            out.cut(start);
            answered.fault = Some(codes::INTERNAL);
            return (answered, false);
        }
        (answered, true)
    }
}

/// What stands before a result or an error.
struct Opening<'o> {
    separator: &'o str,
    is_old: bool,
    id: &'o str,
    error: bool,
}

impl Opening<'_> {
    fn write(&self, out: &mut Answer) -> Result<()> {
        let (version, member): (&[u8], &[u8]) = match (self.is_old, self.error) {
            (false, false) => (b"\"jsonrpc\":\"2.0\",", b",\"result\":"),
            (false, true) => (b"\"jsonrpc\":\"2.0\",", b",\"error\":"),
            (true, false) => (b"", b",\"error\":null,\"result\":"),
            (true, true) => (b"", b",\"result\":null,\"error\":"),
        };
        for part in [self.separator.as_bytes(), b"{", version, b"\"id\":", self.id.as_bytes(), member] {
            out.write(part)?;
        }
        Ok(())
    }
}

fn write_error(opening: &Opening<'_>, fault: &Fault, out: &mut Answer) -> Result<()> {
    opening.write(out)?;
    let mut writer = Writer::json(core::mem::take(out));
    let written = (|| {
        writer.start_struct()?;
        writer.name("code")?;
        writer.int(fault.code())?;
        writer.name("message")?;
        writer.string(fault.message())?;
        writer.end_struct()
    })();
    *out = writer.into_inner();
    written?;
    out.write(b"}")
}

/// The answer to a document of which not even an `id` is known.
fn refuse(fault: &Fault, out: &mut Answer) -> Answered {
    let start = out.length();
    let opening = Opening { separator: "", is_old: false, id: "null", error: true };
    if write_error(&opening, fault, out).is_err() {
        out.cut(start);
    }
    Answered { method: None, fault: Some(fault.code()) }
}
