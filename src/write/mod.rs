//! Writing: events to bytes, in the form that every peer reads.
//!
//! The same grammar that reading checks is enforced on the way out: a document that is written is a
//! document that is read.

mod chunks;
mod dialect;
mod elements;
mod sink;
mod state;
mod value;

pub use dialect::{Dialect, Extension};
#[cfg(feature = "std")]
pub use sink::IoSink;
#[cfg(feature = "serde")]
pub(crate) use sink::Rewind;
pub use sink::{Counter, Sink};
use state::{Next, OpenText, Root, State};

use crate::text::{self, Unrepresentable};
use crate::{DateTime, Error, ErrorKind, Event, Fault, Result, Value, scalar};

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

/// What an ordinary call or response takes, so that its buffer need not grow step by step.
const ORDINARY: usize = 512;

const NAMESPACE: &[u8] = b" xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"";

impl<S: Sink> Writer<S> {
    /// Writes to `sink` what the specification knows.
    pub fn new(sink: S) -> Self {
        Self { sink, dialect: Dialect::strict(), state: State::new() }
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
        if scalar::is_blank(method) {
            return Err(Error::new(ErrorKind::Usage, "expected the name of a method, found none"));
        }
        self.root(Root::Call, b"<?xml version=\"1.0\"?><methodCall", b"><methodName>")?;
        self.characters(method, Unrepresentable::Error)?;
        self.sink.write(b"</methodName><params>")
    }

    /// Begins a response with a result: one value follows.
    pub fn response(&mut self) -> Result<()> {
        self.root(Root::Response, b"<?xml version=\"1.0\"?><methodResponse", b"><params>")
    }

    /// Begins a response with a fault: one value follows, a struct. See also [`write_fault`](Self::write_fault).
    pub fn fault(&mut self) -> Result<()> {
        self.root(Root::Fault, b"<?xml version=\"1.0\"?><methodResponse", b"><fault>")
    }

    #[inline]
    fn root<const A: usize, const B: usize>(&mut self, root: Root, open: &[u8; A], rest: &[u8; B]) -> Result<()> {
        if self.state.root != Root::None {
            return Err(self.out_of_order("the beginning of a document"));
        }
        self.state.root = root;
        self.sink.reserve(ORDINARY);
        self.sink.write(open)?;
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

    /// A whole value. Where its element fails, half of it may stand there: the document is never complete after that.
    #[inline(always)]
    fn whole(&mut self, what: &'static str, element: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.begin_value(what)?;
        if let Err(error) = element(self) {
            self.state.root = Root::Broken;
            return Err(error);
        }
        self.end_value()
    }

    /// `<int>`
    #[inline]
    pub fn int(&mut self, value: i32) -> Result<()> {
        self.whole("an int", |writer| writer.int_element(value))
    }

    /// `<i8>` where the dialect has it; else `<int>` where the value fits.
    pub fn i8(&mut self, value: i64) -> Result<()> {
        self.whole("an i8", |writer| writer.i8_element(value))
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
        self.whole("a boolean", |writer| writer.boolean_element(value))
    }

    /// `<double>`: the shortest plain decimal that reads back as the same number.
    pub fn double(&mut self, value: f64) -> Result<()> {
        self.whole("a double", |writer| writer.double_element(value))
    }

    /// `<dateTime.iso8601>` in its base form.
    pub fn datetime(&mut self, value: DateTime) -> Result<()> {
        self.whole("a dateTime.iso8601", |writer| writer.datetime_element(value))
    }

    /// `<nil/>`, if the dialect has it.
    pub fn nil(&mut self) -> Result<()> {
        self.whole("nil", Self::nil_element)
    }

    /// Apache's `<ex:biginteger>`: decimal digits with or without a sign.
    pub fn big_integer(&mut self, digits: &str) -> Result<()> {
        self.whole("a biginteger", |writer| writer.big_integer_element(digits))
    }

    /// Apache's `<ex:bigdecimal>`: a decimal number of any length.
    pub fn big_decimal(&mut self, digits: &str) -> Result<()> {
        self.whole("a bigdecimal", |writer| writer.big_decimal_element(digits))
    }

    /// `<string>`; or the last part of one that [`string_chunk`](Self::string_chunk) began.
    pub fn string(&mut self, value: &str) -> Result<()> {
        if let OpenText::String = self.state.text {
            return self.last_of_string(value);
        }
        self.whole("a string", |writer| writer.string_element(value))
    }

    /// `<base64>` of these bytes, padded and without line breaks; or the last part of one that
    /// [`base64_chunk`](Self::base64_chunk) began.
    pub fn base64(&mut self, bytes: &[u8]) -> Result<()> {
        if let OpenText::Base64(..) = self.state.text {
            return self.last_of_base64(bytes);
        }
        self.whole("base64", |writer| writer.base64_element(bytes))
    }

    /// A whole value, of whatever type.
    pub fn value(&mut self, value: &Value) -> Result<()> {
        self.whole("a value", |writer| writer.value_element(value))
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
        self.prepared_name(name, text::short_plain(name.as_bytes()).as_ref())
    }

    /// The name of a member, and its text where it is short and plain.
    pub(crate) fn prepared_name(&mut self, name: &str, short: Option<&[u8; 16]>) -> Result<()> {
        if self.state.next != Next::Name || self.state.nesting.innermost() != Some(true) {
            return Err(self.out_of_order("a member's name"));
        }
        self.state.next = Next::MemberValue;
        self.name_element(name, short)
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
        if !whole || self.state.values != 1 || self.state.root == Root::Broken {
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

#[cfg(test)]
mod tests;
