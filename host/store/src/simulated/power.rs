//! The power fails after every step of an update: the document is whole, and the acknowledged updates are there.

use super::crash::disks;
use super::disk::Disk;
use super::event::Event;
use super::fault::Fault;
use super::model::{Model, ROOT};
use super::{Process, count, counted, existing, increment};

/// Makes an update on a disk, and records its outcome there.
fn update(disk: &Disk, writer: usize, path: &str) -> Result<(), String> {
    let process = Process::new(disk, writer);
    disk.say(writer, Event::Begins);
    match process.update(path, increment("count")) {
        Ok(_) => {
            disk.say(writer, Event::Acknowledged);
            Ok(())
        }
        Err(error) => {
            disk.say(writer, Event::Failed);
            Err(error.to_string())
        }
    }
}

/// Checks everything that can be found, whenever the power fails, and that the next update works on it and
/// leaves nothing behind.
fn check(disk: &Disk, path: &str, mode: u32) -> usize {
    let mut checked = 0;
    let mut moment = 0;
    let visited = disk.each_snapshot(|model, history| {
        let times = |what| history.iter().filter(|one| one.1 == what).count() as u64;
        let (least, most) = (times(Event::Acknowledged), times(Event::Begins));
        moment += 1;
        for found in disks(model) {
            checked += 1;
            let document = found.read(path);
            let is = count(document.map(|(bytes, _)| bytes), "count");
            let is = is.unwrap_or_else(|| panic!("not whole at moment {moment}: {document:?}"));
            assert!(
                (least..=most).contains(&is),
                "{is} at moment {moment}, where {least} were acknowledged and {most} begun"
            );
            if let Some((_, found)) = document {
                assert_eq!(found, mode, "the mode at moment {moment}");
            }
            recover(found, path, is);
        }
        Ok(())
    });
    visited.unwrap();
    checked
}

fn recover(found: Model, path: &str, count_before: u64) {
    let disk = Disk::new(found);
    update(&disk, 9, path).unwrap();
    let model = disk.model();
    let after = counted(&model, path);
    assert_eq!(after, Some(count_before + 1), "after recovery");
    assert_no_litter(&model, path);
}

pub(super) fn assert_no_litter(model: &Model, path: &str) {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let directory = if directory.is_empty() {
        Some(ROOT)
    } else {
        model.resolve(directory)
    };
    // An update that failed before it made the directory has left nothing in it.
    let Some(directory) = directory else { return };
    for found in model.names(directory) {
        let is_ours = found == name || found == format!("{name}.lock") || !found.contains('.');
        assert!(is_ours, "litter: {found}");
    }
}

#[test]
fn whenever_the_power_fails_an_existing_document_is_whole() {
    let disk = Disk::new(existing());
    for _ in 0..3 {
        update(&disk, 1, "state.json").unwrap();
    }
    let checked = check(&disk, "state.json", 0o640);
    // Without this a change to the model could make it look at nothing.
    assert!(checked > 100, "{checked}");
}

#[test]
fn whenever_the_power_fails_a_new_document_is_whole() {
    for has_late_links in [false, true] {
        let mut model = Model::new();
        model.has_late_links = has_late_links;
        let disk = Disk::new(model);
        update(&disk, 1, "state.json").unwrap();
        assert!(check(&disk, "state.json", 0o644) > 30);
    }
}

/// A killed process leaves a name behind.
#[test]
fn a_new_document_has_no_name_until_its_sync_where_a_later_link_is_durable() {
    for has_late_links in [false, true] {
        let mut model = existing();
        model.has_late_links = has_late_links;
        let disk = Disk::new(model);
        update(&disk, 1, "state.json").unwrap();
        let calls = disk.calls();
        let place = |name| calls.iter().position(|call| *call == name).unwrap();
        assert_eq!(place("sync file") < place("link"), has_late_links);
        assert!(place("write") < place("link"));
    }
}

/// Trap 22: a document in a directory that a power failure forgets is lost with it.
#[test]
fn whenever_the_power_fails_a_document_in_new_directories_is_whole() {
    let disk = Disk::new(Model::new());
    update(&disk, 1, "a/b/state.json").unwrap();
    update(&disk, 1, "a/b/state.json").unwrap();
    assert!(check(&disk, "a/b/state.json", 0o644) > 100);
}

/// The directories were made by a process that was killed before it made them durable.
#[test]
fn directories_that_somebody_else_has_left_are_made_durable_too() {
    let whole = Disk::new(Model::new());
    update(&whole, 1, "a/b/state.json").unwrap();
    for at in 0..whole.calls().len() {
        let disk = Disk::new(Model::new()).with_fault(Fault::Kill(at));
        let _ = update(&disk, 1, "a/b/state.json");
        update(&disk, 2, "a/b/state.json").unwrap();
        check(&disk, "a/b/state.json", 0o644);
    }
}

/// A process is killed after the rename and before the directory is synced. Another finds the document as it
/// wants it, writes nothing, and says so: that, too, has to be true after a power failure.
#[test]
fn an_update_that_changes_nothing_is_durable_as_well() {
    let whole = Disk::new(existing());
    update(&whole, 1, "state.json").unwrap();
    let mut seen = 0;
    for at in 0..whole.calls().len() {
        let disk = Disk::new(existing()).with_fault(Fault::Kill(at));
        let _ = update(&disk, 1, "state.json");
        let now = disk.model();
        let made = counted(&now, "state.json").unwrap();
        let process = Process::new(&disk, 2);
        let receipt = process
            .update("state.json", |_: Option<&str>| Ok::<_, String>(None))
            .unwrap();
        assert!(!receipt.changed);
        assert_no_litter(&disk.model(), "state.json");
        for found in disks(&disk.model()) {
            let found = counted(&found, "state.json");
            assert_eq!(found, Some(made), "killed at call {at}");
        }
        seen += made;
    }
    assert!(seen > 0, "it was never killed after the rename");
}

/// A document that is large for the simulated disk: it is written early.
fn large(count_first: bool) -> Vec<u8> {
    let rest = format!(r#""rest":"{}""#, "x".repeat(5000));
    let text = if count_first {
        format!(r#"{{"count":0,{rest}}}"#)
    } else {
        format!(r#"{{{rest},"count":0}}"#)
    };
    text.into_bytes()
}

/// The old text is in the new file before the new one is known: where something moves, and where the text gets
/// shorter, nothing of it may be left.
#[test]
fn whenever_the_power_fails_a_document_that_is_written_early_is_whole() {
    for count_first in [true, false] {
        let mut model = Model::new();
        model.add_durable("state.json", &large(count_first), 0, 0o640);
        let disk = Disk::new(model);
        // From one digit to two, and back to less than there was.
        for _ in 0..11 {
            update(&disk, 1, "state.json").unwrap();
        }
        assert!(disk.calls().contains(&"link"), "{:?}", disk.calls());
        let checked = check(&disk, "state.json", 0o640);
        assert!(checked > 500, "{checked}");
        let process = Process::new(&disk, 1);
        process
            .update(
                "state.json",
                &amend_document::Patch::operations(r#"[{"op": "remove", "path": "/rest"}]"#)
                    .unwrap(),
            )
            .unwrap();
        let model = disk.model();
        let (bytes, _) = model.read("state.json").unwrap();
        assert_eq!(bytes, br#"{"count":11}"#);
        assert_no_litter(&model, "state.json");
    }
}
