//! Canonical JSON to a document, as it comes.

use std::io::{self, Read};

use base64_simd::STANDARD as BASE64;
use struson::reader::{
    JsonReader, JsonStreamReader, JsonSyntaxError, ReaderError, ReaderSettings, SyntaxErrorKind,
    UnexpectedStructureKind, ValueType,
};
use tiny_xmlrpc::{DateTime, Dialect, Fault, Sink, Writer};

use super::Located;

type Result<T, E = Located> = std::result::Result<T, E>;

/// How many arrays and structs may be open inside one another, as in [`tiny_xmlrpc::Limits`].
const DEPTH: usize = 128;

/// Bytes of a text that are held at a time: a multiple of four, for base64.
const CHUNK: usize = 16 * 1024;

/// Reads canonical JSON: one document, or several in a row.
pub(crate) struct Canonical<R: Read> {
    json: JsonStreamReader<R>,
    /// Where it stands among the values.
    path: Vec<Step>,
    /// How many arrays and structs are open.
    depth: usize,
    /// A part of a text.
    buffer: Vec<u8>,
}

/// A step of a path.
enum Step {
    /// `params` and the like.
    Root(&'static str),
    Item(u64),
    Member(String),
}

impl<R: Read> Canonical<R> {
    pub(crate) fn new(reader: R) -> Self {
        let settings = ReaderSettings {
            allow_multiple_top_level: true,
            track_path: false,
            // The depth of values is bounded here, and numbers are read as what they are.
            max_nesting_depth: None,
            restrict_number_values: false,
            ..ReaderSettings::default()
        };
        Self { json: JsonStreamReader::new_custom(reader, settings), path: Vec::new(), depth: 0, buffer: Vec::new() }
    }

    /// Whether another document follows the last one.
    pub(crate) fn has_next(&mut self) -> Result<bool> {
        self.json.has_next().map_err(|error| self.wrong(error))
    }

    /// Writes the document that comes next, up to its end. `bare` says that it is a value and no message.
    pub(crate) fn document(&mut self, writer: &mut Writer<impl Sink>, bare: bool) -> Result<()> {
        if bare {
            self.path = vec![Step::Root("value")];
            self.value(writer)?;
        } else {
            self.path.clear();
            self.message(writer)?;
        }
        self.path.clear();
        writer.end().map_err(|error| self.locate(error))
    }

    /// Writes the values of the array that comes next, as parameters.
    pub(crate) fn params(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::Array, "an array of parameters")?;
        self.begin_array()?;
        let mut count = 0;
        self.path = vec![Step::Root("params"), Step::Item(0)];
        while self.has_next()? {
            if let Some(Step::Item(at)) = self.path.last_mut() {
                *at = count;
            }
            self.value(writer)?;
            count += 1;
        }
        self.path.clear();
        self.end_array()
    }

    /// Hands on the documents of calls: all in an array, or all that stand behind one another.
    pub(crate) fn calls(
        &mut self,
        dialect: Dialect,
        mut take: impl FnMut(&[u8]) -> tiny_xmlrpc::Result<()>,
    ) -> Result<()> {
        let is_array = self.peek()? == ValueType::Array;
        if is_array {
            self.begin_array()?;
        }
        // Where they stand behind one another there has to be one.
        while !is_array || self.has_next()? {
            let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
            self.document(&mut writer, false)?;
            let xml = writer.into_inner();
            take(&xml).map_err(|_| self.error("expected a call, found a reply"))?;
            if !is_array && !self.has_next()? {
                return Ok(());
            }
        }
        self.end_array()?;
        self.end()
    }

    /// Checks that nothing follows.
    pub(crate) fn end(&mut self) -> Result<()> {
        if self.has_next()? { Err(self.error("expected the end, found more")) } else { Ok(()) }
    }

