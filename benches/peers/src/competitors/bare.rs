//! quick-xml and xmlparser alone: what it costs to take the XML apart and do nothing with it.

use std::hint::black_box;

use quick_xml::{Reader, events::Event};
use xmlparser::{Token, Tokenizer};

use crate::case::{Case, Task};
use crate::documents::{Document, Tally};

/// Each event is pulled and dropped, the elements counted.
pub(super) const QUICK_XML: &str = "quick-xml";
/// Each event is pulled, and the content of text is made: line ends normalised, references resolved.
pub(super) const QUICK_XML_TEXT: &str = "quick-xml+text";
/// Each token is pulled and dropped, the elements counted.
pub(super) const XMLPARSER: &str = "xmlparser";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    let xml = document.xml.as_str();
    let elements = elements(xml);
    let tally = move |found: &u64| match *found == elements {
        true => document.tally,
        false => Tally::default(),
    };
    cases.push(Case::new(QUICK_XML, Task::DecodeBare, move || events(xml, false), tally));
    cases.push(Case::new(QUICK_XML_TEXT, Task::DecodeBare, move || events(xml, true), tally));
    cases.push(Case::new(XMLPARSER, Task::DecodeBare, move || tokens(xml), tally));
}

/// The number of start tags in a document without comments and CDATA.
fn elements(xml: &str) -> u64 {
    let starts = xml.as_bytes().windows(2).filter(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic());
    starts.count() as u64
}

/// The number of elements in the document.
fn events(xml: &str, read_text: bool) -> Result<u64, String> {
    let mut reader = Reader::from_str(xml);
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Event::Start(_) => elements += 1,
            Event::Text(text) if read_text => {
                black_box(text.xml10_content());
            }
            Event::GeneralRef(reference) if read_text => {
                let resolved = match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(_) => true,
                    None => quick_xml::escape::resolve_predefined_entity(&reference.xml10_content()).is_some(),
                };
                black_box(resolved);
            }
            Event::Eof => return Ok(elements),
            _ => {}
        }
    }
}

/// The number of elements in the document.
fn tokens(xml: &str) -> Result<u64, String> {
    let mut elements = 0;
    for token in Tokenizer::from(xml) {
        let token = token.map_err(|error| error.to_string())?;
        if let Token::ElementStart { .. } = &token {
            elements += 1;
        }
    }
    Ok(elements)
}
