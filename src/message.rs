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
    pub fn new(method: impl Into<String>, params: Vec<Value>) -> Self {
        Self { method: method.into(), params }
    }

    /// Reads a `methodCall` document.
    pub fn from_bytes(xml: &[u8]) -> Result<Self> {
        Self::read(&mut Reader::from_bytes(xml))
    }

    /// Reads a `methodCall` document with what a reader was told: limits, a window over a stream, a charset.
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
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what the dialect cannot say.
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
    /// Reads a `methodResponse` document.
    pub fn from_bytes(xml: &[u8]) -> Result<Self> {
        Self::read(&mut Reader::from_bytes(xml))
    }

    /// Reads a `methodResponse` document with what a reader was told.
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
    pub fn begin_call(&mut self) -> Result<String> {
        self.expect_root("<methodCall>");
        match self.next_raw()? {
            Raw::Call(name) => Ok(self.own(name)),
            other => Err(self.not_a("a methodCall", &other)),
        }
    }

    /// Reads the beginning of a `methodResponse`: its result follows. A fault is read to the end of the document.
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
    /// # Errors
    /// [`ErrorKind::Grammar`] when it is not a struct with a `faultCode` and a `faultString`.
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
    /// # Errors
    /// [`ErrorKind::Fault`](crate::ErrorKind::Fault) when it brings a fault, and all that reading may come upon.
    pub fn from_str<'de, T: Deserialize<'de>>(xml: &'de str) -> Result<T> {
        read(Reader::new(xml))
    }

    /// The same from bytes, in whatever encoding they are.
    pub fn from_slice<'de, T: Deserialize<'de>>(xml: &'de [u8]) -> Result<T> {
        read(Reader::from_bytes(xml))
    }

    /// The same from a stream, through a window of 64 KiB.
    #[cfg(feature = "std")]
    pub fn from_reader<T: serde::de::DeserializeOwned>(xml: impl std::io::Read) -> Result<T> {
        read(Reader::from_reader(xml))
    }

    fn read<'de, T: Deserialize<'de>>(mut reader: Reader<'de>) -> Result<T> {
        reader.read_response()
    }

    impl<'de> Reader<'de> {
        /// Reads a whole `methodResponse` document: its result, or its fault as an error.
        pub fn read_response<T: Deserialize<'de>>(&mut self) -> Result<T> {
            self.begin_response()?.map_err(Error::from)?;
            let value = self.read()?;
            self.finish()?;
            Ok(value)
        }
    }

    /// The `methodResponse` document with this result, in the strict dialect.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the specification cannot say.
    pub fn to_vec<T: Serialize + ?Sized>(result: &T) -> Result<Vec<u8>> {
        response_to_vec(result, Dialect::strict())
    }

    /// The same as text.
    pub fn to_string<T: Serialize + ?Sized>(result: &T) -> Result<String> {
        // What is written is text throughout.
        Ok(String::from_utf8(to_vec(result)?).unwrap_or_default())
    }

    /// The `methodResponse` document with this result, in a dialect.
    pub fn response_to_vec<T: Serialize + ?Sized>(result: &T, dialect: Dialect) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        writer.response()?;
        writer.serialize(result)?;
        writer.finish()
    }

    /// The `methodCall` document with these parameters: see [`Writer::params`].
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
