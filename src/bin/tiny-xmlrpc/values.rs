//! Arguments of a call, as they stand on a command line.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use tiny_xmlrpc::{DateTime, Error, ErrorKind, Sink, Spool, Value, Writer};

use crate::json::plain;

/// An argument of a call.
#[derive(Debug)]
pub(crate) enum Argument {
    Value(Value),
    /// A file's content as base64.
    File(PathBuf),
    /// The same of what came on standard input.
    Input(Spool),
}

impl Argument {
    /// What a text on the command line stands for; `Err` says what was expected.
    ///
    /// ```text
    /// argument ::= 'i/' int | 'I/' i8 | 's/' text | 'd/' double | 'b/' boolean | 't/' dateTime
    ///            | 'h/' hexadecimal | 'n/' | '@' file | JSON | text
    /// ```
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix('@') {
            Some("") => return Err("expected a file's name behind @, found none".into()),
            Some(file) => return Ok(Self::File(file.into())),
            None => {}
        }
        let Some((prefix @ ("i" | "I" | "s" | "d" | "b" | "t" | "h" | "n"), rest)) = text.split_once('/') else {
            return Ok(Self::Value(plain::value(text)?.unwrap_or_else(|| text.into())));
        };
        typed(prefix, rest)
            .map(Self::Value)
            .map_err(|expected| format!("expected {expected} after {prefix}/, found {rest:?}"))
    }

    /// What came on standard input: JSON or a text, without the line break at its end.
    pub(crate) fn parse_input(text: &str) -> Result<Self, String> {
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Self::Value(plain::value(text)?.unwrap_or_else(|| text.into())))
    }

    /// Writes it. A file is opened anew each time.
    pub(crate) fn write(&self, writer: &mut Writer<impl Sink>) -> tiny_xmlrpc::Result<()> {
        match self {
            Self::Value(value) => writer.value(value),
            Self::File(path) => {
                let wrong = |error: std::io::Error| Error::new(ErrorKind::Io, format!("{}: {error}", path.display()));
                writer.base64_from(Opened(File::open(path).map_err(wrong)?, path))
            }
            Self::Input(bytes) => writer.base64_from(bytes.reader()),
        }
    }
}

/// A file whose errors tell its name.
struct Opened<'p>(File, &'p PathBuf);

impl Read for Opened<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer).map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", self.1.display())))
    }
}

fn typed(prefix: &str, text: &str) -> Result<Value, &'static str> {
    match prefix {
        "i" => text.parse().map(Value::Int).map_err(|_| "an int of 32 bits"),
        "I" => text.parse().map(Value::I8).map_err(|_| "an integer of 64 bits"),
        "s" => Ok(text.into()),
        "d" => text.parse().map(Value::Double).map_err(|_| "a number"),
        "b" => match text {
            "1" | "true" | "t" => Ok(true.into()),
            "0" | "false" | "f" => Ok(false.into()),
            _ => Err("1, 0, true or false"),
        },
        "t" => text.parse::<DateTime>().map(Value::from).map_err(|_| "a date and time like 19980717T14:08:55"),
        "h" => hexadecimal(text).map(Value::Base64).ok_or("pairs of hexadecimal digits"),
        _ if text.is_empty() => Ok(Value::Nil),
        _ => Err("nothing"),
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    digits
        .chunks(2)
        .map(|pair| pair.iter().try_fold(0_u8, |byte, &digit| Some(byte << 4 | u8::try_from(digit).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn all_forms() {
        let value = |text| match Argument::parse(text).unwrap() {
            Argument::Value(value) => value,
            other => panic!("{other:?}"),
        };
        assert_eq!(value("i/5"), Value::Int(5));
        assert_eq!(value("i/-5"), Value::Int(-5));
        assert_eq!(value("I/9999999999"), Value::I8(9_999_999_999));
        assert_eq!(value("I/5"), Value::I8(5));
        assert_eq!(value("s/text"), "text".into());
        assert_eq!(value("s/"), "".into());
        assert_eq!(value("s/5"), "5".into());
        assert_eq!(value("d/1.5"), 1.5.into());
        assert_eq!(value("d/2"), 2.0.into());
        assert_eq!(value("b/1"), true.into());
        assert_eq!(value("b/false"), false.into());
        assert_eq!(value("t/20260102T03:04:05"), DateTime::new(2026, 1, 2, 3, 4, 5).unwrap().into());
        assert_eq!(value("h/00fF10"), Value::Base64(vec![0, 255, 16]));
        assert_eq!(value("n/"), Value::Nil);
        assert_eq!(value("5"), Value::Int(5));
        assert_eq!(value("[1,\"x\"]"), Value::Array(vec![Value::Int(1), "x".into()]));
        assert_eq!(value("\"5\""), "5".into());
        for text in ["", "hello", "a/b", "/x", "x/5", "text/plain", "5 apples", "nul"] {
            assert_eq!(value(text), text.into());
        }
        assert!(matches!(Argument::parse("@a/b"), Ok(Argument::File(path)) if path == Path::new("a/b")));
    }

    #[test]
    fn what_is_not_of_its_type_is_told() {
        for (text, expected) in [
            ("i/2147483648", "expected an int of 32 bits after i/, found \"2147483648\""),
            ("I/x", "expected an integer of 64 bits after I/, found \"x\""),
            ("d/", "expected a number after d/, found \"\""),
            ("b/2", "expected 1, 0, true or false after b/, found \"2\""),
            ("t/today", "expected a date and time like 19980717T14:08:55 after t/, found \"today\""),
            ("h/abc", "expected pairs of hexadecimal digits after h/, found \"abc\""),
            ("h/gg", "expected pairs of hexadecimal digits after h/, found \"gg\""),
            ("n/x", "expected nothing after n/, found \"x\""),
            ("@", "expected a file's name behind @, found none"),
        ] {
            assert_eq!(Argument::parse(text).unwrap_err(), expected);
        }
    }
}
