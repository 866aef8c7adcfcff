//! Programs that reach for more than they were granted, hang, crash or lie: what they may not touch stays as it was,
//! they learn nothing about this machine, no lock is left behind, and the next program works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asking;
mod ends;
mod limits;
mod reaching;
mod scene;

use amend_tests::{names, tested};
use std::path::Path;

/// The name of a test is that of its program.
#[test]
fn every_program_has_its_test() {
    let tested = tested(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs"));
    let there = names("rust/programs/src/bin");
    let forgotten: Vec<_> = there.difference(&tested).collect();
    assert!(
        forgotten.is_empty(),
        "no test is called after {forgotten:?}"
    );
}
