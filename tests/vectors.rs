//! The conformance vectors, each through every entry point.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/canonical.rs"]
mod canonical;
#[path = "support/chunks.rs"]
mod chunks;

use serde_json::Value as Json;
use tiny_xmlrpc::{Dialect, Error, Event, MethodCall, MethodResponse, Reader, Value, Writer};

use chunks::Chunks;

struct Vector {
    id: String,
    kind: String,
    xml: Vec<u8>,
    /// Whether it is text, and not bytes in an encoding that is to be found out.
    is_text: bool,
    /// `None` where peers disagree.
    accept: Option<bool>,
    /// What it may be read as.
    expect: Vec<Json>,
}

fn vectors() -> Vec<Vector> {
    let file: Json = serde_json::from_str(include_str!("data/vectors.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let vector = |json: &Json| Vector {
        id: json["id"].as_str().unwrap().into(),
        kind: json["kind"].as_str().unwrap().into(),
        xml: match &json["xml"] {
            Json::String(xml) => xml.clone().into_bytes(),
            _ => {
                let text = json["xml_base64"].as_str().unwrap();
                let value = format!("<value><base64>{text}</base64></value>");
                Reader::new(&value).read_value().unwrap().as_bytes().unwrap().to_vec()
            }
        },
        is_text: json["xml"].is_string(),
        accept: json["accept"].as_bool(),
        expect: match (&json["expect"], &json["expect_any"]) {
            (Json::Null, Json::Array(any)) => any.clone(),
            (Json::Null, _) => vec![],
            (one, _) => vec![one.clone()],
        },
    };
    let vectors: Vec<Vector> = vectors.iter().map(vector).collect();
    assert_eq!(vectors.len(), 299);
    vectors
}

/// A document, decoded.
#[derive(Debug, Clone, PartialEq)]
enum Document {
    Call(MethodCall),
    Response(MethodResponse),
    Value(Value),
}

impl Document {
    fn canonical(&self) -> Json {
        match self {
            Self::Call(call) => canonical::of_call(call),
            Self::Response(response) => canonical::of_response(response),
            Self::Value(value) => canonical::of_value(value),
        }
    }

    fn write(&self, dialect: Dialect) -> Vec<u8> {
        match self {
            Self::Call(call) => call.to_vec(dialect).unwrap(),
            Self::Response(response) => response.to_vec(dialect).unwrap(),
            Self::Value(value) => {
                let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
                writer.value(value).unwrap();
                writer.finish().unwrap()
            }
        }
    }
}

/// A way to read a document.
type Entry = fn(&mut Reader<'_>, &str) -> Result<Document, Error>;

fn as_values(reader: &mut Reader<'_>, kind: &str) -> Result<Document, Error> {
    Ok(match kind {
        "call" => Document::Call(MethodCall::read(reader)?),
        "response" => Document::Response(MethodResponse::read(reader)?),
        _ => {
            let value = reader.read_value()?;
            reader.finish()?;
            Document::Value(value)
        }
    })
}

fn as_serde(reader: &mut Reader<'_>, kind: &str) -> Result<Document, Error> {
    Ok(match kind {
        "call" => {
            let method = reader.begin_call()?;
            // How many parameters there are is known at the end.
            let mut params = Vec::new();
            loop {
                match reader.read::<Value>() {
                    Ok(value) => params.push(value),
                    Err(error) if error.message() == "expected a value, found the end of the document" => break,
                    Err(error) => return Err(error),
                }
            }
            Document::Call(MethodCall { method, params })
        }
        "response" => match reader.read_response::<Value>() {
            Ok(value) => Document::Response(MethodResponse::Result(value)),
            Err(error) => match error.fault() {
                Some(fault) => Document::Response(MethodResponse::Fault(fault.clone())),
                None => return Err(error),
            },
        },
        _ => {
            let value = reader.read::<Value>()?;
            reader.finish()?;
            Document::Value(value)
        }
    })
}

/// Through events, written out again and read back.
fn as_events(reader: &mut Reader<'_>, kind: &str) -> Result<Document, Error> {
    let mut writer = Writer::new(Vec::new()).with_dialect(Dialect::apache());
    let event = reader.next_event()?;
    let root = matches!(event, Event::Call(_) | Event::Response | Event::Fault).then(|| format!("{event:?}"));
    writer.write(&event)?;
    match (kind, root.as_deref()) {
        ("call", Some(root)) if root.starts_with("Call") => {}
        ("response", Some("Response" | "Fault")) | ("value", None) => {}
        _ => return as_values(&mut Reader::new("<value/>"), kind),
    }
    loop {
        let event = reader.next_event()?;
        let ended = event == Event::End;
        writer.write(&event)?;
        if ended {
            break;
        }
    }
    // The end has been written with the event.
    let xml = writer.into_inner();
    as_values(&mut Reader::from_bytes(&xml), kind)
}

#[test]
fn every_vector_through_every_entry_point() {
    let entries: [(&str, Entry); 3] = [("values", as_values), ("serde", as_serde), ("events", as_events)];
    let mut wrong = Vec::new();
    for vector in vectors() {
        let mut outcomes = Vec::new();
        for (name, entry) in entries {
            outcomes.push((format!("slice, {name}"), entry(&mut Reader::from_bytes(&vector.xml), &vector.kind)));
            if vector.is_text {
                let text = std::str::from_utf8(&vector.xml).unwrap();
                outcomes.push((format!("text, {name}"), entry(&mut Reader::new(text), &vector.kind)));
            }
            for size in [1, 3, 7, 65_536] {
                let mut reader = Reader::from_reader(Chunks::new(&vector.xml, size));
                outcomes.push((format!("{size} a read, {name}"), entry(&mut reader, &vector.kind)));
                let mut reader = Reader::from_reader(Chunks::new(&vector.xml, size)).with_window(256);
                let outcome = entry(&mut reader, &vector.kind);
                // Names are held whole, so a long one does not fit into a small window.
                if vector.xml.len() < 1000 {
                    outcomes.push((format!("{size} a read in a small window, {name}"), outcome));
                }
            }
        }
        for (entry, outcome) in &outcomes {
            let problem = match (vector.accept, outcome) {
                (Some(true), Err(error)) => format!("refused: {error}"),
                (Some(false), Ok(document)) => format!("accepted as {}", document.canonical()),
                (_, Ok(document)) if !vector.expect.is_empty() && !vector.expect.contains(&document.canonical()) => {
                    format!("read as {}", document.canonical())
                }
                (_, Ok(document)) => {
                    let again = document.write(Dialect::apache());
                    match as_values(&mut Reader::from_bytes(&again), &vector.kind) {
                        Ok(read) if read == *document => continue,
                        other => format!("written and read again as {other:?}"),
                    }
                }
                (_, Err(_)) => continue,
            };
            wrong.push(format!("{} by {entry}: {problem}", vector.id));
        }
        // Whether it is accepted, and as what, does not depend on the way.
        let told = |outcome: &Result<Document, Error>| match outcome {
            Ok(document) => document.canonical().to_string(),
            Err(error) => format!("{:?} {error}", error.kind()),
        };
        let first = told(&outcomes[0].1);
        for (entry, outcome) in outcomes.iter().filter(|(name, _)| !name.ends_with("events")) {
            if told(outcome) != first {
                wrong.push(format!("{} by {entry}: {}, by slice: {first}", vector.id, told(outcome)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn every_vector_cut_at_every_byte_is_an_error() {
    for vector in vectors().iter().filter(|vector| vector.accept == Some(true) && vector.xml.len() < 600) {
        let end = vector.xml.iter().rposition(|&byte| byte == b'>').unwrap() + 1;
        for cut in 0..end {
            let outcome = as_values(&mut Reader::from_bytes(&vector.xml[..cut]), &vector.kind);
            assert!(outcome.is_err(), "{} cut at {cut}: {outcome:?}", vector.id);
        }
    }
}
