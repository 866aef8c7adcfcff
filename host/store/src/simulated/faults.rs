//! Every call fails with every error: the old document stays, nothing is left behind, and the error says so.

use super::disk::Disk;
use super::fault::Fault;
use super::file::SimulatedFile;
use super::model::Model;
use super::power::assert_no_litter;
use super::{Process, counted, existing, increment};
use crate::disk::{Directory, Open};
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::read::read;
use crate::uncertainty::Uncertainty;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::path::Path;

const ERRORS: [Errno; 8] = [
    Errno::IO,
    Errno::NOSPC,
    Errno::DQUOT,
    Errno::INTR,
    Errno::ACCESS,
    Errno::ROFS,
    Errno::MFILE,
    Errno::BUSY,
];

/// One update with one fault; returns whether it was done all the same.
fn try_with(model: Model, path: &str, fault: Fault) -> bool {
    let is_smb = model.file_system == FileSystem::Smb;
    let disk = Disk::new(model).with_fault(fault);
    let process = Process::new(&disk, 1);
    let result = process.update(path, increment("count"));
    let call = disk.calls()[fault.call()];
    let what = format!("{call} with {fault:?}: {result:?}");
    let now = disk.model();
    let done = match &result {
        Ok(receipt) => {
            assert!(receipt.changed, "{what}");
            let goes_on = match fault {
                Fault::Error(_, errno) => {
                    // The next update tidies up. A reader may have the document open.
                    call == "remove"
                        || errno == Errno::INTR && ["read", "write"].contains(&call)
                        || is_smb && (call, errno) == ("rename", Errno::ACCESS)
                }
                Fault::Short(_) => true,
                _ => false,
            };
            assert!(goes_on, "an error that nobody heard: {what}");
            1
        }
        Err(Error::DurabilityUnknown { .. }) => {
            assert_eq!(call, "sync directory", "{what}");
            1
        }
        Err(error) => {
            let text = error.to_string();
            assert!(text.contains("state.json"), "no path in: {text}");
            0
        }
    };
    assert_eq!(counted(&now, path), Some(done), "{what}");
    // What could not be removed is removed by the next one.
    if !(call == "remove" && result.is_err()) {
        assert_no_litter(&now, path);
    }
    let next = Process::new(&Disk::new(now), 2);
    next.update(path, increment("count")).expect(&what);
    let now = next.disk.model();
    assert_eq!(counted(&now, path), Some(done + 1), "{what}");
    assert_no_litter(&now, path);
    result.is_ok()
}

#[test]
fn whatever_call_fails_the_old_document_stays_and_nothing_is_left() {
    for (model, path) in [
        (existing(), "state.json"),
        (network(), "state.json"),
        (Model::new(), "state.json"),
        (Model::new(), "a/b/state.json"),
    ] {
        let whole = Disk::new(model.clone());
        Process::new(&whole, 1)
            .update(path, increment("count"))
            .unwrap();
        let calls = whole.calls();
        assert!(calls.len() > 12, "{calls:?}");
        for at in 0..calls.len() {
            for errno in ERRORS {
                try_with(model.clone(), path, Fault::Error(at, errno));
            }
        }
    }
}

#[test]
fn a_short_write_is_gone_on_with() {
    let whole = Disk::new(existing());
    let process = Process::new(&whole, 1);
    process.update("state.json", increment("count")).unwrap();
    let calls = whole.calls();
    let write = calls.iter().position(|call| *call == "write").unwrap();
    assert!(try_with(existing(), "state.json", Fault::Short(write)));
}

/// An update in which the last call of that name fails.
fn failing(call: &str, errno: Errno) -> (Disk, Error) {
    let whole = Disk::new(existing());
    let process = Process::new(&whole, 1);
    process.update("state.json", increment("count")).unwrap();
    let calls = whole.calls();
    let at = calls.iter().rposition(|made| *made == call).unwrap();
    let disk = Disk::new(existing()).with_fault(Fault::Error(at, errno));
    let error = Process::new(&disk, 1)
        .update("state.json", increment("count"))
        .unwrap_err();
    (disk, error)
}

/// `PostgreSQL` found in 2018 that an fsync after a failed fsync says that all is well: the kernel has dropped
/// the pages. The file is thrown away, not synced again.
#[test]
fn after_a_failed_sync_the_file_is_not_synced_again() {
    let (disk, error) = failing("sync file", Errno::IO);
    assert!(
        error.to_string().contains("syncing the new document"),
        "{error}"
    );
    let calls = disk.calls();
    let syncs = calls.iter().filter(|call| **call == "sync file").count();
    assert_eq!(syncs, 1);
    assert!(!calls.contains(&"rename"), "{calls:?}");
}

/// Trap 10: it may be the new document or the old one after a power failure, and it is not "failed".
#[test]
fn a_directory_that_cannot_be_synced_is_an_error_of_its_own() {
    // EROFS is what ext4 says when it has given up after an error and serves only reads.
    for errno in [Errno::IO, Errno::ROFS, Errno::INVAL] {
        let (disk, error) = failing("sync directory", errno);
        assert!(matches!(error, Error::DurabilityUnknown { .. }), "{error}");
        assert_eq!(counted(&disk.model(), "state.json"), Some(1));
    }
}

