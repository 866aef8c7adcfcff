//! Code 8: no document can have this path, or permissions or options forbid it.

use crate::scene::{Scene, command};
use amend_tests::amend;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user without privileges, where the test is run by one with all.
const NOBODY: u32 = 65534;

#[test]
fn what_is_no_regular_file_is_denied() {
    let scene = Scene::new("{}");
    fs::create_dir(scene.path("directory.json")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o644);
    rustix::fs::mkfifoat(rustix::fs::CWD, scene.path("fifo.json"), mode).unwrap();
    let _listener = UnixListener::bind(scene.path("socket.json")).unwrap();
    symlink("/dev/null", scene.path("device.json")).unwrap();
    for (name, kind) in [
        ("directory.json", "a directory"),
        ("fifo.json", "a FIFO"),
        ("socket.json", "a socket"),
        ("device.json", "a device"),
    ] {
        let path = scene.path(name);
        let path = path.to_str().unwrap();
        for args in [&["get", path][..], &["update", path, "--set", "/a=1"]] {
            scene.unchanged(command(args), 8, &[kind]);
        }
    }
}

#[test]
fn a_path_that_no_document_can_have_is_denied() {
    let scene = Scene::new("{}");
    let below = format!("{}/below.json", scene.file);
    let lock = format!("{}.lock", scene.file);
    for (path, says) in [
        (&*below, "Not a directory"),
        (&*lock, "this is a lock file"),
        (scene.path(".amend-0123.tmp").to_str().unwrap(), "temporary"),
    ] {
        scene.unchanged(command(&["update", path, "--set", "/a=1"]), 8, &[says]);
    }
}

#[test]
fn a_lock_path_that_is_no_lock_file_is_denied() {
    let scene = Scene::new("{}");
    fs::create_dir(format!("{}.lock", scene.file)).unwrap();
    scene.unchanged(
        scene.update(&["--set", "/a=1"]),
        8,
        &["the lock file", "is a directory"],
    );
}

#[test]
fn a_file_with_several_names_is_denied_with_the_option_that_allows_it() {
    let scene = Scene::new("{}");
    fs::hard_link(&scene.file, scene.path("other.json")).unwrap();
    scene.unchanged(
        scene.update(&["--set", "/a=1"]),
        8,
        &["2 names", "(--hard-links separate)"],
    );
}

#[test]
fn what_permissions_forbid_is_denied() {
    let scene = Scene::new("{}");
    if !can_be_unprivileged(scene.directory()) {
        eprintln!("SKIPPED: a user without privileges cannot run the command here");
        return;
    }
    let update = |scene: &Scene| unprivileged(scene.update(&["--set", "/a=1"]));
    // Neither lock file nor document can be made in the directory.
    fs::set_permissions(scene.directory(), Permissions::from_mode(0o555)).unwrap();
    scene.unchanged(update(&scene), 8, &["Permission denied"]);
    let new = scene.path("new.json");
    let made = command(&["update", new.to_str().unwrap(), "--set", "/a=1"]);
    scene.unchanged(unprivileged(made), 8, &["Permission denied"]);
    // The document cannot be written to, or not even read.
    fs::set_permissions(scene.directory(), Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(&scene.file, Permissions::from_mode(0o444)).unwrap();
    scene.unchanged(update(&scene), 8, &["may not be written to"]);
    fs::set_permissions(&scene.file, Permissions::from_mode(0o000)).unwrap();
    // `look` reads every file, which the owner may not do then.
    for mut denied in [unprivileged(command(&["get", &scene.file])), update(&scene)] {
        crate::scene::ends(&mut denied, 8, &["Permission denied"]);
    }
    fs::set_permissions(&scene.file, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(scene.text(), "{}");
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The command, run by a user who is subject to permissions.
fn unprivileged(mut command: Command) -> Command {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Whether that user can reach the command and the directory.
fn can_be_unprivileged(directory: &Path) -> bool {
    fs::set_permissions(directory, Permissions::from_mode(0o755)).unwrap();
    let mut version = Command::new(amend());
    version.arg("--version").current_dir(directory);
    unprivileged(version)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The file that is mounted on itself is the whole difference.
#[test]
fn a_mount_point_is_denied() {
    let scene = Scene::new("{}");
    let mut mount = Command::new("unshare");
    mount
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .args(["mount --bind \"$1\" \"$1\" || exit 100; shift; exec \"$@\""])
        .args(["sh", &scene.file]);
    let mut probe = Command::new(mount.get_program());
    probe.args(mount.get_args()).arg("true");
    if !probe.output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: this machine does not allow a mount in a namespace");
        return;
    }
    mount
        .arg(amend())
        .args(["update", &scene.file, "--set", "/a=1"]);
    scene.unchanged(mount, 8, &["mounted on its own"]);
}
