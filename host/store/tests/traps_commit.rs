//! The commit on a real file system: traps 9, 18, 19, 20 and 21. Every error of every call, and what a power
//! failure leaves (9, 10, 22), is what the simulated disk is for.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Grant, Options, Patch, PathProblem, Pointer, Store, Version};
use common::*;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, MetadataExt, symlink};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Changes a document of a few bytes into one that does not fit, and one that is there not yet.
fn nothing_changes_when_it_does_not_fit(directory: &Path, size: usize, expected: ErrorKind) {
    let large = merge(format!(r#"{{"large": "{}"}}"#, "x".repeat(size)));
    let store = patient(directory);
    fs::write(directory.join("a.json"), r#"{"count": 1}"#).unwrap();
    let before = fs::metadata(directory.join("a.json")).unwrap();
    for name in ["a.json", "new.json"] {
        let error = store.update(name, &large).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(name), "{text}");
        match error {
            Error::Io { action, source, .. } => {
                assert_eq!(action, "writing the new document");
                assert_eq!(source.kind(), expected, "{text}");
            }
            other => panic!("{other:?}"),
        }
    }
    let after = fs::metadata(directory.join("a.json")).unwrap();
    assert_eq!(
        (before.ino(), before.ctime_nsec()),
        (after.ino(), after.ctime_nsec())
    );
    assert_eq!(count(&directory.join("a.json")), 1);
    assert_eq!(names(directory), ["a.json", "a.json.lock", "new.json.lock"]);
    // What fits is done as ever.
    store.update("a.json", increment).unwrap();
    assert_eq!(count(&directory.join("a.json")), 2);
}

/// Trap 9. The write comes up short and the next one fails. Whoever has truncated the document before has lost
/// it, and whoever does not look at the length has half of it.
#[test]
fn a_full_disk_leaves_the_old_document_and_no_litter() {
    if let Some((_, directory)) = role() {
        return nothing_changes_when_it_does_not_fit(&directory, 1_000_000, ErrorKind::StorageFull);
    }
    let scratch = tempfile::tempdir().unwrap();
    let small = r#"mount -t tmpfs -o size=256k none "$dir""#;
    if let Some(command) = again_after_mounting!(small, "full", scratch.path()) {
        run(command);
    }
}

#[test]
fn a_limit_on_file_sizes_leaves_the_old_document_and_no_litter() {
    if let Some((size, directory)) = role() {
        limit_file_size(100_001);
        let size = size.parse().unwrap();
        return nothing_changes_when_it_does_not_fit(&directory, size, ErrorKind::FileTooLarge);
    }
    // The smaller one is written by a single call, which says that it wrote most of it.
    for size in ["110000", "1000000"] {
        let scratch = tempfile::tempdir().unwrap();
        run(again!(size, scratch.path()));
    }
}

/// Trap 18. A temporary name made by replacing the extension is the same for `a.json` and `a.toml`: one was
/// renamed over the other.
#[test]
fn documents_that_differ_in_their_extension_do_not_meet() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    let all = ["a.json", "a.toml", "a", "a.json.bak"];
    thread::scope(|scope| {
        for name in all {
            let store = &store;
            scope.spawn(move || {
                let patch = merge(format!(r#"{{"name": "{name}"}}"#));
                for _ in 0..50 {
                    store.update(name, increment).unwrap();
                    store.update(name, &patch).unwrap();
                }
            });
        }
    });
    for name in all {
        let text = fs::read_to_string(scratch.path().join(name)).unwrap();
        assert!(text.contains(&format!("{name:?}")), "{name}: {text}");
        assert_eq!(count(&scratch.path().join(name)), 50, "{name}");
    }
    assert_eq!(names(scratch.path()).len(), 2 * all.len());
}

#[test]
fn a_name_that_is_too_long_is_refused_before_the_updater_runs() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    let longest = "n".repeat(250);
    store.update(&longest, increment).unwrap();
    store.update(&longest, increment).unwrap();
    assert_eq!(count(&scratch.path().join(&longest)), 2);
    let before = names(scratch.path());
    let refused = store.update("n".repeat(251), |_: Option<&str>| -> Outcome {
        unreachable!("it is asked in vain");
    });
    match refused {
        Err(Error::InvalidPath { problem, .. }) => {
            assert_eq!(problem, PathProblem::TooLong { max: 250 });
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(names(scratch.path()), before);
}

/// Trap 19. Whoever builds every path anew from its letters locks in one directory, stages in another, and
/// renames in a third, if somebody moves them at the right moment.
#[test]
fn a_directory_that_is_swapped_in_mid_update_changes_nothing_elsewhere() {
    for existed in [true, false] {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let store = patient(root);
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::create_dir_all(root.join("other")).unwrap();
        fs::write(root.join("other/a.json"), r#"{"count": 70}"#).unwrap();
        if existed {
            fs::write(root.join("sub/a.json"), r#"{"count": 1}"#).unwrap();
        }
        let other = inode(&root.join("other/a.json"));
        store
            .update("sub/a.json", |current: Option<&str>| {
                fs::rename(root.join("sub"), root.join("moved")).unwrap();
                symlink("other", root.join("sub")).unwrap();
                increment(current)
            })
            .unwrap();
        assert_eq!(count(&root.join("moved/a.json")), 1 + u64::from(existed));
        assert_eq!(names(&root.join("moved")), ["a.json", "a.json.lock"]);
        assert_eq!(names(&root.join("other")), ["a.json"]);
        assert_eq!(inode(&root.join("other/a.json")), other);
        assert_eq!(count(&root.join("other/a.json")), 70);
    }
}

/// A change of the mode between our read and our rename leaves bytes, size and mtime alone: the rename
/// would undo it. The editor that writes is in the tests of the store.
#[test]
fn a_chmod_in_mid_update_is_noticed_and_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    chmod(&document, 0o644);
    let store = patient(scratch.path());
    let mut is_first = true;
    let outcome = store.update("a.json", |current: Option<&str>| {
        if std::mem::take(&mut is_first) {
            chmod(&document, 0o600);
        }
        increment(current)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!((mode(&document), count(&document)), (0o600, 2));
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
}

/// The same bytes in another file: only the inode tells, when its times were set back.
#[test]
fn a_replacement_in_mid_update_is_noticed_and_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    let modified = fs::metadata(&document).unwrap().modified().unwrap();
    let store = patient(scratch.path());
    let mut is_first = true;
    let outcome = store.update("a.json", |current: Option<&str>| -> Outcome {
        if std::mem::take(&mut is_first) {
            let new = scratch.path().join("new");
            fs::write(&new, r#"{"count": 8}"#)?;
            fs::File::options()
                .write(true)
                .open(&new)?
                .set_modified(modified)?;
            fs::rename(&new, &document)?;
        }
        increment(current)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(count(&document), 9);
    // A document that was removed is absent when the updater is asked again.
    let mut seen = Vec::new();
    let outcome = store.update("a.json", |current: Option<&str>| -> Outcome {
        seen.push(current.is_some());
        if current.is_some() {
            fs::remove_file(&document)?;
        }
        increment(current)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!((seen.as_slice(), count(&document)), (&[true, false][..], 1));
}

/// A program in place that writes as many bytes and sets the time back leaves no trace but in the bytes, where the file
/// system's times are coarse.
#[test]
fn a_write_in_place_in_mid_update_is_noticed_and_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    let store = patient(scratch.path());
    let mut is_first = true;
    let outcome = store.update("a.json", |current: Option<&str>| -> Outcome {
        if std::mem::take(&mut is_first) {
            fs::File::options()
                .write(true)
                .open(&document)?
                .write_all_at(br#"{"count": 7}"#, 0)?;
        }
        increment(current)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(count(&document), 8);
}

/// A program that changes the document whenever it is updated keeps the update from being made. It is tried until the
/// deadline, and then the error says why.
#[test]
fn a_document_that_is_changed_again_and_again_is_a_conflict_at_the_deadline() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    let hasty = Options::default().with_lock_timeout(Some(Duration::from_millis(300)));
    let store = Store::open_with(scratch.path(), hasty).unwrap();
    let mut saved = 1;
    let started = Instant::now();
    let outcome = store.update("a.json", |current: Option<&str>| -> Outcome {
        saved += 1;
        fs::write(&document, format!(r#"{{"count": {saved}}}"#))?;
        increment(current)
    });
    assert!(
        matches!(outcome, Err(Error::ChangedMeanwhile { .. })),
        "{outcome:?}"
    );
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert!(saved > 2, "it was tried once only");
    assert_eq!(count(&document), saved);
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
}

/// Trap 21. A tool that watches the document sees a change, and a backup copies it again, when nothing has
/// changed; and what may only be read cannot even be looked at by way of an update.
#[test]
fn a_change_that_changes_nothing_touches_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    let look = || {
        let seen = fs::metadata(&document).unwrap();
        (
            seen.ino(),
            seen.mtime(),
            seen.mtime_nsec(),
            seen.ctime(),
            seen.ctime_nsec(),
        )
    };
    let before = look();
    let store = patient(scratch.path());
    let same = merge(r#"{"count": 1}"#);
    for _ in 0..3 {
        let receipt = store.update("a.json", &same).unwrap();
        assert!(!receipt.changed);
        let receipt = store.update("a.json", |_: Option<&str>| -> Outcome { Ok(None) });
        assert!(!receipt.unwrap().changed);
    }
    assert_eq!(look(), before);
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
}

#[test]
fn a_change_that_changes_nothing_needs_no_right_to_write() {
    if let Some((_, directory)) = role() {
        let store = patient(&directory);
        let receipt = store.update("a.json", merge(r#"{"count": 1}"#)).unwrap();
        assert!(!receipt.changed);
        assert_eq!(
            receipt.version,
            store.read("a.json").unwrap().unwrap().version
        );
        let grant = Grant::new(store.clone()).under(Pointer::parse("/count").unwrap());
        let receipt = grant.update("a.json", Patch::replace("1").unwrap());
        let receipt = receipt.unwrap();
        assert_eq!(
            (receipt.version, receipt.changed),
            (Version::of(b"1"), false)
        );
        match store.update("a.json", increment) {
            Err(Error::LockDenied { source, .. }) => {
                assert_eq!(source.kind(), ErrorKind::PermissionDenied);
            }
            other => panic!("{other:?}"),
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    chmod(&document, 0o444);
    chmod(scratch.path(), 0o555);
    let reader = if is_root() {
        as_nobody(again!("reader", scratch.path()), None).unwrap()
    } else {
        again!("reader", scratch.path())
    };
    run(reader);
    assert_eq!(names(scratch.path()), ["a.json"], "not even a lock file");
    assert_eq!(count(&document), 1);
    chmod(scratch.path(), 0o755);
}
