//! Events to JSON text, as they come.

use std::io::Write;

use base64_simd::STANDARD as BASE64;
use struson::writer::{JsonStreamWriter, JsonWriter, StringValueWriter, WriterSettings};
use tiny_xmlrpc::{Error, ErrorKind, Event, Fault, Reader, Result};

use super::Located;

/// How JSON looks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Form {
    /// With the type of every value: the canonical form.
    pub(crate) typed: bool,
    /// Over several lines, for people.
    pub(crate) pretty: bool,
}

impl Form {
    /// The canonical form, on one line.
    pub(crate) const CANONICAL: Self = Self { typed: true, pretty: false };
}

/// Writes one JSON text made of events.
///
/// Panics of the JSON writer, which it has for values out of order, cannot come up: a reader's events are in order.
pub(crate) struct Json<W: Write> {
    json: JsonStreamWriter<W>,
    typed: bool,
    /// The open containers: whether each is a struct.
    open: Vec<bool>,
}

impl<W: Write> Json<W> {
    pub(crate) fn new(out: W, form: Form) -> Self {
        let settings = WriterSettings {
            pretty_print: form.pretty,
            // Terminals obey them.
            escape_all_control_chars: true,
            ..WriterSettings::default()
        };
        Self { json: JsonStreamWriter::new_custom(out, settings), typed: form.typed, open: Vec::new() }
    }

    /// Begins an array of documents.
    pub(crate) fn begin_list(&mut self) -> Result<()> {
        Ok(self.json.begin_array()?)
    }

    /// Ends it.
    pub(crate) fn end_list(&mut self) -> Result<()> {
        Ok(self.json.end_array()?)
    }

    /// Ends it and gives the output back.
    pub(crate) fn finish(self) -> Result<W> {
        Ok(self.json.finish_document()?)
    }

    /// A whole document, to its end. `bare` says that it is a value and no message.
    pub(crate) fn document(&mut self, reader: &mut Reader<'_>, bare: bool) -> Result<(), Located> {
        let mut message = false;
        loop {
            match self.step(reader)? {
                Step::Message | Step::Fault if bare => {
                    return Err(Located::at(reader.position(), "expected a bare value, found a message"));
                }
                Step::Message => message = true,
                Step::Fault => return Ok(()),
                Step::End if message => {
                    self.json.end_array()?;
                    return Ok(self.json.end_object()?);
                }
                Step::End => return Ok(()),
                Step::Inside | Step::Value if message || bare => {}
                Step::Inside | Step::Value => {
                    let wrong = "expected a methodCall or a methodResponse, found a bare value (which --value reads)";
                    return Err(Located::at(reader.position(), wrong));
                }
            }
        }
    }

    /// The one value that comes next.
    pub(crate) fn value(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        while !matches!(self.step(reader)?, Step::Value | Step::End) {}
        Ok(())
    }

    /// Writes what the next event says.
    fn step(&mut self, reader: &mut Reader<'_>) -> Result<Step> {
        match reader.next_event()? {
            Event::Call(method) => {
                self.json.begin_object()?;
                self.json.name("methodName")?;
                self.json.string_value(&method)?;
                self.params()?;
                return Ok(Step::Message);
            }
            Event::Response => {
                self.json.begin_object()?;
                self.params()?;
                return Ok(Step::Message);
            }
            Event::Fault => {
                self.fault_reply(&reader.read_fault()?)?;
                return Ok(Step::Fault);
            }
            Event::End => return Ok(Step::End),
            Event::StartArray => {
                self.begin("array")?;
                self.json.begin_array()?;
                self.open.push(false);
                return Ok(Step::Inside);
            }
            Event::StartStruct => {
                self.begin("struct")?;
                if self.typed {
                    self.json.begin_array()?
                } else {
                    self.json.begin_object()?
                }
                self.open.push(true);
                return Ok(Step::Inside);
            }
            Event::Name(name) => {
                if self.typed {
                    self.json.begin_array()?;
                    self.json.string_value(&name)?;
                } else {
                    self.json.name(&name)?;
                }
                return Ok(Step::Inside);
            }
            Event::EndArray => {
                self.open.pop();
                self.json.end_array()?;
                self.end()?;
            }
            Event::EndStruct => {
                self.open.pop();
                if self.typed {
                    self.json.end_array()?
                } else {
                    self.json.end_object()?
                }
                self.end()?;
            }
            Event::Nil => {
                self.begin("nil")?;
                self.json.null_value()?;
                self.end()?;
            }
            Event::Boolean(value) => {
                self.begin("boolean")?;
                self.json.bool_value(value)?;
                self.end()?;
            }
            Event::Int(value) => {
                self.begin("int")?;
                self.json.number_value(value)?;
                self.end()?;
            }
            Event::I8(value) => {
                self.begin("i8")?;
                self.json.number_value(value)?;
                self.end()?;
            }
            Event::Double(value) => {
                self.begin("double")?;
                self.double(value)?;
                self.end()?;
            }
            Event::DateTime(value, _) => self.text("dateTime", &value.to_string())?,
            Event::BigInteger(digits) => self.text("biginteger", &digits)?,
            Event::BigDecimal(digits) => self.text("bigdecimal", &digits)?,
            Event::String(text) => self.text("string", &text)?,
            Event::StringChunk(first) => {
                self.begin("string")?;
                let mut text = self.json.string_value_writer()?;
                text.write_str(&first)?;
                drop(first);
                loop {
                    match reader.next_event()? {
                        Event::StringChunk(chunk) => text.write_str(&chunk)?,
                        Event::String(last) => {
                            text.write_str(&last)?;
                            break;
                        }
                        _ => break,
                    }
                }
                text.finish_value()?;
                self.end()?;
            }
            Event::Base64(bytes) => self.text("base64", &BASE64.encode_to_string(&bytes))?,
            Event::Base64Chunk(first) => {
                self.begin("base64")?;
                let mut text = self.json.string_value_writer()?;
                let mut groups = Groups::default();
                groups.add(&first, &mut text)?;
                drop(first);
                loop {
                    match reader.next_event()? {
                        Event::Base64Chunk(chunk) => groups.add(&chunk, &mut text)?,
                        Event::Base64(last) => {
                            groups.add(&last, &mut text)?;
                            break;
                        }
                        _ => break,
                    }
                }
                groups.end(&mut text)?;
                text.finish_value()?;
                self.end()?;
            }
            other => {
                let message = format!("expected a type that JSON has a form for, found {other:?}");
                return Err(Error::new(ErrorKind::Unsupported, message));
            }
        }
        Ok(if self.open.is_empty() { Step::Value } else { Step::Inside })
    }

