//! Where a path leads, and what may stand there: traps 14, 15, 16 and 17.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, Store};
use common::*;
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// What opens a document, and by which path: a store that confines it, and a file that the user named.
fn both_ways(directory: &Path, name: &str) -> [(Store, std::path::PathBuf); 2] {
    [
        (patient(directory), name.into()),
        Store::locate(directory.join(name), waiting(LONG)).unwrap(),
    ]
}

/// Trap 14. A rename over a symbolic link replaces the link, and whoever reads the target sees the old text for
/// ever.
#[test]
fn links_stay_links_and_are_relative_to_where_they_stand() {
    for way in 0..2 {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir_all(root.join("links/deeper")).unwrap();
        fs::create_dir_all(root.join("real")).unwrap();
        fs::write(root.join("real/a.json"), r#"{"count": 1}"#).unwrap();
        // A decoy, for who takes the link for relative to the store or to the working directory.
        fs::write(root.join("a.json"), r#"{"count": 70}"#).unwrap();
        symlink("../../real/a.json", root.join("links/deeper/one.json")).unwrap();
        symlink("deeper/one.json", root.join("links/two.json")).unwrap();
        let (store, path) = &both_ways(root, "links/two.json")[way];
        store.update(path, increment).unwrap();
        assert_eq!(count(&root.join("real/a.json")), 2);
        assert_eq!(count(&root.join("a.json")), 70);
        for (link, target) in [
            ("links/two.json", "deeper/one.json"),
            ("links/deeper/one.json", "../../real/a.json"),
        ] {
            assert_eq!(fs::read_link(root.join(link)).unwrap(), Path::new(target));
        }
        assert_eq!(names(&root.join("real")), ["a.json", "a.json.lock"]);
        assert_eq!(names(&root.join("links")), ["deeper", "two.json"]);
        assert_eq!(names(&root.join("links/deeper")), ["one.json"]);
    }
}

#[test]
fn a_dangling_link_creates_its_target() {
    for way in 0..2 {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir(root.join("links")).unwrap();
        symlink("../not/yet/there.json", root.join("links/a.json")).unwrap();
        fs::create_dir_all(root.join("not")).unwrap();
        let (store, path) = &both_ways(root, "links/a.json")[way];
        assert_eq!(store.read(path).unwrap(), None);
        store.update(path, increment).unwrap();
        assert_eq!(count(&root.join("not/yet/there.json")), 1);
        assert!(
            fs::symlink_metadata(root.join("links/a.json"))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(names(&root.join("links")), ["a.json"]);
    }
}

#[test]
fn links_in_a_circle_are_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    symlink("b.json", root.join("a.json")).unwrap();
    symlink("a.json", root.join("b.json")).unwrap();
    symlink("self.json", root.join("self.json")).unwrap();
    let is_loop = |error: Error| {
        let Error::Io { source, path, .. } = error else {
            panic!("{error:?}");
        };
        assert!(path.starts_with(root), "{path:?}");
        assert_eq!(source.raw_os_error(), Some(libc::ELOOP));
    };
    for name in ["a.json", "self.json"] {
        let (directory, file) = (root.to_owned(), root.join(name));
        let outcomes = at_once("a circle", move || {
            let store = patient(&directory);
            [
                store.update(name, increment).map(drop),
                store.read(name).map(drop),
                Store::locate(file, waiting(LONG)).map(drop),
            ]
        });
        outcomes
            .into_iter()
            .for_each(|outcome| is_loop(outcome.unwrap_err()));
    }
    assert_eq!(names(root), ["a.json", "b.json", "self.json"]);
}

/// Trap 15. To open a FIFO waits for somebody at its other end, with the lock held.
#[test]
fn what_is_no_file_is_an_error_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    let owner = Mode::RUSR | Mode::WUSR;
    mknodat(CWD, root.join("fifo"), FileType::Fifo, owner, 0).unwrap();
    let _listener = UnixListener::bind(root.join("socket")).unwrap();
    fs::create_dir(root.join("directory")).unwrap();
    symlink("fifo", root.join("link")).unwrap();
    let mut all = vec![
        ("fifo", "a FIFO"),
        ("link", "a FIFO"),
        ("socket", "a socket"),
        ("directory", "a directory"),
    ];
    let null = makedev(1, 3);
    match mknodat(
        CWD,
        root.join("device"),
        FileType::CharacterDevice,
        owner,
        null,
    ) {
        Ok(()) => all.push(("device", "a device")),
        Err(why) => skipped(&format!("no device of its own can be made: {why}")),
    }
    for (name, expected) in all {
        let before = inode(&root.join(name));
        for way in 0..2 {
            let (store, path) = both_ways(root, name)[way].clone();
            let (reading, read_path) = (store.clone(), path.clone());
            let outcomes = [
                at_once(name, move || store.update(path, increment).map(drop)),
                at_once(name, move || reading.read(read_path).map(drop)),
            ];
            for outcome in outcomes {
                match outcome {
                    Err(Error::NotAFile { kind, .. }) => {
                        assert!(kind.starts_with(expected), "{kind}");
                    }
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        assert_eq!(inode(&root.join(name)), before, "{name}");
    }
    assert!(names(root).iter().all(|name| !name.starts_with(".amend-")));
}

/// A link to a device that everybody has: the user named it, so it is followed.
#[test]
fn a_link_to_the_null_device_is_an_error_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let link = scratch.path().join("a.json");
    symlink("/dev/null", &link).unwrap();
    let confined = patient(scratch.path()).update("a.json", increment);
    assert!(
        matches!(confined, Err(Error::Escapes { .. })),
        "{confined:?}"
    );
    let (store, path) = Store::locate(&link, waiting(LONG)).unwrap();
    // Read, and not updated: a lock file for it would be made in the directory of devices.
    let outcome = at_once("the null device", move || store.read(path));
    assert!(
        matches!(
            outcome,
            Err(Error::NotAFile {
                kind: "a device",
                ..
            })
        ),
        "{outcome:?}"
    );
}

/// Trap 16. Containers mount a single file: it cannot be replaced, and `Device or resource busy` tells nobody
/// why.
#[test]
fn a_document_that_is_mounted_on_its_own_is_named() {
    if let Some((_, directory)) = role() {
        let error = patient(&directory).update("a.json", increment).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("a.json") && text.contains("mounted"),
            "{text}"
        );
        match error {
            Error::MountPoint { path, source } => {
                assert_eq!(path, directory.join("a.json"));
                assert_eq!(source.raw_os_error(), Some(libc::EBUSY));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(count(&directory.join("a.json")), 1);
        assert_eq!(names(&directory), ["a.json", "a.json.lock", "source.json"]);
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    for name in ["a.json", "source.json"] {
        fs::write(scratch.path().join(name), r#"{"count": 1}"#).unwrap();
    }
    let bind = r#"mount --bind "$dir/source.json" "$dir/a.json""#;
    if let Some(command) = again_after_mounting!(bind, "mounted", scratch.path()) {
        run(command);
    }
}

/// Trap 17. The parent of `config.json` is the empty path, which cannot be opened; and a temporary file in the
/// directory for such files is on another file system, so that it cannot be renamed.
#[test]
fn a_bare_file_name_is_staged_beside_itself() {
    if role().is_some() {
        for name in ["config.json", "./config.json", "sub/config.json"] {
            let (store, path) = Store::locate(name, waiting(LONG)).unwrap();
            store.update(&path, increment).unwrap();
            let old = inode(Path::new(name));
            store.update(&path, increment).unwrap();
            assert_ne!(inode(Path::new(name)), old);
        }
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut command = again!("inside", scratch.path());
    command
        .current_dir(scratch.path())
        .env("TMPDIR", scratch.path().join("there is no such directory"));
    run(command);
    assert_eq!(count(&scratch.path().join("config.json")), 4);
    assert_eq!(count(&scratch.path().join("sub/config.json")), 2);
    assert_eq!(
        names(scratch.path()),
        ["config.json", "config.json.lock", "sub"]
    );
}

/// This process follows links itself, and so has to keep the kernel's rule against planted ones: in `/tmp`, another user's
/// link led root to a file that only root can reach.
#[test]
fn a_link_of_another_user_in_a_sticky_directory_is_not_followed() {
    use amend_store::ErrorKind;
    use std::os::unix::fs::lchown;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let (shared, link) = (scratch.path().join("shared"), "shared/link.json");
    fs::create_dir(&shared).unwrap();
    symlink("../secret.json", scratch.path().join(link)).unwrap();
    let store = patient(scratch.path());
    for (mode, owner_of_directory, owner_of_link, is_followed) in [
        (0o1777, 0, 0, true),
        (0o1777, 0, 12_345, false),
        (0o1777, 12_345, 12_345, true),
        (0o777, 0, 12_345, true),
        (0o1755, 0, 12_345, true),
    ] {
        chmod(&shared, mode);
        lchown(&shared, Some(owner_of_directory), None).unwrap();
        lchown(scratch.path().join(link), Some(owner_of_link), None).unwrap();
        let outcomes = [
            store.update(link, increment),
            Store::locate(scratch.path().join(link), waiting(LONG))
                .and_then(|(store, path)| store.update(path, increment)),
        ];
        for outcome in outcomes {
            match outcome {
                Ok(_) => assert!(is_followed, "{mode:o}"),
                Err(error) => {
                    assert!(!is_followed, "{mode:o}: {error}");
                    assert_eq!(error.kind(), ErrorKind::Denied);
                    assert!(error.to_string().contains("sticky directory"), "{error}");
                    assert!(store.read(link).is_err(), "nor is it to read");
                }
            }
        }
    }
    assert_eq!(count(&scratch.path().join("secret.json")), 8);
}

/// The kernel's rule is about the last component of a path, which the directory of a store and that of lock files are.
#[test]
fn a_link_of_another_user_to_a_directory_is_not_followed_where_it_ends_the_path() {
    use amend_store::{ErrorKind, Options};
    use std::os::unix::fs::lchown;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let (shared, real) = (scratch.path().join("shared"), scratch.path().join("real"));
    fs::create_dir(&shared).unwrap();
    fs::create_dir(&real).unwrap();
    chmod(&shared, 0o1777);
    let link = shared.join("link");
    symlink("../real", &link).unwrap();
    let with_locks = |at: &Path| Options::default().with_lock_directory(Some(at.to_owned()));
    let opened = |at: &Path| [Store::open(at), Store::open_with(&real, with_locks(at))];
    for at in [link.clone(), link.join("")] {
        for opened in opened(&at) {
            opened.unwrap().update("a.json", increment).unwrap();
        }
    }
    lchown(&link, Some(12_345), None).unwrap();
    for at in [link.clone(), link.join("")] {
        for opened in opened(&at) {
            let error = opened.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
            assert!(error.to_string().contains("sticky directory"), "{error}");
        }
    }
    // The kernel follows it on the way, whatever its setting is.
    let (store, path) = Store::locate(link.join("a.json"), waiting(LONG)).unwrap();
    store.update(path, increment).unwrap();
    assert_eq!(count(&real.join("a.json")), 5);
}

/// The text of such a link is the old path of the file with ` (deleted)` behind it, and an update made that.
#[test]
fn a_link_to_an_open_file_without_a_name_makes_no_document() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("a.json");
    fs::write(&path, r#"{"count": 1}"#).unwrap();
    let open = fs::File::open(&path).unwrap();
    let link = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&open));
    let (store, named) = Store::locate(&link, waiting(LONG)).unwrap();
    store.update(named, increment).unwrap();
    assert_eq!(count(&path), 2, "it has its name, and the link leads there");
    let error = Store::locate(&link, waiting(LONG)).unwrap_err();
    assert!(matches!(error, Error::NotAFile { .. }), "{error}");
    assert_eq!(names(scratch.path()), ["a.json", "a.json.lock"]);
}
