//! What is asked and answered: a sum, and a thousand records of ten members, the first of those that the codec is
//! measured with.

use std::path::Path;

use tiny_xmlrpc::{DateTime, Dialect, call_to_vec, response_to_vec};

use crate::Failure;
use documents::{Data, Document};

#[path = "../../documents/mod.rs"]
mod documents;

pub(crate) use documents::{Date, Record};

/// A date as tiny_xmlrpc has it.
pub(crate) fn date(Date(date): &Date) -> DateTime {
    date.parse().expect("a date of the base form")
}

/// The records, with their dates as this type has it.
pub(crate) fn records<D>(date: impl Fn(&Date) -> D) -> Result<Vec<Record<String, D>>, Failure> {
    let Some(Data::Records(records)) = Document::new("records").map(|document| document.data) else {
        return Err("expected records".into());
    };
    Ok(records.iter().take(1000).map(|record| record.map(String::clone, &date)).collect())
}

/// Writes the bodies of the calls and of their replies: for wrk, for the servers that send what they are given, and for
/// those in other languages, which take their records from there.
pub(crate) fn write(directory: &Path) -> Result<(), Failure> {
    let records = records(date)?;
    for (name, bytes) in [
        ("add.call", call_to_vec("add", &(2, 3), Dialect::strict())?),
        ("add.reply", response_to_vec(&5, Dialect::strict())?),
        ("records.call", call_to_vec("records", &(), Dialect::strict())?),
        ("records.reply", response_to_vec(&records, Dialect::strict())?),
    ] {
        std::fs::write(directory.join(name), bytes)?;
    }
    Ok(())
}
