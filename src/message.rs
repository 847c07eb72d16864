//! Whole messages: a call, a response or a fault, and the documents that they are.

use alloc::string::String;
use alloc::vec::Vec;

use crate::read::Raw;
use crate::{Dialect, Error, ErrorKind, Fault, Reader, Result, Value, Writer};

/// A call: a method's name and its parameters.
///
/// ```
/// use tiny_xmlrpc::{MethodCall, Value};
///
/// let call = MethodCall::new("add", vec![Value::Int(2), Value::Int(3)]);
/// let xml = call.to_vec(tiny_xmlrpc::Dialect::strict())?;
/// assert_eq!(MethodCall::from_bytes(&xml)?, call);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    /// The method's name.
    pub method: String,
    /// Its parameters.
    pub params: Vec<Value>,
}

impl MethodCall {
    /// A call of this method with these parameters.
    ///
    /// ```
    /// use tiny_xmlrpc::{MethodCall, Struct, Value};
    ///
    /// let point = Struct::from_iter([("x", 3), ("y", 4)]);
    /// let call = MethodCall::new("draw", vec![Value::from("red"), point.into()]);
    /// assert_eq!(call.params[1]["y"], Value::Int(4));
    /// ```
    pub fn new(method: impl Into<String>, params: Vec<Value>) -> Self {
        Self { method: method.into(), params }
    }

    /// Reads a `methodCall` document.
    ///
    /// ```
    /// use tiny_xmlrpc::{MethodCall, Value};
    ///
    /// let call = MethodCall::from_bytes(b"<methodCall><methodName>abs</methodName>\
    ///     <params><param><value><int>-4</int></value></param></params></methodCall>")?;
    /// assert_eq!(call.method, "abs");
    /// assert_eq!(call.params, [Value::Int(-4)]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is another document, and all that reading may come upon: see [`Reader`].
    pub fn from_bytes(xml: &[u8]) -> Result<Self> {
        Self::read(&mut Reader::from_bytes(xml))
    }

    /// Reads a `methodCall` document with what a reader was told: limits, a window over a stream, a charset.
    ///
    /// ```
    /// use tiny_xmlrpc::{MethodCall, Reader, Value};
    ///
    /// let xml = b"<methodCall><methodName>say</methodName>\
    ///     <params><param><value>caf\xE9</value></param></params></methodCall>";
    /// let call = MethodCall::read(&mut Reader::from_bytes(xml).with_charset("iso-8859-1"))?;
    /// assert_eq!(call.params, [Value::from("café")]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let method = reader.begin_call()?;
        let mut params = Vec::new();
        loop {
            match reader.next_raw()? {
                Raw::End => return Ok(Self { method, params }),
                raw => params.push(reader.value_of(raw)?),
            }
        }
    }

    /// The `methodCall` document.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, ErrorKind, MethodCall, Value};
    ///
    /// let call = MethodCall::new("greet", vec![Value::Nil]);
    /// assert!(call.to_vec(Dialect::python())?.starts_with(b"<?xml version=\"1.0\"?><methodCall>"));
    /// assert_eq!(call.to_vec(Dialect::strict()).unwrap_err().kind(), ErrorKind::Unsupported);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what the dialect cannot say, [`ErrorKind::Usage`] for a method without a name.
    pub fn to_vec(&self, dialect: Dialect) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        writer.call(&self.method)?;
        for param in &self.params {
            writer.value(param)?;
        }
        writer.finish()
    }
}

/// A response: a result or a fault.
///
/// ```
/// use tiny_xmlrpc::{Fault, MethodResponse};
///
/// let response = MethodResponse::Fault(Fault::new(4, "too many parameters"));
/// let xml = response.to_vec(tiny_xmlrpc::Dialect::strict())?;
/// assert_eq!(MethodResponse::from_bytes(&xml)?, response);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum MethodResponse {
    /// The method's result.
    Result(Value),
    /// The fault it answered with instead.
    Fault(Fault),
}

