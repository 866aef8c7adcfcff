//! The lock, between threads and between processes: traps 1, 3, 4 and 8.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Patch, Store};
use common::*;
use fs2::FileExt;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// Trap 1. Python's filelock 3.20.4 to 3.29.4 deleted the lock file when it was released: A holds it, B waits
/// for it, A deletes it, C makes a new one and enters, and then B, which has the lock of the old one, enters
/// too. Here B is another process; the unit tests of the lock have the same with threads.
#[test]
fn another_process_is_not_let_in_by_a_lock_file_that_was_deleted() {
    if let Some((_, directory)) = role() {
        patient(&directory).update("a.json", increment).unwrap();
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let (document, path) = (
        scratch.path().join("a.json"),
        scratch.path().join("a.json.lock"),
    );
    let old = File::create(&path).unwrap();
    old.lock_exclusive().unwrap();
    let waiter = Process::start(again!("waiter", scratch.path()));
    until("it waits for the old one", || is_waited_for(inode(&path)));
    fs::remove_file(&path).unwrap();
    let new = File::create(&path).unwrap();
    new.lock_exclusive().unwrap();
    drop(old);
    until("it waits for the new one", || {
        assert!(!document.exists(), "it went in while another held the lock");
        is_waited_for(inode(&path))
    });
    fs::write(&document, r#"{"count": 5}"#).unwrap();
    drop(new);
    waiter.end();
    assert_eq!(count(&document), 6);
}

/// Names of one document, and the directories to open for them.
const NAMES: [(&str, &str); 4] = [
    ("", "a.json"),
    ("", "link.json"),
    ("", "./sub/../a.json"),
    ("sub", "up.json"),
];

/// Trap 3. Two names of one document made two lock files, and each let its own in.
#[test]
fn a_document_with_two_names_has_one_lock_for_threads() {
    let scratch = tempfile::tempdir().unwrap();
    let store = patient(scratch.path());
    symlink("a.json", scratch.path().join("link.json")).unwrap();
    symlink(".", scratch.path().join("here")).unwrap();
    for (one, other) in [
        ("a.json", "link.json"),
        ("a.json", "./a.json"),
        ("here/a.json", "link.json"),
    ] {
        fs::write(scratch.path().join("a.json"), "{}").unwrap();
        // A store of its own has nothing in common with the first one but the lock file.
        let second = patient(scratch.path());
        thread::scope(|scope| {
            for (store, name) in [(&store, one), (&store, other), (&second, other)] {
                scope.spawn(move || {
                    for _ in 0..50 {
                        store.update(name, increment).unwrap();
                    }
                });
            }
        });
        assert_eq!(count(&scratch.path().join("a.json")), 150, "{one}, {other}");
    }
    assert_eq!(
        names(scratch.path()),
        ["a.json", "a.json.lock", "here", "link.json"]
    );
}

#[test]
fn a_document_with_two_names_has_one_lock_for_processes() {
    if let Some((name, directory)) = role() {
        let options = waiting(LONG);
        let (store, path) = Store::locate(directory.join(name), options).unwrap();
        for _ in 0..50 {
            store.update(&path, increment).unwrap();
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir(scratch.path().join("sub")).unwrap();
    symlink("a.json", scratch.path().join("link.json")).unwrap();
    symlink("../link.json", scratch.path().join("sub/up.json")).unwrap();
    let processes: Vec<Process> = NAMES
        .iter()
        .map(|(directory, name)| {
            let name = Path::new(directory).join(name);
            Process::start(again!(name.to_str().unwrap(), scratch.path()))
        })
        .collect();
    processes.into_iter().for_each(Process::end);
    assert_eq!(count(&scratch.path().join("a.json")), 200);
    assert_eq!(
        names(scratch.path()),
        ["a.json", "a.json.lock", "link.json", "sub"]
    );
}

/// Trap 4. A child that inherits the handle of the lock file keeps the lock of a parent that is long dead.
#[test]
fn a_child_of_a_killed_process_does_not_keep_its_lock() {
    if let Some((_, directory)) = role() {
        let outcome = patient(&directory).update("a.json", |_: Option<&str>| -> Outcome {
            let child = Command::new("sleep")
                .arg("600")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()?;
            say(&child.id().to_string());
            loop {
                thread::park();
            }
        });
        unreachable!("{outcome:?}");
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut holder = Process::start(again!("holder", scratch.path()));
    let child: i32 = holder.listen().parse().unwrap();
    holder.kill();
    let impatient = Store::open_with(scratch.path(), waiting(Duration::from_millis(1))).unwrap();
    let outcome = impatient.update("a.json", increment);
    let child = rustix::process::Pid::from_raw(child).unwrap();
    rustix::process::kill_process(child, rustix::process::Signal::KILL).expect("it is still there");
    outcome.expect("the kernel gave the lock back with the process");
}

/// What the outer update of two came to: it may have been done, or have waited too long for the inner one.
fn ended(outcome: &Result<amend_store::Receipt, Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(Error::Refused { source, .. }) => {
            let inner = source.downcast_ref::<Error>();
            assert!(
                matches!(inner, Some(Error::LockTimeout { .. })),
                "{inner:?}"
            );
            false
        }
        Err(other) => panic!("{other}"),
    }
}

fn one_inside_the_other(
    store: &Store,
    outer: &str,
    inner: &str,
    both_are_inside: impl Fn() + Sync,
) -> Result<amend_store::Receipt, Error> {
    store.update(outer, |current: Option<&str>| -> Outcome {
        both_are_inside();
        store.update(inner, increment)?;
        increment(current)
    })
}

/// Trap 8. Two programs that lock two documents in opposite orders wait for each other for ever.
#[test]
fn opposite_orders_by_two_threads_both_end() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open_with(scratch.path(), waiting(Duration::from_millis(300))).unwrap();
    let both = Barrier::new(2);
    let outcomes = thread::scope(|scope| {
        let threads = [("a.json", "b.json"), ("b.json", "a.json")].map(|(outer, inner)| {
            let (store, both) = (&store, &both);
            scope.spawn(move || {
                one_inside_the_other(store, outer, inner, || {
                    both.wait();
                })
            })
        });
        threads.map(|thread| thread.join().unwrap())
    });
    let done = outcomes.iter().filter(|outcome| ended(outcome)).count();
    assert!(done < 2, "each held what the other one needed");
    // Whoever gave up has let go of everything.
    for name in ["a.json", "b.json"] {
        patient(scratch.path()).update(name, increment).unwrap();
    }
}

#[test]
fn opposite_orders_by_two_processes_both_end() {
    if let Some((role, directory)) = role() {
        let (outer, inner) = role.split_once(' ').unwrap();
        let store = Store::open_with(&directory, waiting(Duration::from_millis(300))).unwrap();
        let outcome = one_inside_the_other(&store, outer, inner, || {
            say("inside");
            until_told();
        });
        say(if ended(&outcome) { "done" } else { "given up" });
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut processes =
        ["a.json b.json", "b.json a.json"].map(|role| Process::start(again!(role, scratch.path())));
    for process in &mut processes {
        assert_eq!(process.listen(), "inside");
    }
    processes.iter_mut().for_each(Process::tell_to_go_on);
    for mut process in processes {
        process.listen();
        process.end();
    }
    let patch: Patch = merge(r#"{"after": true}"#);
    for name in ["a.json", "b.json"] {
        patient(scratch.path()).update(name, &patch).unwrap();
    }
}
