//! Updaters that refuse, crash, hang or lie: the document, its mode and its directory stay as they were, the lock is
//! free, and the next update works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod applying;
mod commands;
mod deadlines;
mod fuel;
mod ground;
mod limits;
mod loading;
mod reaching;

use amend_tests::{names, tested};
use std::path::Path;

/// The name of a test is that of its guest. A guest of the zoo that no test is about is found here.
#[test]
fn every_guest_of_the_zoo_has_its_test() {
    let tested = tested(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile"));
    let mut there = names("wat");
    there.extend(names("rust/updaters/src/bin"));
    let forgotten: Vec<_> = there.difference(&tested).collect();
    assert!(
        forgotten.is_empty(),
        "no test is called after {forgotten:?}"
    );
}
