//! [`Event`]: what a document says, one piece at a time, to whoever reads or writes it.

use alloc::borrow::Cow;

use crate::DateTime;

/// One piece of an XML-RPC document, as [`Reader`](crate::Reader) pulls it and
/// [`Writer`](crate::Writer) takes it.
///
/// ```text
/// document ::= ( Call value* | Response value | Fault value | value ) End
/// value    ::= Nil | Boolean | Int | I8 | Double | DateTime | BigInteger | BigDecimal
///            | StringChunk* String | Base64Chunk* Base64
///            | StartArray value* EndArray
///            | StartStruct ( Name value )* EndStruct
/// ```
///
/// Chunks come only from a reader over a stream, or over bytes that are not UTF-8, and only for text that its window is
/// too small for.
///
/// ```
/// use tiny_xmlrpc::{Event, Reader};
///
/// let xml = "<value><array><data><value>Lund</value><value><int>7</int></value></data></array></value>";
/// let mut reader = Reader::new(xml);
/// let mut found = Vec::new();
/// loop {
///     match reader.next_event()? {
///         Event::String(text) => found.push(text.into_owned()),
///         Event::Int(number) => found.push(number.to_string()),
///         Event::End => break,
///         _ => {}
///     }
/// }
/// assert_eq!(found, ["Lund", "7"]);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A `methodCall` begins; this is its method's name. The values that follow are its parameters.
    Call(Cow<'a, str>),
    /// A `methodResponse` with a result begins: one value follows.
    Response,
    /// A `methodResponse` with a fault begins: one value follows, a struct.
    Fault,
    /// `<nil/>`
    Nil,
    /// `<boolean>`
    Boolean(bool),
    /// `<int>`, `<i4>` and Apache's `i1` and `i2`
    Int(i32),
    /// `<i8>`, and an `<int>` that needs more than 32 bits
    I8(i64),
    /// `<double>` and Apache's `float`
    Double(f64),
    /// `<dateTime.iso8601>`: what [`DateTime`] holds of it, and the text as it came
    DateTime(DateTime, Cow<'a, str>),
    /// Apache's `biginteger`: its digits
    BigInteger(Cow<'a, str>),
    /// Apache's `bigdecimal`: its digits
    BigDecimal(Cow<'a, str>),
    /// The next part of a long string; `String` brings the last one.
    StringChunk(Cow<'a, str>),
    /// `<string>`, or a value without a type element
    String(Cow<'a, str>),
    /// The next part of a long base64, decoded; `Base64` brings the last one.
    Base64Chunk(Cow<'a, [u8]>),
    /// `<base64>`, decoded
    Base64(Cow<'a, [u8]>),
    /// `<array>`: its items follow.
    StartArray,
    /// The end of an array.
    EndArray,
    /// `<struct>`: its members follow.
    StartStruct,
    /// The name of a struct's member: its value follows.
    Name(Cow<'a, str>),
    /// The end of a struct.
    EndStruct,
    /// The document is complete, and nothing but white space and comments came after it.
    End,
}
