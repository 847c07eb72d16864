//! From serde types to events.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::ser::{self, Serialize};

use super::{key::KeySer, none::is_none, token};
use crate::text::short_plain;
use crate::{DateTime, Error, ErrorKind, Extension, Result, Sink, Writer};

impl<S: Sink> Writer<S> {
    /// Writes one value of any type that serde knows: the way back of [`Reader::read`](crate::Reader::read).
    ///
    /// Integers become `<int>` where they fit into 32 bits and an extension where not; `None` and
    /// `()` become nil; a struct's member that is `None` is left out where the dialect has no nil.
    ///
    /// ```
    /// use tiny_xmlrpc::Writer;
    ///
    /// let mut writer = Writer::new(Vec::new());
    /// writer.serialize(&("a", 1))?;
    /// assert!(writer.finish()?.starts_with(b"<value><array><data><value><string>a</string></value>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    pub fn serialize<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(Ser { writer: self, role: Role::Value, member: None })
    }

    /// Writes the parameters of a call: a tuple, an array or a slice is as many parameters as it has
    /// items, `()` is none, and everything else is one. Where the dialect has no nil, items at the end that are `None`
    /// are left out, as our own handlers take it: an `Option` there may be missing.
    ///
    /// ```
    /// use tiny_xmlrpc::Writer;
    ///
    /// let mut writer = Writer::new(Vec::new());
    /// writer.call("draw")?;
    /// writer.params(&("red", 3, None::<i32>))?;
    /// assert!(writer.finish()?.ends_with(b"<params><param><value><string>red</string></value></param>\
    ///     <param><value><int>3</int></value></param></params></methodCall>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for what the dialect cannot say.
    pub fn params<T: Serialize + ?Sized>(&mut self, params: &T) -> Result<()> {
        params.serialize(Ser { writer: self, role: Role::Params, member: None })
    }
}

/// What the next value is, beyond what serde says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    Params,
    DateTime,
    BigInteger,
    BigDecimal,
    I8,
}

struct Ser<'w, 'm, S> {
    writer: &'w mut Writer<S>,
    role: Role,
    /// The member whose value this is; not yet written, since the member may be left out.
    member: Option<&'m Name<'m>>,
}

/// A member's name, looked through already.
struct Name<'m> {
    text: &'m str,
    short: Option<[u8; 16]>,
}

impl<'m> Name<'m> {
    /// Where the name is one that a derived implementation knows, the compiler does this, and the look at its characters
    /// costs nothing.
    #[inline(always)]
    fn new(text: &'m str) -> Self {
        Self { text, short: short_plain(text.as_bytes()) }
    }
}

