//! A storm of processes over one document: the promises of the store, all at once.
//!
//! A release that had withstood every test of one fault at a time lost promises where faults met: 195 of 256 updates
//! that had reported a failure were in the document, because a process that may not remove names in the directory left
//! its staged text behind; increments that another program had made under the lock were overwritten; one process that was
//! stopped kept others waiting long past their timeouts.
//!
//! Here three users update a document in a directory of mode 0755, 1777 or 2775. Their processes are killed and stopped
//! at random moments, wait for 1 to 50 ms or for ten seconds, ask for durability or do not, change nothing, or contain a
//! `test` that fails. They do so on every local file system that can be mounted. Beside them foreign programs take the lock and write in each way that a program can. In the end
//! every update must be where its process said.
//!
//! It takes six seconds, or as many as `AMEND_STORM_SECONDS` says, and a moment for each round. It needs root.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cast;
mod chaos;
mod judgement;
mod round;

use amend_tests::file_systems::FileSystem;
use amend_tests::found::Broken;
use amend_tests::ground::{Kind, set};
use amend_tests::mounted::with_own_mounts;
use amend_tests::requirements::has_root;
use judgement::Figures;
use round::Scene;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Every kind of directory, with a foreign program that truncates and without.
const CIRCUMSTANCES: usize = 6;

/// The longest of a round. The document grows in it, and one of more than 64 KiB is not shared among processes.
const LONGEST: Duration = Duration::from_secs(4);

fn length() -> Duration {
    let said = std::env::var("AMEND_STORM_SECONDS").ok();
    Duration::from_secs(said.and_then(|said| said.parse().ok()).unwrap_or(6))
}

#[test]
fn every_update_is_where_its_process_said() {
    if !has_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    // All users have to reach the document in it.
    set(scratch.path(), 0, 0, 0o755);
    let rage = || {
        let mounted = |kind: FileSystem| Some((kind, kind.mount(scratch.path())?));
        rage_in_rounds(
            &FileSystem::ALL
                .into_iter()
                .filter_map(mounted)
                .collect::<Vec<_>>(),
        );
    };
    if !with_own_mounts(rage) {
        rage_in_rounds(&[]);
    }
}

/// Each round has other circumstances, and is on the next file system: the one of temporary files first.
fn rage_in_rounds(mounted: &[(FileSystem, PathBuf)]) {
    let places: Vec<_> = [None].into_iter().chain(mounted.iter().map(Some)).collect();
    let rounds = CIRCUMSTANCES.max(places.len());
    let (length, started) = (length(), Instant::now());
    let each = (length / rounds as u32).min(LONGEST);
    let (mut all, mut broken) = (Figures::default(), Vec::new());
    for number in 0.. {
        if number >= rounds && started.elapsed() >= length {
            break;
        }
        // The second time around each file system meets the next circumstances.
        let circumstances = number % places.len() + number / places.len();
        let place = places[number % places.len()];
        let kind = Kind::ALL[circumstances % Kind::ALL.len()];
        let scene = Scene {
            kind,
            has_rewriter: circumstances % 2 == 1,
            on: place.map(|(file_system, at)| (*file_system, at.as_path())),
        };
        let verdict = round::run(scene, each);
        println!("{scene:?}: {:?}", verdict.figures);
        all.add(&verdict.figures);
        broken.extend(verdict.broken.into_iter().map(|broken| (scene, broken)));
    }
    println!("all: {all:?}");
    assert!(broken.is_empty(), "{}", summary(&broken));
    // Else it was no storm, and has shown nothing.
    assert!(all.acknowledged > 0 && all.failed > 0 && all.foreign > 0 && all.reads > 0);
    assert!(all.kills > 0 && all.stops > 0 && all.unended > 0, "{all:?}");
}

/// How often each promise was broken, and the first cases.
fn summary(broken: &[(Scene<'_>, Broken)]) -> String {
    let mut promises = BTreeMap::<_, Vec<String>>::new();
    for (scene, Broken { promise, detail }) in broken {
        let cases = promises.entry(promise).or_default();
        cases.push(format!("{scene:?}: {detail}"));
    }
    let promises = promises.into_iter().map(|(promise, cases)| {
        let first = cases[..cases.len().min(5)].join("\n    ");
        format!("{} times: {promise}\n    {first}", cases.len())
    });
    promises.collect::<Vec<_>>().join("\n")
}