    fn message(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        let what = "an object with methodName and params, with params, or with fault";
        self.expect(ValueType::Object, what)?;
        self.begin_object()?;
        match self.name("methodName, params or fault")?.as_str() {
            "methodName" => {
                let method = self.short_text("the name of a method")?;
                writer.call(&method).map_err(|error| self.locate(error))?;
                match self.name("params")?.as_str() {
                    "params" => self.params(writer)?,
                    other => return Err(self.error(format!("expected params, found {other:?}"))),
                }
            }
            "params" => {
                writer.response().map_err(|error| self.locate(error))?;
                self.params(writer)?;
                // What comes is written at once, so that a call has to begin with its name.
                if self.has_next()? {
                    return Err(match self.name("the end of the object")?.as_str() {
                        "methodName" => self.error("expected methodName before params, found it behind them"),
                        other => self.error(format!("expected the end of the object, found {other:?}")),
                    });
                }
            }
            "fault" => self.fault(writer)?,
            other => return Err(self.error(format!("expected methodName, params or fault, found {other:?}"))),
        }
        self.end_object()
    }

    fn fault(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.path = vec![Step::Root("fault")];
        self.expect(ValueType::Object, "an object with faultCode and faultString")?;
        self.begin_object()?;
        let (mut code, mut text) = (None, None);
        while self.has_next()? {
            match self.name("faultCode or faultString")?.as_str() {
                "faultCode" if code.is_none() => code = Some(self.number::<i32>("a faultCode of 32 bits")?),
                "faultString" if text.is_none() => text = Some(self.short_text("a faultString")?),
                other => return Err(self.error(format!("expected faultCode and faultString once, found {other:?}"))),
            }
        }
        let (Some(code), Some(text)) = (code, text) else {
            return Err(self.error("expected faultCode and faultString, found one of them missing"));
        };
        writer.write_fault(&Fault::new(code, text)).map_err(|error| self.locate(error))?;
        self.path.clear();
        self.end_object()
    }

