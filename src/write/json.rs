//! The same events as JSON (RFC 8259), in the same order and under the same grammar.
//!
//! What JSON has no type for is text: a `dateTime.iso8601` in the extended form of ISO 8601, base64 as it is. A call is
//! a request object of JSON-RPC; of a response the value alone is written, and who answers writes what is around it.
//!
//! Nothing here is to be inlined into what writes XML, which would grow by it.

use core::fmt::Write as _;

use super::state::{Next, OpenText, Root};
use super::{Sink, Writer};
use crate::{DateTime, Dialect, Error, ErrorKind, Extension, Result, Value, scalar};

/// What JSON can say, as writers and signatures ask for it.
pub(crate) const DIALECT: Dialect = Dialect {
    nil: Extension::Plain,
    i8: Extension::Plain,
    big_numbers: true,
    non_finite: false,
    untyped_strings: false,
    unrepresentable: crate::Unrepresentable::Error,
};

impl<S: Sink> Writer<S> {
    /// Writes JSON in place of XML.
    pub(crate) fn json(sink: S) -> Self {
        Self { json: true, ..Self::new(sink).with_dialect(DIALECT) }
    }

    #[cfg(feature = "client")]
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Begins a request of JSON-RPC 2.0 with this number: the values that follow are its positional parameters.
    ///
    /// The number comes first, so that whoever reads it knows it whatever is wrong with the rest. Without one it is a
    /// notification.
    pub(crate) fn json_request(&mut self, method: &str, id: Option<u64>) -> Result<()> {
        if scalar::is_blank(method) {
            return Err(Error::new(ErrorKind::Usage, "expected the name of a method, found none"));
        }
        self.json_root(Root::Call)?;
        self.sink.reserve(super::writer::ORDINARY);
        self.sink.write(b"{\"jsonrpc\":\"2.0\",")?;
        if let Some(id) = id {
            self.sink.write(b"\"id\":")?;
            self.sink.write(itoa::Buffer::new().format(id).as_bytes())?;
            self.sink.write(b",")?;
        }
        self.sink.write(b"\"method\":\"")?;
        self.json_escaped(method)?;
        self.sink.write(b"\",\"params\":[")
    }

    #[inline(never)]
    pub(super) fn json_call(&mut self, method: &str) -> Result<()> {
        self.json_request(method, Some(0))
    }

    #[inline(never)]
    pub(super) fn json_root(&mut self, root: Root) -> Result<()> {
        if self.state.root != Root::None {
            return Err(self.out_of_order("the beginning of a document"));
        }
        self.state.root = root;
        Ok(())
    }

    #[inline(never)]
    pub(super) fn json_end(&mut self) -> Result<()> {
        let whole = match self.state.root {
            Root::Call => true,
            Root::Response | Root::Fault | Root::Value => self.state.values == 1,
            Root::None | Root::Done | Root::Broken => false,
        };
        if !whole || self.state.nesting.depth > 0 || self.state.text != OpenText::None {
            return Err(self.out_of_order("the end of the document"));
        }
        let rest: &[u8] = if self.state.root == Root::Call { b"]}" } else { b"" };
        self.state.root = Root::Done;
        self.sink.write(rest)
    }

    /// A value may come here: writes what stands before it, and how it begins.
    pub(super) fn json_begin(&mut self, what: &'static str, opening: &[u8]) -> Result<()> {
        if self.state.nesting.depth == self.state.floor {
            self.check_outermost(what)?;
        } else if self.state.next == Next::Name || self.state.text != OpenText::None {
            return Err(self.out_of_order(what));
        }
        if self.state.comma {
            self.sink.write(b",")?;
        }
        self.sink.write(opening)
    }

    /// A value ends so, whole.
    #[inline(never)]
    pub(super) fn json_close(&mut self, ending: &[u8]) -> Result<()> {
        self.sink.write(ending)?;
        self.state.comma = true;
        self.state.next = match self.state.nesting.innermost() {
            Some(true) => Next::Name,
            _ => Next::Value,
        };
        Ok(())
    }

