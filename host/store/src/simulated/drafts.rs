//! Which drafts are gone on from: those of the document's owner, of this machine, and of this document.

use super::disk::Disk;
use super::model::Model;
use super::power::assert_no_litter;
use super::{Process, counted, existing, increment};
use crate::joint::Draft;
use crate::read::read;
use std::path::Path;

/// Stages a batch in which `/count` is 100, does something to the disk, and tells what the next update makes of it.
fn counted_after(what: impl FnOnce(&mut Model, u64)) -> u64 {
    let disk = Disk::new(existing());
    let process = Process::new(&disk, 1);
    let place = process.root.make(Path::new("state.json")).unwrap();
    let current = read(&place, &process.options.limits).unwrap().unwrap();
    let draft = Draft::make(&place, &current, &process.options).unwrap();
    drop(draft.stage(br#"{"count":100}"#).unwrap());
    let mut model = disk.model();
    let draft = model.resolve(place.draft_name.to_str().unwrap()).unwrap();
    what(&mut model, draft);
    let next = Process::new(&Disk::new(model), 1);
    next.update("state.json", increment("count")).unwrap();
    let model = next.disk.model();
    assert_no_litter(&model, "state.json");
    counted(&model, "state.json").unwrap()
}

#[test]
fn a_draft_that_was_staged_a_moment_ago_is_gone_on_from() {
    assert_eq!(counted_after(|_, _| {}), 101);
}

/// In a directory like /tmp anybody can make a file of that name.
#[test]
fn a_draft_of_somebody_else_is_not() {
    let of_another = |model: &mut Model, draft: u64| {
        model.inode(draft).user = 7;
    };
    assert_eq!(counted_after(of_another), 1);
}

/// Others could have written to it who may not write to the document.
#[test]
fn a_draft_with_another_mode_is_not() {
    let writable = |model: &mut Model, draft: u64| {
        model.inode(draft).mode = 0o666;
    };
    assert_eq!(counted_after(writable), 1);
}

/// Its removal may not have come to the disk.
#[test]
fn a_draft_from_before_a_restart_is_not() {
    assert_eq!(counted_after(|model, _| model.boot += 1), 1);
}

#[test]
fn a_draft_of_an_earlier_document_is_not() {
    let edit = |model: &mut Model, _: u64| {
        let now = model.now();
        let document = model.resolve("state.json").unwrap();
        model.file(document).bytes = br#"{"count":7}"#.to_vec();
        model.inode(document).modified = now;
    };
    assert_eq!(counted_after(edit), 8);
}

/// Its writer was killed in the middle.
#[test]
fn a_draft_that_is_torn_is_not() {
    for at in [70, 200, 515] {
        let tear = |model: &mut Model, draft: u64| model.file(draft).bytes[at] ^= 1;
        assert_eq!(counted_after(tear), 1, "at {at}");
    }
    let cut = |model: &mut Model, draft: u64| model.file(draft).bytes.truncate(515);
    assert_eq!(counted_after(cut), 1);
}
