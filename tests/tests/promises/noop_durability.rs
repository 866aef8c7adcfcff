//! An acknowledged update that changes nothing survives a power failure.
//!
//! It synced the directory and not the document. The document may have been written with no durability, or by a program
//! that takes the lock and does not sync. After a power failure it had 0 bytes, and the next update started from `{}`
//! without a word: on XFS always, on ext4 where the document was new.
//!
//! Each test writes to an image of a real file system. A power failure leaves the bytes that have reached the image.

use amend_tests::amend;
use amend_tests::mounted::{Image, with_own_mounts};
use amend_tests::requirements::{has_root, has_tools, skipped};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

fn update(document: &Path, set: &str, durability: &str) {
    let mut command = Command::new(amend());
    command.arg("update").arg(document);
    command.args(["--set", set, "--durability", durability]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Replaces the document under its lock, and forgets to sync.
fn replace_unsynced(document: &Path, text: &str) {
    let lock = document.with_extension("json.lock");
    let lock = File::options()
        .append(true)
        .create(true)
        .open(lock)
        .unwrap();
    lock.lock().unwrap();
    let temp = document.with_extension("new");
    fs::write(&temp, text).unwrap();
    fs::rename(&temp, document).unwrap();
}

fn try_on(package: &str, mkfs: &[&str]) {
    if !has_root() || !has_tools(&[(mkfs[0], package)]) {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let (file, at) = (scratch.path().join("image"), scratch.path().join("at"));
    let image = Image {
        file: &file,
        at: &at,
    };
    // Built before: what is started in there sees other mounts.
    amend();
    with_own_mounts(|| {
        if let Err(error) = image.make(mkfs) {
            return skipped(&format!("an image cannot be mounted here: {error}"));
        }
        lose_power_after_changing_nothing(image);
    });
}

fn lose_power_after_changing_nothing(image: Image<'_>) {
    let of = |name: &str| image.at.join(name);
    update(&of("replaced.json"), "/a=1", "full");
    update(&of("replaced.json"), "/a=2", "none");
    update(&of("replaced.json"), "/a=2", "full");

    update(&of("new.json"), "/a=2", "none");
    update(&of("new.json"), "/a=2", "full");

    replace_unsynced(&of("foreign.json"), r#"{"a": 2}"#);
    update(&of("foreign.json"), "/a=2", "full");

    update(&of("new/directories/deep.json"), "/a=2", "none");
    update(&of("new/directories/deep.json"), "/a=2", "full");

    // Never synced: else nothing is lost, and the test shows nothing.
    fs::write(of("unsynced.json"), r#"{"a": 2}"#).unwrap();
    image.lose_power().unwrap();
    let unsynced = fs::read(of("unsynced.json")).unwrap_or_default();
    assert_eq!(unsynced, b"", "this power failure loses nothing");

    let lost: Vec<_> = [
        "replaced.json",
        "new.json",
        "foreign.json",
        "new/directories/deep.json",
    ]
    .into_iter()
    .map(|name| (name, fs::read_to_string(of(name))))
    .filter(|(_, text)| {
        let text = text.as_deref().unwrap_or_default();
        serde_json::from_str::<Value>(text).ok() != Some(json!({"a": 2}))
    })
    .collect();
    assert!(
        lost.is_empty(),
        "acknowledged, and after the power failure: {lost:?}"
    );
}

#[test]
fn an_update_that_changes_nothing_is_durable_on_xfs() {
    try_on("xfsprogs", &["mkfs.xfs", "-q"]);
}

#[test]
fn an_update_that_changes_nothing_is_durable_on_ext4() {
    try_on("e2fsprogs", &["mkfs.ext4", "-q", "-F"]);
}

#[test]
fn an_update_that_changes_nothing_is_durable_on_btrfs() {
    try_on("btrfs-progs", &["mkfs.btrfs", "-q"]);
}
