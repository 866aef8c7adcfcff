//! A storm of processes over one document: the promises of the store, all at once.
//!
//! A release that had withstood every test of one fault at a time lost promises where faults met: 195 of 256 updates
//! that had reported a failure were in the document, because a process that may not remove names in the directory left
//! its staged text behind; increments that another program had made under the lock were overwritten; one process that was
//! stopped kept others waiting long past their timeouts.
//!
//! Here three users update a document in a directory of mode 0755, 1777 or 2775. Their processes are killed and stopped
//! at random moments, wait for 1 to 50 ms or for ten seconds, ask for durability or do not, change nothing, or contain a
//! `test` that fails. Beside them foreign programs take the lock and write in each way that a program can. In the end
//! every update must be where its process said.
//!
//! It takes six seconds, or as many as `AMEND_STORM_SECONDS` says, and a moment for each round. It needs root.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cast;
mod chaos;
mod judgement;
mod round;

use amend_tests::found::Broken;
use amend_tests::ground::{Kind, set};
use amend_tests::mounted::{Image, with_own_mounts};
use amend_tests::requirements::{has_root, skipped};
use judgement::Figures;
use round::Scene;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Every kind of directory, with a foreign program that truncates and without. In twice as many also on a file system with
/// coarse times and on one without.
const ROUNDS: usize = 6;

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
    if !with_own_mounts(|| rage_in_rounds(coarse(scratch.path()).as_deref())) {
        rage_in_rounds(None);
    }
}

/// Makes and mounts a file system whose file times are whole seconds: two states of a file may have all of their metadata
/// in common there.
fn coarse(scratch: &Path) -> Option<PathBuf> {
    let (file, at) = (scratch.join("image"), scratch.join("at"));
    let image = Image {
        file: &file,
        at: &at,
    };
    match image.make(&["mkfs.ext4", "-q", "-F", "-I", "128"]) {
        Ok(()) => Some(at),
        Err(error) => {
            skipped(&format!("no round with coarse file times: {error}"));
            None
        }
    }
}

fn rage_in_rounds(coarse: Option<&Path>) {
    let (length, started) = (length(), Instant::now());
    let each = (length / ROUNDS as u32).min(LONGEST);
    let (mut all, mut broken) = (Figures::default(), Vec::new());
    for number in 0.. {
        if number >= ROUNDS && started.elapsed() >= length {
            break;
        }
        let kind = Kind::ALL[number % Kind::ALL.len()];
        let scene = Scene {
            kind,
            has_rewriter: number % 2 == 1,
            coarse: coarse.filter(|_| (number / 3 + number / 6) % 2 == 1),
        };
        let verdict = round::run(scene, each);
        println!("{scene:?}: {:?}", verdict.figures);
        all.add(&verdict.figures);
        broken.extend(verdict.broken.into_iter().map(|broken| (kind, broken)));
    }
    println!("all: {all:?}");
    assert!(broken.is_empty(), "{}", summary(&broken));
    // Else it was no storm, and has shown nothing.
    assert!(all.acknowledged > 0 && all.failed > 0 && all.foreign > 0 && all.reads > 0);
    assert!(all.kills > 0 && all.stops > 0 && all.unended > 0, "{all:?}");
}

/// How often each promise was broken, and the first cases.
fn summary(broken: &[(Kind, Broken)]) -> String {
    let mut promises = BTreeMap::<_, Vec<String>>::new();
    for (kind, Broken { promise, detail }) in broken {
        let cases = promises.entry(promise).or_default();
        cases.push(format!("{kind:?}: {detail}"));
    }
    let promises = promises.into_iter().map(|(promise, cases)| {
        let first = cases[..cases.len().min(5)].join("\n    ");
        format!("{} times: {promise}\n    {first}", cases.len())
    });
    promises.collect::<Vec<_>>().join("\n")
}
