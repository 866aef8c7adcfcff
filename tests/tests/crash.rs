//! kill -9 while updates run: the document is whole, what was acknowledged is there, and nothing is left
//! lying about.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::{Patch, Store};
use amend_tests::look;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a writer is killed.
const KILLS: u64 = 300;

/// Pseudo-random numbers that a seed repeats (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Starts a writer, kills it after its first update, and gives the last count that it acknowledged.
///
/// It is killed at any moment of an update, or, when `committing`, as soon as its temporary file is seen: a
/// commit is a small part of an update, and the part that matters.
fn kill_a_writer(document: &Path, random: &mut Random, committing: bool) -> u64 {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_writer"))
        .arg(document)
        .arg("1000000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut next = || -> u64 {
        acknowledged
            .next()
            .expect("it updates")
            .unwrap()
            .parse()
            .unwrap()
    };
    next();
    let started = Instant::now();
    let mut last = next();
    let one_update = started.elapsed();
    // Busy, not asleep: a sleep would wake at the beat of the kernel's timer, near the same spot each time.
    if committing {
        let directory = document.parent().unwrap();
        while !has_temporary_file(directory) {
            std::hint::spin_loop();
        }
    } else {
        let wait = one_update.as_nanos() as u64 * 2;
        let moment = Instant::now() + Duration::from_nanos(random.next() % wait);
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
    }
    writer.kill().unwrap();
    // What it had said before it died is still in the pipe. A line without an end was not said.
    for line in acknowledged {
        last = line.unwrap().parse().unwrap();
    }
    writer.wait().unwrap();
    last
}

fn has_temporary_file(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(".amend-"))
    })
}

#[test]
fn a_writer_that_is_killed_loses_nothing_and_tears_nothing() {
    let seed = std::env::var("AMEND_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |s| s.parse().unwrap());
    println!("AMEND_SEED={seed}");
    let mut random = Random(seed);
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    let store = Store::open(scratch.path()).unwrap();
    // Large enough for a write to take a while, and to need more than one call.
    let ballast = "x".repeat(300_000);
    store
        .update(
            "state.json",
            Patch::merge(format!(r#"{{"ballast": "{ballast}"}}"#)).unwrap(),
        )
        .unwrap();

    let mut litter = 0;
    for kill in 0..KILLS {
        let acknowledged = kill_a_writer(&document, &mut random, kill % 2 == 1);
        let text = fs::read_to_string(&document).unwrap();
        let state: Value = serde_json::from_str(&text).expect("the document is whole");
        let found = state["count"].as_u64().unwrap();
        // One more may be there: it was committed, and the writer died before it could say so.
        assert!(
            found == acknowledged || found == acknowledged + 1,
            "{acknowledged} were acknowledged and {found} are there"
        );
        assert_eq!(state["ballast"].as_str().unwrap(), ballast);
        litter += u64::from(look(scratch.path()).len() > 2);

        store
            .update("state.json", Patch::merge(r#"{"after": null}"#).unwrap())
            .unwrap();
        let names: Vec<String> = look(scratch.path()).into_keys().collect();
        assert_eq!(
            names,
            ["state.json", "state.json.lock"],
            "the next update removes what was left"
        );
    }
    // Else no kill ever came between the creation of a temporary file and its rename, and the test has shown
    // nothing of that.
    assert!(
        litter > 0,
        "{KILLS} kills left no temporary file: they come at the wrong moments"
    );
    println!("{litter} of {KILLS} kills left a temporary file");
}
