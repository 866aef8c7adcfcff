//! Components that nobody would write, against load and update: no panic, no hang, nothing left behind.
//!
//! `AMEND_SEED=7` runs a single one; the bench target `fuzz` runs them for as long as you like.

use amend_tests::costly::Costly;
use amend_tests::loading::{COMPILE_TIME, Loading};
use amend_tests::{Fuzzing, example};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The costs are those of the whole process, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many that each kind of component and each usual end is among them.
const SEEDS: u64 = 200;

#[test]
fn no_component_harms_the_host_or_a_document() {
    let _alone = alone();
    let fuzzing = Arc::new(Fuzzing::new(&example("rust/counter")));
    let watch = |seed| {
        let report = fuzzing.watch(seed);
        report.unwrap_or_else(|harm| panic!("{harm}\nonce more: AMEND_SEED={seed}"))
    };
    if let Ok(seed) = std::env::var("AMEND_SEED") {
        println!("{:?}", watch(seed.parse().expect("a seed is a number")));
        return;
    }
    let reports: Vec<_> = (0..SEEDS).map(watch).collect();
    let ends: BTreeSet<_> = reports
        .iter()
        .flat_map(|report| report.updates.iter().chain([&report.load]))
        .copied()
        .collect();
    for end in [
        "loaded",
        "not a component",
        "not an updater",
        "changed",
        "unchanged",
        "refused",
        "not a patch",
        "does not apply",
        "trapped",
        "timed out",
        "fuel",
        "memory",
        "stack",
    ] {
        assert!(ends.contains(end), "none has come to {end:?}: {ends:?}");
    } // Code that is refused before it runs, or that never answers, finds little.
    let code = || {
        reports
            .iter()
            .filter(|report| report.kind.starts_with("random code"))
    };
    let loaded = code().filter(|report| report.load == "loaded");
    let answering = loaded
        .clone()
        .filter(|report| report.updates.contains(&"unchanged"));
    let counts = (code().count(), loaded.count(), answering.count());
    assert!(
        counts.1 * 2 > counts.0,
        "hardly any random code is loaded: {counts:?}"
    );
    assert!(
        counts.2 * 20 > counts.0,
        "hardly any random code answers: {counts:?}"
    );
}

/// The processor time of a call with a limit of 100 ms, in code that is not optimised. The bench target `costly` asserts twice the
/// limit.
const CALL: Duration = Duration::from_secs(1);

/// The memory that the host may take in addition to the limits.
const CALL_MEMORY: u64 = 32 << 20;

/// Answers that ask for as much as they can. In the bench target `costly` they run for as long as you like.
#[test]
fn no_answer_costs_more_than_its_limits() {
    let _alone = alone();
    let costly = Costly::new();
    let mut ends = BTreeSet::new();
    for seed in 0..150 {
        let spent = costly.run(seed);
        assert!(spent.time < CALL, "seed {seed}: {spent:?}");
        assert!(spent.over() < CALL_MEMORY, "seed {seed}: {spent:?}");
        ends.insert(spent.end);
    }
    for end in [
        "changed",
        "unchanged",
        "does not apply",
        "not applied in time",
        "host memory",
    ] {
        assert!(ends.contains(end), "none has ended with {end:?}: {ends:?}");
    }
}

/// Components that ask for as much of the compiler as they can. In the bench target `loading` they run for as long as you
/// like.
#[test]
fn no_component_costs_more_than_the_limits_on_compiling() {
    let _alone = alone();
    let real = [example("rust/counter"), example("rust/deploy")];
    let loading = Loading::new(&real.each_ref().map(PathBuf::as_path));
    let mut ends = BTreeSet::new();
    for seed in 0..100 {
        let loaded = loading.run(seed);
        // The compiler ends at its limit, and has to start, and to end.
        let is_late = loaded.compiler_time > COMPILE_TIME + Duration::from_secs(1);
        assert!(!is_late, "seed {seed}: {loaded:?}");
        assert!(
            loaded.time < Duration::from_secs(5),
            "seed {seed}: {loaded:?}"
        );
        ends.insert(loaded.end);
    }
    for end in [
        "loaded",
        "not a component",
        "refused unread",
        "compiler's time",
    ] {
        assert!(ends.contains(end), "none has ended with {end:?}: {ends:?}");
    }
}
