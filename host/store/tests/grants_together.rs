//! Grants of one document that are used at once, and how long they wait for its lock.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Grant, Pointer, Store, Version};
use common::batch::{THREADS, in_one_batch};
use common::*;
use fs2::FileExt;
use std::fs::{self, File};
use std::thread;
use std::time::{Duration, Instant};

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

/// The whole document, a part of it, a part of that, and parts that nothing stands in yet, in one commit: each
/// is told the version of what it may see, as it was after its own change.
#[test]
fn each_is_told_the_version_of_its_own_part() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    let scopes = ["", "/a", "/a/b", "/new", "", "/a", "/a/b", "/other/new"];
    assert_eq!(scopes.len(), THREADS);
    let receipts = in_one_batch(
        scratch.path(),
        || fs::write(&document, r#"{"count": 0, "a": {"b": {}}}"#).unwrap(),
        |number, ran_on| {
            let grant = Grant::new(store.clone()).under(pointer(scopes[number]));
            let mut seen = None;
            let receipt = grant.update("a.json", |current: Option<&str>| {
                ran_on.lock().unwrap().push(thread::current().id());
                seen = current.map(|text| Version::of(text.as_bytes()));
                increment(current)
            });
            (number, seen, receipt.unwrap())
        },
    );
    for (number, seen, receipt) in &receipts {
        assert!(receipt.changed);
        assert_ne!(Some(receipt.version), *seen);
        let is_found_again = receipts
            .iter()
            .any(|(_, later, _)| *later == Some(receipt.version));
        let scope = pointer(scopes[*number]);
        let now = Grant::new(store.clone()).under(scope);
        let now = now.read("a.json", &Pointer::root()).unwrap().unwrap();
        // Nobody else changes what stands in these.
        if scopes[*number].contains("new") {
            assert_eq!(now.version, receipt.version);
        }
        // Of two with the same deepest part, the second sees what the first has made.
        if scopes[*number] == "/a/b" {
            assert!(now.version == receipt.version || is_found_again);
        }
    }
    let text = fs::read_to_string(&document).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (at, count) in [
        ("/count", 2),
        ("/a/count", 2),
        ("/a/b/count", 2),
        ("/new/count", 1),
        ("/other/new/count", 1),
    ] {
        assert_eq!(value.pointer(at), Some(&count.into()), "{at}: {text}");
    }
}

/// `update_if` in a batch: of all that expect the version of one part, one wins; who has another part is not
/// disturbed.
#[test]
fn of_those_who_expect_one_version_of_a_part_one_wins() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    let expected = Version::of(br#"{"count":0}"#);
    let outcomes = in_one_batch(
        scratch.path(),
        || fs::write(&document, r#"{"a": {"count":0}, "b": {"count":0}}"#).unwrap(),
        |number, ran_on| {
            let scope = if number % 2 == 0 { "/a" } else { "/b" };
            let grant = Grant::new(store.clone()).under(pointer(scope));
            let update = grant.update_if("a.json", Some(expected), |current: Option<&str>| {
                ran_on.lock().unwrap().push(thread::current().id());
                increment(current)
            });
            (scope, update)
        },
    );
    let made = Version::of(br#"{"count":1}"#);
    for part in ["/a", "/b"] {
        let of_part = outcomes.iter().filter(|(scope, _)| *scope == part);
        let (won, lost): (Vec<_>, Vec<_>) = of_part
            .map(|(_, outcome)| outcome)
            .partition(|outcome| outcome.is_ok());
        assert_eq!((won.len(), lost.len()), (1, THREADS / 2 - 1));
        assert_eq!(won[0].as_ref().unwrap().version, made);
        for outcome in lost {
            assert!(matches!(
                outcome,
                Err(Error::VersionMismatch { found, .. }) if *found == made
            ));
        }
    }
}

/// Another scope is another part, and still the same document: its lock is held.
#[test]
fn an_update_of_another_scope_inside_an_update_is_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().to_owned();
    at_once("a nested update", move || {
        let store = patient(&directory);
        let [one, other] = ["/a", "/b"].map(|at| Grant::new(store.clone()).under(pointer(at)));
        let refused = one.update("a.json", |_: Option<&str>| -> Outcome {
            other.update("a.json", increment)?;
            Ok(None)
        });
        let Err(Error::Refused { source, .. }) = refused else {
            panic!("{refused:?}");
        };
        let inner = source.downcast_ref::<Error>();
        assert!(matches!(inner, Some(Error::Nested { .. })), "{inner:?}");
    });
    assert_eq!(names(scratch.path()), [""; 0]);
}

#[test]
fn patience_bounds_the_wait_and_never_makes_it_longer() {
    let scratch = tempfile::tempdir().unwrap();
    let short = Duration::from_millis(100);
    let held = File::create(scratch.path().join("a.json.lock")).unwrap();
    held.lock_exclusive().unwrap();
    let of = |timeout| {
        let options = common::waiting(LONG).with_lock_timeout(timeout);
        Grant::new(Store::open_with(scratch.path(), options).unwrap()).under(pointer("/a"))
    };
    for grant in [
        of(Some(LONG)).with_patience(short),
        of(None).with_patience(short),
        of(Some(short)).with_patience(LONG),
        of(None).with_patience(short).with_patience(LONG),
        of(None).with_patience(LONG).with_patience(short),
        of(None).with_patience(short).under(pointer("/b")),
    ] {
        let started = Instant::now();
        let error = grant.update("a.json", increment).unwrap_err();
        let waited = started.elapsed();
        assert!(matches!(error, Error::LockTimeout { .. }), "{error:?}");
        assert!(short <= waited && waited < LONG / 4, "{waited:?}");
    }
    drop(held);
    let grant = of(None).with_patience(short);
    assert!(grant.update("a.json", increment).unwrap().changed);
}

/// Who waits in the queue of this process, behind one with more patience, is bound as well.
#[test]
fn patience_holds_in_the_queue() {
    let scratch = tempfile::tempdir().unwrap();
    let lock = scratch.path().join("a.json.lock");
    let held = File::create(&lock).unwrap();
    held.lock_exclusive().unwrap();
    let grant = Grant::new(patient(scratch.path()));
    thread::scope(|scope| {
        let leader = scope.spawn(|| grant.update("a.json", increment));
        until("the leader waits", || is_waited_for(inode(&lock)));
        let started = Instant::now();
        let hasty = grant.with_patience(Duration::from_millis(100));
        let error = hasty.update("a.json", increment).unwrap_err();
        assert!(matches!(error, Error::LockTimeout { .. }), "{error:?}");
        assert!(started.elapsed() < LONG / 4);
        drop(held);
        assert!(leader.join().unwrap().unwrap().changed);
    });
    assert_eq!(count(&scratch.path().join("a.json")), 1);
}
