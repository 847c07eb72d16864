//! From a Rust type to its name in a signature, found by asking its `Deserialize` what it wants.
//!
//! No value is made: the probe notes what is asked for and answers with an error.

use core::cell::Cell;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::token;
use crate::{Error, ErrorKind, Result};

/// The name by which `system.methodSignature` tells this type; `any` for what takes everything.
pub(crate) fn signature_of<'de, T: Deserialize<'de>>() -> &'static str {
    let found = Cell::new("any");
    // The answer is always an error; what counts is what was asked for.
    let _ = T::deserialize(Probe(&found));
    found.get()
}

struct Probe<'p>(&'p Cell<&'static str>);

impl Probe<'_> {
    #[allow(clippy::unnecessary_wraps)]
    fn found<T>(self, name: &'static str) -> Result<T> {
        self.0.set(name);
        Err(Error::new(ErrorKind::Usage, "expected a probe's end, found a type"))
    }
}

macro_rules! probes {
    ($($name:literal: $($method:ident)*;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value> {
            self.found($name)
        }
    )*)*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    probes! {
        "int": deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16;
        "i8": deserialize_i64 deserialize_u32 deserialize_u64;
        "biginteger": deserialize_i128 deserialize_u128;
        "double": deserialize_f32 deserialize_f64;
        "boolean": deserialize_bool;
        "string": deserialize_char deserialize_str deserialize_string deserialize_identifier;
        "base64": deserialize_bytes deserialize_byte_buf;
        "nil": deserialize_unit;
        "array": deserialize_seq;
        "struct": deserialize_map;
        "any": deserialize_any;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            token::DATETIME => self.found("dateTime.iso8601"),
            token::VALUE => self.found("any"),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, _visitor: V) -> Result<V::Value> {
        self.found("nil")
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value> {
        self.found("array")
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        _visitor: V,
    ) -> Result<V::Value> {
        self.found("array")
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value> {
        self.found("struct")
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value> {
        self.found("string")
    }

    forward_to_deserialize_any! { ignored_any }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::{Binary, DateTime, Struct, Value};

    #[test]
    fn types_have_their_names() {
        assert_eq!(signature_of::<i32>(), "int");
        assert_eq!(signature_of::<Option<u64>>(), "i8");
        assert_eq!(signature_of::<f32>(), "double");
        assert_eq!(signature_of::<bool>(), "boolean");
        assert_eq!(signature_of::<String>(), "string");
        assert_eq!(signature_of::<&str>(), "string");
        assert_eq!(signature_of::<DateTime>(), "dateTime.iso8601");
        assert_eq!(signature_of::<Binary>(), "base64");
        assert_eq!(signature_of::<Vec<i32>>(), "array");
        assert_eq!(signature_of::<(i32, String)>(), "array");
        assert_eq!(signature_of::<BTreeMap<String, i32>>(), "struct");
        assert_eq!(signature_of::<Struct>(), "struct");
        assert_eq!(signature_of::<Value>(), "any");
        assert_eq!(signature_of::<()>(), "nil");
    }
}
