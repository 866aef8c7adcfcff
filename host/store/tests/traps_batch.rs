//! Updates that are committed together, and updates inside of updates.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Options, Patch, Receipt, Store};
use common::batch::{THREADS, in_one_batch, is_asleep, thread_id};
use common::*;
use fs2::FileExt;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

fn add(current: Option<&str>, ran_on: &Mutex<Vec<ThreadId>>) -> Outcome {
    ran_on.lock().unwrap().push(thread::current().id());
    increment(current)
}

/// The thread that leads runs the updaters of the others. A panic in one of them took the leader with it, or
/// all of them.
#[test]
fn a_panic_is_that_of_the_thread_whose_updater_it_was() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    let outcomes = in_one_batch(
        scratch.path(),
        || fs::write(&document, "{}").unwrap(),
        |number, ran_on| {
            let updated = catch_unwind(AssertUnwindSafe(|| {
                store.update("a.json", |current: Option<&str>| {
                    let patch = add(current, ran_on);
                    assert_ne!(number, 3, "number 3 panics");
                    patch
                })
            }));
            (number, updated)
        },
    );
    for (number, outcome) in outcomes {
        if number == 3 {
            let panic = outcome.unwrap_err();
            let text = panic.downcast_ref::<String>().unwrap();
            assert!(text.contains("number 3 panics"), "{text}");
        } else {
            assert!(outcome.unwrap().unwrap().changed);
        }
    }
    assert_eq!(count(&document), THREADS as u64 - 1);
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
}

/// Trap 9: one that fills the disk fails alone, although all were to be written at once.
fn all_but_the_large_one_are_done(directory: &Path, too_large: ErrorKind) {
    let document = directory.join("a.json");
    let store = patient(directory);
    let large = "x".repeat(1_000_000);
    let outcomes: Vec<(usize, Result<Receipt, Error>)> = in_one_batch(
        directory,
        || fs::write(&document, "{}").unwrap(),
        |number, ran_on| {
            let updated = store.update("a.json", |current: Option<&str>| -> Outcome {
                let patch = add(current, ran_on)?;
                if number == 3 {
                    return Ok(Some(Patch::merge(format!(r#"{{"large": "{large}"}}"#))?));
                }
                Ok(patch)
            });
            (number, updated)
        },
    );
    for (number, outcome) in outcomes {
        match outcome {
            Err(Error::Io { source, action, .. }) if number == 3 => {
                assert_eq!(source.kind(), too_large, "{source}");
                assert_eq!(action, "writing the new document");
            }
            Ok(receipt) if number != 3 => assert!(receipt.changed),
            other => panic!("{number}: {other:?}"),
        }
    }
    assert_eq!(count(&document), THREADS as u64 - 1);
    assert_eq!(names(directory), ["a.json", "a.json.lock"]);
}

#[test]
fn an_update_that_does_not_fit_fails_alone_on_a_full_disk() {
    if let Some((_, directory)) = role() {
        return all_but_the_large_one_are_done(&directory, ErrorKind::StorageFull);
    }
    let scratch = tempfile::tempdir().unwrap();
    let small = r#"mount -t tmpfs -o size=256k none "$dir""#;
    if let Some(command) = again_after_mounting!(small, "full", scratch.path()) {
        run(command);
    }
}

#[test]
fn an_update_that_does_not_fit_fails_alone_at_a_limit_on_file_sizes() {
    if let Some((_, directory)) = role() {
        limit_file_size(256 * 1024);
        return all_but_the_large_one_are_done(&directory, ErrorKind::FileTooLarge);
    }
    let scratch = tempfile::tempdir().unwrap();
    run(again!("limited", scratch.path()));
}

/// Trap 38. An updater that updates its own document waited for itself.
#[test]
fn an_update_inside_an_update_of_the_same_document_is_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().to_owned();
    std::os::unix::fs::symlink("a.json", directory.join("link.json")).unwrap();
    at_once("a nested update", move || {
        let for_ever = Options::default().with_lock_timeout(None);
        let store = Store::open_with(&directory, for_ever.clone()).unwrap();
        let same = Store::open_with(&directory, for_ever).unwrap();
        for (store_inside, name) in [(&store, "a.json"), (&store, "link.json"), (&same, "a.json")] {
            let refused = store.update("a.json", |_: Option<&str>| -> Outcome {
                store_inside.update(name, increment)?;
                Ok(None)
            });
            let Err(Error::Refused { source, .. }) = refused else {
                panic!("{name}: {refused:?}");
            };
            let inner = source.downcast_ref::<Error>();
            assert!(matches!(inner, Some(Error::Nested { .. })), "{inner:?}");
        }
        // Of another document it is one like any other, and afterwards all is as before.
        store
            .update("a.json", |current: Option<&str>| -> Outcome {
                store.update("b.json", increment)?;
                increment(current)
            })
            .unwrap();
    });
    for name in ["a.json", "b.json"] {
        assert_eq!(count(&scratch.path().join(name)), 1, "{name}");
    }
}

/// A leads the updates of `a.json`, and B, inside of its own update of `b.json`, has A run one for it that
/// updates `b.json`. That waits for B, who waits for A: nobody noticed, since it is A's thread that asks.
#[test]
fn an_update_inside_an_update_is_noticed_when_another_thread_runs_it() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    let outcomes = in_one_batch(
        scratch.path(),
        || {},
        |number, ran_on| {
            if number == 3 {
                // The others are in the queue of `a.json`, and this one comes to it from inside of `b.json`.
                return store.update("b.json", |_: Option<&str>| -> Outcome {
                    store.update("a.json", |current: Option<&str>| -> Outcome {
                        add(current, ran_on)?;
                        store.update("b.json", increment)?;
                        Ok(None)
                    })?;
                    Ok(None)
                });
            }
            store.update("a.json", |current: Option<&str>| add(current, ran_on))
        },
    );
    for (number, outcome) in outcomes.into_iter().enumerate() {
        if number != 3 {
            outcome.unwrap();
            continue;
        }
        let mut error = outcome.unwrap_err();
        while let Error::Refused { source, .. } = &error {
            error = source.downcast_ref::<Error>().unwrap().clone();
        }
        assert!(matches!(error, Error::Nested { .. }), "{error}");
    }
}

/// The other way round: who leads `a.json` from inside of `b.json` runs an updater of another thread, and that
/// one, which is inside of nothing else, was told that it waits for itself.
#[test]
fn an_update_by_another_thread_is_not_taken_for_one_inside_of_itself() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    let held = File::create(scratch.path().join("a.json.lock")).unwrap();
    held.lock_exclusive().unwrap();
    File::create(scratch.path().join("b.json.lock")).unwrap();
    let inner = inode(&scratch.path().join("a.json.lock"));
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        let nested = scope.spawn(|| {
            store.update("b.json", |current: Option<&str>| -> Outcome {
                store.update("a.json", increment)?;
                increment(current)
            })
        });
        until("it leads, inside", || is_waited_for(inner));
        let store = &store;
        let other = scope.spawn(move || {
            sender.send(thread_id()).unwrap();
            store.update("a.json", |current: Option<&str>| -> Outcome {
                store.update("b.json", increment)?;
                increment(current)
            })
        });
        let thread = receiver.recv().unwrap();
        until("the other one is in the queue", || is_asleep(thread));
        drop(held);
        nested.join().unwrap().unwrap();
        other.join().unwrap().unwrap();
    });
    for name in ["a.json", "b.json"] {
        assert_eq!(count(&scratch.path().join(name)), 2, "{name}");
    }
}
