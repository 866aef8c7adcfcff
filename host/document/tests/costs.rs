//! A guest's answer of a few kilobytes asked for hours of the host's time and for gigabytes of its memory. What a meter counts
//! is compared here with what is really taken, for everything that a patch can ask for.

#[path = "costs/cases.rs"]
mod cases;
#[path = "costs/measure.rs"]
mod measure;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use amend_document::{Exceeded, Meter};

use cases::{Case, all};
use measure::{Counting, Memory, processor_time};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZES: [usize; 3] = [2_000, 20_000, 100_000];

/// A unit is about a nanosecond. These leave room for slow machines, for a program that is not optimised, and for what is
/// not work: the first touch of memory, above all.
const NANOSECONDS_A_UNIT: u64 = 12;
const SLACK_TIME: Duration = Duration::from_millis(10);
const SLACK_MEMORY: u64 = 1 << 20;

/// What a case really took.
struct Taken {
    outcome: Result<(), Option<Exceeded>>,
    time: Duration,
    memory: u64,
}

fn run(case: &Case, meter: &Meter) -> Taken {
    let memory = Memory::start();
    let start = processor_time();
    let outcome = case.run(meter);
    let time = processor_time() - start;
    Taken {
        outcome,
        time,
        memory: memory.peak().saturating_sub(case.given()),
    }
}

fn most_time(units: u64) -> Duration {
    SLACK_TIME + Duration::from_nanos(units * NANOSECONDS_A_UNIT)
}

fn most_memory(counted: u64) -> u64 {
    counted + counted / 10 + SLACK_MEMORY
}

/// The time is measured again when it was too long: another program may have been in the way.
fn is_in_time(case: &Case, meter: &dyn Fn() -> Meter, first: Duration, most: Duration) -> bool {
    first <= most || (0..3).any(|_| run(case, &meter()).time <= most)
}

#[test]
fn what_is_counted_is_what_is_taken() {
    for size in SIZES {
        for (name, case) in all(size) {
            let meter = Meter::unlimited();
            let taken = run(&case, &meter);
            let (units, counted) = (meter.work_done(), meter.memory_peak());
            assert_eq!(taken.outcome, Ok(()), "{name}");
            let most = most_time(units);
            assert!(
                is_in_time(&case, &Meter::unlimited, taken.time, most),
                "{name}, {size}: {:?} for {units} units",
                taken.time
            );
            assert!(
                taken.memory <= most_memory(counted),
                "{name}, {size}: {} bytes, and {counted} were counted",
                taken.memory
            );
        }
    }
}

/// Small cases are all slack. Here the memory of each is compared with twice its size.
#[test]
fn what_is_not_counted_does_not_grow() {
    let uncounted = |case: &Case| {
        let meter = Meter::unlimited();
        let taken = run(case, &meter);
        let counted = meter.memory_peak();
        taken.memory.saturating_sub(counted + counted / 50)
    };
    for ((name, small), (_, large)) in all(50_000).into_iter().zip(all(100_000)) {
        let (small, large) = (uncounted(&small), uncounted(&large));
        assert!(
            large <= small + 8192,
            "{name}: {small} bytes, and {large} for twice the size, were not counted"
        );
    }
}

#[test]
fn the_count_is_the_same_each_time() {
    for (name, case) in all(20_000) {
        let count = || {
            let meter = Meter::unlimited();
            let _ = case.run(&meter);
            (meter.work_done(), meter.memory_peak(), meter.memory_held())
        };
        let first = count();
        for _ in 0..3 {
            assert_eq!(count(), first, "{name}");
        }
    }
}

#[test]
fn a_limit_on_work_stops_everything_soon() {
    for (name, case) in all(100_000) {
        let all = Meter::unlimited();
        let _ = case.run(&all);
        for part in [1, 3, 7] {
            let limit = all.work_done() * part / 8;
            let meter = || Meter::new(limit, u64::MAX);
            let metered = meter();
            let taken = run(&case, &metered);
            let exceeded = Exceeded::Work { limit };
            assert_eq!(taken.outcome, Err(Some(exceeded)), "{name}");
            let most = most_time(limit);
            assert!(
                is_in_time(&case, &meter, taken.time, most),
                "{name}: {:?} for {limit} units",
                taken.time
            );
        }
        let enough = Meter::new(all.work_done(), all.memory_peak());
        assert_eq!(case.run(&enough), Ok(()), "{name}");
    }
}

