//! The writer: events, one at a time, to a document.

use super::dialect::Dialect;
#[cfg(feature = "serde")]
use super::sink::Rewind;
use super::sink::Sink;
use super::state::{Next, OpenText, Root, State};

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
    pub(super) sink: S,
    pub(super) dialect: Dialect,
    pub(super) state: State,
    /// The same events as JSON.
    #[cfg(feature = "json")]
    pub(super) json: bool,
}

/// Leaves a method for its counterpart where JSON is written: one look at a flag for each event, and without the
/// feature none.
macro_rules! unless_json {
    ($writer:ident.$method:ident($($argument:expr),*)) => {
        #[cfg(feature = "json")]
        if $writer.json {
            return $writer.$method($($argument),*);
        }
    };
}

pub(super) use unless_json;

/// What an ordinary call or response takes, so that its buffer need not grow step by step.
pub(super) const ORDINARY: usize = 512;

const NAMESPACE: &[u8] = b" xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"";

impl<S: Sink> Writer<S> {
    /// Writes to `sink` what the specification knows: the [strict](Dialect::strict) dialect.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.string("Lund")?;
    /// assert_eq!(writer.finish()?, b"<value><string>Lund</string></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            dialect: Dialect::strict(),
            state: State::new(),
            #[cfg(feature = "json")]
            json: false,
        }
    }

    /// Writes what this dialect knows. To be said before anything is written.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::python());
    /// writer.nil()?;
    /// assert_eq!(writer.finish()?, b"<value><nil/></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The dialect in force.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Extension, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// match writer.dialect().nil {
    ///     Extension::Off => writer.string("none")?,
    ///     _ => writer.nil()?,
    /// }
    /// assert_eq!(writer.finish()?, b"<value><string>none</string></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Begins a call of this method: the values that follow are its parameters.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.call("abs")?;
    /// writer.int(-4)?;
    /// assert_eq!(writer.finish()?, b"<?xml version=\"1.0\"?><methodCall><methodName>abs</methodName>\
    ///     <params><param><value><int>-4</int></value></param></params></methodCall>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a name of nothing or of white space, [`ErrorKind::Unsupported`] for one with a
    /// character that XML cannot carry.
    pub fn call(&mut self, method: &str) -> Result<()> {
        unless_json!(self.json_call(method));
        if scalar::is_blank(method) {
            return Err(Error::new(ErrorKind::Usage, "expected the name of a method, found none"));
        }
        self.root(Root::Call, b"<?xml version=\"1.0\"?><methodCall", b"><methodName>")?;
        self.characters(method, Unrepresentable::Error)?;
        self.sink.write(b"</methodName><params>")
    }

    /// Begins a response with a result: one value follows.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.response()?;
    /// writer.int(5)?;
    /// assert_eq!(writer.finish()?, b"<?xml version=\"1.0\"?><methodResponse>\
    ///     <params><param><value><int>5</int></value></param></params></methodResponse>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn response(&mut self) -> Result<()> {
        unless_json!(self.json_root(Root::Response));
        self.root(Root::Response, b"<?xml version=\"1.0\"?><methodResponse", b"><params>")
    }

    /// Begins a response with a fault: one value follows, a struct. See also [`write_fault`](Self::write_fault).
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.fault()?;
    /// writer.start_struct()?;
    /// writer.name("faultCode")?;
    /// writer.int(4)?;
    /// writer.name("faultString")?;
    /// writer.string("too many")?;
    /// writer.end_struct()?;
    /// assert!(writer.finish()?.ends_with(b"</struct></value></fault></methodResponse>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn fault(&mut self) -> Result<()> {
        unless_json!(self.json_root(Root::Fault));
        self.root(Root::Fault, b"<?xml version=\"1.0\"?><methodResponse", b"><fault>")
    }

    #[inline]
    pub(super) fn root<const A: usize, const B: usize>(
        &mut self,
        root: Root,
        open: &[u8; A],
        rest: &[u8; B],
    ) -> Result<()> {
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
    /// Characters that XML cannot carry are replaced by U+FFFD: a fault has to arrive.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Fault, MethodResponse, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// writer.write_fault(&Fault::new(4, "too many\0"))?;
    /// let xml = writer.finish()?;
    /// assert_eq!(MethodResponse::from_bytes(&xml)?, MethodResponse::Fault(Fault::new(4, "too many\u{FFFD}")));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn write_fault(&mut self, fault: &Fault) -> Result<()> {
        self.fault()?;
        self.fault_struct(fault)
    }

    /// The struct that a fault is, as a value: in the results of a multicall it stands for a call.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Fault, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// writer.fault_struct(&Fault::new(4, "too many"))?;
    /// assert_eq!(writer.finish()?, b"<value><struct>\
    ///     <member><name>faultCode</name><value><int>4</int></value></member>\
    ///     <member><name>faultString</name><value><string>too many</string></value></member></struct></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.call("ping")?;
    /// assert!(writer.into_inner().ends_with(b"<methodName>ping</methodName><params>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn into_inner(self) -> S {
        self.sink
    }

    /// Ends the document, checks that it is complete, and gives the sink back.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.call("ping")?;
    /// assert!(writer.finish()?.ends_with(b"<params></params></methodCall>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when it is not complete.
    pub fn finish(mut self) -> Result<S> {
        self.end()?;
        Ok(self.sink)
    }

    /// Ends the document and checks that it is complete.
    ///
    /// ```
    /// # use tiny_xmlrpc::{ErrorKind, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// writer.response()?;
    /// assert_eq!(writer.end().unwrap_err().kind(), ErrorKind::Usage);
    /// writer.int(5)?;
    /// writer.end()?;
    /// assert!(writer.into_inner().ends_with(b"</methodResponse>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when it is not complete.
    pub fn end(&mut self) -> Result<()> {
        unless_json!(self.json_end());
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
    pub(super) fn whole(&mut self, what: &'static str, element: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.begin_value(what)?;
        if let Err(error) = element(self) {
            self.state.root = Root::Broken;
            return Err(error);
        }
        self.end_value()
    }

    /// `<int>`
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.int(-12)?;
    /// assert_eq!(writer.finish()?, b"<value><int>-12</int></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[inline]
    pub fn int(&mut self, value: i32) -> Result<()> {
        unless_json!(self.json_integer(value.into()));
        self.whole("an int", |writer| writer.int_element(value))
    }

    /// `<i8>` where the dialect has it; else `<int>` where the value fits.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    /// writer.i8(7)?;
    /// assert_eq!(writer.finish()?, b"<value><ex:i8>7</ex:i8></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a value beyond 32 bits where the dialect has no `i8`.
    pub fn i8(&mut self, value: i64) -> Result<()> {
        unless_json!(self.json_integer(value));
        self.whole("an i8", |writer| writer.i8_element(value))
    }

    /// `<int>` where the value fits into it, else `<i8>` where the dialect has it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::python());
    /// writer.start_array()?;
    /// writer.integer(7)?;
    /// writer.integer(1 << 40)?;
    /// writer.end_array()?;
    /// let items = b"<value><int>7</int></value><value><i8>1099511627776</i8></value>";
    /// assert!(writer.finish()?.windows(items.len()).any(|part| part == items));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`i8`](Self::i8).
    pub fn integer(&mut self, value: i64) -> Result<()> {
        match i32::try_from(value) {
            Ok(small) => self.int(small),
            Err(_) => self.i8(value),
        }
    }

    /// `<boolean>`, 0 or 1
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.boolean(true)?;
    /// assert_eq!(writer.finish()?, b"<value><boolean>1</boolean></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[inline]
    pub fn boolean(&mut self, value: bool) -> Result<()> {
        unless_json!(self.json_boolean(value));
        self.whole("a boolean", |writer| writer.boolean_element(value))
    }

    /// `<double>`: the shortest plain decimal that reads back as the same number.
    ///
    /// Without an exponent, which the specification does not know, and always with a point.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.double(1.5e-7)?;
    /// assert_eq!(writer.finish()?, b"<value><double>0.00000015</double></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what is not a finite number, unless the dialect has [`Dialect::non_finite`].
    pub fn double(&mut self, value: f64) -> Result<()> {
        unless_json!(self.json_double(value));
        self.whole("a double", |writer| writer.double_element(value))
    }

    /// `<dateTime.iso8601>` in its base form.
    ///
    /// ```
    /// # use tiny_xmlrpc::{DateTime, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// writer.datetime(DateTime::new(1998, 7, 17, 14, 8, 55)?)?;
    /// assert_eq!(writer.finish()?, b"<value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn datetime(&mut self, value: DateTime) -> Result<()> {
        unless_json!(self.json_datetime(value));
        self.whole("a dateTime.iso8601", |writer| writer.datetime_element(value))
    }

    /// `<nil/>`, if the dialect has it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    /// writer.nil()?;
    /// assert_eq!(writer.finish()?, b"<value><ex:nil/></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where it has not.
    pub fn nil(&mut self) -> Result<()> {
        unless_json!(self.json_nil());
        self.whole("nil", Self::nil_element)
    }

    /// Apache's `<ex:biginteger>`: decimal digits with or without a sign.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    /// writer.big_integer("-123456789012345678901234567890")?;
    /// assert_eq!(writer.finish()?, b"<value><ex:biginteger>-123456789012345678901234567890</ex:biginteger></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the dialect has no [`big_numbers`](Dialect::big_numbers), [`ErrorKind::Scalar`]
    /// for what is no integer.
    pub fn big_integer(&mut self, digits: &str) -> Result<()> {
        unless_json!(self.json_big_integer(digits));
        self.whole("a biginteger", |writer| writer.big_integer_element(digits))
    }

    /// Apache's `<ex:bigdecimal>`: a decimal number of any length, in the form of Java's `BigDecimal`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    /// writer.big_decimal("3.14159265358979323846")?;
    /// assert_eq!(writer.finish()?, b"<value><ex:bigdecimal>3.14159265358979323846</ex:bigdecimal></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`big_integer`](Self::big_integer).
    pub fn big_decimal(&mut self, digits: &str) -> Result<()> {
        unless_json!(self.json_big_decimal(digits));
        self.whole("a bigdecimal", |writer| writer.big_decimal_element(digits))
    }

    /// `<string>`; or the last part of one that [`string_chunk`](Self::string_chunk) began.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.string("Bill & Ted")?;
    /// assert_eq!(writer.finish()?, b"<value><string>Bill &amp; Ted</string></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a character that XML cannot carry, unless [`Dialect::unrepresentable`] says
    /// otherwise.
    pub fn string(&mut self, value: &str) -> Result<()> {
        unless_json!(self.json_string(value));
        if let OpenText::String = self.state.text {
            return self.last_of_string(value);
        }
        self.whole("a string", |writer| writer.string_element(value))
    }

    /// `<base64>` of these bytes, padded and without line breaks; or the last part of one that
    /// [`base64_chunk`](Self::base64_chunk) began.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.base64(b"you can")?;
    /// assert_eq!(writer.finish()?, b"<value><base64>eW91IGNhbg==</base64></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn base64(&mut self, bytes: &[u8]) -> Result<()> {
        unless_json!(self.json_base64(bytes));
        if let OpenText::Base64(..) = self.state.text {
            return self.last_of_base64(bytes);
        }
        self.whole("base64", |writer| writer.base64_element(bytes))
    }

    /// A whole value, of whatever type.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Value, Writer};
    /// let mut writer = Writer::new(Vec::new());
    /// writer.value(&Value::from(vec![1]))?;
    /// assert_eq!(writer.finish()?, b"<value><array><data><value><int>1</int></value></data></array></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what the dialect cannot say.
    pub fn value(&mut self, value: &Value) -> Result<()> {
        unless_json!(self.json_value(value));
        self.whole("a value", |writer| writer.value_element(value))
    }

    /// Begins an array: values follow, then [`end_array`](Self::end_array).
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.start_array()?;
    /// for number in 1..=2 {
    ///     writer.int(number)?;
    /// }
    /// writer.end_array()?;
    /// assert_eq!(writer.finish()?, b"<value><array><data>\
    ///     <value><int>1</int></value><value><int>2</int></value></data></array></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn start_array(&mut self) -> Result<()> {
        unless_json!(self.json_start(false));
        self.begin_value("an array")?;
        self.state.nesting.push(false);
        self.state.next = Next::Value;
        self.sink.write(b"<value><array><data>")
    }

    /// Ends the innermost array.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.start_array()?;
    /// writer.end_array()?;
    /// assert_eq!(writer.finish()?, b"<value><array><data></data></array></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where none is open, or something else in it.
    pub fn end_array(&mut self) -> Result<()> {
        let open = self.state.nesting.innermost() == Some(false) && self.state.nesting.depth > self.state.floor;
        if !open || self.state.text != OpenText::None {
            return Err(self.out_of_order("the end of an array"));
        }
        self.state.nesting.pop();
        unless_json!(self.json_close(b"]"));
        self.sink.write(b"</data></array></value>")?;
        self.end_value()
    }

    /// Begins a struct: each member's [`name`](Self::name) and value follow, then [`end_struct`](Self::end_struct).
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.start_struct()?;
    /// for (name, size) in [("height", 3), ("width", 4)] {
    ///     writer.name(name)?;
    ///     writer.int(size)?;
    /// }
    /// writer.end_struct()?;
    /// assert_eq!(writer.finish()?, b"<value><struct><member><name>height</name><value><int>3</int></value></member>\
    ///     <member><name>width</name><value><int>4</int></value></member></struct></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn start_struct(&mut self) -> Result<()> {
        unless_json!(self.json_start(true));
        self.begin_value("a struct")?;
        self.state.nesting.push(true);
        self.state.next = Next::Name;
        self.sink.write(b"<value><struct>")
    }

    /// The name of a member: its value follows. That a name comes only once is not checked.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.start_struct()?;
    /// writer.name("a<b")?;
    /// writer.boolean(false)?;
    /// writer.end_struct()?;
    /// assert_eq!(writer.finish()?, b"<value><struct>\
    ///     <member><name>a&lt;b</name><value><boolean>0</boolean></value></member></struct></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where no name may stand, [`ErrorKind::Unsupported`] for a character that XML cannot carry.
    pub fn name(&mut self, name: &str) -> Result<()> {
        self.prepared_name(name, text::short_plain(name.as_bytes()).as_ref())
    }

    /// The name of a member, and its text where it is short and plain.
    pub(crate) fn prepared_name(&mut self, name: &str, short: Option<&[u8; 16]>) -> Result<()> {
        if self.state.next != Next::Name || self.state.nesting.innermost() != Some(true) {
            return Err(self.out_of_order("a member's name"));
        }
        self.state.next = Next::MemberValue;
        unless_json!(self.json_name(name));
        self.name_element(name, short)
    }

    /// Ends the innermost struct.
    ///
    /// ```
    /// # use tiny_xmlrpc::Writer;
    /// let mut writer = Writer::new(Vec::new());
    /// writer.start_struct()?;
    /// writer.end_struct()?;
    /// assert_eq!(writer.finish()?, b"<value><struct></struct></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where none is open, or a member without a value, or something else in it.
    pub fn end_struct(&mut self) -> Result<()> {
        if self.state.next != Next::Name || self.state.nesting.innermost() != Some(true) {
            return Err(self.out_of_order("the end of a struct"));
        }
        self.state.nesting.pop();
        unless_json!(self.json_close(b"}"));
        self.sink.write(b"</struct></value>")?;
        self.end_value()
    }

    /// Whatever event this is.
    ///
    /// ```
    /// use tiny_xmlrpc::{Event, Reader, Writer};
    ///
    /// let mut reader = Reader::new("<value><i4>+07</i4></value><!-- seven -->");
    /// let mut writer = Writer::new(Vec::new());
    /// loop {
    ///     let event = reader.next_event()?;
    ///     writer.write(&event)?;
    ///     if event == Event::End {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(writer.into_inner(), b"<value><int>7</int></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
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
