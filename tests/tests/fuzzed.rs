//! Components that nobody would write, against load and update: no panic, no hang, nothing left behind.
//!
//! `AMEND_SEED=7` runs a single one; the bench target `fuzz` runs them for as long as you like.

use amend_tests::{Fuzzing, example};
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many that each kind of component and each usual end is among them.
const SEEDS: u64 = 200;

#[test]
fn no_component_harms_the_host_or_a_document() {
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
