//! From events to a [`Value`], with a stack of its own instead of recursion.

use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Input;
use super::{Raw, Reader};
use crate::{Result, Struct, Value};

/// A container that is being filled.
enum Open {
    Array(Vec<Value>),
    /// The members so far, and the name of the present one.
    Struct(Vec<(String, Value)>, String),
}

impl Reader<'_> {
    /// Reads one value, whole.
    ///
    /// ```
    /// use tiny_xmlrpc::{Reader, Value};
    ///
    /// let mut reader = Reader::new("<value><array><data><value/><value><i4>1</i4></value></data></array></value>");
    /// let value = reader.read_value()?;
    /// assert_eq!(value, Value::from_iter([Value::from(""), Value::from(1)]));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Type`](crate::ErrorKind::Type) where no value begins, and all that reading may come upon.
    pub fn read_value(&mut self) -> Result<Value> {
        let first = self.next_raw()?;
        self.value_of(first)
    }

    /// The value that began with `raw`, whole.
    pub(crate) fn value_of(&mut self, mut raw: Raw) -> Result<Value> {
        let mut outer: Vec<Open> = Vec::new();
        let mut open: Option<Open> = None;
        loop {
            let value = match raw {
                Raw::Int(value) => Value::Int(value),
                Raw::String(text) => Value::String(self.own(text)),
                Raw::Double(value) => Value::Double(value),
                Raw::Boolean(value) => Value::Boolean(value),
                Raw::I8(value) => Value::I8(value),
                Raw::Nil => Value::Nil,
                Raw::DateTime(value, _) => Value::DateTime(value),
                Raw::Base64(bytes) => Value::Base64(bytes),
                Raw::BigInteger(digits) => Value::BigInteger(self.own(digits)),
                Raw::BigDecimal(digits) => Value::BigDecimal(self.own(digits)),
                Raw::StringChunk(chunk) => Value::String(self.rest_of_string(chunk)?),
                Raw::Base64Chunk(chunk) => Value::Base64(self.rest_of_base64(chunk)?),
                Raw::StartArray => {
                    outer.extend(open.replace(Open::Array(Vec::new())));
                    raw = self.next_raw()?;
                    continue;
                }
                Raw::StartStruct => {
                    outer.extend(open.replace(Open::Struct(Vec::new(), String::new())));
                    raw = self.next_raw()?;
                    continue;
                }
                Raw::Name(text) if matches!(open, Some(Open::Struct(..))) => {
                    let text = self.own(text);
                    if let Some(Open::Struct(_, name)) = &mut open {
                        *name = text;
                    }
                    raw = self.next_raw()?;
                    continue;
                }
                Raw::EndArray | Raw::EndStruct if open.is_some() => match open.take() {
                    Some(Open::Array(items)) => {
                        open = outer.pop();
                        Value::Array(items)
                    }
                    Some(Open::Struct(members, _)) => {
                        open = outer.pop();
                        Value::Struct(Struct::from_members(members))
                    }
                    None => Value::Nil,
                },
                other => return Err(self.mismatch("a value", &other)),
            };
            match &mut open {
                None => return Ok(value),
                Some(Open::Array(items)) => items.push(value),
                Some(Open::Struct(members, name)) => members.push((core::mem::take(name), value)),
            }
            raw = self.next_raw()?;
        }
    }

    /// A string of which the first chunk has come, whole.
    pub(crate) fn rest_of_string(&mut self, mut text: String) -> Result<String> {
        if let Input::Stream(_) = self.input {
            self.grammar.regain(core::mem::take(&mut text), Vec::new());
        }
        loop {
            match self.next_raw()? {
                Raw::StringChunk(chunk) => text.push_str(&chunk),
                Raw::String(last) => {
                    self.chunked();
                    if text.is_empty() {
                        return Ok(self.own(last));
                    }
                    text.push_str(self.resolve(&last));
                    return Ok(text);
                }
                other => return Err(self.mismatch("the rest of a string", &other)),
            }
        }
    }

    /// A base64 of which the first chunk has come, whole.
    pub(crate) fn rest_of_base64(&mut self, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
        if let Input::Stream(_) = self.input {
            self.grammar.regain(String::new(), core::mem::take(&mut bytes));
        }
        loop {
            match self.next_raw()? {
                Raw::Base64Chunk(chunk) => bytes.extend_from_slice(&chunk),
                Raw::Base64(last) => {
                    self.chunked();
                    if bytes.is_empty() {
                        return Ok(last);
                    }
                    bytes.extend_from_slice(&last);
                    return Ok(bytes);
                }
                other => return Err(self.mismatch("the rest of base64", &other)),
            }
        }
    }
}
