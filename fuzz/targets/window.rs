//! A document whole against the same document in pieces through a window: the same events, and the
//! same error at the same place.
#![no_main]

use fuzz::input::Input;
use fuzz::trace::Trace;
use libfuzzer_sys::fuzz_target;
use tiny_xmlrpc::{ErrorKind, Limit};

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let slice = Trace::of(input.slice());
    let stream = Trace::of(input.stream());
    if let Some(failure) = &stream.failure
        && failure.kind == ErrorKind::Limit(Limit::Buffer)
        && stream.failure != slice.failure
    {
        // What does not fit into the window whole is beyond what a stream can do.
        assert!(stream.begins(&slice), "before the window was full:\n{stream:#?}\n{slice:#?}");
        // Offsets are those of the bytes only in UTF-8.
        let text = std::str::from_utf8(&input.document)
            .ok()
            .filter(|text| input.charset.is_none() && !text.contains(['\0', '\u{FEFF}']) && !text.contains("encoding"));
        if let Some(text) = text {
            let rest = &text[failure.position.expect("a position").offset as usize..];
            assert!(rest.starts_with('<'), "markup, found {:?}", &rest[..rest.len().min(32)]);
            assert!(rest.len() + 4 > input.window, "more than the window holds, found {} bytes", rest.len());
        }
        return;
    }
    slice.assert_same(&stream, "slice and stream");
});
