//! From events to serde types.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::token;
use crate::read::{Raw, Text};
use crate::{DateTime, Error, ErrorKind, Reader, Result};

impl<'de> Reader<'de> {
    /// Reads one value, whole, as any type that serde knows.
    ///
    /// | a value of | is read as |
    /// |---|---|
    /// | `int`, `i8`, `biginteger` | any integer that holds it, floats |
    /// | `double`, `bigdecimal` | floats |
    /// | `string` | `String`, `&str` (where it can be borrowed), `char`, an enum's variant without data |
    /// | `dateTime.iso8601` | [`DateTime`], or `String`: the text as it came |
    /// | `base64` | [`Binary`](crate::Binary), `Vec<u8>`, a `String` if it is UTF-8 |
    /// | `array` | sequences, tuples |
    /// | `struct` | structs, maps; an enum's variant with data: a struct with it as the only member |
    /// | `nil` | `None`, `()` |
    /// | anything | [`Value`](crate::Value), `()`, which passes over it |
    ///
    /// ```
    /// use tiny_xmlrpc::Reader;
    ///
    /// let mut reader = Reader::new("<value><array><data><value>a</value><value><i4>1</i4></value></data></array></value>");
    /// assert_eq!(reader.read::<(&str, u8)>()?, ("a", 1));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when the value is of another type, with its path; and all that reading may
    /// come upon.
    pub fn read<T: de::Deserialize<'de>>(&mut self) -> Result<T> {
        let raw = self.next_raw()?;
        self.read_from(raw)
    }

    /// The value that began with `raw`.
    pub(crate) fn read_from<T: de::Deserialize<'de>>(&mut self, raw: Raw) -> Result<T> {
        T::deserialize(ValueDe { reader: self, raw })
    }
}

/// The value that began with an event.
struct ValueDe<'r, 'de> {
    reader: &'r mut Reader<'de>,
    raw: Raw,
}

