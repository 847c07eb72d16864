//! Values and documents: made from nothing, and read whole.

use arbitrary::Arbitrary;
use tiny_xmlrpc::{DateTime, Dialect, Error, Event, MethodCall, MethodResponse, Reader, Struct, Value, Writer};

/// A value that can be made of any bytes.
#[derive(Debug, Arbitrary)]
pub enum Made {
    Nil,
    Boolean(bool),
    Int(i32),
    I8(i64),
    Double(f64),
    String(String),
    /// Seconds since 1970, cut to the years that there are.
    DateTime(i64),
    Base64(Vec<u8>),
    Array(Vec<Made>),
    Struct(Vec<(String, Made)>),
    BigInteger(bool, Vec<u8>),
    BigDecimal(bool, Vec<u8>, Vec<u8>, Option<i8>),
}

impl Made {
    /// As a value, without the characters that XML cannot carry.
    pub fn value(self) -> Value {
        match self {
            Self::Nil => Value::Nil,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Int(value) => Value::Int(value),
            Self::I8(value) => Value::I8(value),
            Self::Double(value) => Value::Double(value),
            Self::String(text) => Value::String(carried(&text)),
            Self::DateTime(seconds) => {
                let seconds = seconds.rem_euclid(253_402_300_800 + 62_167_219_200) - 62_167_219_200;
                Value::DateTime(DateTime::from_timestamp(seconds).expect("a moment of the years 0 to 9999"))
            }
            Self::Base64(bytes) => Value::Base64(bytes),
            Self::Array(items) => Value::Array(items.into_iter().map(Self::value).collect()),
            Self::Struct(members) => {
                let members = members.into_iter().map(|(name, value)| (carried(&name), value.value()));
                Value::Struct(Struct::from_iter(members))
            }
            Self::BigInteger(negative, bytes) => Value::BigInteger(sign(negative) + &digits(&bytes)),
            Self::BigDecimal(negative, whole, fraction, exponent) => {
                let exponent = exponent.map(|exponent| format!("E{exponent}")).unwrap_or_default();
                Value::BigDecimal(format!("{}{}.{}{exponent}", sign(negative), digits(&whole), digits(&fraction)))
            }
        }
    }
}

fn sign(negative: bool) -> String {
    if negative { "-" } else { "" }.into()
}

fn digits(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    if digits.is_empty() { "0".into() } else { digits }
}

/// The characters that XML can carry (XML 1.0, production 2).
pub fn carried(text: &str) -> String {
    text.chars().filter(|&c| is_carried(c)).collect()
}

/// Whether XML can carry this one.
pub fn is_carried(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A document, read whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    Call(MethodCall),
    Response(MethodResponse),
    Value(Value),
}

/// What a document is, by its root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    Call,
    Response,
    Value,
}

impl Root {
    /// By the first event; that of a document that has none does not matter.
    pub fn of(mut reader: Reader<'_>) -> Self {
        match reader.next_event() {
            Ok(Event::Call(_)) => Self::Call,
            Ok(Event::Response | Event::Fault) => Self::Response,
            _ => Self::Value,
        }
    }
}

impl Document {
    /// Reads all of it.
    pub fn read(reader: &mut Reader<'_>, root: Root) -> Result<Self, Error> {
        Ok(match root {
            Root::Call => Self::Call(MethodCall::read(reader)?),
            Root::Response => Self::Response(MethodResponse::read(reader)?),
            Root::Value => {
                let value = reader.read_value()?;
                reader.finish()?;
                Self::Value(value)
            }
        })
    }

    /// Writes it.
    pub fn write(&self, dialect: Dialect) -> Result<Vec<u8>, Error> {
        match self {
            Self::Call(call) => call.to_vec(dialect),
            Self::Response(response) => response.to_vec(dialect),
            Self::Value(value) => {
                let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
                writer.value(value)?;
                writer.finish()
            }
        }
    }

    /// Writes it with each value as serde has it.
    pub fn serialize(&self, dialect: Dialect) -> Result<Vec<u8>, Error> {
        let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
        match self {
            Self::Call(call) => {
                writer.call(&call.method)?;
                for param in &call.params {
                    writer.serialize(param)?;
                }
            }
            Self::Response(MethodResponse::Result(value)) => {
                writer.response()?;
                writer.serialize(value)?;
            }
            Self::Response(MethodResponse::Fault(fault)) => writer.write_fault(fault)?,
            Self::Value(value) => writer.serialize(value)?,
        }
        writer.finish()
    }
}

/// Every extension there is.
pub fn everything() -> Dialect {
    let mut dialect = Dialect::apache();
    dialect.non_finite = true;
    dialect
}
