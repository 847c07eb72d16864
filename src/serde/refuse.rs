//! What a serializer that takes few kinds of values does with all others.

/// Methods of a `Serializer` whose `Ok` is `()`, each of which refuses its value with this error: those of the kinds that
/// are named, by serde's names for them, and those of all that consists of several values.
macro_rules! refuse {
    ($error:expr; $($kind:ident)*) => {
        $(refuse! { @$kind $error })*

        type SerializeSeq = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeTuple = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeTupleStruct = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeTupleVariant = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeMap = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeStruct = ::serde::ser::Impossible<(), Self::Error>;
        type SerializeStructVariant = ::serde::ser::Impossible<(), Self::Error>;

        refuse! { $error, fn serialize_seq(Option<usize>) -> Self::SerializeSeq }
        refuse! { $error, fn serialize_tuple(usize) -> Self::SerializeTuple }
        refuse! { $error, fn serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct }
        refuse! { $error, fn serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant }
        refuse! { $error, fn serialize_map(Option<usize>) -> Self::SerializeMap }
        refuse! { $error, fn serialize_struct(&'static str, usize) -> Self::SerializeStruct }
        refuse! { $error, fn serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant }
    };
    (@bool $error:expr) => { refuse! { $error, fn serialize_bool(bool) -> () } };
    (@integers $error:expr) => {
        refuse! { $error, fn serialize_i8(i8) -> () }
        refuse! { $error, fn serialize_i16(i16) -> () }
        refuse! { $error, fn serialize_i32(i32) -> () }
        refuse! { $error, fn serialize_i64(i64) -> () }
        refuse! { $error, fn serialize_i128(i128) -> () }
        refuse! { $error, fn serialize_u8(u8) -> () }
        refuse! { $error, fn serialize_u16(u16) -> () }
        refuse! { $error, fn serialize_u32(u32) -> () }
        refuse! { $error, fn serialize_u64(u64) -> () }
        refuse! { $error, fn serialize_u128(u128) -> () }
    };
    (@floats $error:expr) => {
        refuse! { $error, fn serialize_f32(f32) -> () }
        refuse! { $error, fn serialize_f64(f64) -> () }
    };
    (@char $error:expr) => { refuse! { $error, fn serialize_char(char) -> () } };
    (@str $error:expr) => { refuse! { $error, fn serialize_str(&str) -> () } };
    (@bytes $error:expr) => { refuse! { $error, fn serialize_bytes(&[u8]) -> () } };
    (@none $error:expr) => { refuse! { $error, fn serialize_none() -> () } };
    (@unit $error:expr) => { refuse! { $error, fn serialize_unit() -> () } };
    (@unit_struct $error:expr) => { refuse! { $error, fn serialize_unit_struct(&'static str) -> () } };
    (@unit_variant $error:expr) => {
        refuse! { $error, fn serialize_unit_variant(&'static str, u32, &'static str) -> () }
    };
    (@newtype_variant $error:expr) => {
        #[inline]
        fn serialize_newtype_variant<T: ::serde::Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> ::core::result::Result<(), Self::Error> {
            Err($error)
        }
    };
    ($error:expr, fn $method:ident($($value:ty),*) -> $ok:ty) => {
        #[inline]
        fn $method(self, $(_: $value),*) -> ::core::result::Result<$ok, Self::Error> {
            Err($error)
        }
    };
}

pub(super) use refuse;
