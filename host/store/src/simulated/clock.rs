//! The time of a run. It does not pass by itself: a writer that has waited for long enough moves it on.
//!
//! All writers of a run are on one thread, and so is its time. For a writer that is slow, or impatient, time has passed
//! that has not passed for the others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Clock {
    time: Instant,
    ahead: BTreeMap<usize, Duration>,
    /// The writer that runs.
    writer: usize,
}

thread_local! {
    static CLOCK: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// The time as the running writer has it: that of this thread's run, or the real time where there is none.
pub(crate) fn now() -> Instant {
    CLOCK.with_borrow(|clock| match clock {
        Some(clock) => clock.time + clock.ahead.get(&clock.writer).copied().unwrap_or_default(),
        None => Instant::now(),
    })
}

/// Begins the time of a run on this thread.
pub(super) fn start() {
    let clock = Clock {
        time: Instant::now(),
        ahead: BTreeMap::new(),
        writer: 0,
    };
    CLOCK.set(Some(clock));
}

/// Lets other writers run. This one goes on some time.
pub(super) fn switch(writer: usize) {
    shuttle::thread::yield_now();
    resume(writer);
}

/// This writer runs now.
pub(super) fn resume(writer: usize) {
    change(|clock| clock.writer = writer);
}

/// It is this time for the running writer, and not earlier for the others than it was for it.
pub(super) fn pass_until(time: Instant) {
    let left = time.saturating_duration_since(now());
    change(|clock| clock.time += left);
}

/// Time passes for the running writer alone.
pub(super) fn pass_for_one(time: Duration) {
    change(|clock| *clock.ahead.entry(clock.writer).or_default() += time);
}

fn change(change: impl FnOnce(&mut Clock)) {
    CLOCK.with_borrow_mut(|clock| {
        if let Some(clock) = clock {
            change(clock);
        }
    });
}
