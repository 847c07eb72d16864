//! The types of a method's result and parameters: as callers are told them, and as parameters are checked against them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::read::Raw;
use crate::{Error, ErrorKind, Reader, Result};

/// The types of a method's result and parameters, as `system.methodSignature` tells them.
///
/// ```
/// use tiny_xmlrpc::{Methods, Signature};
///
/// let mut methods = Methods::new();
/// methods.add("letter", |text: String, at: u16| text.chars().nth(at.into()));
/// let signatures: Vec<Signature> = methods.signatures("letter").unwrap();
/// assert_eq!(signatures, [["string", "string", "int"]]);
/// ```
pub type Signature = Vec<String>;

/// A signature that was said of a method, with what each of its parameters may be.
pub(super) struct Declared {
    types: Signature,
    params: Vec<Kind>,
}

impl Declared {
    /// `None` for no types at all, which says nothing.
    pub(super) fn new(types: Signature) -> Option<Self> {
        let params = types.get(1..)?.iter().map(|name| Kind::named(name)).collect();
        Some(Self { types, params })
    }

    pub(super) fn types(&self) -> &Signature {
        &self.types
    }
}

/// What a type's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    I8,
    BigInteger,
    Double,
    BigDecimal,
    Boolean,
    String,
    DateTime,
    Base64,
    Array,
    Struct,
    Nil,
    Any,
}

impl Kind {
    /// Names that are not known are words for people, as far as one can tell, and refuse nothing.
    fn named(name: &str) -> Self {
        match name {
            "int" | "i4" | "i1" | "i2" => Self::Int,
            "i8" => Self::I8,
            "biginteger" => Self::BigInteger,
            "double" | "float" => Self::Double,
            "bigdecimal" => Self::BigDecimal,
            "boolean" => Self::Boolean,
            "string" => Self::String,
            "dateTime.iso8601" | "dateTime" => Self::DateTime,
            "base64" => Self::Base64,
            "array" => Self::Array,
            "struct" => Self::Struct,
            "nil" => Self::Nil,
            _ => Self::Any,
        }
    }

    /// Whether a value that begins so is one. Among the numbers it is what typed handlers read as well: an integer
    /// goes for each type that holds it.
    fn accepts(self, raw: &Raw, reader: &Reader<'_>) -> bool {
        match (self, raw) {
            (Self::Any, _)
            | (Self::Int | Self::I8 | Self::BigInteger | Self::Double | Self::BigDecimal, Raw::Int(_))
            | (Self::I8 | Self::BigInteger | Self::Double | Self::BigDecimal, Raw::I8(_))
            | (Self::BigInteger | Self::Double | Self::BigDecimal, Raw::BigInteger(_))
            | (Self::Double | Self::BigDecimal, Raw::Double(_) | Raw::BigDecimal(_))
            | (Self::Boolean, Raw::Boolean(_))
            | (Self::String, Raw::String(_) | Raw::StringChunk(_))
            | (Self::DateTime, Raw::DateTime(..))
            | (Self::Base64, Raw::Base64(_) | Raw::Base64Chunk(_))
            | (Self::Array, Raw::StartArray)
            | (Self::Struct, Raw::StartStruct)
            | (Self::Nil, Raw::Nil) => true,
            (Self::Int, Raw::I8(value)) => i32::try_from(*value).is_ok(),
            (Self::Int, Raw::BigInteger(digits)) => reader.resolve(digits).parse::<i32>().is_ok(),
            (Self::I8, Raw::BigInteger(digits)) => reader.resolve(digits).parse::<i64>().is_ok(),
            _ => false,
        }
    }
}

/// Checks parameters against the signatures that were said of a method, one after another as they are taken: what is
/// kept are the signatures that still fit, not the parameters.
pub(super) struct Check<'s> {
    declared: &'s [Declared],
    /// Those that fit so far, once some do not; until then all of them do.
    fitting: Option<Vec<&'s Declared>>,
}

impl<'s> Check<'s> {
    /// With no signatures everything fits.
    pub(super) fn new(declared: &'s [Declared]) -> Self {
        Self { declared, fitting: None }
    }

    #[inline]
    pub(super) fn is_off(&self) -> bool {
        self.declared.is_empty()
    }

