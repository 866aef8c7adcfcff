//! An update that fails leaves nothing behind, also where nothing was before.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::{Error, ErrorKind, Options, Patch, Store};
use std::fs;
use std::path::Path;

/// Everything below a directory.
fn everything(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![directory.to_owned()];
    while let Some(directory) = todo.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.display().to_string());
            if path.is_dir() {
                todo.push(path);
            }
        }
    }
    found
}

fn set(text: &str) -> Patch {
    Patch::merge(text).unwrap()
}

/// Found by an attack: each refused update of a program made the directories of its path, 228,000 in 20 seconds.
#[test]
fn an_update_that_fails_makes_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let locks = tempfile::tempdir().unwrap();
    let apart = Options::default().with_lock_directory(Some(locks.path().to_owned()));
    for options in [Options::default(), apart] {
        let store = Store::open_with(scratch.path(), options).unwrap();
        for document in ["a/b/c/state.json", "state.json"] {
            let refused = store.update(document, |_: Option<&str>| Err::<Option<Patch>, _>("no"));
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
            let misfit = Patch::operations(r#"[{"op": "remove", "path": "/x"}]"#).unwrap();
            assert!(matches!(
                store.update(document, misfit),
                Err(Error::Apply { .. })
            ));
            let other = Some(amend_store::Version::ABSENT);
            let mismatch = store.update_if(document, other, |_: Option<&str>| {
                Err::<Option<Patch>, _>("no")
            });
            assert!(mismatch.is_err());
        }
        let too_long = format!("a/{}/state.json", "b".repeat(256));
        let invalid = store.update(too_long, set(r#"{"a": 1}"#));
        assert_eq!(invalid.unwrap_err().kind(), ErrorKind::InvalidPath);
        let unchanged = store.update("a/b/state.json", |_: Option<&str>| Ok::<_, String>(None));
        assert!(!unchanged.unwrap().changed);
        assert_eq!(everything(scratch.path()), [""; 0]);
        assert_eq!(everything(locks.path()), [""; 0]);
    }
}

#[test]
fn an_update_of_a_file_that_has_no_lock_file_leaves_none_when_it_fails() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("state.json"), "{\"a\": 1}").unwrap();
    fs::write(scratch.path().join("broken.json"), "{\"a\": ").unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let refused = store.update("state.json", |_: Option<&str>| {
        Err::<Option<Patch>, _>("no")
    });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
    let malformed = store.update("broken.json", set(r#"{"b": 2}"#));
    assert_eq!(malformed.unwrap_err().kind(), ErrorKind::NotJson);
    assert_eq!(everything(scratch.path()).len(), 2);
}

#[test]
fn the_updater_is_asked_once_where_nobody_comes_between() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path()).unwrap();
    for document in ["new.json", "deep/er/new.json"] {
        for round in 1..3 {
            let mut asked = 0;
            let updated = store.update(document, |_: Option<&str>| {
                asked += 1;
                Ok::<_, String>(Some(set(&format!(r#"{{"round": {round}}}"#))))
            });
            assert!(updated.unwrap().changed);
            assert_eq!(asked, 1, "{document}");
        }
    }
}

/// What was answered to one document is not applied to another.
#[test]
fn it_is_asked_again_when_another_came_between() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let other = store.clone();
    let mut shown = Vec::new();
    let updated = store.update("state.json", |current: Option<&str>| {
        if shown.is_empty() {
            std::thread::scope(|threads| {
                let made = threads.spawn(|| other.update("state.json", set(r#"{"other": 1}"#)));
                made.join().unwrap().unwrap();
            });
        }
        shown.push(current.map(str::to_owned));
        Ok::<_, String>(Some(set(r#"{"mine": 1}"#)))
    });
    assert!(updated.unwrap().changed);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0], None);
    assert!(shown[1].as_ref().unwrap().contains("other"));
    let text = fs::read_to_string(scratch.path().join("state.json")).unwrap();
    assert!(text.contains("other") && text.contains("mine"), "{text}");
}

#[test]
fn an_updater_cannot_update_its_document_where_nothing_was_before_either() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let other = store.clone();
    for document in ["state.json", "a/b/state.json"] {
        let mut nested = 0;
        let refused = store.update(document, |_: Option<&str>| {
            match other.update(document, set(r#"{"inner": 1}"#)) {
                Err(Error::Nested { .. }) => nested += 1,
                outcome => panic!("{outcome:?}"),
            }
            Err::<Option<Patch>, _>("no")
        });
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(nested, 1);
        assert_eq!(everything(scratch.path()), [""; 0]);
    }
}
