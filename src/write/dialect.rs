//! What a peer understands beyond the specification, and so what may be written to it.

use crate::Unrepresentable;

/// How an extension's element is written, if at all.
///
/// ```
/// # use tiny_xmlrpc::{Dialect, Extension, Writer};
/// let mut dialect = Dialect::strict();
/// dialect.i8 = Extension::Apache;
/// let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
/// writer.i8(1 << 40)?;
/// assert_eq!(writer.finish()?, b"<value><ex:i8>1099511627776</ex:i8></value>");
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Extension {
    /// Not at all: a value that needs it is an error.
    #[default]
    Off,
    /// By its plain name: `<nil/>`, `<i8>`.
    Plain,
    /// By Apache's name: `<ex:nil/>`, `<ex:i8>`, in the namespace
    /// `http://ws.apache.org/xmlrpc/namespaces/extensions`.
    Apache,
}

/// What may be written: the specification alone, or what a certain peer reads beyond it.
///
/// Reading needs no dialect, since every extension is always read; all but `nan` and the
/// infinities: see [`Reader::with_non_finite`](crate::Reader::with_non_finite).
///
/// ```
/// use tiny_xmlrpc::{Dialect, Extension};
///
/// let mut dialect = Dialect::strict();
/// dialect.nil = Extension::Plain;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Dialect {
    /// Nil. While it is off, a struct's member that is `None` is left out.
    pub nil: Extension,
    /// Integers beyond 32 bits. Smaller ones are written as `<int>` all the same, but for
    /// [`Value::I8`](crate::Value::I8) and [`Event::I8`](crate::Event::I8).
    pub i8: Extension,
    /// Apache's `biginteger` and `bigdecimal`.
    pub big_numbers: bool,
    /// `nan`, `inf` and `-inf` as doubles, as Python writes them.
    pub non_finite: bool,
    /// Strings without their `<string>` element, as ROS writes them.
    pub untyped_strings: bool,
    /// What becomes of characters that XML cannot carry.
    pub unrepresentable: Unrepresentable,
}

impl Dialect {
    /// The specification and nothing else: what every peer reads. The default.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, ErrorKind, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::strict());
    /// let error = writer.double(f64::NAN).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// ```
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            nil: Extension::Off,
            i8: Extension::Off,
            big_numbers: false,
            non_finite: false,
            untyped_strings: false,
            unrepresentable: Unrepresentable::Error,
        }
    }

    /// What Python's `xmlrpc` reads: nil, `i8` and doubles that are no numbers.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::python());
    /// writer.double(f64::INFINITY)?;
    /// assert_eq!(writer.finish()?, b"<value><double>inf</double></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn python() -> Self {
        Self { nil: Extension::Plain, i8: Extension::Plain, non_finite: true, ..Self::strict() }
    }

    /// What Apache ws-xmlrpc reads with its extensions enabled: all of them by its own names, whose namespace
    /// the root element declares.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, MethodResponse, Value};
    /// let xml = MethodResponse::Result(Value::Nil).to_vec(Dialect::apache())?;
    /// assert!(xml.ends_with(b"<value><ex:nil/></value></param></params></methodResponse>"));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn apache() -> Self {
        Self { nil: Extension::Apache, i8: Extension::Apache, big_numbers: true, ..Self::strict() }
    }

    /// What xmlrpc-c reads: nil and `i8`.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::xmlrpc_c());
    /// writer.integer(5_000_000_000)?;
    /// assert_eq!(writer.finish()?, b"<value><i8>5000000000</i8></value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn xmlrpc_c() -> Self {
        Self { nil: Extension::Plain, i8: Extension::Plain, ..Self::strict() }
    }

    /// What ROS nodes read and write: strings without an element, doubles that are no numbers, no extensions.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Dialect, Writer};
    /// let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::ros());
    /// writer.string("/rosout")?;
    /// assert_eq!(writer.finish()?, b"<value>/rosout</value>");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub const fn ros() -> Self {
        Self { untyped_strings: true, non_finite: true, ..Self::strict() }
    }

    /// Whether Apache's namespace has to be declared.
    pub(super) fn is_apache(&self) -> bool {
        self.big_numbers || self.nil == Extension::Apache || self.i8 == Extension::Apache
    }
}
