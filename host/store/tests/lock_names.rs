//! Documents whose names end as those of lock files do, such as `composer.lock`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, ErrorKind, Patch, PathProblem, Store};
use common::*;
use std::fs;

fn set() -> Patch {
    Patch::merge(r#"{"set": true}"#).unwrap()
}

fn is_lock_file(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidPath {
            problem: PathProblem::LockFile,
            ..
        }
    )
}

#[test]
fn a_document_may_be_called_like_a_lock_file() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(
        scratch.path().join("composer.lock"),
        " {\"packages\": []}\n",
    )
    .unwrap();
    let store = patient(scratch.path());
    assert!(store.update("composer.lock", set()).unwrap().changed);
    let text = fs::read_to_string(scratch.path().join("composer.lock")).unwrap();
    assert_eq!(text, " {\"packages\": [], \"set\": true}\n");
    assert!(store.read("composer.lock").unwrap().is_some());
    // It has a lock file of its own, which is none of the documents.
    assert_eq!(
        names(scratch.path()),
        ["composer.lock", "composer.lock.lock"]
    );
    assert_eq!(
        store.documents().unwrap(),
        [std::path::Path::new("composer.lock")]
    );
    // A new one, where no other document is in the way.
    assert!(store.update("flake.lock", set()).unwrap().changed);
}

#[test]
fn a_lock_file_is_no_document() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    store.update("a.json", set()).unwrap();
    fs::write(scratch.path().join("b.lock"), "4711\n").unwrap();
    fs::write(scratch.path().join("c.json"), "{}").unwrap();
    let before = names(scratch.path());
    // That of a document; that of another program; and the place of one that is still to be made.
    for lock in ["a.json.lock", "b.lock", "c.json.lock"] {
        for error in [
            store.update(lock, set()).unwrap_err(),
            store.read(lock).unwrap_err(),
            store.preview(lock, None, set()).unwrap_err(),
        ] {
            assert!(is_lock_file(&error), "{lock}: {error}");
        }
    }
    assert_eq!(names(scratch.path()), before);
    assert_eq!(
        fs::read_to_string(scratch.path().join("a.json.lock")).unwrap(),
        ""
    );
    let found: Vec<_> = store.documents().unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
}

/// A document is replaced, so a lock on it protects nothing.
#[test]
fn a_document_is_not_taken_for_the_lock_file_of_another() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("x"), "{}").unwrap();
    fs::write(scratch.path().join("x.lock"), "{\"a\": 1}").unwrap();
    let store = patient(scratch.path());
    let error = store.update("x", set()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    let message = error.to_string();
    assert!(message.contains("is a JSON document"), "{message}");
    assert!(message.contains("another directory"), "{message}");
    assert_eq!(fs::read_to_string(scratch.path().join("x")).unwrap(), "{}");
    // Both can be read, and the other one can be changed.
    assert!(store.read("x").unwrap().is_some());
    store.update("x.lock", set()).unwrap();
    // With the lock files in another directory, both can.
    let locks = tempfile::tempdir().unwrap();
    let apart = waiting(LONG).with_lock_directory(Some(locks.path().to_owned()));
    let store = Store::open_with(scratch.path(), apart).unwrap();
    store.update("x", set()).unwrap();
    store.update("x.lock", set()).unwrap();
}

/// The name is looked at before the lock is waited for. Meanwhile the file can become the lock file of another document.
#[test]
fn what_becomes_a_lock_file_while_it_is_updated_is_not_overwritten() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("x.lock.lock"), "").unwrap();
    let store = patient(scratch.path());
    let lock = scratch.path().join("x.lock");
    let mut asked = 0;
    // A program makes the lock file after the updater of the document was asked: the update is made again, and sees it.
    let error = store
        .update("x.lock", |_: Option<&str>| {
            asked += 1;
            fs::write(&lock, "").unwrap();
            Ok::<_, String>(Some(set()))
        })
        .unwrap_err();
    assert!(is_lock_file(&error), "{error}");
    assert_eq!((asked, fs::read(&lock).unwrap().len()), (1, 0));
}
