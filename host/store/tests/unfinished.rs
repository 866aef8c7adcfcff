//! A document that another program is writing at this moment, without the lock.
//!
//! `open(f, "w")` and `fs.writeFileSync` truncate the file first. amend took an empty file for an absent document and
//! replaced it: beside an ordinary Python writer, 6 of 928 updates erased everything. Of a half-written file it said that
//! it was broken, and to remove it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Options, Store};
use common::*;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const WHOLE: &[u8] = br#"{"kept": true, "count": 1}"#;

/// Writes the document as a program does that takes no lock: it truncates it, stops after these bytes, and goes on when
/// some time has passed.
fn write_slowly(document: &Path, first: usize) -> thread::JoinHandle<()> {
    let mut file = File::create(document).unwrap();
    file.write_all(&WHOLE[..first]).unwrap();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        file.write_all(&WHOLE[first..]).unwrap();
    })
}

#[test]
fn an_update_waits_until_a_document_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    for first in [0, 1, 15] {
        fs::write(&document, WHOLE).unwrap();
        let writer = write_slowly(&document, first);
        let receipt = store.update("a.json", increment).unwrap();
        writer.join().unwrap();
        assert!(!receipt.from_empty_file);
        let text = fs::read_to_string(&document).unwrap();
        assert!(text.contains("kept"), "erased after {first} bytes: {text}");
        assert_eq!(count(&document), 2);
    }
}

#[test]
fn a_read_and_a_preview_wait_until_a_document_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    for first in [0, 15] {
        let writer = write_slowly(&document, first);
        let read = store.read("a.json").unwrap();
        assert_eq!(read.unwrap().text.as_bytes(), WHOLE);
        writer.join().unwrap();
        let writer = write_slowly(&document, first);
        let preview = store.preview("a.json", None, increment).unwrap();
        assert_eq!(preview.before.unwrap().as_bytes(), WHOLE);
        writer.join().unwrap();
    }
}

#[test]
fn a_document_that_is_still_being_written_at_the_deadline_is_left_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let hasty = Options::default().with_lock_timeout(Some(Duration::from_millis(200)));
    let store = Store::open_with(scratch.path(), hasty).unwrap();
    for first in [0, 15] {
        let mut writer = File::create(&document).unwrap();
        writer.write_all(&WHOLE[..first]).unwrap();
        let started = Instant::now();
        let error = store.update("a.json", increment).unwrap_err();
        assert!(matches!(error, Error::BeingWritten { .. }), "{error}");
        assert!(started.elapsed() >= Duration::from_millis(200));
        let error = store.read("a.json").unwrap_err();
        assert!(matches!(error, Error::BeingWritten { .. }), "{error}");
        assert_eq!(fs::read(&document).unwrap(), &WHOLE[..first]);
        assert_eq!(names(scratch.path()), ["a.json"]);
        drop(writer);
    }
}

/// An empty file that no program writes to is no document, and the receipt says that there was one.
#[test]
fn an_update_that_starts_from_an_empty_file_says_so() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    fs::write(&document, "").unwrap();
    assert!(
        store
            .preview("a.json", None, increment)
            .unwrap()
            .receipt
            .from_empty_file
    );
    assert!(store.update("a.json", increment).unwrap().from_empty_file);
    assert!(!store.update("a.json", increment).unwrap().from_empty_file);
    assert!(!store.update("new.json", increment).unwrap().from_empty_file);
}

/// A file that is broken for good is told to be so at once.
#[test]
fn a_broken_document_is_not_waited_for() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("a.json"), r#"{"count": "#).unwrap();
    let store = patient(scratch.path());
    let started = Instant::now();
    let error = store.update("a.json", increment).unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    let text = error.to_string();
    assert!(!text.contains("remove it"), "{text}");
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "it waits for its deadline"
    );
}