#[test]
fn a_limit_on_memory_is_never_exceeded() {
    for (name, case) in all(100_000) {
        let all = Meter::unlimited();
        let _ = case.run(&all);
        for part in [1, 4, 7] {
            let limit = all.memory_peak() * part / 8;
            let meter = Meter::new(u64::MAX, limit);
            let taken = run(&case, &meter);
            let exceeded = Exceeded::Memory { limit };
            assert_eq!(taken.outcome, Err(Some(exceeded)), "{name}");
            assert!(
                taken.memory <= most_memory(limit),
                "{name}: {} bytes, and the limit is {limit}",
                taken.memory
            );
        }
    }
}

/// The longest single step is a pass over one string, or a comparison of two.
#[test]
fn an_interrupt_stops_everything_within_a_stride() {
    const LONGEST_STEP: u64 = 2 << 20;
    for (name, case) in all(100_000) {
        let run = |stop_at: u64| {
            let asked = Arc::new(AtomicU64::new(0));
            let asks = Arc::clone(&asked);
            let meter = Meter::unlimited();
            let meter = meter.with_interrupt(move |_| asks.fetch_add(1, Relaxed) + 1 == stop_at);
            let outcome = case.run(&meter);
            (outcome, asked.load(Relaxed), meter.work_done())
        };
        let (outcome, all, units) = run(0);
        assert_eq!(outcome, Ok(()), "{name}");
        assert!(
            (all + 1) * (Meter::STRIDE + LONGEST_STEP) >= units,
            "{name}: asked {all} times in {units} units"
        );
        for stop_at in [1, all.div_ceil(2), all] {
            if all > 0 {
                let (outcome, asked, done) = run(stop_at);
                assert_eq!(outcome, Err(Some(Exceeded::Interrupted)), "{name}");
                assert_eq!(asked, stop_at, "{name}");
                assert!(done <= stop_at * (Meter::STRIDE + LONGEST_STEP), "{name}");
            }
        }
    }
}

/// A charge that is lost, and one that is made twice, are seen here however small they are. A difference of a few per cent is
/// one of the standard library, which decides how much room a hash table has.
#[test]
#[cfg(target_pointer_width = "64")]
fn the_counts_are_those_that_are_known() {
    let known = include_str!("costs/counts.txt");
    let mut wrong = Vec::new();
    for (line, name, units, bytes) in counts() {
        let numbers: Vec<u64> = known
            .lines()
            .filter_map(|known| known.strip_suffix(&name))
            .find_map(|numbers| {
                numbers
                    .split_whitespace()
                    .map(|number| number.parse().ok())
                    .collect()
            })
            .unwrap_or_default();
        let is_near = |one: u64, other: u64| one.abs_diff(other) * 50 <= other;
        let is_known =
            matches!(numbers[..], [one, two] if is_near(units, one) && is_near(bytes, two));
        if !is_known {
            wrong.push(line);
        }
    }
    assert!(
        wrong.is_empty(),
        "these counts differ from `costs/counts.txt`:\n{}",
        wrong.join("\n")
    );
}

/// The line of each case, its name, its work and its memory.
fn counts() -> impl Iterator<Item = (String, String, u64, u64)> {
    all(20_000).into_iter().map(|(name, case)| {
        let meter = Meter::unlimited();
        let _ = case.run(&meter);
        let (units, bytes) = (meter.work_done(), meter.memory_peak());
        let name = format!(" {name}");
        (format!("{units:>10} {bytes:>10}{name}"), name, units, bytes)
    })
}

/// Prints the lines of `costs/counts.txt`: `cargo test --test costs print_counts -- --ignored --nocapture`.
#[test]
#[ignore = "it checks nothing"]
fn print_counts() {
    for (line, ..) in counts() {
        println!("{line}");
    }
}

/// Prints all counts, beside what was taken: `cargo test --test costs table -- --ignored --nocapture`.
#[test]
#[ignore = "it checks nothing"]
fn table() {
    for (name, case) in all(100_000) {
        let meter = Meter::unlimited();
        let taken = run(&case, &meter);
        let (units, counted) = (meter.work_done(), meter.memory_peak());
        println!(
            "{name:40} {units:>12} units {:>6.2} ns each {counted:>12} bytes counted {:>6.2} of them used",
            taken.time.as_nanos() as f64 / units as f64,
            taken.memory as f64 / counted as f64,
        );
    }
}
