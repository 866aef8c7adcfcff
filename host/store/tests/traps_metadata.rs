//! What a replaced document keeps, and who may read the new one before it is in place: traps 11 and 12.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, HardLinks, Store};
use common::*;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;

/// Some user and some group that nobody is in.
const USER: u32 = 12_345;
const GROUP: u32 = 23_456;

fn update(directory: &Path) {
    patient(directory).update("a.json", increment).unwrap();
}

/// Trap 11. `mkstemp` makes 0600, and a service that reads the document through its group no longer can.
#[test]
fn the_mode_is_kept_and_setuid_is_not() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    for (before, after) in [
        (0o640, 0o640),
        (0o600, 0o600),
        (0o666, 0o666),
        (0o777, 0o777),
        (0o4755, 0o755),
        (0o2775, 0o775),
        (0o1644, 0o644),
    ] {
        fs::write(&document, "{}").unwrap();
        chmod(&document, before);
        let old = inode(&document);
        update(scratch.path());
        assert_eq!(mode(&document), after, "{before:o}");
        assert_ne!(inode(&document), old, "it was replaced");
    }
}

#[test]
fn a_new_document_has_what_the_umask_leaves() {
    if let Some((umask, directory)) = role() {
        let umask = u32::from_str_radix(&umask, 8).unwrap();
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(umask));
        update(&directory);
        return;
    }
    for (umask, expected) in [
        ("022", 0o644),
        ("077", 0o600),
        ("000", 0o666),
        ("027", 0o640),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        run(again!(umask, scratch.path()));
        assert_eq!(mode(&scratch.path().join("a.json")), expected, "{umask}");
        // The umask takes nothing from one that is there.
        chmod(&scratch.path().join("a.json"), 0o664);
        run(again!(umask, scratch.path()));
        assert_eq!(mode(&scratch.path().join("a.json")), 0o664, "{umask}");
    }
}