    /// What is no text stands as it is.
    #[inline]
    fn json_plain(&mut self, what: &'static str, text: &[u8]) -> Result<()> {
        self.json_begin(what, text)?;
        self.json_close(b"")
    }

    /// What JSON has no form for. As with XML, nothing can come after that.
    #[cold]
    fn json_refuse(&mut self, error: Error) -> Error {
        self.state.root = Root::Broken;
        error
    }

    #[inline(never)]
    pub(super) fn json_integer(&mut self, value: i64) -> Result<()> {
        let mut digits = itoa::Buffer::new();
        self.json_plain("an integer", digits.format(value).as_bytes())
    }

    #[inline(never)]
    pub(super) fn json_boolean(&mut self, value: bool) -> Result<()> {
        self.json_plain("a boolean", if value { b"true" } else { b"false" })
    }

    #[inline(never)]
    pub(super) fn json_nil(&mut self) -> Result<()> {
        self.json_plain("nil", b"null")
    }

    #[inline(never)]
    pub(super) fn json_double(&mut self, value: f64) -> Result<()> {
        if !value.is_finite() {
            let message = alloc::format!("expected a value that JSON can say, found the double {value}");
            return Err(self.json_refuse(Error::new(ErrorKind::Unsupported, message)));
        }
        let mut digits = zmij::Buffer::new();
        self.json_plain("a double", digits.format_finite(value).as_bytes())
    }

    #[inline(never)]
    pub(super) fn json_datetime(&mut self, value: DateTime) -> Result<()> {
        self.json_begin("a dateTime.iso8601", b"\"")?;
        self.sink.write(&extended(value))?;
        self.json_close(b"\"")
    }

    /// Digits as JSON has them: no plus, no zeros in front.
    #[inline(never)]
    pub(super) fn json_big_integer(&mut self, digits: &str) -> Result<()> {
        match scalar::parse_big_integer(digits) {
            Ok(digits) => {
                let (sign, digits) = match digits.strip_prefix('-') {
                    Some(digits) => ("-", digits),
                    None => ("", digits.strip_prefix('+').unwrap_or(digits)),
                };
                let (sign, digits) = match digits.trim_start_matches('0') {
                    "" => ("", "0"),
                    digits => (sign, digits),
                };
                self.json_begin("a biginteger", sign.as_bytes())?;
                self.json_close(digits.as_bytes())
            }
            Err((kind, message)) => Err(self.json_refuse(Error::new(kind, message))),
        }
    }

    /// As text, since most who read JSON make a double of a number with a point.
    #[inline(never)]
    pub(super) fn json_big_decimal(&mut self, digits: &str) -> Result<()> {
        match scalar::parse_big_decimal(digits) {
            Ok(digits) => {
                self.json_begin("a bigdecimal", b"\"")?;
                self.sink.write(digits.as_bytes())?;
                self.json_close(b"\"")
            }
            Err((kind, message)) => Err(self.json_refuse(Error::new(kind, message))),
        }
    }

    #[inline(never)]
    pub(super) fn json_string_chunk(&mut self, chunk: &str) -> Result<()> {
        match self.state.text {
            OpenText::None => {
                self.json_begin("a string", b"\"")?;
                self.state.text = OpenText::String;
            }
            OpenText::String => {}
            OpenText::Base64(..) => return Err(self.out_of_order("a string")),
        }
        self.json_escaped(chunk)
    }

    #[inline(never)]
    pub(super) fn json_string(&mut self, value: &str) -> Result<()> {
        if self.state.text == OpenText::String {
            self.json_escaped(value)?;
            self.state.text = OpenText::None;
        } else {
            self.json_begin("a string", b"\"")?;
            self.json_escaped(value)?;
        }
        self.json_close(b"\"")
    }

    #[inline(never)]
    pub(super) fn json_base64(&mut self, bytes: &[u8]) -> Result<()> {
        if let OpenText::Base64(..) = self.state.text {
            return self.last_of_base64(bytes);
        }
        self.json_begin("base64", b"\"")?;
        self.sink.reserve((bytes.len() / 3).saturating_mul(4).saturating_add(super::writer::ORDINARY));
        self.encoded(bytes)?;
        self.json_close(b"\"")
    }