impl<'w, S: Sink> Ser<'w, '_, S> {
    /// The writer, with the member's name written.
    #[inline]
    fn begin(self) -> Result<&'w mut Writer<S>> {
        if let Some(name) = self.member {
            self.writer.prepared_name(name.text, name.short.as_ref())?;
        }
        Ok(self.writer)
    }

    fn array(self) -> Result<Compound<'w, S>> {
        if self.role == Role::Params {
            return Ok(Compound { writer: self.writer, ends: Ends::Nothing, key: String::new(), left_out: 0 });
        }
        let writer = self.begin()?;
        writer.start_array()?;
        Ok(Compound { writer, ends: Ends::Array, key: String::new(), left_out: 0 })
    }

    fn members(self) -> Result<Compound<'w, S>> {
        let writer = self.begin()?;
        writer.start_struct()?;
        Ok(Compound { writer, ends: Ends::Struct, key: String::new(), left_out: 0 })
    }

    /// A variant with data: a struct with it as the only member.
    fn variant(self, name: &'static str) -> Result<&'w mut Writer<S>> {
        let writer = self.begin()?;
        writer.start_struct()?;
        writer.name(name)?;
        Ok(writer)
    }

    fn big<N: Copy + fmt::Display>(self, value: N) -> Result<()> {
        let writer = self.begin()?;
        if !writer.dialect().big_numbers {
            let message = format!(
                "expected a value that the dialect can write, found the integer {value}, which needs biginteger"
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        writer.big_integer(&format!("{value}"))
    }
}

impl<'w, S: Sink> ser::Serializer for Ser<'w, '_, S> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'w, S>;
    type SerializeTuple = Compound<'w, S>;
    type SerializeTupleStruct = Compound<'w, S>;
    type SerializeTupleVariant = Compound<'w, S>;
    type SerializeMap = Compound<'w, S>;
    type SerializeStruct = Compound<'w, S>;
    type SerializeStructVariant = Compound<'w, S>;

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.begin()?.boolean(value)
    }

    fn serialize_i8(self, value: i8) -> Result<()> {
        self.begin()?.int(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<()> {
        self.begin()?.int(value.into())
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<()> {
        self.begin()?.int(value)
    }

    fn serialize_i64(self, value: i64) -> Result<()> {
        let exact = self.role == Role::I8;
        let writer = self.begin()?;
        if exact { writer.i8(value) } else { writer.integer(value) }
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value),
            Err(_) => self.big(value),
        }
    }

    fn serialize_u8(self, value: u8) -> Result<()> {
        self.begin()?.int(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<()> {
        self.begin()?.int(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<()> {
        self.begin()?.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<()> {
        self.serialize_u128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value),
            Err(_) => self.big(value),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.begin()?.double(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.begin()?.double(value)
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        let role = self.role;
        let writer = self.begin()?;
        match role {
            Role::DateTime => writer.datetime(value.parse::<DateTime>()?),
            Role::BigInteger => writer.big_integer(value),
            Role::BigDecimal => writer.big_decimal(value),
            Role::Value | Role::Params | Role::I8 => writer.string(value),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.begin()?.base64(value)
    }

    fn serialize_none(self) -> Result<()> {
        if self.member.is_some() && self.writer.dialect().nil == Extension::Off {
            return Ok(());
        }
        self.begin()?.nil()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        if self.role == Role::Params {
            return Ok(());
        }
        self.begin()?.nil()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<()> {
        self.begin()?.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<()> {
        let role = match name {
            token::DATETIME => Role::DateTime,
            token::BIG_INTEGER => Role::BigInteger,
            token::BIG_DECIMAL => Role::BigDecimal,
            token::I8 => Role::I8,
            _ => self.role,
        };
        value.serialize(Self { role, ..self })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let writer = self.variant(variant)?;
        writer.serialize(value)?;
        writer.end_struct()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Compound<'w, S>> {
        self.array()
    }

    fn serialize_tuple(self, _length: usize) -> Result<Compound<'w, S>> {
        self.array()
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'w, S>> {
        self.array()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'w, S>> {
        let writer = self.variant(variant)?;
        writer.start_array()?;
        Ok(Compound { writer, ends: Ends::ArrayInStruct, key: String::new(), left_out: 0 })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Compound<'w, S>> {
        self.members()
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'w, S>> {
        self.members()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'w, S>> {
        let writer = self.variant(variant)?;
        writer.start_struct()?;
        Ok(Compound { writer, ends: Ends::StructInStruct, key: String::new(), left_out: 0 })
    }
}

/// What ends with a compound value.
#[derive(Clone, Copy)]
enum Ends {
    Nothing,
    Array,
    Struct,
    ArrayInStruct,
    StructInStruct,
}

/// An array or a struct under way.
struct Compound<'w, S> {
    writer: &'w mut Writer<S>,
    ends: Ends,
    /// A map's key whose value is still to come.
    key: String,
    /// Parameters that were not written as they may be the last ones.
    left_out: usize,
}

impl<S: Sink> Compound<'_, S> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if matches!(self.ends, Ends::Nothing) && self.writer.dialect().nil == Extension::Off {
            if is_none(value) {
                self.left_out += 1;
                return Ok(());
            }
            if self.left_out > 0 {
                // They are not the last ones: the error says what is missing in the dialect.
                self.writer.nil()?;
            }
        }
        self.writer.serialize(value)
    }

    #[inline(always)]
    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        value.serialize(Ser { writer: self.writer, role: Role::Value, member: Some(&Name::new(name)) })
    }

    fn ended(self) -> Result<()> {
        match self.ends {
            Ends::Nothing => return Ok(()),
            Ends::Array | Ends::ArrayInStruct => self.writer.end_array()?,
            Ends::Struct | Ends::StructInStruct => self.writer.end_struct()?,
        }
        match self.ends {
            Ends::ArrayInStruct | Ends::StructInStruct => self.writer.end_struct(),
            _ => Ok(()),
        }
    }
}

macro_rules! sequences {
    ($($trait:ident $method:ident,)*) => {$(
        impl<S: Sink> ser::$trait for Compound<'_, S> {
            type Ok = ();
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.item(value)
            }

            fn end(self) -> Result<()> {
                self.ended()
            }
        }
    )*};
}

sequences! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

macro_rules! structs {
    ($($trait:ident)*) => {$(
        impl<S: Sink> ser::$trait for Compound<'_, S> {
            type Ok = ();
            type Error = Error;

            #[inline(always)]
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.member(name, value)
            }

            fn end(self) -> Result<()> {
                self.ended()
            }
        }
    )*};
}

structs! { SerializeStruct SerializeStructVariant }

impl<S: Sink> ser::SerializeMap for Compound<'_, S> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<()> {
        self.key.clear();
        key.serialize(KeySer(&mut self.key))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = core::mem::take(&mut self.key);
        let written = self.member(&key, value);
        self.key = key;
        written
    }

    fn end(self) -> Result<()> {
        self.ended()
    }
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(ErrorKind::Unsupported, format!("{message}"))
    }
}
