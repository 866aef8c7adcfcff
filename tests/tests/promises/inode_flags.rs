//! An update replaces the file, and the new one has the inode flags of the old one: what `chattr` and `chproj` have set.

use amend_tests::amend;
use amend_tests::file_systems::FileSystem;
use amend_tests::mounted::with_own_mounts;
use amend_tests::requirements::{has_root, has_tools};
use std::fs;
use std::path::Path;
use std::process::Command;

/// From this size on a document is written while it is still read.
const LARGE: usize = 5 << 20;

fn output(program: &str, args: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(args).arg(file).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn flags(file: &Path) -> String {
    let listed = output("lsattr", &["-d"], file);
    listed.split(' ').next().unwrap().replace('-', "")
}

fn update(file: &Path) {
    let mut command = Command::new(amend());
    let status = command
        .arg("update")
        .arg(file)
        .args(["--set", "/n=2"])
        .status();
    assert!(status.unwrap().success());
}

/// A document with these flags, which are set before anything is in it: some have no effect later.
fn with_flags(directory: &Path, name: &str, set: &str, len: usize) -> String {
    let file = directory.join(name);
    fs::write(&file, "").unwrap();
    output("chattr", &[set], &file);
    fs::write(&file, format!(r#"{{"n":1,"text":"{}"}}"#, "x".repeat(len))).unwrap();
    let before = flags(&file);
    update(&file);
    assert_eq!(flags(&file), before, "{name}");
    before
}

#[test]
fn the_inode_flags_and_the_project_are_kept() {
    let tools = [("chattr", "e2fsprogs"), ("xfs_io", "xfsprogs")];
    if !has_root() || !has_tools(&tools) {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    with_own_mounts(|| {
        for (file_system, set, shown) in [
            (FileSystem::Ext4, "+A", 'A'),
            (FileSystem::Ext4, "+d", 'd'),
            (FileSystem::Ext4, "+S", 'S'),
            (FileSystem::Btrfs, "+C", 'C'),
            (FileSystem::Btrfs, "+A", 'A'),
            (FileSystem::Xfs, "+A", 'A'),
        ] {
            let at = scratch.path().join(format!("{file_system:?}/at"));
            if !at.exists() && file_system.mount(scratch.path()).is_none() {
                continue;
            }
            for (size, len) in [("small", 10), ("large", LARGE)] {
                let name = format!("{size}{set}.json");
                let kept = with_flags(&at, &name, set, len);
                assert!(kept.contains(shown), "{file_system:?} {name}: {kept}");
            }
        }
        let at = scratch.path().join("Xfs/at");
        if at.exists() {
            let file = at.join("project.json");
            fs::write(&file, r#"{"n":1}"#).unwrap();
            output("xfs_io", &["-c", "chproj 42"], &file);
            update(&file);
            let project = output("xfs_io", &["-c", "lsproj"], &file);
            assert!(project.contains("42"), "{project}");
        }
    });
}
