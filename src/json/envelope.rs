//! A request document → its calls: what JSON-RPC has around the parameters, in versions 2.0 and 1.0.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::events::{Recorder, malformed};
use crate::fault::codes;
use crate::read::Raw;
use crate::{Error, ErrorKind, Fault, Limit, Limits, Result, text};

/// What a request document brings.
pub(super) enum Document<'de> {
    One(&'de str),
    Batch(Vec<&'de RawValue>),
}

/// One entry of it: a call, or why it is none.
#[derive(Debug)]
pub(super) struct Request<'de> {
    /// As it was written, for the answer; none in a notification.
    pub(super) id: Option<&'de str>,
    /// Whether it wants an answer in the form of version 1.0.
    pub(super) is_old: bool,
    pub(super) call: Result<Called, Fault>,
}

/// A call with the events of its parameters.
#[derive(Debug)]
pub(super) struct Called {
    pub(super) method: String,
    /// Whether the events are those of one struct, whose members are the parameters.
    pub(super) named: bool,
    pub(super) events: Vec<Raw>,
}

/// The text of a document, within the limits: UTF-8 and nothing else (RFC 8259, section 8.1).
pub(super) fn text_of(bytes: &[u8], limits: Limits) -> Result<&str> {
    if bytes.len() as u64 > limits.bytes {
        let message = format!("expected a document of at most {} bytes, found more", limits.bytes);
        return Err(Error::new(ErrorKind::Limit(Limit::Bytes), message));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    core::str::from_utf8(bytes).map_err(|error| {
        let message = format!("expected UTF-8, found other bytes at byte {}", error.valid_up_to());
        Error::new(ErrorKind::Encoding, message)
    })
}

/// The fault that a document is answered with which cannot be read. Where the specification has a text, it is that.
pub(super) fn unread(error: &Error) -> Fault {
    match error.kind() {
        ErrorKind::Syntax | ErrorKind::Truncated => Fault::new(codes::NOT_WELL_FORMED, "Parse error"),
        ErrorKind::Encoding => Fault::new(codes::NOT_WELL_FORMED, format!("Parse error: {}", error.message())),
        _ => Fault::new(codes::NOT_XML_RPC, format!("Invalid Request: {error}")),
    }
}

impl<'de> Document<'de> {
    /// Reads a document so far that what is not well-formed makes none of its calls.
    pub(super) fn read(text: &'de str, limits: Limits) -> Result<Self> {
        if !text.trim_ascii_start().starts_with('[') {
            return Ok(Self::One(text));
        }
        entries(text, limits.multicall, "calls in a batch").map(Self::Batch)
    }
}

/// The items of the array that a text is, as they are written, at most so many.
pub(super) fn entries<'de>(text: &'de str, limit: usize, what: &str) -> Result<Vec<&'de RawValue>> {
    let mut over = false;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = deserializer.deserialize_seq(Entries { limit, over: &mut over });
    let read = read.and_then(|entries| deserializer.end().map(|()| entries));
    if over {
        let message = format!("expected at most {limit} {what}, found more");
        return Err(Error::new(ErrorKind::Limit(Limit::Multicall), message));
    }
    read.map_err(|error| malformed(&error))
}

/// Takes the entries of a batch as they are written.
struct Entries<'o> {
    limit: usize,
    over: &'o mut bool,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = items.next_element()? {
            if entries.len() >= self.limit {
                *self.over = true;
                return Err(de::Error::custom("refused"));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

impl<'de> Request<'de> {
    /// Reads one entry. `limits` has the values that are left of the document's; what it takes of them is given back.
    pub(super) fn read(text: &'de str, limits: Limits) -> (Self, u64) {
        let mut recorder = Recorder::new(text, limits);
        let mut members = Members::default();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // Our own bound is finer, and tells of itself.
        deserializer.disable_recursion_limit();
        let visitor = RequestVisitor { recorder: &mut recorder, members: &mut members };
        let read = deserializer.deserialize_any(visitor).and_then(|()| deserializer.end());
        let read = read.map_err(|error| recorder.error(&error));
        let values = recorder.values();
        (members.into_request(read, recorder.events), values)
    }
}

/// The members of a request as far as they have been read.
#[derive(Default)]
struct Members<'de> {
    /// Whether it is an object at all.
    is_object: bool,
    version: Option<&'de str>,
    id: Option<&'de str>,
    method: Option<&'de str>,
    params: Option<Params>,
    /// What makes it invalid.
    wrong: Option<String>,
}