impl MethodResponse {
    /// Reads a `methodResponse` document. A fault is no error here, but one of the two things that it may be.
    ///
    /// ```
    /// use tiny_xmlrpc::{MethodResponse, Value};
    ///
    /// let xml = b"<methodResponse><params><param><value>South Dakota</value></param></params></methodResponse>";
    /// assert_eq!(MethodResponse::from_bytes(xml)?, MethodResponse::Result(Value::from("South Dakota")));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is another document, or a fault that is none (see [`Reader::read_fault`]); and
    /// all that reading may come upon: see [`Reader`].
    pub fn from_bytes(xml: &[u8]) -> Result<Self> {
        Self::read(&mut Reader::from_bytes(xml))
    }

    /// Reads a `methodResponse` document with what a reader was told: limits, a window over a stream, a charset.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, ErrorKind, Limit, Limits, MethodResponse, Reader, Value};
    ///
    /// let xml = MethodResponse::Result(Value::from(vec![0; 100])).to_vec(Dialect::strict())?;
    /// let mut limits = Limits::default();
    /// limits.values = 100; // The array is one as well.
    /// let error = MethodResponse::read(&mut Reader::from_bytes(&xml).with_limits(limits)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Limit(Limit::Values));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let response = match reader.begin_response()? {
            Ok(()) => Self::Result(reader.read_value()?),
            Err(fault) => return Ok(Self::Fault(fault)),
        };
        reader.finish()?;
        Ok(response)
    }

    /// The `methodResponse` document.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, MethodResponse};
    ///
    /// let xml = MethodResponse::Fault(Fault::new(4, "too many")).to_vec(Dialect::strict())?;
    /// assert!(xml.starts_with(b"<?xml version=\"1.0\"?><methodResponse><fault><value><struct>\
    ///     <member><name>faultCode</name><value><int>4</int></value></member>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what the dialect cannot say.
    pub fn to_vec(&self, dialect: Dialect) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        match self {
            Self::Result(value) => {
                writer.response()?;
                writer.value(value)?;
            }
            Self::Fault(fault) => writer.write_fault(fault)?,
        }
        writer.finish()
    }
}

impl Reader<'_> {
    /// Reads the beginning of a `methodCall`: its method's name. The parameters follow, value by value.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, MethodCall, Reader, Value};
    ///
    /// let xml = MethodCall::new("add", vec![Value::Int(2), Value::Int(3)]).to_vec(Dialect::strict())?;
    /// let mut reader = Reader::from_bytes(&xml);
    /// assert_eq!(reader.begin_call()?, "add");
    /// assert_eq!(reader.read_value()?, Value::Int(2));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is another document.
    pub fn begin_call(&mut self) -> Result<String> {
        self.expect_root("<methodCall>");
        match self.next_raw()? {
            Raw::Call(name) => Ok(self.own(name)),
            other => Err(self.not_a("a methodCall", &other)),
        }
    }

    /// Reads the beginning of a `methodResponse`: its result follows. A fault is read to the end of the document.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, Fault, MethodResponse, Reader, Value};
    ///
    /// let result = MethodResponse::Result(Value::Int(5)).to_vec(Dialect::strict())?;
    /// let mut reader = Reader::from_bytes(&result);
    /// assert_eq!(reader.begin_response()?, Ok(()));
    /// assert_eq!(reader.read_value()?, Value::Int(5));
    ///
    /// let fault = MethodResponse::Fault(Fault::new(4, "too many")).to_vec(Dialect::strict())?;
    /// assert_eq!(Reader::from_bytes(&fault).begin_response()?, Err(Fault::new(4, "too many")));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is another document; of a fault as [`read_fault`](Self::read_fault).
    pub fn begin_response(&mut self) -> Result<Result<(), Fault>> {
        self.expect_root("<methodResponse>");
        match self.next_raw()? {
            Raw::Response => Ok(Ok(())),
            Raw::Fault => self.read_fault().map(Err),
            other => Err(self.not_a("a methodResponse", &other)),
        }
    }

    /// Reads the fault that follows [`Event::Fault`](crate::Event::Fault), to the end of the document.
    ///
    /// Its members may come in any order and with others among them, and the code may be a string or a whole double.
    ///
    /// ```
    /// use tiny_xmlrpc::{Event, Reader};
    ///
    /// let mut reader = Reader::new("<methodResponse><fault><value><struct>\
    ///     <member><name>faultString</name><value>too many</value></member>\
    ///     <member><name>faultCode</name><value>4</value></member>\
    ///     </struct></value></fault></methodResponse>");
    /// assert_eq!(reader.next_event()?, Event::Fault);
    /// assert_eq!(reader.read_fault()?.code(), 4);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is not a struct with a `faultCode` of 32 bits and a `faultString`.
    pub fn read_fault(&mut self) -> Result<Fault> {
        let value = self.read_value()?;
        let fault = fault_of(&value).map_err(|error| self.locate(error))?;
        self.finish()?;
        Ok(fault)
    }

    #[cold]
    fn not_a(&self, expected: &str, found: &Raw) -> Error {
        let found = match found {
            Raw::Call(_) => "a methodCall",
            Raw::Response | Raw::Fault => "a methodResponse",
            _ => "a bare value",
        };
        self.locate(Error::new(ErrorKind::Grammar, alloc::format!("expected {expected}, found {found}")))
    }
}

