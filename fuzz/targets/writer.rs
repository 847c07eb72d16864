//! Any sequence of a writer's calls: no panic; and what it takes is what a reader reads.
#![no_main]

use fuzz::events::{Order, Written, dialect, events, without_chunks, written};
use fuzz::input::Pieces;
use fuzz::trace::{Trace, same};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::{Counter, ErrorKind, Event, Limits, Reader, Writer};

// Two bytes for the dialect, then the calls. Bit 7 of the first byte leaves out those that are out of
// order and completes the document.
fuzz_target!(|bytes: &[u8]| {
    let Some((&[a, b], calls)) = bytes.split_first_chunk::<2>() else { return };
    let dialect = dialect(a, b);
    let in_order = a & 0x80 != 0;
    let mut calls = events(calls);
    let mut order = Order::default();
    if in_order {
        calls.retain(|event| {
            let allowed = order.allows(event) && !matches!(event, Event::Call(name) if name.trim().is_empty());
            if allowed {
                order.take(event);
            }
            allowed
        });
        calls.extend(order.rest());
        order = Order::default();
    }

    let mut writer = Writer::new(Vec::new()).with_dialect(dialect);
    let mut counter = Writer::new(Counter::default()).with_dialect(dialect);
    let mut told = Vec::new();
    let mut failed = false;
    for event in calls {
        let outcome = writer.write(&event).map_err(|error| error.kind());
        assert_eq!(outcome, counter.write(&event).map_err(|error| error.kind()));
        if failed {
            // What comes behind an error need only not panic.
            continue;
        }
        let allowed = order.allows(&event);
        match (&outcome, written(event.clone(), dialect, order.is_part())) {
            (Ok(()), Written::As(event) | Written::Unknown(event)) if allowed => told.push(event),
            (Err(ErrorKind::Scalar), Written::Unknown(_)) => failed = true,
            (Err(ErrorKind::Unsupported), Written::Not) => failed = true,
            (Err(ErrorKind::Usage), Written::Not) if matches!(event, Event::Call(_)) => failed = true,
            (Err(ErrorKind::Usage), _) if !allowed => failed = true,
            _ => panic!("{event:?} gave {outcome:?} where it is {}in order", if allowed { "" } else { "not " }),
        }
        if !failed {
            order.take(&event);
        }
    }
    let complete = told.last() == Some(&Event::End);
    let xml = match complete {
        true => writer.into_inner(),
        false => match writer.finish() {
            Ok(xml) => {
                told.push(Event::End);
                counter.end().expect("what counts ends where what writes ends");
                xml
            }
            Err(_) => return,
        },
    };
    if failed {
        return;
    }
    assert_eq!(counter.into_inner().bytes(), xml.len() as u64);

    let told = without_chunks(told);
    let mut limits = Limits::unbounded();
    limits.depth = usize::MAX;
    let pieces = Pieces { bytes: &xml, sizes: [1, 100, usize::MAX] };
    for reader in [Reader::from_bytes(&xml), Reader::from_reader(pieces).with_window(256)] {
        let read = Trace::of(reader.with_limits(limits).with_non_finite(dialect.non_finite));
        assert_eq!(read.failure, None, "{}", xml.escape_ascii());
        let differs = read.steps.iter().zip(&told).position(|(step, event)| !same(&step.event, event));
        if let Some(at) = differs {
            panic!("written {:?}, read {:?}", told[at], read.steps[at].event);
        }
        assert_eq!(read.steps.len(), told.len());
    }
});