    #[inline(never)]
    pub(super) fn json_start(&mut self, is_struct: bool) -> Result<()> {
        let (what, opening) = if is_struct { ("a struct", b"{") } else { ("an array", b"[") };
        self.json_begin(what, opening)?;
        self.state.nesting.push(is_struct);
        self.state.next = if is_struct { Next::Name } else { Next::Value };
        self.state.comma = false;
        Ok(())
    }

    #[inline(never)]
    pub(super) fn json_name(&mut self, name: &str) -> Result<()> {
        self.sink.write(if self.state.comma { b",\"" } else { b"\"" })?;
        self.state.comma = false;
        self.json_escaped(name)?;
        self.sink.write(b"\":")
    }

    /// A whole value by its events, with a stack of its own instead of recursion.
    #[inline(never)]
    pub(super) fn json_value(&mut self, value: &Value) -> Result<()> {
        /// What is left of a container.
        enum Open<'v> {
            Array(core::slice::Iter<'v, Value>),
            Struct(crate::value::Members<'v>),
        }
        let mut open = alloc::vec::Vec::new();
        let mut next = Some(value);
        loop {
            match next {
                Some(Value::Array(items)) => {
                    self.json_start(false)?;
                    open.push(Open::Array(items.iter()));
                }
                Some(Value::Struct(members)) => {
                    self.json_start(true)?;
                    open.push(Open::Struct(members.members()));
                }
                Some(scalar) => self.json_scalar(scalar)?,
                None => {
                    let ended = open.pop();
                    self.state.nesting.pop();
                    self.json_close(if let Some(Open::Struct(_)) = ended { b"}" } else { b"]" })?;
                }
            }
            next = match open.last_mut() {
                None => return Ok(()),
                Some(Open::Array(items)) => items.next(),
                Some(Open::Struct(members)) => match members.next() {
                    Some((name, value)) => {
                        self.json_name(name)?;
                        self.state.next = Next::MemberValue;
                        Some(value)
                    }
                    None => None,
                },
            };
        }
    }

    fn json_scalar(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Nil => self.json_nil(),
            Value::Boolean(value) => self.json_boolean(*value),
            Value::Int(value) => self.json_integer(i64::from(*value)),
            Value::I8(value) => self.json_integer(*value),
            Value::Double(value) => self.json_double(*value),
            Value::String(value) => self.json_string(value),
            Value::DateTime(value) => self.json_datetime(*value),
            Value::Base64(bytes) => self.json_base64(bytes),
            Value::BigInteger(digits) => self.json_big_integer(digits),
            Value::BigDecimal(digits) => self.json_big_decimal(digits),
            Value::Array(_) | Value::Struct(_) => Ok(()),
        }
    }

    /// The characters of a string, with escapes where RFC 8259, section 7, wants them.
    fn json_escaped(&mut self, text: &str) -> Result<()> {
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.sink.write(text.as_bytes().get(from..at).unwrap_or_default())?;
            from = at + 1;
            let short = match byte {
                b'"' => b"\\\"",
                b'\\' => b"\\\\",
                b'\n' => b"\\n",
                b'\r' => b"\\r",
                b'\t' => b"\\t",
                _ => {
                    let mut escape = alloc::string::String::new();
                    // Writing to a string doesn't fail.
                    let _ = write!(escape, "\\u{byte:04x}");
                    self.sink.write(escape.as_bytes())?;
                    continue;
                }
            };
            self.sink.write(short)?;
        }
        self.sink.write(text.as_bytes().get(from..).unwrap_or_default())
    }
}

