//! The client's side: the bytes of an answer → the events of a response, or of its fault.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::envelope::{entries, text_of};
use super::events::{Recorder, malformed};
use crate::fault::codes;
use crate::read::{Raw, Text};
use crate::{Error, ErrorKind, Fault, Limits, Reader, Result};

/// Reads the answer to the request of this number.
///
/// # Errors
/// [`ErrorKind::Grammar`] for what is no answer to it, and all that reading may come upon.
pub(crate) fn read(bytes: &[u8], limits: Limits, id: u64) -> Result<Reader<'_>> {
    let text = text_of(bytes, limits)?;
    let events = response(text, limits, id)?;
    Ok(Reader::json_response(events, text))
}

/// The same of bytes that nobody else holds.
pub(crate) fn read_owned(bytes: Vec<u8>, limits: Limits, id: u64) -> Result<Reader<'static>> {
    let text: String = text_of(&bytes, limits)?.into();
    drop(bytes);
    let events = response(&text, limits, id)?;
    Ok(Reader::json_response(events, text))
}

fn response(text: &str, limits: Limits, id: u64) -> Result<Vec<Raw>> {
    let answer = Answer::read(text, limits)?;
    // Of a request that could not be read the server knows no id.
    if answer.number() != Some(id) && !(answer.id == Some("null") && answer.is_error()) {
        return Err(not_asked(&format!("the answer to call {id}"), answer.id));
    }
    answer.into_events()
}

/// Reads the answers to a batch of so many requests, numbered from 0: for each the events of its result, or its fault.
///
/// # Errors
/// The fault, where the batch as a whole has one. [`ErrorKind::Grammar`] where there is not one answer to each.
pub(crate) fn read_batch(bytes: &[u8], limits: Limits, count: usize) -> Result<Vec<Result<Vec<Raw>>>> {
    let text = text_of(bytes, limits)?;
    if !text.trim_ascii_start().starts_with('[') {
        let answer = Answer::read(text, limits)?;
        if answer.is_error() {
            Reader::json_response(answer.into_events()?, text).begin_response()?.map_err(Error::from)?;
        }
        return Err(Error::new(ErrorKind::Grammar, "expected an array of answers to a batch, found one"));
    }
    let mut places: Vec<Option<Result<Vec<Raw>>>> = (0..count).map(|_| None).collect();
    for entry in entries(text, count, "answers to a batch")? {
        let text = entry.get();
        let answer = Answer::read(text, limits)?;
        let place = answer.number().and_then(|number| places.get_mut(usize::try_from(number).ok()?));
        let Some(place @ None) = place else { return Err(not_asked("an answer to each call of the batch", answer.id)) };
        *place = Some(events_of(answer, text));
    }
    let answers: Option<Vec<_>> = places.into_iter().collect();
    answers.ok_or_else(|| {
        Error::new(ErrorKind::Grammar, format!("expected {count} answers to a batch, found less")).with_executed(true)
    })
}

/// The events of a result, which outlive its text; its fault as an error.
fn events_of(answer: Answer<'_>, text: &str) -> Result<Vec<Raw>> {
    let mut reader = Reader::json_response(answer.into_events()?, text);
    reader.begin_response()?.map_err(Error::from)?;
    let first = reader.next_raw()?;
    reader.record(first)
}

#[cold]
fn not_asked(expected: &str, found: Option<&str>) -> Error {
    let found = found.map_or_else(|| "one without an id".to_string(), |id| format!("id {}", crate::text::short(id)));
    Error::new(ErrorKind::Grammar, format!("expected {expected}, found {found}"))
}

/// The members of an answer.
struct Answer<'de> {
    id: Option<&'de str>,
    /// What the error is; of version 1.0 also null.
    error: Option<&'de str>,
    /// The result's events, where there is one.
    result: Option<Vec<Raw>>,
}