/// The fault that a struct is: members in any order, others among them passed over, the code also as a text.
pub(crate) fn fault_of(value: &Value) -> Result<Fault> {
    let wrong = |message: &'static str| Error::new(ErrorKind::Grammar, message);
    let members = value.as_struct().ok_or_else(|| wrong("expected a fault, which is a struct, found another type"))?;
    let code = match members.get("faultCode") {
        Some(Value::String(text)) => crate::scalar::parse_integer(text).ok(),
        Some(Value::Double(code)) if code.is_finite() && *code == f64::from(*code as i32) => Some(*code as i64),
        Some(value) => value.as_i64(),
        None => None,
    };
    let code = code.and_then(|code| i32::try_from(code).ok());
    let code = code.ok_or_else(|| wrong("expected a fault with a faultCode, an int, found none"))?;
    let message = match members.get("faultString") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Base64(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Some(Value::Nil) => String::new(),
        _ => return Err(wrong("expected a fault with a faultString, a string, found none")),
    };
    Ok(Fault::new(code, message))
}

#[cfg(feature = "serde")]
mod typed {
    use serde::{Deserialize, Serialize};

    use super::{Dialect, Error, Reader, Result, String, Vec, Writer};

    /// Reads the result of a `methodResponse` document as any type that serde knows: see [`Reader::read`].
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct State {
    ///     name: String,
    /// }
    ///
    /// let xml = "<methodResponse><params><param><value><struct><member><name>name</name>\
    ///     <value>South Dakota</value></member></struct></value></param></params></methodResponse>";
    /// assert_eq!(tiny_xmlrpc::from_str::<State>(xml)?.name, "South Dakota");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Fault`](crate::ErrorKind::Fault) when it brings a fault, and all that reading may come upon.
    pub fn from_str<'de, T: Deserialize<'de>>(xml: &'de str) -> Result<T> {
        read(Reader::new(xml))
    }

    /// The same as [`from_str`] from bytes, in the encoding that the document names: see [`Reader::from_bytes`].
    ///
    /// ```
    /// let xml = b"<?xml version='1.0' encoding='iso-8859-1'?><methodResponse><params><param>\
    ///     <value>caf\xE9</value></param></params></methodResponse>";
    /// assert_eq!(tiny_xmlrpc::from_slice::<String>(xml)?, "café");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_str`]; [`ErrorKind::Encoding`](crate::ErrorKind::Encoding) for an encoding that is not supported, and
    /// [`ErrorKind::Character`](crate::ErrorKind::Character) for bytes that the encoding does not have.
    pub fn from_slice<'de, T: Deserialize<'de>>(xml: &'de [u8]) -> Result<T> {
        read(Reader::from_bytes(xml))
    }

    /// The same as [`from_slice`] from a stream, through a window of 64 KiB.
    ///
    /// ```
    /// use std::io::{Seek, Write};
    ///
    /// let mut file = tempfile::tempfile()?;
    /// file.write_all(&tiny_xmlrpc::to_vec(&[1, 2, 3])?)?;
    /// file.rewind()?;
    /// assert_eq!(tiny_xmlrpc::from_reader::<Vec<i32>>(file)?, [1, 2, 3]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_slice`], and [`ErrorKind::Io`](crate::ErrorKind::Io) when the stream fails.
    #[cfg(feature = "std")]
    pub fn from_reader<T: serde::de::DeserializeOwned>(xml: impl std::io::Read) -> Result<T> {
        read(Reader::from_reader(xml))
    }

    fn read<'de, T: Deserialize<'de>>(mut reader: Reader<'de>) -> Result<T> {
        reader.read_response()
    }

    impl<'de> Reader<'de> {
        /// Reads a whole `methodResponse` document: its result, or its fault as an error.
        ///
        /// ```
        /// use tiny_xmlrpc::{Dialect, Fault, Limits, MethodResponse, Reader, to_vec};
        ///
        /// let xml = to_vec("South Dakota")?;
        /// let mut reader = Reader::from_bytes(&xml).with_limits(Limits::device());
        /// assert_eq!(reader.read_response::<&str>()?, "South Dakota");
        ///
        /// let xml = MethodResponse::Fault(Fault::new(4, "too many")).to_vec(Dialect::strict())?;
        /// let error = Reader::from_bytes(&xml).read_response::<&str>().unwrap_err();
        /// assert_eq!(error.fault().map(Fault::code), Some(4));
        /// # Ok::<(), tiny_xmlrpc::Error>(())
        /// ```
        ///
        /// # Errors
        /// As [`from_str`].
        pub fn read_response<T: Deserialize<'de>>(&mut self) -> Result<T> {
            self.begin_response()?.map_err(Error::from)?;
            let value = self.read()?;
            self.finish()?;
            Ok(value)
        }
    }