/// How the parameters come.
#[derive(PartialEq, Eq)]
enum Params {
    Positional,
    Named,
    Neither,
}

impl<'de> Members<'de> {
    fn into_request(self, read: Result<()>, events: Vec<Raw>) -> Request<'de> {
        let id = self.id.filter(|id| is_id(id));
        let method: Option<String> = self.method.and_then(|raw| serde_json::from_str(raw).ok());
        let is_old = self.version.is_none() && method.is_some();
        let invalid = |why: Option<&str>| {
            let message = why.map_or_else(|| "Invalid Request".into(), |why| format!("Invalid Request: {why}"));
            Err(Fault::new(codes::NOT_XML_RPC, message))
        };
        let call = match (read, method) {
            (Err(error), _) => Err(unread(&error)),
            (Ok(()), _) if !self.is_object => invalid(None),
            (Ok(()), _) if self.wrong.is_some() => invalid(self.wrong.as_deref()),
            (Ok(()), _) if self.version.is_some_and(|version| !is_version(version)) => {
                invalid(Some("expected the version \"2.0\", found another"))
            }
            (Ok(()), _) if self.id.is_some() && id.is_none() => {
                invalid(Some("expected an id that is a string, a number or null, found another type"))
            }
            (Ok(()), Some(method)) if self.params != Some(Params::Neither) => {
                Ok(Called { method, named: self.params == Some(Params::Named), events })
            }
            (Ok(()), _) => invalid(None),
        };
        // In version 1.0 it is the null that says that no answer is wanted; what is no request at all always gets one.
        let id = match (&call, id) {
            // Of what is not JSON nothing is known, whatever was read of it.
            (Err(fault), _) if fault.code() == codes::NOT_WELL_FORMED => Some("null"),
            (Ok(_), Some("null")) if is_old => None,
            (Err(_), None) => Some("null"),
            (_, id) => id,
        };
        Request { id, is_old, call }
    }

    /// Notes a member that may come once.
    fn once(place: &mut Option<&'de str>, raw: &'de RawValue, wrong: &mut Option<String>, name: &str) {
        if place.replace(raw.get()).is_some() {
            *wrong = Some(format!("expected one member {name:?}, found another"));
        }
    }
}

fn is_version(raw: &str) -> bool {
    raw == "\"2.0\"" || serde_json::from_str::<String>(raw).is_ok_and(|version| version == "2.0")
}

/// Whether it is a string, a number or null.
fn is_id(raw: &str) -> bool {
    match raw.bytes().next() {
        // Its escapes have been passed over so far.
        Some(b'"') => serde_json::from_str::<String>(raw).is_ok(),
        Some(b'-' | b'0'..=b'9') => true,
        _ => raw == "null",
    }
}

struct RequestVisitor<'r, 'de> {
    recorder: &'r mut Recorder<'de>,
    members: &'r mut Members<'de>,
}

