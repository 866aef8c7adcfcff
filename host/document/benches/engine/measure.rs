//! Time, side by side with a yardstick.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The best of several runs.
pub(crate) fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> Duration {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap()
}

/// The best of each, run in turns, so that a busy moment of the machine hits both.
pub(crate) fn versus<A, B>(
    runs: usize,
    mut ours: impl FnMut() -> A,
    mut theirs: impl FnMut() -> B,
) -> (Duration, Duration) {
    (0..runs)
        .map(|_| (best(1, &mut ours), best(1, &mut theirs)))
        .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
        .unwrap()
}

/// Prints a line, with the ratio of the two and the most that it may be.
pub(crate) fn report(what: &str, time: Duration, yardstick: &str, other: Duration, target: f64) {
    let ratio = time.as_secs_f64() / other.as_secs_f64();
    let verdict = if ratio <= target { "ok  " } else { "MISS" };
    println!(
        "{verdict} {what:<58} {time:>11.2?}   {yardstick:<40} {other:>11.2?}   {ratio:>6.2} of {target}"
    );
}