    fn fitting(&self) -> impl Iterator<Item = &'s Declared> {
        let (some, all) = match &self.fitting {
            Some(some) => (some.as_slice(), &[][..]),
            None => (&[][..], self.declared),
        };
        some.iter().copied().chain(all)
    }

    /// Takes the parameter at this place, which begins so.
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when no signature has such a parameter here.
    pub(super) fn param(&mut self, at: usize, raw: &Raw, reader: &mut Reader<'_>) -> Result<()> {
        let fits = |one: &&Declared| one.params.get(at).is_some_and(|kind| kind.accepts(raw, reader));
        if self.fitting().all(|one| fits(&one)) {
            return Ok(());
        }
        let fitting: Vec<&Declared> = self.fitting().filter(fits).collect();
        if !fitting.is_empty() {
            self.fitting = Some(fitting);
            return Ok(());
        }
        match self.expected(at) {
            Some(expected) => Err(reader.mismatch(&expected, raw)),
            None => Err(too_many(at, raw, reader)),
        }
    }

    /// A text of JSON as what the signatures have here, where it is a text to none of them.
    #[cfg(feature = "json")]
    pub(super) fn read_back(&self, at: usize, raw: Raw, reader: &Reader<'_>) -> Raw {
        let Raw::String(text) = raw else { return raw };
        let has =
            |wanted: &[Kind]| self.fitting().any(|one| one.params.get(at).is_some_and(|kind| wanted.contains(kind)));
        if !reader.is_json() || has(&[Kind::String, Kind::Any]) {
            return Raw::String(text);
        }
        if has(&[Kind::DateTime]) {
            if let Ok(moment) = crate::DateTime::parse(reader.resolve(&text)) {
                return Raw::DateTime(moment, text);
            }
        }
        match has(&[Kind::Base64]).then(|| crate::base64::decode(reader.resolve(&text).as_bytes())) {
            Some(Ok(bytes)) => Raw::Base64(bytes),
            _ => Raw::String(text),
        }
    }

    /// There are no more parameters than these.
    ///
    /// # Errors
    /// [`ErrorKind::Type`] when every signature that fits has more.
    pub(super) fn end(&self, taken: usize) -> Result<()> {
        if self.is_off() || self.fitting().any(|one| one.params.len() == taken) {
            return Ok(());
        }
        let expected = self.expected(taken).unwrap_or_default();
        Err(missing(taken, &expected))
    }

    /// The types that may stand here; none where all signatures that fit have ended.
    fn expected(&self, at: usize) -> Option<String> {
        let mut names: Vec<&str> = Vec::new();
        for one in self.fitting() {
            // The first is that of the result.
            let name = one.types.get(at.saturating_add(1));
            names.extend(name.map(String::as_str).filter(|name| !names.contains(name)));
        }
        let (last, others) = names.split_last()?;
        Some(if others.is_empty() { String::from(*last) } else { alloc::format!("{} or {last}", others.join(", ")) })
    }
}

/// There is a parameter where there should be none. What is not well-formed counts more than that.
pub(super) fn too_many(expected: usize, first: &Raw, reader: &mut Reader<'_>) -> Error {
    let mut count = || -> Result<usize> {
        reader.skip_rest(first)?;
        let mut found = expected.saturating_add(1);
        loop {
            match reader.next_raw()? {
                Raw::End => return Ok(found),
                raw => reader.skip_rest(&raw)?,
            }
            found = found.saturating_add(1);
        }
    };
    match count() {
        Ok(found) => Error::new(ErrorKind::Type, alloc::format!("expected {}, found {found}", plural(expected))),
        Err(error) => error,
    }
}

/// There is no parameter where there should be one.
pub(super) fn missing(at: usize, expected: &str) -> Error {
    let found = if at == 0 { "none".into() } else { alloc::format!("only {}", plural(at)) };
    Error::new(ErrorKind::Type, alloc::format!("params[{at}]: expected {expected}, found {found}"))
}

/// So many parameters.
fn plural(count: usize) -> String {
    match count {
        0 => "no parameters".into(),
        1 => "1 parameter".into(),
        _ => alloc::format!("{count} parameters"),
    }
}
