//! Dialects by name.

use tiny_xmlrpc::Dialect;

use crate::arguments::Arguments;
use crate::commands::DIALECTS;
use crate::failure::Result;

/// What `--dialect` says.
///
/// Without it, it is xmlrpc-c's: nil and integers of 64 bits go out as such where the user gave them.
pub(crate) fn of(arguments: &Arguments) -> Result<Dialect> {
    let name = arguments.value("dialect")?.unwrap_or("xmlrpc-c");
    by_name(name)
        .ok_or_else(|| arguments.usage(format!("expected one of {} as --dialect, found {name:?}", DIALECTS.join(", "))))
}

fn by_name(name: &str) -> Option<Dialect> {
    Some(match name {
        "strict" => Dialect::strict(),
        "xmlrpc-c" => Dialect::xmlrpc_c(),
        "python" => Dialect::python(),
        "apache" => Dialect::apache(),
        "ros" => Dialect::ros(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_in_the_table_are_known() {
        for name in DIALECTS {
            assert!(by_name(name).is_some(), "{name}");
        }
        assert!(by_name("x").is_none());
    }
}