/// The extended form of ISO 8601, `1998-07-17T14:08:55`: the base form of XML-RPC mixes both, and JavaScript, for one,
/// reads this one alone.
fn extended(moment: DateTime) -> [u8; 19] {
    let [y0, y1, y2, y3, m0, m1, d0, d1, time @ ..] = moment.to_bytes();
    let mut text = *b"____-__-__T__:__:__";
    for (to, from) in text.iter_mut().zip([y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1].into_iter().chain(time)) {
        *to = from;
    }
    text
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::Struct;

    fn written(write: impl FnOnce(&mut Writer<Vec<u8>>) -> Result<()>) -> Result<String> {
        let mut writer = Writer::json(Vec::new());
        write(&mut writer)?;
        Ok(String::from_utf8(writer.finish()?).unwrap())
    }

    #[test]
    fn every_type_has_its_form() {
        let moment = DateTime::new(1998, 7, 17, 14, 8, 55).unwrap();
        let all = Struct::from_iter([
            ("nil", Value::Nil),
            ("boolean", true.into()),
            ("int", Value::Int(-5)),
            ("i8", Value::I8(i64::MIN)),
            ("double", 1.0.into()),
            ("small", 1.5e-7.into()),
            ("large", 1e300.into()),
            ("string", "a\"\\/\n\u{1}\u{7f}é😀".into()),
            ("dateTime", moment.into()),
            ("base64", Value::Base64(b"you can".to_vec())),
            ("big", Value::BigInteger("+00123456789012345678901".into())),
            ("zero", Value::BigInteger("-000".into())),
            ("decimal", Value::BigDecimal("1.10".into())),
            ("array", Value::Array(vec![Value::Array(vec![]), Value::Struct(Struct::new()), 1.into()])),
        ]);
        let text = concat!(
            r#"{"nil":null,"boolean":true,"int":-5,"i8":-9223372036854775808,"double":1.0,"small":1.5e-7,"#,
            r#""large":1e+300,"string":"a\"\\/\n\u0001"#,
            "\u{7f}é😀",
            r#"","dateTime":"1998-07-17T14:08:55","base64":"eW91IGNhbg==","big":123456789012345678901,"#,
            r#""zero":0,"decimal":"1.10","array":[[],{},1]}"#
        );
        assert_eq!(written(|writer| writer.value(&all.clone().into())).unwrap(), text);
        // By serde and by events it is the same.
        assert_eq!(written(|writer| writer.serialize(&all)).unwrap(), text);
        let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(parsed["string"], "a\"\\/\n\u{1}\u{7f}é😀");
    }

    #[test]
    fn calls_and_chunks() {
        let text = written(|writer| {
            writer.json_request("a\"b", Some(7))?;
            writer.string_chunk("x\n")?;
            writer.string("y")?;
            writer.base64_chunk(b"yo")?;
            writer.base64(b"u")?;
            writer.start_struct()?;
            writer.name("n")?;
            writer.nil()?;
            writer.name("m")?;
            writer.start_array()?;
            writer.end_array()?;
            writer.end_struct()?;
            writer.boolean(false)
        });
        let expected = r#"{"jsonrpc":"2.0","id":7,"method":"a\"b","params":["x\ny","eW91",{"n":null,"m":[]},false]}"#;
        assert_eq!(text.unwrap(), expected);
        assert_eq!(
            written(|writer| writer.json_request("n", None)).unwrap(),
            r#"{"jsonrpc":"2.0","method":"n","params":[]}"#
        );
    }

    #[test]
    fn the_grammar_is_that_of_every_writer() {
        let refused = |write: fn(&mut Writer<Vec<u8>>) -> Result<()>| written(write).unwrap_err().kind();
        assert_eq!(refused(|writer| writer.double(f64::NAN)), ErrorKind::Unsupported);
        assert_eq!(refused(|writer| writer.double(f64::NAN).or_else(|_| writer.int(1))), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.int(1).and_then(|()| writer.int(2))), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.response()), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.start_array()), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.start_struct().and_then(|()| writer.int(1))), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.start_array().and_then(|()| writer.end_struct())), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.string_chunk("x").and_then(|()| writer.base64(b"x"))), ErrorKind::Usage);
        assert_eq!(refused(|writer| writer.big_integer("x")), ErrorKind::Scalar);
        assert_eq!(refused(|writer| writer.json_request(" ", None)), ErrorKind::Usage);
    }
}