#[test]
fn owner_and_group_are_kept_by_who_may() {
    if role().is_some() {
        return update(&role().unwrap().1);
    }
    if !is_root() {
        return skipped("only root can give a file away");
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    give(&document, USER, GROUP);
    chmod(&document, 0o640);
    run(again!("root", scratch.path()));
    let kept = fs::metadata(&document).unwrap();
    assert_eq!(
        (kept.uid(), kept.gid(), mode(&document)),
        (USER, GROUP, 0o640)
    );

    // Somebody in the group may keep the group, if not the owner.
    chmod(scratch.path(), 0o777);
    chmod(&document, 0o664);
    // The lock file follows the document's mode when its owner, or root, updates the document.
    run(again!("root", scratch.path()));
    run(as_nobody(again!("member", scratch.path()), Some(GROUP)).unwrap());
    let kept = fs::metadata(&document).unwrap();
    assert_eq!(
        (kept.uid(), kept.gid(), mode(&document)),
        (NOBODY, GROUP, 0o664)
    );

    // Who is not in the group cannot, and then those who are in the new one get what everybody had.
    for (before, after) in [(0o660, 0o600), (0o664, 0o644), (0o606, 0o600)] {
        fs::remove_file(&document).unwrap();
        fs::remove_file(scratch.path().join("a.json.lock")).unwrap();
        fs::write(&document, "{}").unwrap();
        give(&document, NOBODY, GROUP);
        chmod(&document, before);
        run(as_nobody(again!("stranger", scratch.path()), None).unwrap());
        let other = fs::metadata(&document).unwrap();
        assert_eq!((other.uid(), other.gid()), (NOBODY, NOBODY));
        assert_eq!(mode(&document), after, "{before:o}");
    }
}

/// A directory on a file system that has such attributes; `None`, when there is none, is said.
fn with_attributes(name: &str, value: &[u8]) -> Option<tempfile::TempDir> {
    let places = [std::env::temp_dir(), env!("CARGO_TARGET_TMPDIR").into()];
    for scratch in places
        .iter()
        .filter_map(|place| tempfile::tempdir_in(place).ok())
    {
        let probe = scratch.path().join("probe");
        fs::write(&probe, "").unwrap();
        if xattr::set(&probe, name, value).is_ok() {
            fs::remove_file(&probe).unwrap();
            return Some(scratch);
        }
    }
    skipped("no file system at hand keeps such attributes");
    None
}

#[test]
fn attributes_are_kept() {
    let Some(scratch) = with_attributes("user.origin", b"here") else {
        return;
    };
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    xattr::set(&document, "user.origin", b"here").unwrap();
    xattr::set(&document, "user.empty", b"").unwrap();
    update(scratch.path());
    assert_eq!(
        xattr::get(&document, "user.origin").unwrap().unwrap(),
        b"here"
    );
    assert_eq!(xattr::get(&document, "user.empty").unwrap().unwrap(), b"");
}

#[test]
fn the_access_list_is_kept() {
    let list = acl::list(0o640, USER, 6);
    let Some(scratch) = with_attributes(acl::ACCESS, &list) else {
        return;
    };
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    xattr::set(&document, acl::ACCESS, &list).unwrap();
    let before = mode(&document);
    assert_eq!(before, 0o660, "the group's bits show the mask");
    update(scratch.path());
    assert_eq!(xattr::get(&document, acl::ACCESS).unwrap().unwrap(), list);
    assert_eq!(mode(&document), before);
}

#[test]
fn a_directorys_access_list_does_not_come_to_a_document_that_has_none() {
    let list = acl::list(0o755, USER, 7);
    let Some(scratch) = with_attributes(acl::ACCESS, &list) else {
        return;
    };
    let document = scratch.path().join("a.json");
    for mode_before in [0o600, 0o640, 0o664] {
        fs::write(&document, "{}").unwrap();
        chmod(&document, mode_before);
        xattr::set(scratch.path(), acl::DEFAULT, &list).unwrap();
        update(scratch.path());
        assert_eq!(xattr::get(&document, acl::ACCESS).unwrap(), None);
        assert_eq!(mode(&document), mode_before);
        xattr::remove(scratch.path(), acl::DEFAULT).unwrap();
        fs::remove_file(&document).unwrap();
    }
    // A new one gets it, as any file that is made there does.
    xattr::set(scratch.path(), acl::DEFAULT, &list).unwrap();
    update(scratch.path());
    assert_eq!(acl::given_to_users(&document), 6);
}

/// A list may also take away: its user may not read what everybody may. Where the group cannot be kept the list
/// is left out, and that must not give him what it took.
#[test]
fn leaving_out_an_access_list_gives_nobody_more() {
    if let Some((_, directory)) = role() {
        return update(&directory);
    }
    let list = acl::list(0o644, USER, 0);
    let Some(scratch) = with_attributes(acl::ACCESS, &list) else {
        return;
    };
    chmod(scratch.path(), 0o777);
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    let Some(stranger) = as_nobody(again!("stranger", scratch.path()), None) else {
        return;
    };
    give(&document, NOBODY, GROUP);
    xattr::set(&document, acl::ACCESS, &list).unwrap();
    run(stranger);
    assert_eq!(xattr::get(&document, acl::ACCESS).unwrap(), None);
    assert_eq!(mode(&document), 0o600);
}

/// Trap 12. A copy of a secret that is readable for a moment is readable: whoever has opened it then can read it
/// for ever. Watched here from outside; the order of the steps is a unit test of what does them.
#[test]
fn a_temporary_file_is_never_more_readable_than_the_document() {
    let list = acl::list(0o755, USER, 7);
    let Some(scratch) = with_attributes(acl::ACCESS, &list) else {
        return;
    };
    let document = scratch.path().join("a.json");
    let ballast = "x".repeat(300_000);
    fs::write(&document, format!(r#"{{"ballast": "{ballast}"}}"#)).unwrap();
    chmod(&document, 0o640);
    if is_root() {
        give(&document, USER, GROUP);
    }
    // It would give everything that is made there to one user more.
    xattr::set(scratch.path(), acl::DEFAULT, &list).unwrap();
    let group = fs::metadata(&document).unwrap().gid();
    let store = patient(scratch.path());
    let mut looks = 0;
    thread::scope(|scope| {
        let updating = scope.spawn(|| {
            for _ in 0..300 {
                store.update("a.json", increment).unwrap();
            }
        });
        let temp = loop {
            let mut all = fs::read_dir(scratch.path()).unwrap();
            let found = all.find_map(|entry| {
                let name = entry.ok()?.file_name();
                name.to_str()?.starts_with(".amend-").then_some(name)
            });
            if let Some(name) = found {
                break scratch.path().join(name);
            }
            assert!(!updating.is_finished(), "no temporary file was ever seen");
        };
        while !updating.is_finished() {
            let Ok(seen) = fs::symlink_metadata(&temp) else {
                continue;
            };
            looks += 1;
            let mode = seen.mode() & 0o777;
            assert_eq!(mode & !0o640, 0, "{mode:o}");
            assert!(mode & 0o070 == 0 || seen.gid() == group, "{mode:o}");
            assert_eq!(acl::given_to_users(&temp), 0);
        }
    });
    assert!(looks > 0, "no temporary file was ever looked at");
    assert_eq!(count(&document), 300);
}

/// Trap 13. A rename asks nobody whether the file it replaces may be written to.
#[test]
fn a_document_that_may_not_be_written_to_is_not_replaced() {
    if let Some((_, directory)) = role() {
        let outcome = patient(&directory).update("a.json", increment);
        match outcome {
            Err(Error::NotWritable { path, .. }) => assert_eq!(path, directory.join("a.json")),
            other => panic!("{other:?}"),
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    fs::write(&document, "{}").unwrap();
    chmod(&document, 0o444);
    chmod(scratch.path(), 0o777);
    let before = inode(&document);
    if is_root() {
        give(&document, NOBODY, NOBODY);
        run(as_nobody(again!("refused", scratch.path()), None).unwrap());
    } else {
        run(again!("refused", scratch.path()));
    }
    assert_eq!(inode(&document), before);
    assert_eq!(fs::read_to_string(&document).unwrap(), "{}");
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
    if is_root() {
        // Whom permissions do not bind may write to it, and it stays as it was.
        update(scratch.path());
        assert_eq!(count(&document), 1);
        assert_eq!(mode(&document), 0o444);
    }
}

#[test]
fn a_document_with_two_hard_links_is_refused_or_separated_as_asked() {
    let scratch = tempfile::tempdir().unwrap();
    let (document, snapshot) = (
        scratch.path().join("a.json"),
        scratch.path().join("snapshot.json"),
    );
    fs::write(&document, r#"{"count": 1}"#).unwrap();
    fs::hard_link(&document, &snapshot).unwrap();
    let refused = patient(scratch.path()).update("a.json", increment);
    assert!(
        matches!(refused, Err(Error::HardLinked { links: 2, .. })),
        "{refused:?}"
    );
    assert_eq!(inode(&document), inode(&snapshot));
    assert_eq!(count(&document), 1);
    assert_eq!(
        names(scratch.path()),
        ["a.json", "a.json.lock", "snapshot.json"]
    );

    let separate = waiting(LONG).with_hard_links(HardLinks::Separate);
    let store = Store::open_with(scratch.path(), separate).unwrap();
    store.update("a.json", increment).unwrap();
    assert_eq!((count(&document), count(&snapshot)), (2, 1));
    assert_ne!(inode(&document), inode(&snapshot));
}
