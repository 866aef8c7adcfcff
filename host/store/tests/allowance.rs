//! What may be spent on applying a patch, whoever it comes from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::document::{ApplyError, Document, Exceeded};
use amend_store::{
    Allowance, Answer, Error, ErrorKind, Options, Patch, Store, Updater, UpdaterError,
};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

const TEXT: &str = "{\"a\": 1}";

/// A patch that copies a megabyte a hundred times.
fn patch() -> Patch {
    let value = format!(
        r#"{{"op":"add","path":"/big","value":"{}"}}"#,
        "x".repeat(1 << 20)
    );
    let copies: Vec<_> = (0..100)
        .map(|index| format!(r#"{{"op":"copy","from":"/big","path":"/c{index}"}}"#))
        .collect();
    Patch::operations(&format!("[{value},{}]", copies.join(","))).unwrap()
}

fn store(allowance: Allowance) -> (TempDir, Store) {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("a.json"), TEXT).unwrap();
    fs::write(scratch.path().join("a.json.lock"), "").unwrap();
    let options = Options::default()
        .with_allowance(allowance)
        .with_lock_timeout(Some(Duration::ZERO));
    let store = Store::open_with(scratch.path(), options).unwrap();
    (scratch, store)
}

/// Applies the patch in vain. The document is as it was, and the lock is free.
fn error(allowance: Allowance, updater: impl Updater) -> Error {
    let (scratch, store) = store(allowance);
    let error = store.update("a.json", updater).unwrap_err();
    assert_eq!(
        fs::read_to_string(scratch.path().join("a.json")).unwrap(),
        TEXT
    );
    let small = Patch::merge("{\"b\": 2}").unwrap();
    let unlimited = Options::default().with_lock_timeout(Some(Duration::ZERO));
    let other = Store::open_with(scratch.path(), unlimited).unwrap();
    assert!(other.update("a.json", small).unwrap().changed);
    error
}

#[test]
fn a_patch_ends_at_the_limit_on_its_work() {
    let error = error(Allowance::default().with_work(1_000_000), patch());
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let message = error.to_string();
    assert!(message.contains("the limit of 1000000 units"), "{message}");
}

#[test]
fn a_patch_ends_at_the_limit_on_its_memory() {
    let error = error(Allowance::default().with_memory(1 << 19), patch());
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let message = error.to_string();
    assert!(message.contains("the limit of 524288 bytes"), "{message}");
}

#[test]
fn a_patch_ends_at_the_limit_on_its_time() {
    let time = Some(Duration::ZERO);
    let error = error(Allowance::default().with_time(time), patch());
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let message = error.to_string();
    assert!(message.contains("longer than 0ns"), "{message}");
    assert!(message.contains("limit on the time"), "{message}");
}

/// An updater whose answer has an allowance of its own.
struct Own(Allowance);

impl Updater for Own {
    fn update(&mut self, _: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        Ok(Some(Answer::from(patch()).with_allowance(self.0)))
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        Some(UpdaterError::Failed(format!("own: {exceeded:?}").into()))
    }
}

#[test]
fn the_limits_of_an_answer_are_its_updaters_error_and_those_of_the_store_are_not() {
    let small = Allowance::unlimited().with_work(1_000_000);
    let own = error(Allowance::default(), Own(small));
    assert!(matches!(own, Error::UpdaterFailed { .. }), "{own:?}");
    assert!(own.to_string().contains("own: Work"), "{own}");

    let stores = error(small, Own(Allowance::unlimited()));
    assert!(
        matches!(
            &stores,
            Error::Apply {
                source: ApplyError::Exceeded { .. },
                ..
            }
        ),
        "{stores:?}"
    );
}

/// Copies share their text in memory, so they cost nothing there. They do on a disk.
#[test]
fn what_a_patch_adds_to_the_text_has_the_limits_on_memory_and_time() {
    // A hundred megabytes are added. They are counted with a nanosecond a byte.
    let small = Allowance::default().with_memory(64 << 20);
    let memory = error(small, patch());
    assert_eq!(memory.kind(), ErrorKind::TooLarge);
    let message = memory.to_string();
    assert!(message.contains("the limit of 67108864 bytes"), "{message}");

    let short = Allowance::default().with_time(Some(Duration::from_millis(100)));
    let time = error(short, patch());
    assert_eq!(time.kind(), ErrorKind::Timeout, "{time}");

    let enough = Allowance::default()
        .with_memory(128 << 20)
        .with_time(Some(Duration::from_secs(60)));
    let (_scratch, store) = store(enough);
    assert!(store.update("a.json", patch()).unwrap().changed);
}
