//! Any bytes as a document, under several limits: no panic, and the limits hold.
#![no_main]

use fuzz::input::limits;
use fuzz::trace::Trace;
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::{ErrorKind, Event, Limits, Reader};

fuzz_target!(|document: &[u8]| {
    let whole = under(document, limits(0));
    let one_narrow = 4 + (document.len() % 252) as u8;
    for choice in [1, 3, one_narrow] {
        let part = under(document, limits(choice));
        // Narrower limits end it earlier and change nothing else.
        assert!(part.begins(&whole), "limits {choice}:\n{part:#?}\n{whole:#?}");
        match &part.failure {
            Some(failure) if matches!(failure.kind, ErrorKind::Limit(_)) => {}
            // What a document is cut to may be wrong in another way.
            Some(_) if limits(choice).bytes < document.len() as u64 => {}
            failure => assert_eq!(failure, &whole.failure, "limits {choice}"),
        }
    }
});

fn under(document: &[u8], limits: Limits) -> Trace {
    let reader = || Reader::from_bytes(document).with_limits(limits);
    hold(reader(), limits, document.len());
    Trace::of(reader())
}

/// Fails when an event goes beyond a limit.
fn hold(mut reader: Reader<'_>, limits: Limits, length: usize) {
    let (mut depth, mut values, mut params, mut text) = (0, 0, 0, 0);
    let mut called = false;
    while let Ok(event) = reader.next_event() {
        match &event {
            Event::Call(_) => called = true,
            Event::StringChunk(chunk) => text += chunk.len() as u64,
            Event::Base64Chunk(chunk) => text += chunk.len() as u64,
            Event::EndArray | Event::EndStruct => depth -= 1,
            Event::Response | Event::Fault | Event::Name(_) => {}
            Event::End => {
                assert!(length as u64 <= limits.bytes, "bytes");
                return;
            }
            value => {
                values += 1;
                params += usize::from(called && depth == 0);
                match value {
                    Event::StartArray | Event::StartStruct => depth += 1,
                    Event::String(rest) => text += rest.len() as u64,
                    Event::Base64(rest) => text += rest.len() as u64,
                    Event::BigInteger(digits) | Event::BigDecimal(digits) => text += digits.len() as u64,
                    Event::DateTime(_, lexeme) => text += lexeme.len() as u64,
                    _ => {}
                }
                assert!(text <= limits.text, "text");
                text = 0;
            }
        }
        if let Event::Call(name) | Event::Name(name) = &event {
            assert!(name.len() <= limits.name, "name");
        }
        assert!(text <= limits.text, "text");
        assert!(depth <= limits.depth, "depth");
        assert!(values <= limits.values, "values");
        assert!(params <= limits.params, "params");
    }
}
