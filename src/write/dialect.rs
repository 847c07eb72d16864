//! What a peer understands beyond the specification, and so what may be written to it.

use crate::Unrepresentable;

/// How an extension's element is written, if at all.
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
    #[must_use]
    pub const fn python() -> Self {
        Self { nil: Extension::Plain, i8: Extension::Plain, non_finite: true, ..Self::strict() }
    }

    /// What Apache ws-xmlrpc reads with its extensions enabled: all of them by its own names.
    #[must_use]
    pub const fn apache() -> Self {
        Self { nil: Extension::Apache, i8: Extension::Apache, big_numbers: true, ..Self::strict() }
    }

    /// What xmlrpc-c reads: nil and `i8`.
    #[must_use]
    pub const fn xmlrpc_c() -> Self {
        Self { nil: Extension::Plain, i8: Extension::Plain, ..Self::strict() }
    }

    /// What ROS nodes read and write: strings without an element, doubles that are no numbers, no extensions.
    #[must_use]
    pub const fn ros() -> Self {
        Self { untyped_strings: true, non_finite: true, ..Self::strict() }
    }

    /// Whether Apache's namespace has to be declared.
    pub(super) fn is_apache(&self) -> bool {
        self.big_numbers || self.nil == Extension::Apache || self.i8 == Extension::Apache
    }
}
