//! Lock files in a directory of their own: everybody who changes a document finds the same one.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, ErrorKind, PathProblem, Store};
use common::*;
use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::{Path, PathBuf};

const SETTINGS: &str = ".amend-settings.json";

/// A directory of documents with settings, and one for lock files.
fn scene(settings: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let [documents, locks] = ["documents", "locks"].map(|name| scratch.path().join(name));
    fs::create_dir(&documents).unwrap();
    fs::create_dir(&locks).unwrap();
    let settings = settings.replace("LOCKS", locks.to_str().unwrap());
    fs::write(documents.join(SETTINGS), settings).unwrap();
    (scratch, documents, locks)
}

fn with_locks(documents: &Path, locks: &Path) -> Store {
    let options = waiting(LONG).with_lock_directory(Some(locks.to_owned()));
    Store::open_with(documents, options).unwrap()
}

#[test]
fn the_settings_of_a_directory_say_where_its_lock_files_are() {
    let (_scratch, documents, locks) = scene(r#"{"lock_directory": "LOCKS"}"#);
    patient(&documents).update("a.json", increment).unwrap();
    assert_eq!(names(&documents), [SETTINGS, "a.json"]);
    assert_eq!(names(&locks).len(), 1);
    // However a process finds the document.
    let (store, path) = Store::locate(documents.join("a.json"), waiting(LONG)).unwrap();
    store.update(path, increment).unwrap();
    let above = patient(documents.parent().unwrap());
    above.update("documents/a.json", increment).unwrap();
    // An option that says the same, by another path.
    let link = documents.parent().unwrap().join("link");
    symlink(&locks, &link).unwrap();
    with_locks(&documents, &link)
        .update("a.json", increment)
        .unwrap();
    assert_eq!(names(&locks).len(), 1);
    assert_eq!(count(&documents.join("a.json")), 4);
}

#[test]
fn a_lock_directory_may_be_named_from_the_directory_of_the_documents() {
    let (_scratch, documents, _) = scene(r#"{"lock_directory": "locks/here"}"#);
    let store = patient(&documents);
    // It is not made: whoever settles it decides who may write there. Reading takes no lock.
    let error = store.update("a.json", increment).unwrap_err();
    assert!(
        error.to_string().contains("locks/here cannot be used"),
        "{error}"
    );
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(store.read("a.json").unwrap().is_none());
    fs::create_dir_all(documents.join("locks/here")).unwrap();
    store.update("a.json", increment).unwrap();
    let lock = names(&documents.join("locks/here"));
    let told = store.lock_file("a.json").unwrap().unwrap();
    assert_eq!(lock, [told.file_name().unwrap().to_str().unwrap()]);
    assert!(told.exists(), "{}", told.display());
    // The same as beside the documents, also for a process with an option that names the directory.
    let (_scratch, documents, _) = scene(r#"{"lock_directory": "."}"#);
    patient(&documents).update("a.json", increment).unwrap();
    with_locks(&documents, &documents)
        .update("a.json", increment)
        .unwrap();
    assert_eq!(names(&documents), [SETTINGS, "a.json", "a.json.lock"]);
}

#[test]
fn an_option_that_contradicts_the_settings_is_refused() {
    for settings in [
        r#"{"lock_directory": "LOCKS"}"#,
        r#"{"lock_directory": null}"#,
    ] {
        let (scratch, documents, _) = scene(settings);
        let error = with_locks(&documents, &scratch.path().join("others"));
        let error = error.update("a.json", increment).unwrap_err();
        assert!(matches!(error, Error::LockDirectories { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Denied);
        assert!(error.to_string().contains("others"), "{error}");
        assert_eq!(names(&documents), [SETTINGS]);
    }
    let (_scratch, documents, _) = scene(r#"{"lock_directory": null}"#);
    patient(&documents).update("a.json", increment).unwrap();
    assert_eq!(names(&documents), [SETTINGS, "a.json", "a.json.lock"]);
}

#[test]
fn settings_that_cannot_be_followed_stop_every_change() {
    for (settings, says) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("{}", "missing field"),
        ("[null]", "expected a map"),
        (r#"{"lock_directory": ""}"#, "empty"),
        (r#"{"lock_directory": 1}"#, "string"),
        (r#"{"lock_directory": "LOCKS", "new": 1}"#, "unknown field"),
        (r#"{"lock_directory": "../locks"}"#, "`..`"),
    ] {
        let (_scratch, documents, locks) = scene(settings);
        let error = patient(&documents).update("a.json", increment).unwrap_err();
        assert!(matches!(error, Error::Settings { .. }), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!((names(&documents).len(), names(&locks).len()), (1, 0));
    }
    let (_scratch, documents, _) = scene(r#"{"lock_directory": null}"#);
    let other_name = documents.join("other");
    fs::hard_link(documents.join(SETTINGS), &other_name).unwrap();
    let refused = |says| {
        let error = patient(&documents).update("a.json", increment).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    };
    refused("hard links");
    fs::remove_file(&other_name).unwrap();
    for mode in [0o646, 0o664] {
        chmod(&documents.join(SETTINGS), mode);
        refused("other users may write to it");
    }
    fs::remove_file(documents.join(SETTINGS)).unwrap();
    symlink("other", documents.join(SETTINGS)).unwrap();
    refused("a symbolic link");
    fs::remove_file(documents.join(SETTINGS)).unwrap();
    fs::create_dir(documents.join(SETTINGS)).unwrap();
    refused("a directory");
}

#[test]
fn only_settings_of_root_and_of_the_owner_of_the_directory_are_believed() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    const OWNER: u32 = 12_345;
    const STRANGER: u32 = 12_346;
    for (owner, is_believed) in [(0, true), (OWNER, true), (STRANGER, false)] {
        for mode in [0o755, 0o1777] {
            let (_scratch, documents, locks) = scene(r#"{"lock_directory": "LOCKS"}"#);
            chown(&documents, Some(OWNER), None).unwrap();
            chmod(&documents, mode);
            chown(documents.join(SETTINGS), Some(owner), None).unwrap();
            chown(&locks, Some(OWNER), None).unwrap();
            let updated = patient(&documents).update("a.json", increment);
            assert_eq!(names(&locks).len(), usize::from(is_believed), "{owner}");
            // Where such a file can have taken the place of another one, to ignore it would move the lock.
            let is_refused = !is_believed && mode == 0o755;
            assert_eq!(updated.is_err(), is_refused, "{owner} {mode:o}");
        }
    }
}

#[test]
fn settings_are_no_document() {
    let (_scratch, documents, _) = scene(r#"{"lock_directory": null}"#);
    let store = patient(&documents);
    let error = store.update(SETTINGS, increment).unwrap_err();
    let Error::InvalidPath { problem, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*problem, PathProblem::Settings);
    assert!(store.documents().unwrap().is_empty());
}

/// The device number of a directory is another one in each container, and after each start.
#[test]
fn the_lock_of_a_document_is_the_same_by_whatever_mount() {
    let (_scratch, documents, locks) = scene(r#"{"lock_directory": "LOCKS"}"#);
    with_locks(&documents, &locks)
        .update("a.json", increment)
        .unwrap();
    // A spelling that a file system may take for the same name.
    with_locks(&documents, &locks)
        .update("A.JSON", increment)
        .unwrap();
    assert_eq!(names(&locks).len(), 1);
    assert!(
        names(&locks)[0].starts_with("a.json."),
        "{:?}",
        names(&locks)
    );
}

/// Found by an attack: the owner of a directory had root make a lock file in a directory of root, which then belonged to that
/// owner. The owner can also give a file of root the name of the settings.
#[test]
fn settings_in_the_directory_of_a_user_name_no_directory_of_another() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    const OWNER: u32 = 12_345;
    for (settings, owner, is_followed) in [(OWNER, OWNER, false), (0, OWNER, false), (0, 0, true)] {
        for link in [false, true] {
            let (_scratch, documents, locks) = scene(r#"{"lock_directory": "LOCKS"}"#);
            if link {
                symlink(&locks, documents.join("link")).unwrap();
                fs::write(documents.join(SETTINGS), r#"{"lock_directory": "link"}"#).unwrap();
            }
            chown(&documents, Some(owner), None).unwrap();
            chown(documents.join(SETTINGS), Some(settings), None).unwrap();
            let updated = patient(&documents).update("a.json", increment);
            // A relative path does not lead out of the directory of the documents.
            assert_eq!(updated.is_ok(), is_followed && !link, "{settings} {link}");
            assert_eq!(names(&locks).len(), usize::from(is_followed && !link));
        }
    }
}

/// A file that is made in the directory for lock files has another group and mode.
#[test]
fn the_lock_file_of_a_new_document_has_the_access_of_the_document() {
    use std::os::unix::fs::MetadataExt;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    const GROUP: u32 = 12_345;
    let (_scratch, documents, locks) = scene(r#"{"lock_directory": "LOCKS"}"#);
    chown(&documents, None, Some(GROUP)).unwrap();
    chmod(&documents, 0o2775);
    chmod(&locks, 0o1777);
    patient(&documents).update("a.json", increment).unwrap();
    let lock = fs::metadata(locks.join(&names(&locks)[0])).unwrap();
    let document = fs::metadata(documents.join("a.json")).unwrap();
    assert_eq!((document.gid(), lock.gid()), (GROUP, GROUP));
    let is_for_group = document.mode() & 0o020 != 0;
    assert_eq!(
        lock.mode() & 0o777,
        if is_for_group { 0o660 } else { 0o600 }
    );
}