    /// The `methodResponse` document with this result, in the strict dialect.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Point {
    ///     x: i32,
    /// }
    ///
    /// assert!(tiny_xmlrpc::to_vec(&Point { x: 3 })?.ends_with(b"<params><param><value><struct><member>\
    ///     <name>x</name><value><int>3</int></value></member></struct></value></param></params></methodResponse>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the specification cannot say.
    pub fn to_vec<T: Serialize + ?Sized>(result: &T) -> Result<Vec<u8>> {
        response_to_vec(result, Dialect::strict())
    }

    /// The same as [`to_vec`] as text.
    ///
    /// ```
    /// let xml = tiny_xmlrpc::to_string("a < b")?;
    /// assert!(xml.contains("<value><string>a &lt; b</string></value>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`to_vec`].
    pub fn to_string<T: Serialize + ?Sized>(result: &T) -> Result<String> {
        // What is written is text throughout.
        Ok(String::from_utf8(to_vec(result)?).unwrap_or_default())
    }

    /// The `methodResponse` document with this result, in a dialect.
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, from_slice, response_to_vec, to_vec};
    ///
    /// let lines = [Some(1), None];
    /// assert!(to_vec(&lines).is_err());
    /// let xml = response_to_vec(&lines, Dialect::python())?;
    /// assert_eq!(from_slice::<[Option<i32>; 2]>(&xml)?, lines);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the dialect cannot say.
    pub fn response_to_vec<T: Serialize + ?Sized>(result: &T, dialect: Dialect) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        writer.response()?;
        writer.serialize(result)?;
        writer.finish()
    }

    /// The `methodCall` document with these parameters, in a dialect: see [`Writer::params`].
    ///
    /// ```
    /// use tiny_xmlrpc::{Dialect, MethodCall, Value, call_to_vec};
    ///
    /// let xml = call_to_vec("add", &(2, 3), Dialect::strict())?;
    /// assert_eq!(MethodCall::from_bytes(&xml)?.params, [Value::Int(2), Value::Int(3)]);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the dialect cannot say,
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a method without a name.
    pub fn call_to_vec<T: Serialize + ?Sized>(method: &str, params: &T, dialect: Dialect) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        writer.call(method)?;
        writer.params(params)?;
        writer.finish()
    }
}

#[cfg(feature = "serde")]
#[cfg(feature = "std")]
pub use typed::from_reader;
#[cfg(feature = "serde")]
pub use typed::{call_to_vec, from_slice, from_str, response_to_vec, to_string, to_vec};
