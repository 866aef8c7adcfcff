//! One and two values changed in a large document: the whole command, durable, beside a copy of the file.
//!
//!     cargo bench -p amend-tests --bench large [-- MEGABYTES]
//!
//! Both do their work in turn, pair by pair, on the same file system; what counts is the ratio.

use amend_tests::amend;
use amend_tests::large::{copy, make_document};
use amend_tests::measure::{median, wait};
use anyhow::Context;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PAIRS: usize = 9;

fn main() -> anyhow::Result<()> {
    let megabytes: usize = std::env::args()
        .skip(1)
        .find_map(|arg| arg.parse().ok())
        .unwrap_or(100);
    // Beside the build, not in the temporary directory: that one may be memory.
    let scratch = tempfile::tempdir_in(amend().parent().context("the command is in a directory")?)?;
    let document = scratch.path().join("large.json");
    let members = make_document(&document, megabytes << 20)?;
    let (near_start, near_end) = (members / 100, members - members / 100);
    println!("{megabytes} MB, {members} members, {PAIRS} pairs");
    let mut peak = 0;
    let both = vec![near_start, near_end];
    for (what, keys, growth) in [
        ("one value near the end", vec![near_end], 0),
        ("two values", both.clone(), 0),
        (
            "two values that grow, so that all between them moves",
            both,
            1,
        ),
    ] {
        let (mut ratios, mut copies, mut updates) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=PAIRS {
            let (copy, ()) = timed(|| copy(&document, &scratch.path().join("copy.json")))?;
            let (update, memory) = timed(|| update(&document, &keys, round, 40 + growth * round))?;
            peak = peak.max(memory);
            // The first pair warms up.
            if round > 0 {
                ratios.push(update.as_secs_f64() / copy.as_secs_f64());
                copies.push(copy.as_secs_f64() * 1e3);
                updates.push(update.as_secs_f64() * 1e3);
            }
        }
        println!(
            "{what}: {:.2} times a copy with fsync (copy {:.0} ms, update {:.0} ms; ratios {:.2} to {:.2})",
            median(&mut ratios),
            median(&mut copies),
            median(&mut updates),
            ratios[0],
            ratios[ratios.len() - 1],
        );
    }
    let size = fs::metadata(&document)?.len();
    println!(
        "peak memory: {:.2} times the document",
        peak as f64 / size as f64
    );
    Ok(())
}

/// Runs the command, and gives the most memory that it has had. The values are other ones in every round.
fn update(document: &Path, keys: &[usize], round: usize, digits: usize) -> anyhow::Result<u64> {
    let mut command = Command::new(amend());
    command.arg("update").arg(document);
    for key in keys {
        command.arg(format!("--set=/key-{key}/value=\"{round:0digits$}\""));
    }
    wait(&command.spawn()?)
}

fn timed<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(Duration, T)> {
    let started = Instant::now();
    let made = work()?;
    Ok((started.elapsed(), made))
}
