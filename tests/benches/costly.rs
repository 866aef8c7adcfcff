//! Answers that ask for as much of the host's work and memory as they can, for as long as you like: `10m`.
//!
//!     cargo bench -p amend-tests --bench costly [-- TIME] [seed=FIRST] [seed=SEED only]
//!
//! Each call has a limit of 100 ms. Prints how the calls ended and the most that one has cost. It fails if a call has
//! taken more than 200 ms of processor time, or more memory than was granted and the allowance for the host.

use amend_tests::costly::{Costly, Kind};
use amend_tests::measure::time_and_seed;
use anyhow::{bail, ensure};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Twice the limit on the time of a call.
const TIME: Duration = Duration::from_millis(200);

/// The memory that the host may take in addition to the limits.
const MEMORY: u64 = 16 << 20;

fn main() -> anyhow::Result<()> {
    let (duration, first) = time_and_seed();
    let is_one = std::env::args().any(|arg| arg == "only");
    let costly = Costly::new();
    let until = Instant::now() + duration;
    let mut ends: BTreeMap<(Kind, &str), (usize, Duration, u64)> = BTreeMap::new();
    let (mut slowest, mut over) = ((Duration::ZERO, 0), (0, 0));
    let mut bad = Vec::new();
    for seed in first.. {
        if Instant::now() >= until {
            break;
        }
        let spent = costly.run(seed);
        let (count, time, memory) = ends.entry((spent.kind, spent.end)).or_default();
        *count += 1;
        *time = spent.time.max(*time);
        *memory = spent.memory.max(*memory);
        slowest = slowest.max((spent.time, seed));
        over = over.max((spent.over(), seed));
        if spent.time > TIME || spent.over() > MEMORY {
            eprintln!("seed {seed}: {spent:?}");
            bad.push(seed);
        }
        if is_one {
            println!("{spent:?}");
            let answer = Costly::answer(seed);
            for (what, text) in [("document", answer.document), ("patch", answer.patch)] {
                let start: String = text.chars().take(600).collect();
                println!("{what}, {} bytes: {start}", text.len());
            }
            break;
        }
    }
    println!("kind         end                       calls  most time  most memory");
    for ((kind, end), (count, time, memory)) in &ends {
        let (kind, time) = (format!("{kind:?}"), format!("{time:.1?}"));
        println!(
            "{kind:<12} {end:<22} {count:>8} {time:>10} {:>8} MiB",
            memory >> 20
        );
    }
    println!("the slowest call: {:.1?}, seed {}", slowest.0, slowest.1);
    println!(
        "the most memory beyond what was granted: {} KiB, seed {}",
        over.0 >> 10,
        over.1
    );
    ensure!(!ends.is_empty(), "there was no time for a call");
    if !bad.is_empty() {
        bail!("{} calls were over their bounds", bad.len());
    }
    Ok(())
}