/// A disk on which a rename over an open file fails and removes it, as the kernel's SMB client does.
fn network() -> Model {
    let mut model = existing();
    model.file_system = FileSystem::Smb;
    model
}

#[test]
fn the_old_document_is_closed_before_it_is_replaced() {
    let disk = Disk::new(network());
    let process = Process::new(&disk, 1);
    process.update("state.json", increment("count")).unwrap();
    assert_eq!(
        (renames(&disk), counted(&disk.model(), "state.json")),
        (1, Some(1))
    );
}

fn renames(disk: &Disk) -> usize {
    let calls = disk.calls().into_iter();
    calls.filter(|call| *call == "rename").count()
}

/// A disk on which a reader has the document open, and closes it after so many refused renames.
fn with_reader(stays: usize) -> (Disk, SimulatedFile) {
    let mut model = network();
    model.readers_stay = stays;
    let disk = Disk::new(model);
    let reader = disk.root(2).open(OsStr::new("state.json"), Open::Read);
    let reader = reader.unwrap();
    (disk, reader)
}

/// The refused rename has doomed it: it is gone when the reader closes it.
#[test]
fn a_document_that_is_read_at_the_rename_is_not_lost() {
    let (disk, _reader) = with_reader(3);
    let process = Process::new(&disk, 1);
    process.update("state.json", increment("count")).unwrap();
    assert_eq!(
        (renames(&disk), counted(&disk.model(), "state.json")),
        (4, Some(1))
    );
}

/// It made its document while the update waited for the reader.
#[test]
fn a_document_that_another_program_makes_in_place_of_a_doomed_one_is_kept() {
    let mut model = network();
    model.readers_stay = 3;
    model.is_followed_by_foreign = true;
    let disk = Disk::new(model);
    let _reader = disk.root(2).open(OsStr::new("state.json"), Open::Read);
    let process = Process::new(&disk, 1);
    process.update("state.json", increment("count")).unwrap();
    assert_eq!(counted(&disk.model(), "state.json"), Some(71));
}

/// The new text is the only one, and must not be thrown away.
#[test]
fn a_new_document_that_cannot_be_put_in_place_of_a_doomed_one_is_kept() {
    let (disk, reader) = with_reader(usize::MAX);
    let process = Process::new(&disk, 1);
    let error = process.update("state.json", increment("count"));
    let Err(Error::OutcomeUnknown { source, .. }) = error else {
        panic!("{error:?}");
    };
    let Uncertainty::Removed { kept, .. } = source else {
        panic!("{source:?}");
    };
    drop(reader);
    assert_eq!(disk.model().resolve("state.json"), None);
    // Not under the name that the next update takes for that of a leftover.
    process.update("state.json", increment("count")).unwrap();
    assert_eq!(counted(&disk.model(), kept.to_str().unwrap()), Some(1));
}

/// Between the two renames that replace an open file in a file system of user space, no name leads to the document.
#[test]
fn a_document_that_is_gone_for_a_moment_is_found() {
    for (file_system, is_found) in [(FileSystem::Fuse, true), (FileSystem::Local, false)] {
        let mut model = existing();
        model.file_system = file_system;
        let look = |disk: &Disk| {
            let process = Process::new(disk, 1);
            let place = process.root.find(Path::new("state.json")).unwrap();
            let found = read(&place.unwrap(), &process.options.limits);
            found.unwrap().is_some()
        };
        let whole = Disk::new(model.clone());
        assert!(look(&whole));
        let open = whole
            .calls()
            .iter()
            .position(|call| *call == "open document");
        let disk = Disk::new(model).with_fault(Fault::Error(open.unwrap(), Errno::NOENT));
        assert_eq!(look(&disk), is_found);
    }
}

#[test]
fn a_directory_that_has_no_sync_is_noticed_before_the_commit() {
    for errno in [Errno::INVAL, Errno::OPNOTSUPP, Errno::NOSYS] {
        let disk = Disk::new(network()).with_fault(Fault::Persists {
            from: 0,
            call: "sync directory",
            of: None,
            errno,
        });
        let error = Process::new(&disk, 1).update("state.json", increment("count"));
        assert!(matches!(error, Err(Error::CannotSync { .. })), "{error:?}");
        assert_eq!(counted(&disk.model(), "state.json"), Some(0));
        assert_no_litter(&disk.model(), "state.json");
    }
}

/// Trap 7: a file system without `flock` (some network and FUSE ones) says so. An update without a lock is not made.
#[test]
fn without_locks_nothing_is_changed() {
    for errno in [Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS] {
        let (disk, error) = failing("lock", errno);
        assert!(error.to_string().contains("nothing was changed"), "{error}");
        assert_eq!(counted(&disk.model(), "state.json"), Some(0));
    }
}

/// Trap 16: in a container a single file may be a mount, and cannot be renamed over.
#[test]
fn a_mounted_file_is_named_as_one() {
    let (_, error) = failing("rename", Errno::BUSY);
    assert!(matches!(error, Error::MountPoint { .. }), "{error}");
}