impl<'de> ValueDe<'_, 'de> {
    #[inline]
    fn text<V: Visitor<'de>>(reader: &Reader<'de>, text: Text, visitor: V) -> Result<V::Value> {
        match (reader.borrow(&text), text) {
            (Some(text), _) => visitor.visit_borrowed_str(text),
            (None, Text::Owned(text)) => visitor.visit_string(text),
            (None, text) => visitor.visit_str(reader.resolve(&text)),
        }
    }

    fn array<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let mut items = Items { reader: self.reader, done: false };
        let value = visitor.visit_seq(&mut items);
        let Items { reader, done } = items;
        let value = value.map_err(|error| reader.locate(error))?;
        if !done {
            match reader.next_raw()? {
                Raw::EndArray => {}
                _ => {
                    return Err(
                        reader.locate(Error::new(ErrorKind::Type, "expected the end of the array, found another item"))
                    );
                }
            }
        }
        Ok(value)
    }

    fn members<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let mut members = Members { reader: self.reader, done: false };
        let value = visitor.visit_map(&mut members);
        let Members { reader, done } = members;
        let value = value.map_err(|error| reader.locate(error))?;
        if !done {
            while let Raw::Name(_) = reader.next_raw()? {
                reader.skip_value()?;
            }
        }
        Ok(value)
    }

    /// A number whose digits do not fit into an `i64`, for who can hold it.
    fn big<V: Visitor<'de>, N: core::str::FromStr>(
        self,
        visitor: V,
        expected: &str,
        visit: impl FnOnce(V, N) -> Result<V::Value>,
    ) -> Result<V::Value> {
        match &self.raw {
            Raw::BigInteger(digits) | Raw::BigDecimal(digits) => match self.reader.resolve(digits).parse() {
                Ok(number) => visit(visitor, number),
                Err(_) => Err(self.reader.mismatch(expected, &self.raw)),
            },
            _ => self.deserialize_any(visitor),
        }
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.raw {
                Raw::Int(value) => visitor.visit_i32(value).map_err(|error| self.reader.locate(error)),
                _ => self.big(visitor, stringify!($type), |visitor, number: $type| visitor.$visit(number)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueDe<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Self { reader, raw } = self;
        let value = match raw {
            Raw::Int(value) => visitor.visit_i32(value),
            Raw::String(text) => Self::text(reader, text, visitor),
            Raw::Double(value) => visitor.visit_f64(value),
            Raw::Boolean(value) => visitor.visit_bool(value),
            Raw::I8(value) => visitor.visit_i64(value),
            Raw::Nil => visitor.visit_unit(),
            Raw::DateTime(_, text) | Raw::BigInteger(text) | Raw::BigDecimal(text) => Self::text(reader, text, visitor),
            Raw::Base64(bytes) => visitor.visit_byte_buf(bytes),
            Raw::StringChunk(chunk) => visitor.visit_string(reader.rest_of_string(chunk)?),
            Raw::Base64Chunk(chunk) => visitor.visit_byte_buf(reader.rest_of_base64(chunk)?),
            Raw::StartArray => return Self { reader, raw }.array(visitor),
            Raw::StartStruct => return Self { reader, raw }.members(visitor),
            other => return Err(reader.mismatch("a value", &other)),
        };
        value.map_err(|error| reader.locate(error))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.raw {
            Raw::Nil => visitor.visit_none().map_err(|error| self.reader.locate(error)),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // The specification has no value that says nothing, so a method that has nothing to say
        // answers whatever its author thought of: `()` takes it all.
        self.reader.skip_rest(&self.raw)?;
        visitor.visit_unit().map_err(|error| self.reader.locate(error))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match (name, &self.raw) {
            (token::DATETIME, Raw::DateTime(moment, _)) => {
                visitor.visit_u64(moment.pack()).map_err(|error| self.reader.locate(error))
            }
            #[cfg(feature = "json")]
            (token::DATETIME, Raw::String(text)) if self.reader.is_json() => {
                match DateTime::parse(self.reader.resolve(text)) {
                    Ok(moment) => visitor.visit_u64(moment.pack()).map_err(|error| self.reader.locate(error)),
                    Err(_) => Err(self.reader.mismatch("dateTime.iso8601", &self.raw)),
                }
            }
            (token::DATETIME, _) => Err(self.reader.mismatch("dateTime.iso8601", &self.raw)),
            // What a `Value` tells apart and other types do not.
            (token::VALUE, Raw::DateTime(..) | Raw::BigInteger(_) | Raw::BigDecimal(_)) => {
                let (name, text) = match self.raw {
                    Raw::DateTime(_, text) => (token::DATETIME, text),
                    Raw::BigInteger(text) => (token::BIG_INTEGER, text),
                    Raw::BigDecimal(text) => (token::BIG_DECIMAL, text),
                    other => return Err(self.reader.mismatch("a value", &other)),
                };
                let text = self.reader.own(text);
                let value = visitor.visit_enum((name, text).into_enum());
                value.map_err(|error| self.reader.locate(error))
            }
            (token::VALUE, _) => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.raw {
            Raw::StartArray => self.array(visitor),
            // A `Vec<u8>` asks for a sequence.
            Raw::Base64(bytes) => {
                visitor.visit_seq(bytes.into_deserializer()).map_err(|error: Error| self.reader.locate(error))
            }
            Raw::Base64Chunk(chunk) => {
                let bytes = self.reader.rest_of_base64(chunk)?;
                visitor.visit_seq(bytes.into_deserializer()).map_err(|error: Error| self.reader.locate(error))
            }
            other => Err(self.reader.mismatch("array", &other)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        match self.raw {
            Raw::StartArray => self.array(visitor),
            other => Err(self.reader.mismatch(&format!("an array of {length} items"), &other)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.raw {
            Raw::StartStruct => self.members(visitor),
            other => Err(self.reader.mismatch("struct", &other)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let Self { reader, raw } = self;
        match raw {
            Raw::String(_) | Raw::StringChunk(_) => {
                let name = match raw {
                    Raw::StringChunk(chunk) => reader.rest_of_string(chunk)?,
                    Raw::String(text) => reader.own(text),
                    _ => String::new(),
                };
                let value = visitor.visit_enum(StringDeserializer::<Error>::new(name));
                value.map_err(|error| reader.locate(error))
            }
            Raw::StartStruct => {
                let value = visitor.visit_enum(Variant { reader });
                let value = value.map_err(|error| reader.locate(error))?;
                match reader.next_raw()? {
                    Raw::EndStruct => Ok(value),
                    other => Err(reader.mismatch("a struct of one member", &other)),
                }
            }
            other => Err(reader.mismatch("the name of a variant, or a struct with it as the only member", &other)),
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_u128 visit_u128 u128,
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_f64(visitor)
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.raw {
            Raw::Double(value) => visitor.visit_f64(value).map_err(|error| self.reader.locate(error)),
            _ => self.big(visitor, "double", |visitor, number: f64| visitor.visit_f64(number)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        #[cfg(feature = "json")]
        match &self.raw {
            Raw::String(text) if self.reader.is_json() => {
                return match crate::base64::decode(self.reader.resolve(text).as_bytes()) {
                    Ok(bytes) => visitor.visit_byte_buf(bytes).map_err(|error| self.reader.locate(error)),
                    Err(_) => Err(self.reader.mismatch("base64", &self.raw)),
                };
            }
            _ => {}
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool char str string identifier
    }
}

/// The items of an array.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    done: bool,
}

impl<'de> de::SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.done {
            return Ok(None);
        }
        match self.reader.next_raw()? {
            Raw::EndArray => {
                self.done = true;
                Ok(None)
            }
            raw => seed.deserialize(ValueDe { reader: self.reader, raw }).map(Some),
        }
    }
}

/// The members of a struct.
struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
    done: bool,
}

impl<'de> de::MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.done {
            return Ok(None);
        }
        match self.reader.next_raw()? {
            Raw::Name(name) => name_of(self.reader, &name, seed).map(Some),
            _ => {
                self.done = true;
                Ok(None)
            }
        }
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let raw = self.reader.next_raw()?;
        seed.deserialize(ValueDe { reader: self.reader, raw })
    }
}

#[inline]
fn name_of<'de, K: DeserializeSeed<'de>>(reader: &Reader<'de>, name: &Text, seed: K) -> Result<K::Value> {
    let key = match reader.borrow(name) {
        Some(name) => seed.deserialize(NameDe(BorrowedStrDeserializer::<Error>::new(name), name)),
        None => {
            let name = reader.resolve(name);
            seed.deserialize(NameDe(StrDeserializer::<Error>::new(name), name))
        }
    };
    key.map_err(|error| reader.locate(error))
}

/// A member's name; also as a number, for maps with such keys.
struct NameDe<'n, D>(D, &'n str);

macro_rules! numeric_names {
    ($($method:ident $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.1.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => self.0.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de, D: Deserializer<'de, Error = Error>> Deserializer<'de> for NameDe<'_, D> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    numeric_names! {
        deserialize_bool visit_bool,
        deserialize_i8 visit_i8,
        deserialize_i16 visit_i16,
        deserialize_i32 visit_i32,
        deserialize_i64 visit_i64,
        deserialize_i128 visit_i128,
        deserialize_u8 visit_u8,
        deserialize_u16 visit_u16,
        deserialize_u32 visit_u32,
        deserialize_u64 visit_u64,
        deserialize_u128 visit_u128,
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// An enum's variant with data: a struct with it as the only member.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'r, 'de> de::EnumAccess<'de> for Variant<'r, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        match self.reader.next_raw()? {
            Raw::Name(name) => Ok((name_of(self.reader, &name, seed)?, self)),
            other => Err(self.reader.mismatch("a struct of one member", &other)),
        }
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.reader.skip_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        let raw = self.reader.next_raw()?;
        seed.deserialize(ValueDe { reader: self.reader, raw })
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        let raw = self.reader.next_raw()?;
        ValueDe { reader: self.reader, raw }.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let raw = self.reader.next_raw()?;
        ValueDe { reader: self.reader, raw }.deserialize_map(visitor)
    }
}

/// A name and a text, as the visitor of [`Value`](crate::Value) takes them.
trait IntoEnum {
    fn into_enum(self) -> Named;
}

impl IntoEnum for (&'static str, String) {
    fn into_enum(self) -> Named {
        Named { name: self.0, text: self.1 }
    }
}

struct Named {
    name: &'static str,
    text: String,
}

impl<'de> de::EnumAccess<'de> for Named {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        Ok((seed.deserialize(StrDeserializer::<Error>::new(self.name))?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Named {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(StringDeserializer::<Error>::new(self.text))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value> {
        Err(de::Error::custom("expected a text"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], _visitor: V) -> Result<V::Value> {
        Err(de::Error::custom("expected a text"))
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(ErrorKind::Type, message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        // serde's names by XML-RPC's, where there is one.
        let expected = match expected.as_str() {
            "i32" => "int",
            "f32" | "f64" => "double",
            "a boolean" => "boolean",
            "a string" | "a borrowed string" => "string",
            "a sequence" => "array",
            "a map" => "struct",
            other => other,
        };
        Self::new(ErrorKind::Type, format!("expected {expected}, found {}", Found(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Self::new(ErrorKind::Type, format!("expected {expected}, found {found} items"))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Self::new(ErrorKind::Type, format!("expected {}, found {:?}", OneOf(expected), crate::text::short(found)))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let found = crate::text::short(found);
        Self::new(ErrorKind::Type, format!("expected a member named {}, found {found:?}", OneOf(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(ErrorKind::Type, format!("expected a member named {field:?}, found none"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(ErrorKind::Type, format!("expected one member named {field:?}, found another"))
    }
}

/// What serde found, by XML-RPC's names.
struct Found<'a>(Unexpected<'a>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Bool(value) => write!(f, "boolean {value}"),
            Unexpected::Unsigned(value) => write!(f, "int {value}"),
            Unexpected::Signed(value) if i32::try_from(value).is_err() => write!(f, "i8 {value}"),
            Unexpected::Signed(value) => write!(f, "int {value}"),
            Unexpected::Float(value) => write!(f, "double {value}"),
            Unexpected::Str(text) => write!(f, "string {:?}", crate::text::short(text)),
            Unexpected::Bytes(_) => f.write_str("base64"),
            Unexpected::Unit | Unexpected::Option => f.write_str("nil"),
            Unexpected::Seq => f.write_str("array"),
            Unexpected::Map => f.write_str("struct"),
            other => other.fmt(f),
        }
    }
}

/// Names to choose from.
struct OneOf(&'static [&'static str]);

impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let separator = match at {
                0 => "",
                _ if at + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{separator}{name:?}")?;
        }
        if self.0.is_empty() { f.write_str("nothing") } else { Ok(()) }
    }
}

impl DateTime {
    /// Its parts in one number, which a visitor can be handed.
    pub(super) fn pack(self) -> u64 {
        let parts = [self.month(), self.day(), self.hour(), self.minute(), self.second()];
        parts.iter().fold(u64::from(self.year()), |packed, &part| packed << 8 | u64::from(part))
    }

    /// The moment that [`pack`](Self::pack) was given.
    pub(super) fn unpack(packed: u64) -> Option<Self> {
        let [_, y1, y0, month, day, hour, minute, second] = packed.to_be_bytes();
        Self::new(u16::from_be_bytes([y1, y0]), month, day, hour, minute, second).ok()
    }
}
