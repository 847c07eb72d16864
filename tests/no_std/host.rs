//! What the program needs from the host, which here is the C library: a way to print, and to end.
#![allow(unsafe_code)]

use core::fmt::{self, Write as _};
use core::panic::PanicInfo;

#[link(name = "c")]
unsafe extern "C" {
    fn write(file: i32, bytes: *const u8, length: usize) -> isize;
    fn abort() -> !;
}

struct Stdout;

impl fmt::Write for Stdout {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: pointer and length are those of a slice.
        let written = unsafe { write(1, text.as_ptr(), text.len()) };
        if usize::try_from(written) == Ok(text.len()) { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Prints to standard output. What cannot be printed is lost.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    let _ = Stdout.write_fmt(text);
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    print(format_args!("{info}\n"));
    // SAFETY: it takes nothing and does not come back.
    unsafe { abort() }
}

/// The `alloc` that comes with the compiler was built to unwind, and refers to this and to the next even where panics
/// abort. Neither is ever called.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    // SAFETY: it takes nothing and does not come back.
    unsafe { abort() }
}
