//! How much memory something takes at most.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator, with a count of what is taken.
struct Counting;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

fn take(bytes: usize) {
    let taken = TAKEN.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(taken, Relaxed);
}

// SAFETY: every call goes on to the system's allocator as it came, and the counts touch no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the promises that this asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the promises that this asks for.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // While it is copied, both are there; a large one is moved without a copy, and counted all the same.
        take(size);
        TAKEN.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the promises that this asks for.
        unsafe { System.realloc(at, layout, size) }
    }
}

/// Prints how much memory is taken by what is run, at most, beyond the text that it is given.
pub(crate) fn report<T>(what: &str, text: &str, target: f64, run: impl FnOnce() -> T) {
    let before = TAKEN.load(Relaxed);
    MOST.store(before, Relaxed);
    drop(run());
    let most = MOST.load(Relaxed) - before;
    let ratio = most as f64 / text.len() as f64;
    let verdict = if ratio <= target { "ok  " } else { "MISS" };
    println!(
        "{verdict} {what:<58} {:>8} KiB   {:<40} {:>8} KiB   {ratio:>6.3} of {target}",
        most >> 10,
        "the text itself",
        text.len() >> 10,
    );
}
