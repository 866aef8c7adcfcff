//! The lock file, and what may stand in its place: traps 2 and 6, and a directory for lock files.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Options, Store};
use common::*;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// Trap 2. Node's proper-lockfile makes a directory of that name; a symbolic link there, to a file that only
/// root may write to, makes root truncate it.
#[test]
fn what_is_no_lock_file_is_named_and_left_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path();
    let lock = directory.join("a.json.lock");
    fs::write(directory.join("precious"), "precious").unwrap();
    type Make = fn(&Path, &Path);
    let makes: [(&str, Make); 5] = [
        ("a directory", |_, lock| fs::create_dir(lock).unwrap()),
        ("a symbolic link", |directory, lock| {
            symlink(directory.join("precious"), lock).unwrap();
        }),
        ("a symbolic link", |directory, lock| {
            symlink(directory.join("new"), lock).unwrap();
        }),
        ("a FIFO", |_, lock| {
            mknodat(CWD, lock, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        }),
        ("a socket", |_, lock| {
            drop(UnixListener::bind(lock).unwrap());
        }),
    ];
    for (kind, make) in makes {
        make(directory, &lock);
        let before = inode(&lock);
        let store = patient(directory);
        let outcome = at_once(kind, move || store.update("a.json", increment));
        match outcome {
            Err(Error::NotALockFile {
                lock: named,
                kind: found,
                ..
            }) => {
                assert!(found.starts_with(kind), "{found}");
                assert_eq!(named.as_deref(), Some(&*lock));
            }
            other => panic!("{kind}: {other:?}"),
        }
        assert_eq!(inode(&lock), before, "it is not replaced");
        assert_eq!(names(directory), ["a.json.lock", "precious"], "{kind}");
        assert_eq!(
            fs::read_to_string(directory.join("precious")).unwrap(),
            "precious"
        );
        if kind == "a directory" {
            fs::remove_dir(&lock).unwrap();
        } else {
            fs::remove_file(&lock).unwrap();
        }
    }
}

