//! Components that are expensive to compile, or none at all, against the limits on compiling: `10m`.
//!
//!     cargo bench -p amend-tests --bench loading [-- TIME] [seed=FIRST]
//!
//! Prints how the loads ended and the most that one has cost. It fails if the process that compiles has taken more than
//! its limits, or this process more than it should.

use amend_tests::example;
use amend_tests::loading::{COMPILE_MEMORY, COMPILE_TIME, Loading};
use amend_tests::measure::{children, time_and_seed};
use anyhow::ensure;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The processor time that the compiling process may take beyond its limit: it has to start, and it checks its time only every
/// few milliseconds.
const LATE: Duration = Duration::from_millis(200);

/// What this process may take: to look at the component, to read the code, and to start it.
const TIME: Duration = Duration::from_secs(1);
const MEMORY: u64 = 256 << 20;

#[derive(Default)]
struct Most {
    count: usize,
    compiler_time: Duration,
    time: Duration,
    memory: u64,
}

fn main() -> anyhow::Result<()> {
    let (duration, first) = time_and_seed();
    let real = ["rust/counter", "rust/deploy", "rust/manifest"].map(example);
    let loading = Loading::new(&real.each_ref().map(PathBuf::as_path));
    // The real guests were perhaps compiled just now, by processes that have no such limit.
    let (_, before) = children();
    let until = Instant::now() + duration;
    let mut ends: BTreeMap<(&str, &str), Most> = BTreeMap::new();
    let mut bad = 0;
    for seed in first.. {
        if Instant::now() >= until {
            break;
        }
        let loaded = loading.run(seed);
        let most = ends.entry((loaded.kind, loaded.end)).or_default();
        most.count += 1;
        most.compiler_time = loaded.compiler_time.max(most.compiler_time);
        most.time = loaded.time.max(most.time);
        most.memory = loaded.memory.max(most.memory);
        let is_over = loaded.compiler_time > COMPILE_TIME + LATE
            || loaded.time > TIME
            || loaded.memory > MEMORY;
        if is_over {
            eprintln!("seed {seed}: {loaded:?}");
            bad += 1;
        }
    }
    println!("kind               end                  loads  compiler      here   memory here");
    for ((kind, end), most) in &ends {
        let (compiler, time) = (
            format!("{:.1?}", most.compiler_time),
            format!("{:.1?}", most.time),
        );
        let (count, memory) = (most.count, most.memory >> 20);
        println!("{kind:<18} {end:<18} {count:>7} {compiler:>9} {time:>9} {memory:>9} MiB");
    }
    let (_, memory) = children();
    let most = memory.max(before) >> 20;
    let word = if memory > before { "" } else { "less than " };
    println!("a process that compiled had {word}{most} MiB at the most");
    ensure!(bad == 0, "{bad} loads were over their bounds");
    ensure!(
        memory <= before.max(COMPILE_MEMORY),
        "that is more than its limit"
    );
    Ok(())
}
