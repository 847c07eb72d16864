//! What is read is written and read again as the same; and so is any value, by itself and through serde.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use fuzz::input::Pieces;
use fuzz::values::{Document, Made, Root, everything};
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::{Dialect, Error, ErrorKind, Limits, Reader, Value};

// The first byte: `<` and what cannot begin settings begin a document; else the rest makes a value.
fuzz_target!(|bytes: &[u8]| {
    match bytes.split_first() {
        Some((0, rest)) => {
            if let Ok(made) = Made::arbitrary(&mut Unstructured::new(rest)) {
                again(&Document::Value(made.value()));
            }
        }
        _ => {
            let reader = || Reader::from_bytes(bytes).with_non_finite(true);
            let root = Root::of(reader());
            if let Ok(document) = Document::read(&mut reader(), root) {
                again(&document);
            }
        }
    }
});

/// Writes a document, and fails unless it is read as the same by every way.
fn again(document: &Document) {
    let root = match document {
        Document::Call(_) => Root::Call,
        Document::Response(_) => Root::Response,
        Document::Value(_) => Root::Value,
    };
    let xml = document.write(everything()).expect("every value can be written with every extension");
    let serialized = document.serialize(everything()).expect("serde can write every value");
    assert!(xml == serialized, "{}\n{}", xml.escape_ascii(), serialized.escape_ascii());

    let readers: [fn(&[u8]) -> Reader<'_>; 3] = [
        |xml| Reader::from_bytes(xml),
        |xml| Reader::from_bytes(xml).without_shortcuts(),
        |xml| Reader::from_reader(Pieces { bytes: xml, sizes: [1, 200, usize::MAX] }).with_window(256),
    ];
    for reader in readers {
        let reader = || reader(&xml).with_limits(roomy()).with_non_finite(true);
        same(Document::read(&mut reader(), root), document);
        if root == Root::Value {
            let mut reader = reader();
            let value = reader.read::<Value>().and_then(|value| reader.finish().map(|()| value));
            same(value.map(Document::Value), document);
        }
    }

    // A dialect that knows less refuses or says the same, but for the size of an integer.
    match document.write(Dialect::strict()) {
        Ok(xml) => {
            Document::read(&mut Reader::from_bytes(&xml).with_limits(roomy()), root).expect("what was written is read");
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
}

fn same(read: Result<Document, Error>, document: &Document) {
    // As text, in which one not-a-number is like another and zeros have their sign.
    let (read, document) = (format!("{:?}", read), format!("{:?}", Ok::<_, Error>(document)));
    assert!(read == document, "{read}\n{document}");
}

/// No limit that a value made here comes upon.
fn roomy() -> Limits {
    let mut limits = Limits::unbounded();
    limits.depth = 100_000;
    limits
}
