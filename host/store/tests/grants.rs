//! What a grant allows, and what its holder sees.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{ApplyError, Error, Grant, Obstacle, PathProblem, Pointer, Store, Version};
use common::{Outcome, increment, merge, names};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const TEXT: &str = "{\n  \"key\": \"secret\",\n  \"plugins\": {\n    \"clock\": {\"zone\": \"UTC\", \"count\": 1},\n    \"list\": [1.0, {\"x\": 2}]\n  }\n}\n";
const CLOCK: &str = "{\"zone\": \"UTC\", \"count\": 1}";

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

/// A store with one document, and a grant of one of its parts.
fn granted(scope: &str) -> (TempDir, Grant) {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("a.json"), TEXT).unwrap();
    let store = Store::open(scratch.path()).unwrap();
    (scratch, Grant::new(store).under(pointer(scope)))
}

fn text(scratch: &TempDir) -> String {
    fs::read_to_string(scratch.path().join("a.json")).unwrap()
}

#[test]
fn who_may_only_read_touches_nothing() {
    let (scratch, grant) = granted("");
    assert!(grant.may_update());
    let grant = grant.read_only().under(pointer("/plugins"));
    assert!(!grant.may_update());
    assert_eq!(grant.scope(), &pointer("/plugins"));
    let asked = |_: Option<&str>| -> Outcome { panic!("the updater is not asked") };
    // Whatever the path: it is not looked at.
    for path in ["a.json", "new/b.json", "../outside.json", "a.json.lock", ""] {
        let denied = [
            grant.update(path, asked).unwrap_err(),
            grant.update_if(path, None, asked).unwrap_err(),
            grant.preview(path, None, asked).unwrap_err(),
        ];
        for error in denied {
            assert!(matches!(error, Error::NotGranted { .. }), "{error:?}");
            assert!(error.to_string().ends_with("the grant allows reading only"));
        }
    }
    let clock = grant.read("a.json", &pointer("/clock")).unwrap().unwrap();
    assert_eq!(clock.text, CLOCK);
    assert_eq!(names(scratch.path()), ["a.json"], "not even a lock file");
    assert_eq!(text(&scratch), TEXT);
}

#[test]
fn a_scope_is_the_whole_document_to_who_has_it() {
    let (scratch, grant) = granted("/plugins");
    let grant = grant.under(pointer("/clock"));
    assert_eq!(grant.scope(), &pointer("/plugins/clock"), "it nests");
    let seen = |current: Option<&str>| -> Outcome {
        assert_eq!(current, Some(CLOCK));
        increment(current)
    };
    assert!(grant.update("a.json", seen).unwrap().changed);
    assert_eq!(
        text(&scratch),
        TEXT.replace("\"count\": 1", "\"count\": 2"),
        "one line"
    );
    for outside in ["/key", "/plugins", "/list"] {
        assert_eq!(grant.read("a.json", &pointer(outside)).unwrap(), None);
    }
    let whole = grant.store().read("a.json").unwrap().unwrap();
    assert_eq!(whole.text, text(&scratch));
}

#[test]
fn an_element_of_an_array_is_replaced_in_its_place() {
    let (scratch, grant) = granted("/plugins/list/0");
    let replace = amend_store::Patch::replace("7").unwrap();
    grant.update("a.json", replace).unwrap();
    assert_eq!(text(&scratch), TEXT.replace("[1.0, ", "[7, "));
}