/// Trap 6: who opens the lock file for writing cannot take the lock that another user made. Trap 2: one that
/// may not even be read cannot be locked, and going on without a lock is no option.
#[test]
fn another_users_lock_file_needs_only_to_be_readable() {
    if let Some((role, directory)) = role() {
        let outcome = patient(&directory).update("a.json", increment);
        if role == "readable" {
            outcome.unwrap();
            return;
        }
        match outcome {
            Err(Error::LockDenied { lock, source, .. }) => {
                assert_eq!(lock, Some(directory.join("a.json.lock")));
                assert_eq!(source.kind(), ErrorKind::PermissionDenied);
            }
            other => panic!("{other:?}"),
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    // With the sticky bit, as a directory for everybody has it: there even O_CREAT is refused for a file of
    // somebody else.
    chmod(scratch.path(), 0o1777);
    let lock = scratch.path().join("a.json.lock");
    fs::write(&lock, "").unwrap();
    chmod(&lock, 0o600);
    let Some(refused) = as_nobody(again!("secret", scratch.path()), None) else {
        return;
    };
    run(refused);
    assert_eq!(names(scratch.path()), ["a.json.lock"]);
    chmod(&lock, 0o644);
    run(as_nobody(again!("readable", scratch.path()), None).unwrap());
    assert_eq!(count(&scratch.path().join("a.json")), 1);
    assert_eq!(mode(&lock), 0o644, "it belongs to another user");
}

fn with_locks_in(directory: &Path, locks: &str) -> Store {
    let options: Options = waiting(LONG).with_lock_directory(Some(directory.join(locks)));
    Store::open_with(directory.join("documents"), options).unwrap()
}

#[test]
fn lock_files_may_have_a_directory_of_their_own() {
    let scratch = tempfile::tempdir().unwrap();
    let documents = scratch.path().join("documents");
    fs::create_dir_all(documents.join("sub")).unwrap();
    symlink("../a.json", documents.join("sub/link.json")).unwrap();
    // It is made, and what is above it.
    let store = with_locks_in(scratch.path(), "made/for/locks");
    store.update("a.json", increment).unwrap();
    store.update("sub/link.json", increment).unwrap();
    assert_eq!(count(&documents.join("a.json")), 2);
    let locks = scratch.path().join("made/for/locks");
    assert_eq!(names(&locks).len(), 1, "two names of one document share it");
    // One of the same name elsewhere has another.
    fs::create_dir(documents.join("other")).unwrap();
    store.update("other/a.json", increment).unwrap();
    assert_eq!(names(&locks).len(), 2);
    assert_eq!(names(&documents), ["a.json", "other", "sub"]);
    assert_eq!(names(&documents.join("other")), ["a.json"]);
    assert_eq!(names(&documents.join("sub")), ["link.json"]);
}

/// Two processes that look for the lock in two places lose each other's updates, as is written. But when both
/// wrote to one temporary file, one of them renamed what the other one had not finished.
#[test]
fn two_lock_directories_lose_updates_and_tear_no_document() {
    if let Some((locks, directory)) = role() {
        let store = with_locks_in(&directory, &locks);
        // Held inside: the other one comes, and does not find a lock.
        let mut inside = false;
        let ballast = locks.repeat(200_000);
        for turn in 0..30 {
            let outcome = store.update("a.json", |_: Option<&str>| -> Outcome {
                if !std::mem::replace(&mut inside, true) {
                    say("inside");
                    until_told();
                }
                Ok(Some(merge(format!(
                    r#"{{"turn": {turn}, "ballast": "{ballast}"}}"#
                ))))
            });
            // Each is to the other what an editor is that takes no lock.
            assert!(
                matches!(outcome, Ok(_) | Err(Error::ChangedMeanwhile { .. })),
                "{outcome:?}"
            );
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let documents = scratch.path().join("documents");
    fs::create_dir(&documents).unwrap();
    let mut processes = ["one", "two"].map(|locks| Process::start(again!(locks, scratch.path())));
    for process in &mut processes {
        assert_eq!(process.listen(), "inside");
    }
    processes.iter_mut().for_each(Process::tell_to_go_on);
    let store = patient(&documents);
    while processes.iter_mut().any(Process::is_running) {
        store.read("a.json").expect("it is always whole");
    }
    processes.into_iter().for_each(Process::end);
    store.read("a.json").unwrap().unwrap();
    assert_eq!(names(&documents), ["a.json"]);
}

/// A user who can open a lock file can hold the lock for ever. It was 0644 for a document with 0600, and with another umask
/// the owner of the document was locked out.
#[test]
fn the_lock_file_admits_those_who_may_change_the_document_and_no_others() {
    if let Some((umask, directory)) = role() {
        let umask = u32::from_str_radix(&umask, 8).unwrap();
        rustix::process::umask(Mode::from_raw_mode(umask));
        patient(&directory).update("a.json", increment).unwrap();
        return;
    }
    for (document, lock) in [
        (0o600, 0o600),
        (0o644, 0o600),
        (0o660, 0o660),
        (0o666, 0o666),
    ] {
        for umask in ["077", "000", "022"] {
            let scratch = tempfile::tempdir().unwrap();
            fs::write(scratch.path().join("a.json"), "{}").unwrap();
            chmod(&scratch.path().join("a.json"), document);
            run(again!(umask, scratch.path()));
            let found = mode(&scratch.path().join("a.json.lock"));
            assert_eq!(found, lock, "a document with {document:o}, umask {umask}");
        }
    }
}

/// The access to a lock file follows that to its document, once its owner changes the document.
#[test]
fn the_lock_file_follows_the_mode_of_the_document() {
    let scratch = tempfile::tempdir().unwrap();
    let (document, lock) = (
        scratch.path().join("a.json"),
        scratch.path().join("a.json.lock"),
    );
    fs::write(&document, "{}").unwrap();
    // As an earlier version, or another program, has made it.
    fs::write(&lock, "").unwrap();
    chmod(&lock, 0o644);
    for (mode_of_document, expected) in [(0o600, 0o600), (0o664, 0o660), (0o644, 0o600)] {
        chmod(&document, mode_of_document);
        let before = inode(&lock);
        patient(scratch.path()).update("a.json", increment).unwrap();
        assert_eq!(mode(&lock), expected, "{mode_of_document:o}");
        assert_eq!(inode(&lock), before, "it is never replaced");
    }
}

/// Root keeps the owner of a document, so the lock file is the owner's as well.
#[test]
fn the_lock_file_of_another_users_document_is_that_users() {
    use std::os::unix::fs::{MetadataExt, chown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    chown(&document, Some(12_345), Some(23_456)).unwrap();
    chmod(&document, 0o660);
    patient(scratch.path()).update("a.json", increment).unwrap();
    let lock = fs::metadata(scratch.path().join("a.json.lock")).unwrap();
    assert_eq!(
        (lock.uid(), lock.gid(), lock.mode() & 0o777),
        (12_345, 23_456, 0o660)
    );
}

/// A caller that may read the document but not its lock file gets its answer as long as nothing is to be changed: reading
/// takes no lock.
#[test]
fn without_access_to_the_lock_file_an_update_that_changes_nothing_is_done() {
    use amend_store::{ErrorKind, Patch};
    if let Some((_, directory)) = role() {
        let store = patient(&directory);
        let operations = |text| Patch::operations(text).unwrap();
        let same = operations(r#"[{"op": "test", "path": "/count", "value": 1}]"#);
        assert!(!store.update("a.json", same).unwrap().changed);
        let other = operations(r#"[{"op": "test", "path": "/count", "value": 2}]"#);
        let error = store.update("a.json", other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        let error = store.update("a.json", increment).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    chmod(scratch.path(), 0o755);
    fs::write(scratch.path().join("a.json"), "{}").unwrap();
    chmod(&scratch.path().join("a.json"), 0o644);
    patient(scratch.path()).update("a.json", increment).unwrap();
    assert_eq!(mode(&scratch.path().join("a.json.lock")), 0o600);
    let Some(reader) = as_nobody(again!("reader", scratch.path()), None) else {
        return;
    };
    run(reader);
    assert_eq!(count(&scratch.path().join("a.json")), 1);
}

/// A user who may write to the directory can give a file of another user the name of a lock file.
#[test]
fn a_file_with_another_name_is_not_given_away_as_a_lock_file() {
    let scratch = tempfile::tempdir().unwrap();
    let precious = scratch.path().join("precious");
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    chmod(&document, 0o666);
    for content in ["", "root:x:0"] {
        fs::write(&precious, content).unwrap();
        chmod(&precious, 0o600);
        fs::hard_link(&precious, scratch.path().join("a.json.lock")).unwrap();
        patient(scratch.path()).update("a.json", increment).unwrap();
        assert_eq!(mode(&precious), 0o600);
        assert_eq!(fs::read_to_string(&precious).unwrap(), content);
        fs::remove_file(scratch.path().join("a.json.lock")).unwrap();
    }
}

/// Found by an attack: who may write to the directory gave an empty file of root the name of the lock file of a document, and
/// root gave that file away.
#[test]
fn root_gives_no_file_away_that_has_become_a_lock_file() {
    use std::os::unix::fs::{MetadataExt, chown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let lock = scratch.path().join("a.json.lock");
    fs::write(&document, "{}").unwrap();
    chown(&document, Some(12_345), Some(23_456)).unwrap();
    chmod(&document, 0o666);
    fs::write(&lock, "").unwrap();
    chmod(&lock, 0o600);
    patient(scratch.path()).update("a.json", increment).unwrap();
    let kept = fs::metadata(&lock).unwrap();
    assert_eq!((kept.uid(), kept.gid(), kept.mode() & 0o777), (0, 0, 0o600));
}
