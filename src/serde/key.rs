//! A map's key as a member's name: text as it is, numbers and booleans in digits and words.

use alloc::string::String;
use core::fmt::{self, Write as _};

use serde::ser::{Impossible, Serialize, Serializer};

use crate::{Error, ErrorKind, Result};

/// Writes the key into the string.
pub(super) struct KeySer<'k>(pub(super) &'k mut String);

impl KeySer<'_> {
    fn shown(self, value: impl fmt::Display) -> Result<()> {
        // Cannot fail: a `String` takes everything.
        let _ = write!(self.0, "{value}");
        Ok(())
    }
}

fn refused<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Unsupported, "expected a text or a number as the key of a map, found something else"))
}

macro_rules! shown {
    ($($method:ident $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<()> {
            self.shown(value)
        }
    )*};
}

impl Serializer for KeySer<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    shown! {
        serialize_bool bool,
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_i128 i128,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_u64 u64,
        serialize_u128 u128,
        serialize_char char,
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        self.0.push_str(value);
        Ok(())
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_f32(self, _value: f32) -> Result<()> {
        refused()
    }

    fn serialize_f64(self, _value: f64) -> Result<()> {
        refused()
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<()> {
        refused()
    }

    fn serialize_none(self) -> Result<()> {
        refused()
    }

    fn serialize_unit(self) -> Result<()> {
        refused()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        refused()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<()> {
        refused()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self::SerializeSeq> {
        refused()
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self::SerializeTuple> {
        refused()
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Self::SerializeTupleStruct> {
        refused()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        refused()
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self::SerializeMap> {
        refused()
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self::SerializeStruct> {
        refused()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant> {
        refused()
    }
}
