//! Writing: events to bytes, in the form that every peer reads.
//!
//! The same grammar that reading checks is enforced on the way out: a document that is written is a
//! document that is read.

mod dialect;
mod sink;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub use dialect::{Dialect, Extension};
#[cfg(feature = "std")]
pub use sink::IoSink;
#[cfg(feature = "serde")]
pub(crate) use sink::Rewind;
pub use sink::{Counter, Sink};

use crate::text::{self, Forbidden, Unrepresentable};
use crate::{DateTime, Error, ErrorKind, Event, Fault, Result, Value, base64, scalar};

/// Writes a document, one event at a time, to any [`Sink`].
///
/// The output has nothing before `<?xml version="1.0"?>`, no attributes, no white space inside
/// scalars, no empty-element tags but nil: what every known peer reads.
///
/// ```
/// use tiny_xmlrpc::Writer;
///
/// let mut writer = Writer::new(Vec::new());
/// writer.call("add")?;
/// writer.int(2)?;
/// writer.int(3)?;
/// let xml = writer.finish()?;
/// assert!(xml.ends_with(b"<param><value><int>3</int></value></param></params></methodCall>"));
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Unsupported`] for what the [`Dialect`] cannot say, [`ErrorKind::Usage`] for events
/// out of order, and whatever the sink answers. What was written up to an error is of no use.
#[derive(Debug)]
pub struct Writer<S> {
    sink: S,
    dialect: Dialect,
    state: State,
}

/// Where the writer stands; small, so that it can be put back.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    root: Root,
    /// How many values stand in the document itself.
    values: usize,
    /// What may come next.
    next: Next,
    /// How many containers stand around the one value that may come: 0 but within a multicall.
    floor: usize,
    nesting: Nesting,
    text: OpenText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    None,
    Call,
    Response,
    Fault,
    Value,
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A value, or the end of what it stands in.
    Value,
    /// A member's name, or the end of the struct.
    Name,
    /// The value of a member, and nothing else.
    MemberValue,
}

/// A text that is written in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenText {
    None,
    String,
    /// With the bytes that do not make a group of three yet.
    Base64([u8; 2], u8),
}

/// Which containers are open: a bit each, 128 to the word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Nesting {
    depth: usize,
    /// Whether each is a struct, the innermost in the lowest bit.
    structs: u128,
    outer: Vec<u128>,
}

impl Nesting {
    fn push(&mut self, is_struct: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(128) {
            self.outer.push(self.structs);
        }
        self.depth += 1;
        self.structs = self.structs << 1 | u128::from(is_struct);
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.structs >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(128) {
            self.structs = self.outer.pop().unwrap_or_default();
        }
    }

    /// Whether the innermost container is a struct; `None` where none is open.
    fn innermost(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.structs & 1 == 1)
    }
}

/// What an ordinary call or response takes, so that its buffer need not grow step by step.
const ORDINARY: usize = 512;

const DECLARATION: &[u8] = b"<?xml version=\"1.0\"?>";
const NAMESPACE: &[u8] = b" xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"";

impl<S: Sink> Writer<S> {
    /// Writes to `sink` what the specification knows.
    pub fn new(sink: S) -> Self {
        let state = State {
            root: Root::None,
            values: 0,
            next: Next::Value,
            floor: 0,
            nesting: Nesting::default(),
            text: OpenText::None,
        };
        Self { sink, dialect: Dialect::strict(), state }
    }

    /// Writes what this dialect knows.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The dialect in force.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Begins a call of this method: the values that follow are its parameters.
    pub fn call(&mut self, method: &str) -> Result<()> {
        if scalar::trim(method).is_empty() {
            return Err(Error::new(ErrorKind::Usage, "expected the name of a method, found none"));
        }
        self.root(Root::Call, b"<methodCall", b"><methodName>")?;
        self.escaped(method, Unrepresentable::Error)?;
        self.sink.write(b"</methodName><params>")
    }

    /// Begins a response with a result: one value follows.
    pub fn response(&mut self) -> Result<()> {
        self.root(Root::Response, b"<methodResponse", b"><params>")
    }

    /// Begins a response with a fault: one value follows, a struct. See also [`write_fault`](Self::write_fault).
    pub fn fault(&mut self) -> Result<()> {
        self.root(Root::Fault, b"<methodResponse", b"><fault>")
    }

    fn root(&mut self, root: Root, element: &[u8], rest: &[u8]) -> Result<()> {
        if self.state.root != Root::None {
            return Err(self.out_of_order("the beginning of a document"));
        }
        self.state.root = root;
        self.sink.reserve(ORDINARY);
        self.sink.write(DECLARATION)?;
        self.sink.write(element)?;
        if self.dialect.is_apache() {
            self.sink.write(NAMESPACE)?;
        }
        self.sink.write(rest)
    }

    /// A whole response with this fault: exactly two members, the code first, as some peers want it.
    ///
    /// Characters that XML cannot carry are replaced: a fault has to arrive.
    pub fn write_fault(&mut self, fault: &Fault) -> Result<()> {
        self.fault()?;
        self.fault_struct(fault)
    }

    /// The struct that a fault is, as a value: in the results of a multicall it stands for a call.
    pub fn fault_struct(&mut self, fault: &Fault) -> Result<()> {
        self.start_struct()?;
        self.name("faultCode")?;
        self.int(fault.code())?;
        self.name("faultString")?;
        let policy = core::mem::replace(&mut self.dialect.unrepresentable, Unrepresentable::Replace);
        let written = self.string(fault.message());
        self.dialect.unrepresentable = policy;
        written?;
        self.end_struct()
    }

    /// Gives the sink back, whether or not the document is complete.
    pub fn into_inner(self) -> S {
        self.sink
    }

    /// Ends the document, checks that it is complete, and gives the sink back.
    pub fn finish(mut self) -> Result<S> {
        self.end()?;
        Ok(self.sink)
    }

    /// Ends the document and checks that it is complete.
    pub fn end(&mut self) -> Result<()> {
        let one = self.state.values == 1;
        let rest: &[u8] = match self.state.root {
            Root::Call => b"</params></methodCall>",
            Root::Response if one => b"</params></methodResponse>",
            Root::Fault if one => b"</fault></methodResponse>",
            Root::Value if one => b"",
            _ => return Err(self.out_of_order("the end of the document")),
        };
        if self.state.nesting.depth > 0 || self.state.text != OpenText::None {
            return Err(self.out_of_order("the end of the document"));
        }
        self.state.root = Root::Done;
        self.sink.write(rest)
    }

    /// A value may come here: writes what stands before it.
    #[inline]
    fn begin_value(&mut self, what: &'static str) -> Result<()> {
        if self.state.nesting.depth == self.state.floor {
            return self.begin_outermost(what);
        }
        if self.state.next == Next::Name || !matches!(self.state.text, OpenText::None) {
            return Err(self.out_of_order(what));
        }
        Ok(())
    }

    fn begin_outermost(&mut self, what: &'static str) -> Result<()> {
        let room = match self.state.root {
            _ if self.state.floor > 0 => self.state.values == 0,
            Root::None => {
                self.state.root = Root::Value;
                true
            }
            Root::Call => true,
            Root::Response | Root::Fault => self.state.values == 0,
            Root::Value | Root::Done => false,
        };
        if !room || self.state.text != OpenText::None {
            return Err(self.out_of_order(what));
        }
        self.state.values += 1;
        let param = self.state.floor == 0 && matches!(self.state.root, Root::Call | Root::Response);
        if param { self.sink.write(b"<param>") } else { Ok(()) }
    }

    /// A value is complete: writes what stands behind it.
    #[inline]
    fn end_value(&mut self) -> Result<()> {
        match self.state.nesting.innermost() {
            Some(true) => {
                self.state.next = Next::Name;
                self.sink.write(b"</member>")
            }
            Some(false) => {
                self.state.next = Next::Value;
                Ok(())
            }
            None if matches!(self.state.root, Root::Call | Root::Response) => self.sink.write(b"</param>"),
            None => Ok(()),
        }
    }

    /// The tags are arrays, so that copying them needs no look at their length.
    #[inline(always)]
    fn scalar<const A: usize, const B: usize>(
        &mut self,
        what: &'static str,
        open: &[u8; A],
        text: &[u8],
        close: &[u8; B],
    ) -> Result<()> {
        self.begin_value(what)?;
        self.sink.write(open)?;
        self.sink.write(text)?;
        self.sink.write(close)?;
        self.end_value()
    }

    /// `<int>`
    #[inline]
    pub fn int(&mut self, value: i32) -> Result<()> {
        let mut digits = itoa::Buffer::new();
        self.scalar("an int", b"<value><int>", digits.format(value).as_bytes(), b"</int></value>")
    }

    /// `<i8>` where the dialect has it; else `<int>` where the value fits.
    pub fn i8(&mut self, value: i64) -> Result<()> {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(value).as_bytes();
        match self.dialect.i8 {
            Extension::Plain => self.scalar("an i8", b"<value><i8>", digits, b"</i8></value>"),
            Extension::Apache => self.scalar("an i8", b"<value><ex:i8>", digits, b"</ex:i8></value>"),
            Extension::Off => match i32::try_from(value) {
                Ok(small) => self.int(small),
                Err(_) => Err(unsupported(format!("the integer {value}, which needs the extension i8"))),
            },
        }
    }

    /// `<int>` where the value fits into it, else `<i8>` where the dialect has it.
    pub fn integer(&mut self, value: i64) -> Result<()> {
        match i32::try_from(value) {
            Ok(small) => self.int(small),
            Err(_) => self.i8(value),
        }
    }

    /// `<boolean>`
    #[inline]
    pub fn boolean(&mut self, value: bool) -> Result<()> {
        let text: &[u8] = if value { b"1" } else { b"0" };
        self.scalar("a boolean", b"<value><boolean>", text, b"</boolean></value>")
    }

    /// `<double>`: the shortest plain decimal that reads back as the same number.
    pub fn double(&mut self, value: f64) -> Result<()> {
        if !value.is_finite() && !self.dialect.non_finite {
            return Err(unsupported(format!("the double {value}, which is not a finite number")));
        }
        scalar::write_double(value, |text| self.scalar("a double", b"<value><double>", text, b"</double></value>"))
    }

    /// `<dateTime.iso8601>` in its base form.
    pub fn datetime(&mut self, value: DateTime) -> Result<()> {
        let text = value.to_bytes();
        self.scalar("a dateTime.iso8601", b"<value><dateTime.iso8601>", &text, b"</dateTime.iso8601></value>")
    }

    /// `<nil/>`, if the dialect has it.
    pub fn nil(&mut self) -> Result<()> {
        match self.dialect.nil {
            Extension::Plain => self.scalar("nil", b"<value><nil/></value>", b"", b""),
            Extension::Apache => self.scalar("nil", b"<value><ex:nil/></value>", b"", b""),
            Extension::Off => Err(unsupported("nil, which is an extension".into())),
        }
    }

    /// Apache's `<ex:biginteger>`: decimal digits with or without a sign.
    pub fn big_integer(&mut self, digits: &str) -> Result<()> {
        if !self.dialect.big_numbers {
            return Err(unsupported("a biginteger, which is an extension".into()));
        }
        let digits = scalar::parse_big_integer(digits).map_err(|(kind, message)| Error::new(kind, message))?;
        self.scalar("a biginteger", b"<value><ex:biginteger>", digits.as_bytes(), b"</ex:biginteger></value>")
    }

    /// Apache's `<ex:bigdecimal>`: a decimal number of any length.
    pub fn big_decimal(&mut self, digits: &str) -> Result<()> {
        if !self.dialect.big_numbers {
            return Err(unsupported("a bigdecimal, which is an extension".into()));
        }
        let digits = scalar::parse_big_decimal(digits).map_err(|(kind, message)| Error::new(kind, message))?;
        self.scalar("a bigdecimal", b"<value><ex:bigdecimal>", digits.as_bytes(), b"</ex:bigdecimal></value>")
    }

    /// `<string>`; or the last part of one that [`string_chunk`](Self::string_chunk) began.
    pub fn string(&mut self, value: &str) -> Result<()> {
        match self.state.text {
            OpenText::None => self.begin_value("a string")?,
            OpenText::String => {
                self.escaped(value, self.dialect.unrepresentable)?;
                self.state.text = OpenText::None;
                self.sink.write(if self.dialect.untyped_strings { b"</value>" } else { b"</string></value>" })?;
                return self.end_value();
            }
            OpenText::Base64(..) => return Err(self.out_of_order("a string")),
        }
        if self.dialect.unrepresentable == Unrepresentable::Base64 && !text::is_representable(value) {
            self.base64_element(value.as_bytes())?;
            return self.end_value();
        }
        if !self.dialect.untyped_strings && text::find_special(value.as_bytes()) == value.len() {
            self.sink.write(b"<value><string>")?;
            self.sink.write(value.as_bytes())?;
            self.sink.write(b"</string></value>")?;
        } else if self.dialect.untyped_strings {
            self.sink.write(b"<value>")?;
            self.escaped(value, self.dialect.unrepresentable)?;
            self.sink.write(b"</value>")?;
        } else {
            self.sink.write(b"<value><string>")?;
            self.escaped(value, self.dialect.unrepresentable)?;
            self.sink.write(b"</string></value>")?;
        }
        self.end_value()
    }

    /// A part of a string; [`string`](Self::string) writes the last one.
    ///
    /// What comes in chunks cannot turn into base64 any more: under that policy a character that XML
    /// cannot carry is an error here.
    pub fn string_chunk(&mut self, chunk: &str) -> Result<()> {
        match self.state.text {
            OpenText::None => {
                self.begin_value("a string")?;
                self.sink.write(if self.dialect.untyped_strings { b"<value>" } else { b"<value><string>" })?;
                self.state.text = OpenText::String;
            }
            OpenText::String => {}
            OpenText::Base64(..) => return Err(self.out_of_order("a string")),
        }
        self.escaped(chunk, self.dialect.unrepresentable)
    }

    /// `<base64>` of these bytes, padded and without line breaks; or the last part of one that
    /// [`base64_chunk`](Self::base64_chunk) began.
    pub fn base64(&mut self, bytes: &[u8]) -> Result<()> {
        if let OpenText::None = self.state.text {
            self.begin_value("base64")?;
            self.base64_element(bytes)?;
            return self.end_value();
        }
        self.base64_chunk(bytes)?;
        if let OpenText::Base64(rest, length) = self.state.text {
            self.encoded(rest.get(..usize::from(length)).unwrap_or_default())?;
        }
        self.state.text = OpenText::None;
        self.sink.write(b"</base64></value>")?;
        self.end_value()
    }

    /// A part of a base64, of any length; [`base64`](Self::base64) writes the last one.
    pub fn base64_chunk(&mut self, mut chunk: &[u8]) -> Result<()> {
        let (mut rest, mut length) = match self.state.text {
            OpenText::None => {
                self.begin_value("base64")?;
                self.sink.write(b"<value><base64>")?;
                ([0; 2], 0)
            }
            OpenText::Base64(rest, length) => (rest, length),
            OpenText::String => return Err(self.out_of_order("base64")),
        };
        // First the group that the last chunk left open.
        if length > 0 {
            let wanted = 3 - usize::from(length);
            if let Some((head, tail)) = chunk.split_at_checked(wanted) {
                let mut group = [0; 3];
                for (to, from) in group.iter_mut().zip(rest.iter().take(usize::from(length)).chain(head)) {
                    *to = *from;
                }
                self.encoded(&group)?;
                chunk = tail;
                length = 0;
            }
        }
        if length == 0 {
            let (whole, tail) = chunk.split_at_checked(chunk.len() / 3 * 3).unwrap_or((chunk, &[]));
            self.encoded(whole)?;
            chunk = tail;
        }
        for &byte in chunk {
            if let Some(to) = rest.get_mut(usize::from(length)) {
                *to = byte;
                length += 1;
            }
        }
        self.state.text = OpenText::Base64(rest, length);
        Ok(())
    }

    /// `<base64>` of all that a stream gives, in constant memory.
    #[cfg(feature = "std")]
    pub fn base64_from(&mut self, mut reader: impl std::io::Read) -> Result<()> {
        let mut buffer = [0; 12 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return self.base64(&[]),
                Ok(length) => self.base64_chunk(buffer.get(..length).unwrap_or_default())?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn base64_element(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink.write(b"<value><base64>")?;
        self.encoded(bytes)?;
        self.sink.write(b"</base64></value>")
    }

    fn encoded(&mut self, bytes: &[u8]) -> Result<()> {
        base64::encode(bytes, |piece| self.sink.write(piece))
    }

    /// Begins an array: values follow, then [`end_array`](Self::end_array).
    pub fn start_array(&mut self) -> Result<()> {
        self.begin_value("an array")?;
        self.state.nesting.push(false);
        self.state.next = Next::Value;
        self.sink.write(b"<value><array><data>")
    }

    /// Ends the innermost array.
    pub fn end_array(&mut self) -> Result<()> {
        let open = self.state.nesting.innermost() == Some(false) && self.state.nesting.depth > self.state.floor;
        if !open || self.state.text != OpenText::None {
            return Err(self.out_of_order("the end of an array"));
        }
        self.state.nesting.pop();
        self.sink.write(b"</data></array></value>")?;
        self.end_value()
    }

    /// Begins a struct: each member's [`name`](Self::name) and value follow, then [`end_struct`](Self::end_struct).
    pub fn start_struct(&mut self) -> Result<()> {
        self.begin_value("a struct")?;
        self.state.nesting.push(true);
        self.state.next = Next::Name;
        self.sink.write(b"<value><struct>")
    }

    /// The name of a member: its value follows.
    pub fn name(&mut self, name: &str) -> Result<()> {
        if self.state.next != Next::Name || self.state.nesting.innermost() != Some(true) {
            return Err(self.out_of_order("a member's name"));
        }
        self.state.next = Next::MemberValue;
        self.sink.write(b"<member><name>")?;
        if text::find_special(name.as_bytes()) == name.len() {
            self.sink.write(name.as_bytes())?;
        } else {
            self.escaped(name, Unrepresentable::Error)?;
        }
        self.sink.write(b"</name>")
    }

    /// Ends the innermost struct.
    pub fn end_struct(&mut self) -> Result<()> {
        if self.state.next != Next::Name || self.state.nesting.innermost() != Some(true) {
            return Err(self.out_of_order("the end of a struct"));
        }
        self.state.nesting.pop();
        self.sink.write(b"</struct></value>")?;
        self.end_value()
    }

    /// Whatever event this is.
    pub fn write(&mut self, event: &Event<'_>) -> Result<()> {
        match event {
            Event::Call(method) => self.call(method),
            Event::Response => self.response(),
            Event::Fault => self.fault(),
            Event::Nil => self.nil(),
            Event::Boolean(value) => self.boolean(*value),
            Event::Int(value) => self.int(*value),
            Event::I8(value) => self.i8(*value),
            Event::Double(value) => self.double(*value),
            Event::DateTime(value, _) => self.datetime(*value),
            Event::BigInteger(digits) => self.big_integer(digits),
            Event::BigDecimal(digits) => self.big_decimal(digits),
            Event::StringChunk(chunk) => self.string_chunk(chunk),
            Event::String(value) => self.string(value),
            Event::Base64Chunk(chunk) => self.base64_chunk(chunk),
            Event::Base64(bytes) => self.base64(bytes),
            Event::StartArray => self.start_array(),
            Event::EndArray => self.end_array(),
            Event::StartStruct => self.start_struct(),
            Event::Name(name) => self.name(name),
            Event::EndStruct => self.end_struct(),
            Event::End => self.end(),
        }
    }

    /// A whole value, with a stack of its own instead of recursion.
    pub fn value(&mut self, value: &Value) -> Result<()> {
        enum Open<'v> {
            Array(core::slice::Iter<'v, Value>),
            Struct(crate::value::Members<'v>),
        }
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut next = Some(value);
        loop {
            match next.take() {
                None => {}
                Some(Value::Array(items)) => {
                    self.start_array()?;
                    open.push(Open::Array(items.iter()));
                }
                Some(Value::Struct(members)) => {
                    self.start_struct()?;
                    open.push(Open::Struct(members.members()));
                }
                Some(scalar) => self.scalar_value(scalar)?,
            }
            match open.last_mut() {
                None => return Ok(()),
                // Scalars in a row need not go round by the stack.
                Some(Open::Array(items)) => loop {
                    match items.next() {
                        None => {
                            self.end_array()?;
                            open.pop();
                            break;
                        }
                        Some(container @ (Value::Array(_) | Value::Struct(_))) => {
                            next = Some(container);
                            break;
                        }
                        Some(scalar) => self.scalar_value(scalar)?,
                    }
                },
                Some(Open::Struct(members)) => loop {
                    match members.next() {
                        None => {
                            self.end_struct()?;
                            open.pop();
                            break;
                        }
                        Some((name, value)) => {
                            self.name(name)?;
                            if matches!(value, Value::Array(_) | Value::Struct(_)) {
                                next = Some(value);
                                break;
                            }
                            self.scalar_value(value)?;
                        }
                    }
                },
            }
        }
    }

    #[inline]
    fn scalar_value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Nil => self.nil(),
            Value::Boolean(value) => self.boolean(*value),
            Value::Int(value) => self.int(*value),
            Value::I8(value) => self.i8(*value),
            Value::Double(value) => self.double(*value),
            Value::String(value) => self.string(value),
            Value::DateTime(value) => self.datetime(*value),
            Value::Base64(bytes) => self.base64(bytes),
            Value::BigInteger(digits) => self.big_integer(digits),
            Value::BigDecimal(digits) => self.big_decimal(digits),
            Value::Array(_) | Value::Struct(_) => self.value(value),
        }
    }

    #[inline]
    fn escaped(&mut self, text: &str, policy: Unrepresentable) -> Result<()> {
        text::escape(text, policy, |piece| self.sink.write(piece).map_err(Failed::Sink)).map_err(
            |failed| match failed {
                Failed::Sink(error) => error,
                Failed::Forbidden(Forbidden { at, character }) => unsupported(format!(
                    "the character U+{:04X} at byte {at} of a string, which XML does not allow",
                    u32::from(character)
                )),
            },
        )
    }

    #[cold]
    fn out_of_order(&self, found: &str) -> Error {
        let expected = match (self.state.root, self.state.text, self.state.next, self.state.nesting.innermost()) {
            (Root::Done, ..) => "nothing after the document",
            (_, OpenText::String, ..) => "the rest of a string",
            (_, OpenText::Base64(..), ..) => "the rest of base64",
            (_, _, Next::Name, Some(true)) => "a member's name or the end of the struct",
            (_, _, Next::MemberValue, _) => "a member's value",
            (_, _, _, Some(_)) => "a value or the end of the array",
            (Root::None, ..) => "the beginning of a document",
            (Root::Call, ..) => "a parameter or the end of the document",
            _ if self.state.values == 0 => "one value",
            _ => "the end of the document",
        };
        Error::new(ErrorKind::Usage, format!("expected {expected}, found {found}"))
    }
}

/// Where a document stood, to go back to.
#[cfg(feature = "serde")]
pub(crate) struct Checkpoint {
    length: u64,
    state: State,
}

#[cfg(feature = "serde")]
impl<S: Sink> Writer<S> {
    /// Notes where the document stands.
    pub(crate) fn checkpoint(&self) -> Checkpoint
    where
        S: Rewind,
    {
        Checkpoint { length: self.sink.length(), state: self.state.clone() }
    }

    /// Takes back what was written since.
    pub(crate) fn roll_back(&mut self, to: Checkpoint)
    where
        S: Rewind,
    {
        self.sink.cut(to.length);
        self.state = to.state;
    }

    /// Lets one value come, as in a document of its own: none behind it, and no end of what it stands in.
    pub(crate) fn begin_alone(&mut self) -> Outside {
        let outside = Outside { floor: self.state.floor, values: self.state.values };
        self.state.floor = self.state.nesting.depth;
        self.state.values = 0;
        outside
    }

    /// Checks that the value has come, whole.
    pub(crate) fn end_alone(&mut self, outside: Outside) -> Result<()> {
        let whole = self.state.nesting.depth == self.state.floor && self.state.text == OpenText::None;
        if !whole || self.state.values != 1 {
            return Err(self.out_of_order("the end of a result"));
        }
        (self.state.floor, self.state.values) = (outside.floor, outside.values);
        Ok(())
    }
}

/// What was outside of a value that is written by itself.
#[cfg(feature = "serde")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outside {
    floor: usize,
    values: usize,
}

/// Why a text could not be written.
enum Failed {
    Sink(Error),
    Forbidden(Forbidden),
}

impl From<Forbidden> for Failed {
    fn from(forbidden: Forbidden) -> Self {
        Self::Forbidden(forbidden)
    }
}

#[cold]
fn unsupported(found: String) -> Error {
    Error::new(ErrorKind::Unsupported, format!("expected a value that the dialect can write, found {found}"))
}

#[cfg(test)]
mod tests;
