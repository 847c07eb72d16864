//! A map's key as a member's name: text as it is, numbers and booleans in digits and words.

use alloc::string::String;
use core::fmt::{self, Write as _};

use serde::ser::{Serialize, Serializer};

use super::refuse::refuse;
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

#[cold]
fn refused() -> Error {
    Error::new(ErrorKind::Unsupported, "expected a text or a number as the key of a map, found something else")
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

    refuse! { refused(); floats bytes none unit unit_struct newtype_variant }

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
}