    /// Writes one value. It calls itself for what stands in it, no deeper than [`DEPTH`].
    fn value(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::Object, "a typed value like {\"int\":5}")?;
        self.begin_object()?;
        let written = match self.name("the name of a type")?.as_str() {
            "int" => {
                let value = self.number("an int of 32 bits")?;
                writer.int(value)
            }
            "i8" => {
                let value = self.number("an integer of 64 bits")?;
                writer.i8(value)
            }
            "double" => {
                let value = self.double()?;
                writer.double(value)
            }
            "boolean" => {
                self.expect(ValueType::Boolean, "true or false")?;
                let value = self.json.next_bool().map_err(|error| self.wrong(error))?;
                writer.boolean(value)
            }
            "nil" => {
                self.expect(ValueType::Null, "null")?;
                self.json.next_null().map_err(|error| self.wrong(error))?;
                writer.nil()
            }
            "dateTime" => {
                let text = self.short_text("a date and time")?;
                let value: DateTime = text.parse().map_err(|error| self.locate(error))?;
                writer.datetime(value)
            }
            "biginteger" => {
                let digits = self.short_text("the digits of a number")?;
                writer.big_integer(&digits)
            }
            "bigdecimal" => {
                let digits = self.short_text("the digits of a number")?;
                writer.big_decimal(&digits)
            }
            "string" => return self.text(writer).and_then(|()| self.end_object()),
            "base64" => return self.base64(writer).and_then(|()| self.end_object()),
            "array" => return self.array(writer).and_then(|()| self.end_object()),
            "struct" => return self.members(writer).and_then(|()| self.end_object()),
            other => return Err(self.error(format!("expected the name of a type, found {other:?}"))),
        };
        written.map_err(|error| self.locate(error))?;
        self.end_object()
    }

    fn array(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::Array, "an array")?;
        self.deeper()?;
        self.begin_array()?;
        writer.start_array().map_err(|error| self.locate(error))?;
        let mut count = 0;
        while self.has_next()? {
            self.path.push(Step::Item(count));
            self.value(writer)?;
            self.path.pop();
            count += 1;
        }
        self.depth -= 1;
        writer.end_array().map_err(|error| self.locate(error))?;
        self.end_array()
    }

    fn members(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::Array, "an array of members like [\"name\",{\"int\":5}]")?;
        self.deeper()?;
        self.begin_array()?;
        writer.start_struct().map_err(|error| self.locate(error))?;
        while self.has_next()? {
            self.expect(ValueType::Array, "a member like [\"name\",{\"int\":5}]")?;
            self.begin_array()?;
            let name = self.short_text("a member's name")?;
            self.path.push(Step::Member(name));
            if let Some(Step::Member(name)) = self.path.last() {
                writer.name(name).map_err(|error| self.locate(error))?;
            }
            self.value(writer)?;
            self.path.pop();
            self.end_array()?;
        }
        self.depth -= 1;
        writer.end_struct().map_err(|error| self.locate(error))?;
        self.end_array()
    }

    /// A string, part by part.
    fn text(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::String, "a text")?;
        self.parts(|part, is_last| {
            // The last character may not be here whole.
            let end = match std::str::from_utf8(part) {
                Err(error) if error.error_len().is_none() && !is_last => error.valid_up_to(),
                _ => part.len(),
            };
            let text =
                std::str::from_utf8(&part[..end]).map_err(|_| Stopped::Wrong("expected UTF-8, found other bytes"))?;
            let written = if is_last { writer.string(text) } else { writer.string_chunk(text) };
            written.map_err(Stopped::Writer)?;
            Ok(end)
        })
    }

    /// Base64, part by part.
    fn base64(&mut self, writer: &mut Writer<impl Sink>) -> Result<()> {
        self.expect(ValueType::String, "base64 as a text")?;
        self.parts(|part, is_last| {
            let wrong = Stopped::Wrong("expected base64, found something else");
            // Padding stands at the end only.
            if !is_last && part.contains(&b'=') {
                return Err(wrong);
            }
            let bytes = BASE64.decode_to_vec(part).map_err(|_| wrong)?;
            let written = if is_last { writer.base64(&bytes) } else { writer.base64_chunk(&bytes) };
            written.map_err(Stopped::Writer)?;
            Ok(part.len())
        })
    }

    /// Hands on the text that comes next in parts: all of one size but the last, which may be empty. What is made of a
    /// part says how much of it was used; the rest comes again.
    fn parts(&mut self, mut take: impl FnMut(&[u8], bool) -> Result<usize, Stopped>) -> Result<()> {
        let Self { json, buffer, .. } = self;
        buffer.resize(CHUNK, 0);
        let mut read = || {
            let mut text = json.next_string_reader().map_err(Stopped::Json)?;
            let mut held = 0;
            loop {
                let count = text.read(&mut buffer[held..]).map_err(Stopped::Io)?;
                held += count;
                if count > 0 && held < CHUNK {
                    continue;
                }
                let used = take(&buffer[..held], count == 0)?;
                if count == 0 {
                    return Ok(());
                }
                buffer.copy_within(used..held, 0);
                held -= used;
            }
        };
        read().map_err(|stopped| self.stopped(stopped))
    }

    fn double(&mut self) -> Result<f64> {
        if self.peek()? != ValueType::String {
            let value: f64 = self.number("a number")?;
            return if value.is_finite() {
                Ok(value)
            } else {
                Err(self.error("expected a double, found a larger number"))
            };
        }
        match self.short_text("a number")?.as_str() {
            "nan" => Ok(f64::NAN),
            "inf" => Ok(f64::INFINITY),
            "-inf" => Ok(f64::NEG_INFINITY),
            other => Err(self.error(format!("expected a number, \"nan\", \"inf\" or \"-inf\", found {other:?}"))),
        }
    }

    fn number<N: std::str::FromStr>(&mut self, expected: &str) -> Result<N> {
        self.expect(ValueType::Number, expected)?;
        let digits = self.json.next_number_as_string().map_err(|error| self.wrong(error))?;
        digits.parse().map_err(|_| self.error(format!("expected {expected}, found {digits}")))
    }

    /// A text that is held in memory.
    fn short_text(&mut self, expected: &str) -> Result<String> {
        self.expect(ValueType::String, expected)?;
        self.json.next_string().map_err(|error| self.wrong(error))
    }

    fn name(&mut self, expected: &str) -> Result<String> {
        if !self.has_next()? {
            return Err(self.error(format!("expected {expected}, found the end of the object")));
        }
        self.json.next_name_owned().map_err(|error| self.wrong(error))
    }

    fn peek(&mut self) -> Result<ValueType> {
        self.json.peek().map_err(|error| self.wrong(error))
    }

    /// Checks what comes next.
    fn expect(&mut self, wanted: ValueType, expected: &str) -> Result<()> {
        let found = self.peek()?;
        if found == wanted {
            return Ok(());
        }
        Err(self.error(format!("expected {expected}, found {}", kind(found))))
    }

    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(
                self.error(format!("expected at most {DEPTH} arrays and structs inside one another, found more"))
            );
        }
        Ok(())
    }

    fn begin_object(&mut self) -> Result<()> {
        self.json.begin_object().map_err(|error| self.wrong(error))
    }

    fn end_object(&mut self) -> Result<()> {
        self.json.end_object().map_err(|error| self.wrong(error))
    }

    fn begin_array(&mut self) -> Result<()> {
        self.json.begin_array().map_err(|error| self.wrong(error))
    }

    fn end_array(&mut self) -> Result<()> {
        self.json.end_array().map_err(|error| self.wrong(error))
    }

    fn error(&self, message: impl Into<String>) -> Located {
        let place =
            self.json.current_position(false).line_pos.map_or((1, 1), |place| (place.line + 1, place.column + 1));
        Located::new(place, self.path(), message)
    }

    /// An error of the writer, which knows no places.
    fn locate(&self, error: tiny_xmlrpc::Error) -> Located {
        self.error(format!("{}{}", error.message(), crate::failure::hint(&error)))
    }

    fn stopped(&self, stopped: Stopped) -> Located {
        match stopped {
            Stopped::Json(error) => self.wrong(error),
            Stopped::Io(error) => self.wrong_io(&error),
            Stopped::Writer(error) => self.locate(error),
            Stopped::Wrong(message) => self.error(message),
        }
    }

    /// An error of the JSON reader.
    fn wrong(&self, error: ReaderError) -> Located {
        match error {
            ReaderError::SyntaxError(error) => self.wrong_syntax(&error),
            ReaderError::UnexpectedStructure { kind: UnexpectedStructureKind::MoreElementsThanExpected, .. } => {
                self.error("expected the end of the array or object, found more in it")
            }
            ReaderError::UnexpectedStructure { .. } => {
                self.error("expected more in the array or object, found its end")
            }
            ReaderError::IoError { error, .. } => self.wrong_io(&error),
            other => self.error(other.to_string()),
        }
    }

    fn wrong_syntax(&self, error: &JsonSyntaxError) -> Located {
        let place = error.location.line_pos.map_or((1, 1), |place| (place.line + 1, place.column + 1));
        Located::new(place, self.path(), syntax(error.kind))
    }

    /// An error of the stream, or of a text that came as one.
    fn wrong_io(&self, error: &io::Error) -> Located {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<JsonSyntaxError>()) {
            Some(error) => self.wrong_syntax(error),
            None => self.error(format!("reading failed: {error}")),
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Root(name) => path.push_str(name),
                Step::Item(at) => path.push_str(&format!("[{at}]")),
                Step::Member(name) => path.push_str(&format!(".{name}")),
            }
        }
        path
    }
}

