//! Any JSON text to a value.

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, ValueType};
use tiny_xmlrpc::{Struct, Value};

/// How many arrays and objects may be open inside one another, as in [`tiny_xmlrpc::Limits`].
const DEPTH: u32 = 128;

/// The value that a JSON text stands for; `None` where it is no JSON.
///
/// Integers become an int, an i8 or, beyond that, a biginteger; an object becomes a struct, null nil. What begins as JSON that
/// is too deep is an error, as it can hardly be meant as a text.
pub(crate) fn value(text: &str) -> Result<Option<Value>, String> {
    let mut json = JsonStreamReader::new_custom(text.as_bytes(), settings());
    let value = next(&mut json).and_then(|value| json.consume_trailing_whitespace().map(|()| value));
    match value {
        Ok(value) => Ok(Some(value)),
        Err(ReaderError::MaxNestingDepthExceeded { .. }) => {
            Err(format!("expected JSON with at most {DEPTH} arrays and objects inside one another, found more"))
        }
        Err(_) => Ok(None),
    }
}

/// The values that JSON texts behind one another stand for; `None` where there is no JSON, or none at all.
pub(crate) fn values(text: &str) -> Option<Vec<Value>> {
    let settings = ReaderSettings { allow_multiple_top_level: true, ..settings() };
    let mut json = JsonStreamReader::new_custom(text.as_bytes(), settings);
    let mut values = Vec::new();
    loop {
        values.push(next(&mut json).ok()?);
        if !json.has_next().ok()? {
            return Some(values);
        }
    }
}

fn settings() -> ReaderSettings {
    ReaderSettings {
        track_path: false,
        max_nesting_depth: Some(DEPTH),
        restrict_number_values: false,
        ..ReaderSettings::default()
    }
}

fn next(json: &mut JsonStreamReader<&[u8]>) -> Result<Value, ReaderError> {
    Ok(match json.peek()? {
        ValueType::Null => {
            json.next_null()?;
            Value::Nil
        }
        ValueType::Boolean => json.next_bool()?.into(),
        ValueType::String => json.next_string()?.into(),
        ValueType::Number => number(json.next_number_as_str()?),
        ValueType::Array => {
            json.begin_array()?;
            let mut items = Vec::new();
            while json.has_next()? {
                items.push(next(json)?);
            }
            json.end_array()?;
            Value::Array(items)
        }
        ValueType::Object => {
            json.begin_object()?;
            let mut members = Vec::new();
            while json.has_next()? {
                let name = json.next_name_owned()?;
                members.push((name, next(json)?));
            }
            json.end_object()?;
            Value::Struct(Struct::from_iter(members))
        }
    })
}

/// A number as JSON writes it. A double that needs more digits or a larger exponent than there are is rounded, as
/// JSON readers do it; an integer never is.
fn number(digits: &str) -> Value {
    if digits.contains(['.', 'e', 'E']) {
        return digits.parse().map_or_else(|_| Value::String(digits.into()), Value::Double);
    }
    integer(digits)
}

/// An integer of as many bits as it needs.
fn integer(digits: &str) -> Value {
    match digits.parse() {
        Ok(small) => Value::Int(small),
        Err(_) => digits.parse().map_or_else(|_| Value::BigInteger(digits.into()), Value::I8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_as_what_comes_closest() {
        let shown = |text| value(text).unwrap().map(|value| format!("{value:?}"));
        for (text, expected) in [
            ("5", "Int(5)"),
            ("-2147483648", "Int(-2147483648)"),
            ("2147483648", "I8(2147483648)"),
            ("9223372036854775808", "BigInteger(\"9223372036854775808\")"),
            ("1.0", "Double(1.0)"),
            ("1e3", "Double(1000.0)"),
            ("true", "Boolean(true)"),
            ("null", "Nil"),
            (" \"a\\u00e9\" ", "String(\"aé\")"),
            ("[1,\"x\",[]]", "Array([Int(1), String(\"x\"), Array([])])"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        let object = value("{\"b\":1,\"a\":{}}").unwrap().unwrap();
        let names: Vec<&str> = object.as_struct().unwrap().iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b", "a"]);
    }

    #[test]
    fn what_is_no_json_is_told() {
        for text in ["", "x", "05", "1 2", "[1", "{\"a\" 1}", "nul", "'x'", "+5", "NaN"] {
            assert_eq!(value(text), Ok(None), "{text}");
        }
        assert!(value(&format!("{}{}", "[".repeat(128), "]".repeat(128))).unwrap().is_some());
        let told = value(&format!("{}{}", "[".repeat(129), "]".repeat(129))).unwrap_err();
        assert_eq!(told, "expected JSON with at most 128 arrays and objects inside one another, found more");
    }
}
