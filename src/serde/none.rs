//! Whether a value is a `None`, asked of its `Serialize` without writing anything.

use core::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

/// Whether serializing it begins and ends with a `None`.
#[inline]
pub(super) fn is_none<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Asking).is_ok()
}

struct Asking;

/// It is something else.
#[derive(Debug)]
struct Something;

impl fmt::Display for Something {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected none")
    }
}

impl ser::StdError for Something {}

impl ser::Error for Something {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

macro_rules! scalars {
    ($($method:ident $type:ty,)*) => {$(
        #[inline]
        fn $method(self, _value: $type) -> Result<(), Something> {
            Err(Something)
        }
    )*};
}

type Never = Result<Impossible<(), Something>, Something>;

impl Serializer for Asking {
    type Ok = ();
    type Error = Something;
    type SerializeSeq = Impossible<(), Something>;
    type SerializeTuple = Impossible<(), Something>;
    type SerializeTupleStruct = Impossible<(), Something>;
    type SerializeTupleVariant = Impossible<(), Something>;
    type SerializeMap = Impossible<(), Something>;
    type SerializeStruct = Impossible<(), Something>;
    type SerializeStructVariant = Impossible<(), Something>;

    scalars! {
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
        serialize_f32 f32,
        serialize_f64 f64,
        serialize_char char,
        serialize_str &str,
        serialize_bytes &[u8],
        serialize_unit_struct &'static str,
    }

    fn serialize_none(self) -> Result<(), Something> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Something> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Something> {
        Err(Something)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Something> {
        Err(Something)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Something> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Something> {
        Err(Something)
    }

    fn serialize_seq(self, _: Option<usize>) -> Never {
        Err(Something)
    }

    fn serialize_tuple(self, _: usize) -> Never {
        Err(Something)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Never {
        Err(Something)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Never {
        Err(Something)
    }

    fn serialize_map(self, _: Option<usize>) -> Never {
        Err(Something)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Never {
        Err(Something)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Never {
        Err(Something)
    }

    /// Without the text, which nobody wants.
    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Something> {
        Err(Something)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde::Serialize;

    use super::is_none;
    use crate::{DateTime, Value};

    #[derive(Serialize)]
    struct Wrapped(Option<i32>);

    #[test]
    fn only_none_is() {
        assert!(is_none(&None::<i32>));
        assert!(is_none(&Some(None::<String>)));
        assert!(is_none(&&Wrapped(None)));
        assert!(!is_none(&Wrapped(Some(1))));
        assert!(!is_none(&Some(1)));
        assert!(!is_none(&()));
        assert!(!is_none(&Vec::<i32>::new()));
        assert!(!is_none(&[None::<i32>]));
        assert!(!is_none(&Value::Nil));
        assert!(!is_none(&DateTime::new(2026, 1, 2, 3, 4, 5).unwrap()));
    }
}
