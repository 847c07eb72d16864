//! The elements of scalars, as they stand on the wire: without a look at whether one may stand here.

use alloc::format;
use alloc::string::String;

use super::{Sink, Writer};
use crate::text::{self, Forbidden, Unrepresentable};
use crate::{DateTime, Error, ErrorKind, Extension, Result, base64, scalar};

/// The tags are literals, so that copying them needs no look at their length.
impl<S: Sink> Writer<S> {
    #[inline(always)]
    pub(super) fn int_element(&mut self, value: i32) -> Result<()> {
        let (digits, length) = scalar::write_int(value);
        self.sink.write(b"<value><int>")?;
        self.sink.write_short(&digits, length)?;
        self.sink.write(b"</int></value>")
    }

    pub(super) fn i8_element(&mut self, value: i64) -> Result<()> {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(value).as_bytes();
        match self.dialect.i8 {
            Extension::Plain => self.element(b"<value><i8>", digits, b"</i8></value>"),
            Extension::Apache => self.element(b"<value><ex:i8>", digits, b"</ex:i8></value>"),
            Extension::Off => match i32::try_from(value) {
                Ok(small) => self.int_element(small),
                Err(_) => Err(unsupported(format!("the integer {value}, which needs the extension i8"))),
            },
        }
    }

    pub(super) fn nil_element(&mut self) -> Result<()> {
        match self.dialect.nil {
            Extension::Plain => self.sink.write(b"<value><nil/></value>"),
            Extension::Apache => self.sink.write(b"<value><ex:nil/></value>"),
            Extension::Off => Err(unsupported("nil, which is an extension".into())),
        }
    }

    pub(super) fn big_integer_element(&mut self, digits: &str) -> Result<()> {
        if !self.dialect.big_numbers {
            return Err(unsupported("a biginteger, which is an extension".into()));
        }
        let digits = scalar::parse_big_integer(digits).map_err(|(kind, message)| Error::new(kind, message))?;
        self.element(b"<value><ex:biginteger>", digits.as_bytes(), b"</ex:biginteger></value>")
    }

    pub(super) fn big_decimal_element(&mut self, digits: &str) -> Result<()> {
        if !self.dialect.big_numbers {
            return Err(unsupported("a bigdecimal, which is an extension".into()));
        }
        let digits = scalar::parse_big_decimal(digits).map_err(|(kind, message)| Error::new(kind, message))?;
        self.element(b"<value><ex:bigdecimal>", digits.as_bytes(), b"</ex:bigdecimal></value>")
    }

    fn element(&mut self, open: &[u8], text: &[u8], close: &[u8]) -> Result<()> {
        self.sink.write(open)?;
        self.sink.write(text)?;
        self.sink.write(close)
    }

    #[inline]
    pub(super) fn boolean_element(&mut self, value: bool) -> Result<()> {
        self.sink.write(if value {
            b"<value><boolean>1</boolean></value>"
        } else {
            b"<value><boolean>0</boolean></value>"
        })
    }

    pub(super) fn double_element(&mut self, value: f64) -> Result<()> {
        if !value.is_finite() && !self.dialect.non_finite {
            return Err(unsupported(format!("the double {value}, which is not a finite number")));
        }
        self.sink.write(b"<value><double>")?;
        scalar::write_double(value, |text| self.sink.write(text))?;
        self.sink.write(b"</double></value>")
    }

    pub(super) fn datetime_element(&mut self, value: DateTime) -> Result<()> {
        self.element(b"<value><dateTime.iso8601>", &value.to_bytes(), b"</dateTime.iso8601></value>")
    }

    pub(super) fn string_element(&mut self, value: &str) -> Result<()> {
        if self.dialect.unrepresentable == Unrepresentable::Base64 && !text::is_representable(value) {
            return self.base64_element(value.as_bytes());
        }
        if self.dialect.untyped_strings {
            self.sink.write(b"<value>")?;
            self.escaped(value, self.dialect.unrepresentable)?;
            return self.sink.write(b"</value>");
        }
        self.sink.write(b"<value><string>")?;
        self.characters(value, self.dialect.unrepresentable)?;
        self.sink.write(b"</string></value>")
    }

    pub(super) fn base64_element(&mut self, bytes: &[u8]) -> Result<()> {
        // With what is likely to stand behind it, so that nothing so large has to move.
        self.sink.reserve((bytes.len() / 3).saturating_mul(4).saturating_add(super::writer::ORDINARY));
        self.sink.write(b"<value><base64>")?;
        self.encoded(bytes)?;
        self.sink.write(b"</base64></value>")
    }

    #[inline(always)]
    pub(super) fn name_element(&mut self, name: &str, short: Option<&[u8; 16]>) -> Result<()> {
        self.sink.write(b"<member><name>")?;
        match short {
            Some(short) => self.sink.write_short(short, name.len())?,
            None => self.escaped(name, Unrepresentable::Error)?,
        }
        self.sink.write(b"</name>")
    }

    pub(super) fn encoded(&mut self, bytes: &[u8]) -> Result<()> {
        base64::encode(bytes, |piece| self.sink.write(piece))
    }

    /// Text that is probably short and plain.
    #[inline(always)]
    pub(super) fn characters(&mut self, text: &str, policy: Unrepresentable) -> Result<()> {
        if let Some(short) = text::short_plain(text.as_bytes()) {
            return self.sink.write_short(&short, text.len());
        }
        self.escaped(text, policy)
    }

    pub(super) fn escaped(&mut self, text: &str, policy: Unrepresentable) -> Result<()> {
        text::escape(text, policy, |piece| self.sink.write(piece).map_err(Failed::Sink)).map_err(
            |failed| match failed {
                Failed::Sink(error) => error,
                Failed::Forbidden(Forbidden { at, character }) => unsupported(format!(
                    "the character U+{:04X} at byte {at} of a string, which XML does not allow",
                    u32::from(character)
                )),
            },
        )
    }
}

/// Why a text could not be written.
enum Failed {
    Sink(Error),
    Forbidden(Forbidden),
}

impl From<Forbidden> for Failed {
    fn from(forbidden: Forbidden) -> Self {
        Self::Forbidden(forbidden)
    }
}

#[cold]
pub(super) fn unsupported(found: String) -> Error {
    Error::new(ErrorKind::Unsupported, format!("expected a value that the dialect can write, found {found}"))
}