/// What ended a text before its time.
enum Stopped {
    Json(ReaderError),
    Io(io::Error),
    Writer(tiny_xmlrpc::Error),
    Wrong(&'static str),
}

fn kind(found: ValueType) -> &'static str {
    match found {
        ValueType::Array => "an array",
        ValueType::Object => "an object",
        ValueType::String => "a text",
        ValueType::Number => "a number",
        ValueType::Boolean => "a boolean",
        ValueType::Null => "null",
    }
}

fn syntax(kind: SyntaxErrorKind) -> &'static str {
    use SyntaxErrorKind as Kind;
    match kind {
        Kind::IncompleteDocument => "expected more JSON, found its end",
        Kind::InvalidLiteral | Kind::TrailingDataAfterLiteral => "expected true, false or null, found another word",
        Kind::UnexpectedClosingBracket => "expected a value, found a closing bracket",
        Kind::UnexpectedComma | Kind::TrailingCommaNotEnabled => "expected a value, found a comma",
        Kind::MissingComma => "expected a comma, found something else",
        Kind::UnexpectedColon => "expected a value, found a colon",
        Kind::MissingColon => "expected a colon, found something else",
        Kind::MalformedNumber | Kind::TrailingDataAfterNumber => "expected a number, found something else",
        Kind::ExpectingMemberNameOrObjectEnd => "expected a name or the end of the object, found something else",
        Kind::NotEscapedControlCharacter => "expected an escape, found a control character",
        Kind::UnknownEscapeSequence | Kind::MalformedEscapeSequence => "expected an escape like \\n, found another",
        Kind::UnpairedSurrogatePairEscapeSequence => "expected a pair of surrogates, found one alone",
        Kind::TrailingData => "expected the end, found more",
        _ => "expected JSON, found something else",
    }
}
