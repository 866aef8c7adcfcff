//! The store through its own interface: what it refuses, and what it leaves alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Options, Patch, PathProblem, Store, Version};
use common::names;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use tempfile::TempDir;

/// A directory with a store in it, and a file beside the store that nobody may touch.
fn confined() -> (TempDir, Store) {
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir_all(outside.path().join("root/inner")).unwrap();
    fs::write(outside.path().join("secret.json"), r#"{"secret": 1}"#).unwrap();
    let store = Store::open(outside.path().join("root")).unwrap();
    (outside, store)
}

fn set() -> Patch {
    Patch::merge(r#"{"a": 1}"#).unwrap()
}

#[test]
fn no_path_and_no_link_leads_out_of_the_store() {
    let (outside, store) = confined();
    let root = outside.path().join("root");
    symlink("../secret.json", root.join("relative.json")).unwrap();
    symlink(
        outside.path().join("secret.json"),
        root.join("absolute.json"),
    )
    .unwrap();
    symlink("..", root.join("up")).unwrap();
    symlink("../../secret.json", root.join("inner/deeper.json")).unwrap();
    symlink("../new.json", root.join("dangling.json")).unwrap();
    for path in [
        "relative.json",
        "absolute.json",
        "up/secret.json",
        "inner/deeper.json",
        "dangling.json",
    ] {
        assert!(
            matches!(store.update(path, set()), Err(Error::Escapes { .. })),
            "{path}"
        );
        assert!(
            matches!(store.read(path), Err(Error::Escapes { .. })),
            "{path}"
        );
        assert!(
            matches!(store.preview(path, None, set()), Err(Error::Escapes { .. })),
            "{path}"
        );
    }
    let absolute = outside.path().join("secret.json");
    for (path, expected) in [
        ("../secret.json", PathProblem::Parent),
        (absolute.to_str().unwrap(), PathProblem::Absolute),
        ("", PathProblem::Empty),
    ] {
        match store.update(path, set()) {
            Err(Error::InvalidPath { problem, .. }) => assert_eq!(problem, expected, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(fs::read_to_string(absolute).unwrap(), r#"{"secret": 1}"#);
    assert_eq!(
        names(outside.path()),
        ["root", "secret.json"],
        "no lock file outside either"
    );
}

#[test]
fn a_link_inside_the_store_is_followed_and_stays_one() {
    let (outside, store) = confined();
    let root = outside.path().join("root");
    // Relative to the directory it stands in, and by way of the one above that.
    symlink("../target.json", root.join("inner/link.json")).unwrap();
    store.update("inner/link.json", set()).unwrap();
    assert!(
        fs::symlink_metadata(root.join("inner/link.json"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(
        fs::read_to_string(root.join("target.json")).unwrap(),
        "{\n  \"a\": 1\n}\n"
    );
    assert_eq!(names(&root), ["inner", "target.json", "target.json.lock"]);
    assert_eq!(names(&root.join("inner")), ["link.json"]);
}

/// An editor that takes no lock saves while we are between our read and our rename. Here it is the updater
/// itself, which runs at just that time.
#[test]
fn what_an_editor_wrote_meanwhile_is_noticed_and_kept() {
    let (outside, store) = confined();
    let file = outside.path().join("root/state.json");
    for existed in [true, false] {
        if existed {
            fs::write(&file, r#"{"by": "us"}"#).unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
        let mut asked = 0;
        let outcome = store.update(
            "state.json",
            |_: Option<&str>| -> io::Result<Option<Patch>> {
                asked += 1;
                if asked == 1 {
                    fs::write(&file, r#"{"by": "the editor"}"#)?;
                    return Ok(Some(set()));
                }
                // It sees what the editor has saved, and leaves it.
                Ok(None)
            },
        );
        assert!(
            matches!(&outcome, Ok(receipt) if !receipt.changed),
            "{outcome:?}"
        );
        assert_eq!(asked, 2);
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            r#"{"by": "the editor"}"#
        );
        assert_eq!(
            names(file.parent().unwrap()),
            ["inner", "state.json", "state.json.lock"]
        );
    }
}

#[test]
fn a_refusal_is_the_updaters_own_error_and_changes_nothing() {
    let (outside, store) = confined();
    store.update("state.json", set()).unwrap();
    let before = fs::metadata(outside.path().join("root/state.json")).unwrap();
    let refused = store.update("state.json", |current: Option<&str>| {
        assert_eq!(current, Some("{\n  \"a\": 1\n}"));
        Err::<Option<Patch>, _>(io::Error::other("not now"))
    });
    match refused {
        Err(Error::Refused { source, .. }) => {
            assert_eq!(
                source.downcast_ref::<io::Error>().unwrap().to_string(),
                "not now"
            );
        }
        other => panic!("{other:?}"),
    }
    // It may also leave the document as it is.
    let receipt = store
        .update("state.json", |_: Option<&str>| Ok::<_, io::Error>(None))
        .unwrap();
    assert!(!receipt.changed);
    let after = fs::metadata(outside.path().join("root/state.json")).unwrap();
    assert_eq!(
        (before.ino(), before.mtime_nsec()),
        (after.ino(), after.mtime_nsec())
    );
}

#[test]
fn an_update_can_ask_for_a_version() {
    let (_outside, store) = confined();
    let first = store.update_if("state.json", None, set()).unwrap();
    let other = Patch::merge(r#"{"a": 2}"#).unwrap();
    let second = store
        .update_if("state.json", Some(first.version), &other)
        .unwrap();
    assert_ne!(first.version, second.version);
    match store.update_if("state.json", Some(first.version), &other) {
        Err(Error::VersionMismatch {
            expected, found, ..
        }) => {
            assert_eq!((expected, found), (Some(first.version), second.version));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        store.update_if("state.json", None, &other),
        Err(Error::VersionMismatch { expected: None, .. })
    ));
    assert_eq!(
        store.read("state.json").unwrap().unwrap().version,
        second.version
    );
}

#[test]
fn an_empty_file_is_no_document_and_leaving_it_so_is_fine() {
    let (outside, store) = confined();
    fs::write(outside.path().join("root/empty.json"), "").unwrap();
    assert_eq!(store.read("empty.json").unwrap(), None);
    let receipt = store
        .update("empty.json", |current: Option<&str>| {
            assert_eq!(current, None);
            Ok::<_, io::Error>(None)
        })
        .unwrap();
    assert_eq!((receipt.version, receipt.changed), (Version::ABSENT, false));
    store.update_if("empty.json", None, set()).unwrap();
}

#[test]
fn a_document_beyond_the_limit_is_not_read() {
    let (outside, _) = confined();
    let mut options = Options::default();
    options.limits = options.limits.with_size(10);
    let store = Store::open_with(outside.path().join("root"), options).unwrap();
    fs::write(outside.path().join("root/large.json"), r#"{"a": "123456"}"#).unwrap();
    assert!(matches!(
        store.read("large.json"),
        Err(Error::TooLarge {
            size: 15,
            limit: 10,
            ..
        })
    ));
    assert!(matches!(
        store.update("large.json", set()),
        Err(Error::TooLarge { .. })
    ));
}
