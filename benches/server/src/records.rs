//! What is asked and answered: a sum, and a thousand records of ten members, the first of those that the codec is
//! measured with.

use std::path::Path;

use tiny_xmlrpc::{DateTime, Dialect, call_to_vec, from_slice, response_to_vec};

use crate::Failure;
use documents::{Data, Date, Document};

#[path = "../../documents/mod.rs"]
mod documents;

pub(crate) use documents::Record;

/// The records of a reply that [`write`] wrote: nobody's memory shows what making them took.
pub(crate) fn read(reply: &Path) -> Result<Vec<Record<String, DateTime>>, Failure> {
    Ok(from_slice(&std::fs::read(reply)?)?)
}

/// Writes the bodies of the calls and of their replies: for wrk, for the servers that send what they are given, and for
/// those in other languages, which take their records from there.
pub(crate) fn write(directory: &Path) -> Result<(), Failure> {
    let Some(Data::Records(records)) = Document::new("records").map(|document| document.data) else {
        return Err("expected records".into());
    };
    let date = |Date(date): &Date| date.parse::<DateTime>().expect("a date of the base form");
    let records: Vec<_> = records.iter().take(1000).map(|record| record.map(String::clone, date)).collect();
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
