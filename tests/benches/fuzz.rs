//! Fuzzed components against load and update, for as long as you like: `10m`.
//!
//!     cargo bench -p amend-tests --bench fuzz [-- TIME] [seed=FIRST]
//!
//! Prints how many came to which end, and stops at the first that does what no guest may, with its seed:
//! `AMEND_SEED=<seed> cargo test -p amend-tests --test fuzzed` does that one again.

use amend_tests::measure::{memory, time_and_seed};
use amend_tests::{Fuzzing, Report, example};
use anyhow::{anyhow, ensure};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// More memory than this process may ever have had: a few guests' and the compiler's.
const MEMORY: u64 = 1 << 30;

/// What so many components have come to.
#[derive(Default)]
struct Tally {
    components: usize,
    loads: BTreeMap<(&'static str, &'static str), usize>,
    updates: BTreeMap<(&'static str, &'static str), usize>,
    slowest_load: (Duration, u64),
    slowest_update: (Duration, u64),
}

impl Tally {
    fn add(&mut self, seed: u64, report: &Report) {
        self.components += 1;
        *self.loads.entry((report.kind, report.load)).or_default() += 1;
        for update in &report.updates {
            *self.updates.entry((report.kind, update)).or_default() += 1;
        }
        self.slowest_load = self.slowest_load.max((report.load_time, seed));
        self.slowest_update = self.slowest_update.max((report.update_time, seed));
    }

    fn print(&self) {
        println!("{} components", self.components);
        for (what, counts) in [("load", &self.loads), ("update", &self.updates)] {
            for ((kind, end), count) in counts {
                println!("{what:<7} {kind:<18} {end:<16} {count:>8}");
            }
        }
        for (what, (time, seed)) in [("load", self.slowest_load), ("update", self.slowest_update)] {
            println!("the slowest {what}: {time:.1?}, seed {seed}");
        }
    }
}

fn main() -> anyhow::Result<()> {
    let (time, first) = time_and_seed();
    let fuzzing = Arc::new(Fuzzing::new(&example("rust/counter")));
    let until = Instant::now() + time;
    let mut tally = Tally::default();
    for seed in first.. {
        if Instant::now() >= until {
            break;
        }
        let report = fuzzing.watch(seed).map_err(|error| anyhow!(error))?;
        tally.add(seed, &report);
    }
    tally.print();
    let peak = memory("VmHWM")?;
    println!("{} MB at the most", peak >> 20);
    ensure!(peak < MEMORY, "that is too much memory");
    Ok(())
}
