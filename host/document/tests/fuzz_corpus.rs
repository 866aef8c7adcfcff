//! The bodies of the fuzz targets on every input that is kept: seeds for each feature, and whatever
//! fuzzing has found.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod fuzz;
mod plain;

use std::fs;
use std::path::Path;

/// Says which input it was: a panic inside names only what went wrong.
fn each(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut inputs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    inputs.sort();
    assert!(inputs.len() > 10, "the seeds are there");
    for input in inputs {
        println!("{}", input.display());
        body(&fs::read(input).unwrap());
    }
}

#[test]
fn parse() {
    each("parse", fuzz::parse::parse);
}

#[test]
fn apply() {
    each("apply", fuzz::apply::apply);
}

#[test]
fn diff() {
    each("diff", fuzz::differ::differ);
}
