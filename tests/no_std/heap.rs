//! The heap: a piece of static memory, handed out from its beginning and never taken back.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

const SIZE: usize = 256 * 1024;

struct Heap {
    memory: UnsafeCell<[u8; SIZE]>,
    taken: AtomicUsize,
}

// SAFETY: the memory is only ever handed out in pieces that do not overlap.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { memory: UnsafeCell::new([0; SIZE]), taken: AtomicUsize::new(0) };

// SAFETY: `alloc` gives null, or a piece inside the memory that is aligned as asked for and that no other call has had
// or will have: it begins where the one before it ended.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory: *mut u8 = self.memory.get().cast();
        let mut begin = 0;
        let fits = |taken: usize| {
            let gap = memory.wrapping_add(taken).align_offset(layout.align());
            begin = taken.checked_add(gap)?;
            begin.checked_add(layout.size()).filter(|&end| end <= SIZE)
        };
        match self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits) {
            Ok(_) => memory.wrapping_add(begin),
            Err(_) => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// How many bytes have been handed out.
pub(crate) fn taken() -> usize {
    HEAP.taken.load(Ordering::Relaxed)
}
