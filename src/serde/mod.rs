//! Typed values: serde both ways, straight on events.
//!
//! | file | what it does |
//! |---|---|
//! | `de`, `ser` | from events, to events |
//! | `types` | the crate's own types as serde's |
//! | `probe` | a type's name in a signature |
//! | `key`, `none` | a map's key as a name; whether a value is a `None`; `refuse` what both don't take |

mod de;
mod key;
mod none;
mod probe;
mod refuse;
mod ser;
mod types;

pub(crate) use probe::signature_of;
pub use types::Binary;

/// The names of newtypes by which the crate's own types make themselves known to its own serde
/// formats. To any other format they are newtypes around text or numbers.
mod token {
    pub(super) const DATETIME: &str = "$tiny_xmlrpc::DateTime";
    pub(super) const BIG_INTEGER: &str = "$tiny_xmlrpc::BigInteger";
    pub(super) const BIG_DECIMAL: &str = "$tiny_xmlrpc::BigDecimal";
    pub(super) const I8: &str = "$tiny_xmlrpc::I8";
    pub(super) const VALUE: &str = "$tiny_xmlrpc::Value";
}

#[cfg(test)]
mod tests;
