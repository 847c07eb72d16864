//! A value told in ASCII, bit by bit, so that two implementations can compare what they have got.
//!
//! `tests/python/values.py` tells the same of Python's values.

use std::fmt::Write;

use tiny_xmlrpc::Value;

pub(crate) fn told(value: &Value) -> String {
    let mut out = String::new();
    tell(value, &mut out);
    out
}

fn tell(value: &Value, out: &mut String) {
    match value {
        Value::Nil => out.push_str("nil"),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => write!(out, "int {value}").unwrap(),
        Value::Double(value) if value.is_nan() => out.push_str("double nan"),
        Value::Double(value) => write!(out, "double {:016x}", value.to_bits()).unwrap(),
        Value::String(text) => hexadecimal("string ", text.as_bytes(), out),
        Value::DateTime(moment) => write!(out, "dateTime {moment}").unwrap(),
        Value::Base64(bytes) => hexadecimal("base64 ", bytes, out),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                tell(item, out);
                out.push(';');
            }
            out.push(']');
        }
        Value::Struct(members) => {
            out.push('{');
            for (name, value) in members.iter() {
                hexadecimal("", name.as_bytes(), out);
                out.push('=');
                tell(value, out);
                out.push(';');
            }
            out.push('}');
        }
        other => panic!("a type that Python does not write: {other:?}"),
    }
}

fn hexadecimal(kind: &str, bytes: &[u8], out: &mut String) {
    out.push_str(kind);
    for byte in bytes {
        write!(out, "{byte:02x}").unwrap();
    }
}
