//! Values read from events against values read through serde; and types of many shapes from a slice
//! against the same from a stream; and a large value in parts against the whole.
#![no_main]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Read;

use fuzz::input::Input;
use fuzz::trace::{Failure, assert_same_outcome};
use fuzz::values::{Document, Root};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tiny_xmlrpc::{Binary, DateTime, Error, ErrorKind, Limit, Reader, Struct, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[allow(dead_code)]
struct Record {
    id: i32,
    name: Option<String>,
    size: u64,
    ratio: f32,
    flag: bool,
    kind: Kind,
    when: Option<DateTime>,
    data: Binary,
    bytes: Vec<u8>,
    tags: Vec<String>,
    pair: Option<(i8, u16)>,
    counts: BTreeMap<u8, i64>,
    big: i128,
    any: Value,
    letter: char,
    unit: (),
    inner: Option<Box<Record>>,
}

#[derive(Debug, Default, Deserialize)]
#[allow(dead_code)]
enum Kind {
    #[default]
    Unit,
    One(u32),
    Two(f64, String),
    Named {
        id: i16,
        name: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Flat {
    id: Option<i64>,
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Strict {
    id: u8,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Either {
    Strict(Strict),
    Number(f64),
    Text(String),
    Many(Vec<Either>),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind")]
#[allow(dead_code)]
enum Tagged {
    Unit,
    Named { id: i16 },
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Borrowed<'a> {
    #[serde(borrow, default)]
    name: Option<&'a str>,
    #[serde(borrow, default)]
    tags: Vec<&'a str>,
}

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let root = Root::of(input.slice());
    for reader in [Input::slice, Input::stream] {
        let value = all(reader(&input), root, |reader| reader.read_value());
        let serde = all(reader(&input), root, |reader| reader.read::<Value>());
        assert!(format!("{value:?}") == format!("{serde:?}"), "a value and serde:\n{value:#?}\n{serde:#?}");
    }
    in_parts(&input, root);
    both::<Record>(&input, root);
    both::<Vec<Record>>(&input, root);
    both::<Kind>(&input, root);
    both::<Flat>(&input, root);
    both::<Either>(&input, root);
    both::<Tagged>(&input, root);
    both::<Option<Struct>>(&input, root);
    both::<(u128, Box<str>)>(&input, root);
    both::<BTreeMap<bool, char>>(&input, root);
    both::<DateTime>(&input, root);
    both::<()>(&input, root);
    let _ = all(input.slice(), root, |reader| reader.read::<Borrowed<'_>>().map(|_| ()));
});

/// All the values of a document, up to its end or to an error.
fn all<'d, T>(
    mut reader: Reader<'d>,
    root: Root,
    mut read: impl FnMut(&mut Reader<'d>) -> Result<T, Error>,
) -> (Vec<T>, Option<Failure>) {
    let mut values = Vec::new();
    let mut run = || -> Result<(), Error> {
        match root {
            Root::Call => {
                reader.begin_call()?;
                // The last one is the error that says that there are no more.
                loop {
                    values.push(read(&mut reader)?);
                }
            }
            Root::Response => {
                if reader.begin_response()?.is_ok() {
                    values.push(read(&mut reader)?);
                    reader.finish()?;
                }
            }
            Root::Value => {
                values.push(read(&mut reader)?);
                reader.finish()?;
            }
        }
        Ok(())
    };
    let failure = run().err().map(Failure::from);
    (values, failure)
}

/// Fails unless the type is read alike from a slice and from a stream.
fn both<T: DeserializeOwned + Debug>(input: &Input, root: Root) {
    let read = |reader| {
        let (values, failure) = all(reader, root, |reader| reader.read::<T>());
        (format!("{values:?}"), failure)
    };
    let (slice, stream) = (read(input.slice()), read(input.stream()));
    let failed = |failure: &Option<Failure>, kind| failure.as_ref().is_some_and(|failure| failure.kind == kind);
    // What a window cannot hold is compared elsewhere. A stream may be of the wrong type before it is
    // known that the rest of the text is wrong as well.
    let type_first = failed(&stream.1, ErrorKind::Type) && !failed(&slice.1, ErrorKind::Type) && slice.1.is_some();
    if !failed(&stream.1, ErrorKind::Limit(Limit::Buffer)) && !type_first {
        assert!(slice == stream, "slice and stream:\n{slice:#?}\n{stream:#?}");
    }
    // By the shortest way, too.
    if root == Root::Response {
        let whole = tiny_xmlrpc::from_slice::<T>(&input.document);
        let streamed = tiny_xmlrpc::from_reader::<T>(&*input.document);
        assert_same_outcome(whole, streamed, "from_slice and from_reader");
    }
}

/// The first value of a document that is good: taken in parts it is the same, and what is not taken
/// is passed over.
fn in_parts(input: &Input, root: Root) {
    if Document::read(&mut input.slice(), root).is_err() {
        return;
    }
    for reader in [Input::slice, Input::stream] {
        let begin = || -> Result<Reader<'_>, Error> {
            let mut reader = reader(input);
            match root {
                Root::Call => drop(reader.begin_call()?),
                Root::Response => reader.begin_response()?.map_err(Error::from)?,
                Root::Value => {}
            }
            Ok(reader)
        };
        let Ok(Ok(value)) = begin().map(|mut reader| reader.read_value()) else { return };
        let show = |value: &Value| format!("{value:?}");
        let in_parts = || -> Result<(), Error> {
            match &value {
                Value::Array(whole) => {
                    let mut reader = begin()?;
                    let items: Vec<Value> = reader.items()?.collect::<Result<_, _>>()?;
                    assert_eq!(show(&Value::Array(items)), show(&value));
                    reader.finish()?;
                    let mut reader = begin()?;
                    let first = reader.items::<Value>()?.next().transpose()?;
                    assert_eq!(first.as_ref().map(show), whole.first().map(show));
                    reader.finish()
                }
                Value::Struct(_) => {
                    let mut reader = begin()?;
                    let members: Vec<(String, Value)> = reader.members()?.collect::<Result<_, _>>()?;
                    assert_eq!(show(&Value::Struct(Struct::from_iter(members))), show(&value));
                    reader.finish()?;
                    let mut reader = begin()?;
                    reader.members::<()>()?.next().transpose()?;
                    reader.finish()
                }
                Value::String(_) | Value::Base64(_) => {
                    let whole = value.as_str().map(str::as_bytes).or(value.as_bytes()).unwrap_or_default();
                    let mut reader = begin()?;
                    let mut bytes = Vec::new();
                    reader.bytes()?.read_to_end(&mut bytes)?;
                    assert_eq!(bytes, whole);
                    reader.finish()?;
                    let mut reader = begin()?;
                    let mut first = [0];
                    let length = reader.bytes()?.read(&mut first)?;
                    assert_eq!(first[..length], whole[..length]);
                    reader.finish()
                }
                _ => Ok(()),
            }
        };
        match in_parts() {
            Err(error) if error.kind() != ErrorKind::Limit(Limit::Buffer) => panic!("in parts: {error}"),
            _ => {}
        }
    }
}
