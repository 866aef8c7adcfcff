//! Which staging files an update continues from: live ones of the document's owner, made from this document.

use super::disk::Disk;
use super::model::Model;
use super::power::assert_no_litter;
use super::{Process, counted, existing, increment};
use crate::read::read;
use crate::staging;
use std::path::Path;

/// Stages a batch in which `/count` is 100, by a process that waits for its outcome. Does something to the disk, and
/// returns the count that the next update makes.
fn counted_after(change: impl FnOnce(&mut Model, u64)) -> u64 {
    let disk = Disk::new(existing());
    let process = Process::new(&disk, 1);
    let place = process.root.make(Path::new("state.json")).unwrap();
    let current = read(&place, &process.options.limits).unwrap().unwrap();
    let staged = staging::begin(&place, &process.options, &current, br#"{"count":100}"#);
    let staged = staged.unwrap();
    let mut model = disk.model();
    drop(staged);
    let file = model.resolve(place.staging_name.to_str().unwrap()).unwrap();
    change(&mut model, file);
    let next = Process::new(&Disk::new(model), 1);
    // As one that has waited for the lock, and so takes part.
    next.update("state.json", increment("count")).unwrap();
    let model = next.disk.model();
    assert_no_litter(&model, "state.json");
    counted(&model, "state.json").unwrap()
}

#[test]
fn a_staged_update_of_a_live_process_is_continued_from() {
    assert_eq!(counted_after(|_, _| {}), 101);
}

/// Its process was killed, or has its outcome. A text that no process waits for is not committed.
#[test]
fn a_staging_file_without_a_live_process_is_not() {
    assert_eq!(counted_after(|model, _| model.byte_locks.clear()), 1);
}

/// In a directory like /tmp any user can make a file of that name.
#[test]
fn a_staging_file_of_another_user_is_not() {
    let of_another = |model: &mut Model, file: u64| {
        model.inode(file).user = 7;
    };
    assert_eq!(counted_after(of_another), 1);
}

/// Other users could have written to it.
#[test]
fn a_staging_file_with_another_mode_is_not() {
    let writable = |model: &mut Model, file: u64| {
        model.inode(file).mode = 0o620;
    };
    assert_eq!(counted_after(writable), 1);
}

#[test]
fn a_staging_file_that_is_too_large_is_not() {
    let grow = |model: &mut Model, file: u64| {
        model.file(file).bytes.resize(512 + (64 << 10) + 1, 0);
    };
    assert_eq!(counted_after(grow), 1);
}

/// The times and the size say nothing: the bytes are compared.
#[test]
fn a_staging_file_of_an_earlier_document_is_not() {
    let edit = |model: &mut Model, _: u64| {
        let document = model.resolve("state.json").unwrap();
        model.file(document).bytes = br#"{"count":7,"kept":1.0}"#.to_vec();
    };
    assert_eq!(counted_after(edit), 8);
}

#[test]
fn a_staging_file_of_another_version_or_with_a_torn_header_is_not() {
    for at in [7, 70, 230, 515] {
        let tear = |model: &mut Model, file: u64| model.file(file).bytes[at] ^= 1;
        assert_eq!(counted_after(tear), 1, "at {at}");
    }
    let cut = |model: &mut Model, file: u64| model.file(file).bytes.truncate(515);
    assert_eq!(counted_after(cut), 1);
}
