//! Whether a value is a `None`, asked of its `Serialize` without writing anything.

use core::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::refuse::refuse;

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

impl Serializer for Asking {
    type Ok = ();
    type Error = Something;

    refuse! { Something; bool integers floats char str bytes unit unit_struct unit_variant newtype_variant }

    fn serialize_none(self) -> Result<(), Something> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Something> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Something> {
        value.serialize(self)
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
