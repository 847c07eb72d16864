//! What an operation takes from the heap: a global allocator that counts while it is told to.
//!
//! Switched off it costs one load and branch per allocation, the same for every codec. It hands `realloc` on to the
//! system, which may grow a buffer in place, so times stay those of the system's allocator.
#![allow(unsafe_code, reason = "GlobalAlloc is an unsafe trait; every call goes to the system's allocator unchanged")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

/// What was taken from the heap between [`start`] and [`stop`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Allocations and growths.
    pub(crate) allocations: u64,
    /// Bytes asked for, growths counted by what they add.
    pub(crate) bytes: u64,
    /// The most bytes that were held at one time.
    pub(crate) peak: u64,
}

struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

pub(crate) fn start() {
    ALLOCATIONS.store(0, Relaxed);
    BYTES.store(0, Relaxed);
    HELD.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    ON.store(true, Relaxed);
}

pub(crate) fn stop() -> Usage {
    ON.store(false, Relaxed);
    Usage {
        allocations: ALLOCATIONS.load(Relaxed),
        bytes: BYTES.load(Relaxed),
        peak: u64::try_from(PEAK.load(Relaxed)).unwrap_or(0),
    }
}

#[cold]
fn count(calls: u64, change: i64) {
    ALLOCATIONS.fetch_add(calls, Relaxed);
    BYTES.fetch_add(u64::try_from(change).unwrap_or(0), Relaxed);
    let held = HELD.fetch_add(change, Relaxed) + change;
    PEAK.fetch_max(held, Relaxed);
}

// SAFETY: each method passes its arguments to `System` unchanged and returns what `System` returns; counting touches
// only atomics and never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            count(1, layout.size() as i64);
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            count(1, layout.size() as i64);
        }
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            count(1, size as i64 - layout.size() as i64);
        }
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            count(0, -(layout.size() as i64));
        }
        unsafe { System.dealloc(pointer, layout) }
    }
}