impl<'de> Visitor<'de> for RequestVisitor<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { recorder, members: read } = self;
        read.is_object = true;
        while let Some(member) = members.next_key::<Member>()? {
            if member == Member::Params {
                if read.params.is_some() {
                    read.wrong = Some("expected one member \"params\", found another".into());
                    recorder.events.clear();
                }
                read.params = Some(Params::Neither);
                read.params = Some(members.next_value_seed(ParamsSeed(recorder))?);
                continue;
            }
            let raw: &'de RawValue = members.next_value()?;
            recorder.big.skip(raw.get());
            let (place, name) = match member {
                Member::Version => (&mut read.version, "jsonrpc"),
                Member::Id => (&mut read.id, "id"),
                Member::Method => (&mut read.method, "method"),
                Member::Params | Member::Other => continue,
            };
            Members::once(place, raw, &mut read.wrong, name);
        }
        if read.method.is_some_and(|method| method.len().saturating_sub(2) > recorder.name_limit()) {
            return Err(recorder.limit(Limit::Name, "bytes in a method's name", recorder.name_limit() as u64));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// The parameters, however they come.
struct ParamsSeed<'r, 'de>(&'r mut Recorder<'de>);

impl<'de> de::DeserializeSeed<'de> for ParamsSeed<'_, 'de> {
    type Value = Params;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Params, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! neither {
    ($($method:ident $type:ty,)*) => {$(
        fn $method<E: de::Error>(self, _: $type) -> Result<Params, E> {
            Ok(Params::Neither)
        }
    )*};
}

impl<'de> Visitor<'de> for ParamsSeed<'_, 'de> {
    type Value = Params;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Params, A::Error> {
        self.0.params(items)?;
        Ok(Params::Positional)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Params, A::Error> {
        self.0.named_params(members)?;
        Ok(Params::Named)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Params, E> {
        Ok(Params::Neither)
    }

    neither! { visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str, }
}

/// The names of a request's members.
#[derive(PartialEq, Eq)]
enum Member {
    Version,
    Id,
    Method,
    Params,
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MemberVisitor;

        impl Visitor<'_> for MemberVisitor {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Member, E> {
                Ok(match name {
                    "jsonrpc" => Member::Version,
                    "id" => Member::Id,
                    "method" => Member::Method,
                    "params" => Member::Params,
                    _ => Member::Other,
                })
            }
        }

        deserializer.deserialize_str(MemberVisitor)
    }
}

/// Puts parameters that come by their names into the order of these names; of those that are missing before another
/// there is nil, and those behind are left out.
///
/// # Errors
/// [`ErrorKind::Type`] for a name that is not among them, or comes twice.
pub(crate) fn by_position(
    events: impl Iterator<Item = Raw>,
    names: &[String],
    resolve: impl Fn(&Raw) -> Option<String>,
) -> Result<Vec<Raw>> {
    let mut places: Vec<Option<Vec<Raw>>> = names.iter().map(|_| None).collect();
    let mut place = None;
    let mut depth: usize = 0;
    for event in events {
        match &event {
            Raw::Name(_) if depth == 1 => {
                let name = resolve(&event).unwrap_or_default();
                let at = names.iter().position(|known| *known == name);
                let Some(free) = at.and_then(|at| places.get_mut(at)) else {
                    let shown = text::short(&name);
                    let message = format!("expected parameters named {}, found {shown:?}", names.join(", "));
                    return Err(Error::new(ErrorKind::Type, message));
                };
                if free.replace(Vec::new()).is_some() {
                    let message = format!("expected one parameter named {name:?}, found another");
                    return Err(Error::new(ErrorKind::Type, message));
                }
                place = at;
                continue;
            }
            Raw::StartArray | Raw::StartStruct => depth = depth.saturating_add(1),
            Raw::EndArray | Raw::EndStruct => depth = depth.saturating_sub(1),
            _ => {}
        }
        // Without a place it is the struct's own beginning, and at its end there is no more to place.
        let place = place.filter(|_| depth > 0);
        if let Some(events) = place.and_then(|at| places.get_mut(at)).and_then(Option::as_mut) {
            events.push(event);
        }
    }
    while let Some(None) = places.last() {
        places.pop();
    }
    Ok(places.into_iter().flat_map(|events| events.unwrap_or_else(|| [Raw::Nil].into())).collect())
}
