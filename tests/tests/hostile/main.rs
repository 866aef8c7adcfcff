//! Updaters that refuse, crash, hang or lie: the document, its mode and its directory stay as they were, the lock is
//! free, and the next update works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod commands;
mod deadlines;
mod fuel;
mod ground;
mod limits;
mod loading;
mod reaching;

use amend_tests::names;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The name of a test is that of its guest. A guest of the zoo that no test is about is found here.
#[test]
fn every_guest_of_the_zoo_has_its_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    let themes = main.lines().filter_map(|line| line.strip_prefix("mod "));
    let tested: BTreeSet<String> = themes
        .flat_map(|theme| {
            let file = folder.join(theme.replace(';', ".rs"));
            let tests = fs::read_to_string(file).unwrap();
            let names = tests.split("#[test]\nfn ").skip(1);
            let names = names.filter_map(|test| Some(test.split_once('(')?.0.replace('_', "-")));
            names.collect::<Vec<_>>()
        })
        .collect();
    let mut there = names("wat");
    there.extend(names("rust/updaters/src/bin"));
    let forgotten: Vec<_> = there.difference(&tested).collect();
    assert!(
        forgotten.is_empty(),
        "no test is called after {forgotten:?}"
    );
}
