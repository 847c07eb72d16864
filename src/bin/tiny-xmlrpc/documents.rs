//! `decode` and `encode`: documents to typed JSON and back, streaming.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};

use tiny_xmlrpc::{Dialect, Limits, Reader, Spool, Writer};

use crate::arguments::Arguments;
use crate::dialect;
use crate::failure::{Failure, Result, printable};
use crate::json::Located;
use crate::json::read::Canonical;
use crate::json::write::{Form, Json};
use crate::output::{print_spool, tell};
use crate::progress::{Progress, Unit};

/// What both have to know of the documents.
#[derive(Clone, Copy)]
struct Kind {
    /// They are values and no messages.
    bare: bool,
    dialect: Dialect,
}

impl Kind {
    fn of(arguments: &Arguments) -> Result<Self> {
        Ok(Self { bare: arguments.has("value"), dialect: dialect::of(arguments)? })
    }
}

/// `tiny-xmlrpc decode`
pub(crate) fn decode(arguments: &Arguments) -> Result<()> {
    let kind = Kind::of(arguments)?;
    each(arguments, "decoding", |source, progress| {
        // All of it is written before any of it is printed: of a bad document there is no output.
        let mut json = Spool::new();
        decode_one(source, &mut json, kind)?;
        json.write_all(b"\n")?;
        let _hidden = progress.hidden();
        Ok(print_spool(json))
    })
}

/// `tiny-xmlrpc encode`
pub(crate) fn encode(arguments: &Arguments) -> Result<()> {
    let kind = Kind::of(arguments)?;
    each(arguments, "encoding", |source, progress| {
        let mut documents = Canonical::new(source);
        loop {
            let mut xml = Spool::new();
            encode_one(&mut documents, &mut xml, kind)?;
            xml.write_all(b"\n")?;
            let hidden = progress.hidden();
            let printed = print_spool(xml);
            drop(hidden);
            if printed.is_err() || !documents.has_next()? {
                return Ok(printed);
            }
        }
    })
}

/// One document to JSON. The limits are those of one's own documents: none but that of depth.
fn decode_one(source: impl Read, json: impl Write, kind: Kind) -> Result<(), Located> {
    let mut reader =
        Reader::from_reader(source).with_limits(Limits::unbounded()).with_non_finite(kind.dialect.non_finite);
    let mut json = Json::new(json, Form::CANONICAL);
    json.document(&mut reader, kind.bare)?;
    json.finish()?;
    Ok(())
}

/// The next document back to XML.
fn encode_one(documents: &mut Canonical<impl Read>, xml: &mut Spool, kind: Kind) -> Result<(), Located> {
    documents.document(&mut Writer::new(xml).with_dialect(kind.dialect), kind.bare)
}

/// Has each input converted; after an error the others still are. What the conversion gives back is that of printing.
fn each(
    arguments: &Arguments,
    doing: &str,
    mut convert: impl FnMut(&mut dyn Read, &Progress) -> Result<Result<()>, Located>,
) -> Result<()> {
    let stdin = [OsStr::new("-").to_owned()];
    let names = if arguments.operands().is_empty() { &stdin[..] } else { arguments.operands() };
    let mut failed = false;
    for name in names {
        let shown = if name == "-" { "standard input".into() } else { name.to_string_lossy() };
        let converted = with_input(name, &shown, doing, &mut convert);
        match converted {
            Ok(printed) => printed?,
            Err(located) => {
                failed = true;
                tell(format_args!("tiny-xmlrpc: {}\n", printable(&format!("{shown}{located}"))));
            }
        }
    }
    if failed { Err(Failure::Told) } else { Ok(()) }
}

fn with_input(
    name: &OsStr,
    shown: &str,
    doing: &str,
    convert: &mut impl FnMut(&mut dyn Read, &Progress) -> Result<Result<()>, Located>,
) -> Result<Result<()>, Located> {
    let label = format!("{doing} {shown}");
    if name == "-" {
        let progress = Progress::start(label, Unit::Bytes(None));
        return convert(&mut progress.reading(io::stdin().lock()), &progress);
    }
    let file = File::open(name)?;
    let size = file.metadata().ok().map(|metadata| metadata.len());
    let progress = Progress::start(label, Unit::Bytes(size));
    convert(&mut progress.reading(file), &progress)
}

#[cfg(test)]
mod tests;