impl<'de> Answer<'de> {
    fn read(text: &'de str, limits: Limits) -> Result<Self> {
        let mut recorder = Recorder::new(text, limits);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // Our own bound is finer, and tells of itself.
        deserializer.disable_recursion_limit();
        let mut answer = Self { id: None, error: None, result: None };
        let read = deserializer
            .deserialize_map(AnswerVisitor { recorder: &mut recorder, answer: &mut answer })
            .and_then(|()| deserializer.end());
        match read {
            Ok(()) => Ok(answer),
            Err(error) if error.is_data() && !recorder.has_refused() => {
                Err(Error::new(ErrorKind::Grammar, "expected an answer of JSON-RPC, found another value"))
            }
            Err(error) => Err(recorder.error(&error)),
        }
    }

    fn number(&self) -> Option<u64> {
        self.id?.parse().ok()
    }

    fn is_error(&self) -> bool {
        self.error.is_some_and(|error| error != "null")
    }

    /// As the events of a `methodResponse`.
    fn into_events(self) -> Result<Vec<Raw>> {
        if let Some(error) = self.error.filter(|_| self.is_error()) {
            let fault = fault_of(error)?;
            let name = |name: &str| Raw::Name(Text::Owned(name.into()));
            return Ok(Vec::from([
                Raw::Fault,
                Raw::StartStruct,
                name("faultCode"),
                Raw::Int(fault.code()),
                name("faultString"),
                Raw::String(Text::Owned(fault.message().into())),
                Raw::EndStruct,
            ]));
        }
        self.result.ok_or_else(|| {
            Error::new(ErrorKind::Grammar, "expected an answer with a result or an error, found neither")
        })
    }
}

/// The error object, and what servers of version 1.0 have in its place.
fn fault_of(error: &str) -> Result<Fault> {
    #[derive(Default)]
    struct Members<'de> {
        code: Option<&'de RawValue>,
        message: Option<&'de RawValue>,
    }

    impl<'de> Visitor<'de> for Members<'de> {
        type Value = Self;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an error")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self, A::Error> {
            while let Some(name) = members.next_key::<String>()? {
                let value = members.next_value()?;
                match name.as_str() {
                    "code" => self.code = Some(value),
                    "message" => self.message = Some(value),
                    _ => {}
                }
            }
            Ok(self)
        }
    }

    let text = |raw: &str| serde_json::from_str::<String>(raw).unwrap_or_else(|_| crate::text::short(raw));
    if !error.starts_with('{') {
        return Ok(Fault::new(codes::APPLICATION, text(error)));
    }
    let members = serde_json::Deserializer::from_str(error).deserialize_map(Members::default());
    let members = members.map_err(|error| malformed(&error))?;
    let code = match members.code {
        Some(code) => serde_json::from_str(code.get()).map_err(|_| {
            Error::new(ErrorKind::Grammar, "expected an error with a code, an int, found another value")
        })?,
        None => codes::APPLICATION,
    };
    Ok(Fault::new(code, members.message.map(|message| text(message.get())).unwrap_or_default()))
}

struct AnswerVisitor<'r, 'de> {
    recorder: &'r mut Recorder<'de>,
    answer: &'r mut Answer<'de>,
}