#[test]
fn a_version_names_what_stands_at_the_scope() {
    let (scratch, grant) = granted("/plugins/clock");
    let read = |at: &str| grant.read("a.json", &pointer(at)).unwrap().unwrap();
    let first = Version::of(CLOCK.as_bytes());
    assert_eq!(read("").version, first);
    assert_eq!(read("/zone").version, first);
    // A change elsewhere is none here.
    let elsewhere = merge(r#"{"key": "another", "plugins": {"list": null}}"#);
    grant.store().update("a.json", elsewhere).unwrap();
    assert_eq!(read("").version, first);
    let receipt = grant.update("a.json", merge(r#"{"count": 1}"#)).unwrap();
    assert_eq!((receipt.version, receipt.changed), (first, false));
    let preview = grant.preview("a.json", Some(Some(first)), increment);
    let preview = preview.unwrap();
    let receipt = grant.update_if("a.json", Some(first), increment).unwrap();
    let now = CLOCK.replace('1', "2");
    assert_eq!(receipt.version, Version::of(now.as_bytes()));
    assert!(receipt.changed);
    assert_eq!(receipt.version, read("").version);
    assert_eq!(preview.receipt, receipt);
    assert_eq!(preview.before.as_deref(), Some(CLOCK));
    assert_eq!(preview.after, Some(now));
    for wrong in [
        Some(first),
        None,
        Some(Version::of(text(&scratch).as_bytes())),
    ] {
        match grant.update_if("a.json", wrong, increment) {
            Err(Error::VersionMismatch {
                expected, found, ..
            }) => assert_eq!((expected, found), (wrong, receipt.version)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_whole_document_as_scope_is_the_store_itself() {
    let (scratch, grant) = granted("");
    let read = grant.read("a.json", &Pointer::root()).unwrap();
    assert_eq!(read, grant.store().read("a.json").unwrap());
    let receipt = grant.update("a.json", merge(r#"{"key": 1}"#)).unwrap();
    assert_eq!(receipt.version, Version::of(text(&scratch).as_bytes()));
    let preview = grant.preview("a.json", None, merge(r#"{"key": 2}"#));
    let preview = preview.unwrap();
    assert_eq!(preview.before, Some(text(&scratch)));
    assert_eq!(
        preview.after,
        Some(text(&scratch).replace("\"key\": 1", "\"key\": 2"))
    );
}

#[test]
fn where_nothing_stands_is_no_document_yet() {
    let (scratch, grant) = granted("/plugins/new/deep");
    let sees_nothing = |current: Option<&str>| -> Outcome {
        assert_eq!(current, None);
        Ok(None)
    };
    for path in ["a.json", "b.json"] {
        assert_eq!(grant.read(path, &Pointer::root()).unwrap(), None);
        let receipt = grant.update(path, sees_nothing).unwrap();
        assert_eq!((receipt.version, receipt.changed), (Version::ABSENT, false));
        let other = Some(Version::of(b"{}"));
        assert!(matches!(
            grant.update_if(path, other, increment),
            Err(Error::VersionMismatch {
                found: Version::ABSENT,
                ..
            })
        ));
        let preview = grant.preview(path, Some(None), increment).unwrap();
        assert_eq!(preview.before, None);
        let receipt = grant.update_if(path, None, increment).unwrap();
        assert_eq!(receipt, preview.receipt);
        let snapshot = grant.read(path, &Pointer::root()).unwrap().unwrap();
        assert_eq!(Some(snapshot.text), preview.after);
        assert_eq!(snapshot.version, receipt.version);
    }
    let made = "{\n  \"plugins\": {\n    \"new\": {\n      \"deep\": {\n        \"count\": 1\n      }\n    }\n  }\n}\n";
    assert_eq!(
        fs::read_to_string(scratch.path().join("b.json")).unwrap(),
        made
    );
    assert!(text(&scratch).starts_with("{\n  \"key\": \"secret\",\n"));
}

#[test]
fn what_cannot_be_reached_is_an_error_that_tells_nothing() {
    for scope in ["/key/a", "/plugins/list/2", "/plugins/list/-"] {
        let (scratch, grant) = granted(scope);
        assert_eq!(grant.read("a.json", &Pointer::root()).unwrap(), None);
        for error in [
            grant.update("a.json", increment).unwrap_err(),
            grant.preview("a.json", None, increment).unwrap_err(),
        ] {
            assert!(
                matches!(&error, Error::Apply { source: ApplyError::OutOfReach { obstacle, .. }, .. }
                    if matches!(obstacle, Obstacle::NotAContainer | Obstacle::NoElement)),
                "{error:?}"
            );
            tells_nothing(error);
        }
        assert_eq!(text(&scratch), TEXT);
    }
    let (scratch, grant) = granted("/plugins");
    let twice = r#"{"key": "secret", "plugins": 1, "plugins": 2}"#;
    fs::write(scratch.path().join("a.json"), twice).unwrap();
    for error in [
        grant.read("a.json", &Pointer::root()).unwrap_err(),
        grant.update("a.json", increment).unwrap_err(),
    ] {
        assert!(error.to_string().contains("ambiguous"), "{error}");
        tells_nothing(error);
    }
    assert_eq!(text(&scratch), twice);
}

fn tells_nothing(error: Error) {
    let error = error.with_path(Path::new("a"));
    let all = format!("{error} {error:?}");
    for outside in ["secret", "key", "plugins", "list", "json"] {
        assert!(!all.contains(outside), "{outside}: {all}");
    }
}

#[test]
fn what_is_not_json_is_not_shown_to_who_has_a_part() {
    let (scratch, grant) = granted("/plugins");
    fs::write(scratch.path().join("a.json"), "{\n\"a\": topsecret}").unwrap();
    let whole = Grant::new(grant.store().clone());
    let shown = whole.read("a.json", &Pointer::root()).unwrap_err();
    assert!(shown.to_string().contains("found `t"), "{shown}");
    for error in [
        grant.read("a.json", &Pointer::root()).unwrap_err(),
        grant.update("a.json", increment).unwrap_err(),
        grant.preview("a.json", None, increment).unwrap_err(),
    ] {
        let Error::Malformed { source, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((source.line(), source.column()), (2, 6));
        assert_eq!(source.message(), "this is not JSON");
        assert!(!format!("{error:?}").contains("found"), "{error:?}");
    }
}

#[test]
fn no_path_leads_out_of_the_store_through_a_grant() {
    let (scratch, grant) = granted("/plugins");
    let inner = scratch.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let grant = Grant::new(Store::open(&inner).unwrap()).under(grant.scope().clone());
    symlink("../a.json", inner.join("link.json")).unwrap();
    let absolute: PathBuf = scratch.path().join("a.json");
    for (path, expected) in [
        (Path::new("../a.json"), Some(PathProblem::Parent)),
        (&absolute, Some(PathProblem::Absolute)),
        (Path::new("link.json"), None),
    ] {
        for error in [
            grant.read(path, &Pointer::root()).unwrap_err(),
            grant.update(path, increment).unwrap_err(),
            grant.preview(path, None, increment).unwrap_err(),
        ] {
            match (&error, &expected) {
                (Error::InvalidPath { problem, .. }, Some(expected)) => {
                    assert_eq!(problem, expected);
                }
                (Error::Escapes { .. }, None) => {}
                _ => panic!("{}: {error:?}", path.display()),
            }
        }
    }
    assert_eq!(text(&scratch), TEXT);
    assert_eq!(names(&inner), ["link.json"]);
}