    fn params(&mut self) -> Result<()> {
        self.json.name("params")?;
        Ok(self.json.begin_array()?)
    }

    /// What stands before a value.
    fn begin(&mut self, name: &str) -> Result<()> {
        if self.typed {
            self.json.begin_object()?;
            self.json.name(name)?;
        }
        Ok(())
    }

    /// What stands behind one.
    fn end(&mut self) -> Result<()> {
        if self.typed {
            self.json.end_object()?;
            if self.open.last() == Some(&true) {
                self.json.end_array()?;
            }
        }
        Ok(())
    }

    fn text(&mut self, name: &str, text: &str) -> Result<()> {
        self.begin(name)?;
        self.json.string_value(text)?;
        self.end()
    }

    /// Numbers that are not finite, which JSON has none of, as texts.
    fn double(&mut self, value: f64) -> Result<()> {
        let text = match value {
            _ if value.is_nan() => "nan",
            f64::INFINITY => "inf",
            f64::NEG_INFINITY => "-inf",
            _ => {
                let mut digits = zmij::Buffer::new();
                let written = self.json.number_value_from_string(digits.format_finite(value));
                return written.map_err(|error| Error::new(ErrorKind::Io, error.to_string()));
            }
        };
        Ok(self.json.string_value(text)?)
    }

    /// A whole reply that brings a fault.
    pub(crate) fn fault_reply(&mut self, fault: &Fault) -> Result<()> {
        self.json.begin_object()?;
        self.json.name("fault")?;
        self.json.begin_object()?;
        self.json.name("faultCode")?;
        self.json.number_value(fault.code())?;
        self.json.name("faultString")?;
        self.json.string_value(fault.message())?;
        self.json.end_object()?;
        Ok(self.json.end_object()?)
    }
}

/// What an event was.
enum Step {
    /// A message has begun.
    Message,
    /// A whole message, which brought a fault.
    Fault,
    /// A part of a value.
    Inside,
    /// The end of a value that stands in nothing.
    Value,
    /// The end of the document.
    End,
}

/// Base64 of bytes that come in parts of any length.
#[derive(Default)]
struct Groups {
    /// Bytes that don't make a group of three yet.
    rest: Vec<u8>,
}

impl Groups {
    fn add(&mut self, bytes: &[u8], out: &mut impl StringValueWriter) -> Result<()> {
        let missing = (3 - self.rest.len()).min(bytes.len());
        let (head, tail) = if self.rest.is_empty() { bytes.split_at(0) } else { bytes.split_at(missing) };
        self.rest.extend_from_slice(head);
        if !self.rest.is_empty() && self.rest.len() < 3 {
            return Ok(());
        }
        out.write_str(&BASE64.encode_to_string(&self.rest))?;
        let (whole, rest) = tail.split_at(tail.len() / 3 * 3);
        out.write_str(&BASE64.encode_to_string(whole))?;
        self.rest.clear();
        self.rest.extend_from_slice(rest);
        Ok(())
    }

    fn end(&self, out: &mut impl StringValueWriter) -> Result<()> {
        Ok(out.write_str(&BASE64.encode_to_string(&self.rest))?)
    }
}
