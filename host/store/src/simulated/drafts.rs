//! Which drafts are gone on from: those of the document's owner, of this machine, and of this document.

use super::disk::Disk;
use super::power::assert_no_litter;
use super::world::World;
use super::{Process, counted, existing, increment};
use crate::joint::Draft;
use crate::read::read;
use std::path::Path;

/// Stages a batch in which `/count` is 100, does something to the disk, and tells what the next update makes of it.
fn counted_after(what: impl FnOnce(&mut World, u64)) -> u64 {
    let disk = Disk::new(existing());
    let process = Process::new(&disk, 1);
    let place = process.root.make(Path::new("state.json")).unwrap();
    let current = read(&place, &process.options.limits).unwrap().unwrap();
    let draft = Draft::make(&place, &current, &process.options).unwrap();
    drop(draft.stage(br#"{"count":100}"#).unwrap());
    let mut world = disk.world();
    let draft = world.resolve(place.draft_name.to_str().unwrap()).unwrap();
    what(&mut world, draft);
    let next = Process::new(&Disk::new(world), 1);
    next.update("state.json", increment("count")).unwrap();
    let world = next.disk.world();
    assert_no_litter(&world, "state.json");
    counted(&world, "state.json").unwrap()
}

#[test]
fn a_draft_that_was_staged_a_moment_ago_is_gone_on_from() {
    assert_eq!(counted_after(|_, _| {}), 101);
}

/// In a directory like /tmp anybody can make a file of that name.
#[test]
fn a_draft_of_somebody_else_is_not() {
    let of_another = |world: &mut World, draft: u64| {
        world.inodes.get_mut(&draft).unwrap().user = 7;
    };
    assert_eq!(counted_after(of_another), 1);
}

/// Others could have written to it who may not write to the document.
#[test]
fn a_draft_with_another_mode_is_not() {
    let writable = |world: &mut World, draft: u64| {
        world.inodes.get_mut(&draft).unwrap().mode = 0o666;
    };
    assert_eq!(counted_after(writable), 1);
}

/// Its removal may not have come to the disk.
#[test]
fn a_draft_from_before_a_restart_is_not() {
    assert_eq!(counted_after(|world, _| world.boot += 1), 1);
}

#[test]
fn a_draft_of_an_earlier_document_is_not() {
    let edit = |world: &mut World, _: u64| {
        let now = world.tick();
        let document = world.resolve("state.json").unwrap();
        world.file(document).bytes = br#"{"count":7}"#.to_vec();
        world.inodes.get_mut(&document).unwrap().modified = now;
    };
    assert_eq!(counted_after(edit), 8);
}

/// Its writer was killed in the middle.
#[test]
fn a_draft_that_is_torn_is_not() {
    for at in [70, 200, 515] {
        let tear = |world: &mut World, draft: u64| world.file(draft).bytes[at] ^= 1;
        assert_eq!(counted_after(tear), 1, "at {at}");
    }
    let cut = |world: &mut World, draft: u64| world.file(draft).bytes.truncate(515);
    assert_eq!(counted_after(cut), 1);
}
