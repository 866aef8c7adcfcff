//! How promises to other programs were broken once.

use super::disk::Disk;
use super::foreign_writer::Foreign;
use super::plan::{FROZEN, Kind, Plan};
use super::schedules::write_all;
use super::state::State;
use super::stories::tell;
use super::territory::{OWN, ROOTS};
use super::watch::DOCUMENT;
use super::{Process, counted, existing, increment};
use crate::disk::{Directory, File, Open, Writer};
use crate::error::Error;
use std::ffi::OsStr;
use std::io::Write;
use std::time::Duration;

/// A program has truncated the document and is about to write to it. It was taken for absent, and replaced.
#[test]
fn a_document_that_another_program_is_writing_is_not_replaced() {
    let disk = Disk::new(existing());
    let name = OsStr::new(DOCUMENT);
    let file = disk.root(1).open(name, Open::Write).unwrap();
    for text in ["", r#"{"cou"#] {
        file.set_len(0).unwrap();
        Writer { file: &file, at: 0 }
            .write_all(text.as_bytes())
            .unwrap();
        let mut process = Process::new(&disk, 2);
        process.options.lock_timeout = Some(Duration::from_millis(30));
        let updated = process.update(DOCUMENT, increment("count"));
        assert!(
            matches!(updated, Err(Error::BeingWritten { .. })),
            "{updated:?} from {text:?}"
        );
    }
    Writer { file: &file, at: 0 }
        .write_all(br#"{"count":6}"#)
        .unwrap();
    drop(file);
    let process = Process::new(&disk, 2);
    process.update(DOCUMENT, increment("count")).unwrap();
    assert_eq!(counted(&disk.model(), DOCUMENT), Some(7));
}

#[test]
fn a_program_that_truncates_without_the_lock_is_waited_for() {
    for territory in [ROOTS, OWN] {
        let [user, _] = [territory.document.0; 2];
        let plan = Plan::of(territory, &[user; 3]);
        let kind = Kind::Foreign(Foreign::TruncatesUnlocked);
        tell(&plan.with_first(kind), 40, &[]);
    }
}

/// A program takes the lock and writes in place, and the file's times do not show it. A shared commit replaced it.
#[test]
fn a_write_in_place_under_the_lock_is_not_overwritten() {
    for tick in [1, 30, FROZEN] {
        for foreign in [Foreign::WritesInPlace, Foreign::Truncates] {
            let plan = Plan::of(ROOTS, &[0; 4]).with_first(Kind::Foreign(foreign));
            tell(&plan.with_tick(tick), 30, &[]);
        }
    }
}

/// An editor saves between the rename of a shared commit and the look at the renamed file. Its file was taken for the
/// renamed one.
#[test]
fn an_editors_save_right_after_a_rename_is_not_overwritten() {
    let plan = Plan::of(ROOTS, &[0; 4]).with_first(Kind::Foreign(Foreign::Editor));
    let mut hits = 0;
    for seed in 0..100 {
        let has_renamed = |state: &State| state.has_just_made(1, "rename");
        let disk = plan
            .disk()
            .with_gate(
                0,
                |_| true,
                move |state| has_renamed(state) || state.turns.has_ended(1),
            )
            .with_gate(1, has_renamed, |state| state.has_just_made(0, "rename"));
        write_all(&plan, seed, &disk).unwrap();
        assert_eq!(
            disk.lock().watch.wrongs,
            Vec::<String>::new(),
            "in order {seed}"
        );
        hits += u64::from(disk.lock().gates.is_empty());
    }
    assert!(hits > 50, "{hits}");
}

/// An editor saves while an update is on its way: the update is made again, from the editor's text.
#[test]
fn an_update_is_made_again_when_an_editor_saves_before_it() {
    let plan = Plan::of(OWN, &[1; 3]).with_first(Kind::Foreign(Foreign::Editor));
    tell(&plan, 40, &[]);
}
