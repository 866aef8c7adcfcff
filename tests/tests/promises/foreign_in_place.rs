//! A change that a program makes in place under the lock is not overwritten.
//!
//! A shared commit is made without holding the lock throughout, and looked at the file's metadata before it replaced the
//! document. A program that takes the lock and writes over a part of the text changes neither size nor inode, and within
//! one tick of the file system's clock not the times either. On ext4 with 128-byte inodes, whose times have no fraction
//! of a second, 1,090 of 1,386 such changes were overwritten.

use crate::scene::{LOG, assert_told_the_truth, writer};
use amend_tests::attempt::Attempt;
use amend_tests::found::Found;
use amend_tests::ground::Ground;
use amend_tests::mounted::{Image, mount, with_own_mounts};
use amend_tests::requirements::{has_root, has_tools, skipped};
use amend_tests::updating::{Settings, Updating};
use std::path::Path;
use std::process::Command;

const WRITERS: usize = 6;
const INCREMENTS: u64 = 300;

fn increment_among_updates(directory: &Path) {
    let ground = Ground::in_directory(directory, LOG);
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| Settings::new(&ground.document, format!("w{number}")))
        .map(|settings| Updating::start(writer(&settings)).unwrap())
        .collect();
    let mut foreign = Command::new(env!("CARGO_BIN_EXE_foreign_writer"));
    foreign.args(["in-place".as_ref(), ground.document.as_os_str()]);
    foreign.args(["c", "-", "2", &INCREMENTS.to_string()]);
    let foreign = Updating::start(foreign).unwrap().wait();
    let writers: Vec<_> = writers.into_iter().map(Updating::finish).collect();
    assert!(foreign.status.success(), "{}", foreign.status);
    let found = Found::read(&ground.document).unwrap();
    let lost = INCREMENTS - found.counter("c").unwrap();
    assert_eq!(
        lost, 0,
        "increments lost of {INCREMENTS} made under the lock"
    );
    for writer in &writers {
        assert!(writer.status.success(), "{}", writer.status);
        assert!(writer.report.attempts.iter().all(Attempt::is_done));
    }
    assert_told_the_truth(&ground, writers.iter().map(|writer| &writer.report));
    assert_eq!(ground.leftovers(), [""; 0]);
}

#[test]
fn increments_in_place_survive_shared_commits() {
    let scratch = tempfile::tempdir().unwrap();
    increment_among_updates(scratch.path());
}

#[test]
fn increments_in_place_survive_shared_commits_where_times_are_those_of_the_kernels_ticks() {
    if !has_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    with_own_mounts(|| {
        let at = scratch.path().to_str().unwrap();
        match mount(&["-t", "ramfs", "none", at]) {
            Ok(()) => increment_among_updates(scratch.path()),
            Err(error) => skipped(&format!("ramfs cannot be mounted here: {error}")),
        }
    });
}

#[test]
fn increments_in_place_survive_shared_commits_where_times_are_whole_seconds() {
    if !has_root() || !has_tools(&[("mkfs.ext4", "e2fsprogs")]) {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let (file, at) = (scratch.path().join("image"), scratch.path().join("at"));
    let image = Image {
        file: &file,
        at: &at,
    };
    with_own_mounts(
        || match image.make(&["mkfs.ext4", "-q", "-F", "-I", "128"]) {
            Ok(()) => increment_among_updates(&at),
            Err(error) => skipped(&format!("an image cannot be mounted here: {error}")),
        },
    );
}
