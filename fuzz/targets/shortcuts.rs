//! The shortcuts for common shapes against the grammar alone: the same events at the same places,
//! and the same errors, over a slice and over a stream.
#![no_main]

use fuzz::input::Input;
use fuzz::trace::Trace;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::new(bytes) else { return };
    let without = Trace::of(input.slice().without_shortcuts());
    Trace::of(input.slice()).assert_same(&without, "a slice, with shortcuts and without");
    let without = Trace::of(input.stream().without_shortcuts());
    Trace::of(input.stream()).assert_same(&without, "a stream, with shortcuts and without");
});
