//! The reports of `amend check` about each file system that can be mounted here.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::amend;
use amend_tests::file_systems::FileSystem;
use amend_tests::mounted::with_own_mounts;
use amend_tests::requirements::has_root;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn check(directory: &Path) -> Value {
    let output = Command::new(amend())
        .arg("check")
        .arg(directory)
        .arg("--json")
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn limits(report: &Value) -> Vec<&str> {
    let limits = report["limits"].as_array().unwrap().iter();
    limits
        .map(|limit| limit["limit"].as_str().unwrap())
        .collect()
}

#[test]
fn the_limits_of_each_file_system_are_reported_and_nothing_is_left() {
    if !has_root() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    with_own_mounts(|| {
        for (file_system, name, expected) in [
            (FileSystem::Ext4, "ext4", &[][..]),
            (FileSystem::Xfs, "xfs", &[]),
            (FileSystem::Btrfs, "btrfs", &[]),
            (FileSystem::Tmpfs, "tmpfs", &["volatile"]),
            (FileSystem::Overlay, "overlay", &[]),
            (
                FileSystem::Fuse,
                "fuse",
                &["lock-of-this-mount", "two-renames", "no-unnamed-files"],
            ),
        ] {
            let Some(at) = file_system.mount(scratch.path()) else {
                continue;
            };
            let names = || -> Vec<_> {
                let entries = fs::read_dir(&at).unwrap();
                entries.map(|entry| entry.unwrap().file_name()).collect()
            };
            let before = names();
            let report = check(&at);
            assert_eq!(limits(&report), expected, "{file_system:?}");
            assert_eq!(report["fileSystem"], name, "{file_system:?}");
            assert_eq!(report["usable"], true);
            assert_eq!(names(), before);
        }
    });
}

#[test]
fn a_directory_that_cannot_be_written_to_is_an_error() {
    let output = Command::new(amend())
        .args(["check", "/proc/self"])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{output:?}");
    assert!(
        message.contains("/proc/self: trying what its file system can do"),
        "{message}"
    );
    let output = Command::new(amend())
        .args(["check", "/nowhere/at/all"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn the_lock_file_of_a_document_is_told_wherever_it_is() {
    let scratch = tempfile::tempdir().unwrap();
    let at = scratch.path();
    let document = at.join("a.json");
    let told = |variables: &[(&str, &str)]| {
        let mut command = Command::new(amend());
        command.arg("check").arg(&document).arg("--json");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        std::path::PathBuf::from(report["lockFile"].as_str().unwrap())
    };
    let update = || {
        let mut command = Command::new(amend());
        command.arg("update").arg(&document).args(["--set", "/a=1"]);
        assert!(command.status().unwrap().success());
    };
    assert_eq!(told(&[]), at.join("a.json.lock"));
    let locks = at.join("locks");
    assert!(told(&[("AMEND_LOCK_DIR", locks.to_str().unwrap())]).starts_with(&locks));
    fs::write(
        at.join(".amend-settings.json"),
        r#"{"lock_directory": "locks"}"#,
    )
    .unwrap();
    update();
    assert!(told(&[]).exists());
    // A problem that stops every change is in the report, too.
    fs::remove_dir_all(&locks).unwrap();
    let output = Command::new(amend())
        .arg("check")
        .arg(at)
        .arg("--json")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(8), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["usable"], false);
}