impl<'de> Visitor<'de> for AnswerVisitor<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { recorder, answer } = self;
        while let Some(Key(name)) = members.next_key_seed(Key::default())? {
            if name == "result" {
                recorder.events.clear();
                recorder.events.push(Raw::Response);
                members.next_value_seed(&mut *recorder)?;
                answer.result = Some(core::mem::take(&mut recorder.events));
                continue;
            }
            let raw: &'de RawValue = members.next_value()?;
            recorder.big.skip(raw.get());
            match &*name {
                "id" => answer.id = Some(raw.get()),
                "error" => answer.error = Some(raw.get()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A member's name, borrowed where it has no escapes.
#[derive(Default)]
struct Key<'de>(Cow<'de, str>);

impl<'de> DeserializeSeed<'de> for Key<'de> {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self, E> {
        Ok(Self(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self, E> {
        Ok(Self(Cow::Owned(name.into())))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::Value;

    fn answer(text: &str) -> Result<Value> {
        read(text.as_bytes(), Limits::default(), 7)?.read_response()
    }

    #[test]
    fn answers_of_every_shape() {
        for (text, value) in [
            (r#"{"jsonrpc":"2.0","result":[1,"a\n"],"id":7}"#, Value::Array(vec![1.into(), "a\n".into()])),
            (r#"{"id":7,"error":null,"result":null}"#, Value::Nil),
            (
                r#" {"id": 7, "x": [{}], "r\u0065sult": 123456789012345678901}"#,
                Value::BigInteger("123456789012345678901".into()),
            ),
        ] {
            assert_eq!(answer(text).unwrap(), value, "{text}");
        }
        let fault = |text: &str| answer(text).unwrap_err().fault().cloned().unwrap();
        let not_found =
            r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method n\u006ft found","data":[1]},"id":7}"#;
        assert_eq!(fault(not_found), Fault::new(-32601, "Method not found"));
        assert_eq!(fault(r#"{"id":null,"error":{"message":"x"}}"#), Fault::new(-32500, "x"));
        assert_eq!(fault(r#"{"id":7,"result":null,"error":"text"}"#), Fault::new(-32500, "text"));
        assert_eq!(fault(r#"{"id":7,"result":null,"error":{"code":1,"message":null}}"#), Fault::new(1, "null"));
        for (text, kind, message) in [
            ("", ErrorKind::Truncated, "expected JSON: EOF while parsing a value at 1:1"),
            ("[]", ErrorKind::Grammar, "expected an answer of JSON-RPC, found another value"),
            ("<p>", ErrorKind::Syntax, "expected JSON: expected value at 1:1"),
            (r#"{"id":7}"#, ErrorKind::Grammar, "expected an answer with a result or an error, found neither"),
            (r#"{"result":1}"#, ErrorKind::Grammar, "expected the answer to call 7, found one without an id"),
            (r#"{"result":1,"id":8}"#, ErrorKind::Grammar, "expected the answer to call 7, found id 8"),
            (r#"{"result":1,"id":null}"#, ErrorKind::Grammar, "expected the answer to call 7, found id null"),
            (
                r#"{"error":{"code":1e99},"id":7}"#,
                ErrorKind::Grammar,
                "expected an error with a code, an int, found another value",
            ),
        ] {
            let error = answer(text).unwrap_err();
            assert_eq!((error.kind(), &*error.to_string()), (kind, message), "{text}");
        }
    }

    #[test]
    fn batches_in_any_order() {
        let read = |text: &str, count| read_batch(text.as_bytes(), Limits::default(), count);
        let answers = read(r#"[{"id":1,"error":{"code":5,"message":"x"}},{"id":0,"result":[true]}]"#, 2).unwrap();
        assert_eq!(answers[0].as_ref().unwrap().len(), 3);
        assert_eq!(answers[1].as_ref().unwrap_err().fault(), Some(&Fault::new(5, "x")));
        for (text, message) in [
            (r#"{"id":null,"error":{"code":5,"message":"x"}}"#, "fault 5: x"),
            (r#"{"id":0,"result":1}"#, "expected an array of answers to a batch, found one"),
            (r#"[{"id":0,"result":1}]"#, "expected 2 answers to a batch, found less"),
            (
                r#"[{"id":0,"result":1},{"id":0,"result":1}]"#,
                "expected an answer to each call of the batch, found id 0",
            ),
            (r#"[{"id":2,"result":1}]"#, "expected an answer to each call of the batch, found id 2"),
            (r#"[1,2,3]"#, "expected at most 2 answers to a batch, found more"),
        ] {
            assert_eq!(read(text, 2).unwrap_err().to_string(), message, "{text}");
        }
    }
}
