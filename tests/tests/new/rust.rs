//! Projects in Rust have a copy of the SDK that is not in this workspace: its manifest says again what the workspace
//! says, and the lock file what the workspace's has.

use crate::{project, root};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What cargo knows about the package in a folder.
fn package(folder: &Path) -> Value {
    let manifest = folder.join("Cargo.toml").canonicalize().unwrap();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]);
    let output = cargo
        .arg("--manifest-path")
        .arg(&manifest)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", manifest.display());
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array_mut().unwrap();
    let place = packages
        .iter()
        .position(|package| package["manifest_path"] == manifest.to_str().unwrap());
    packages.remove(place.unwrap())
}

/// The packages of a lock file that come from a registry: name, version, source and checksum.
fn locked(file: &Path) -> BTreeSet<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let packages = text.split("[[package]]\n").skip(1);
    packages
        .filter(|package| package.contains("\nsource = "))
        .map(|package| package.lines().take(4).map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_sdk_is_the_same_in_a_project() {
    let scratch = tempfile::tempdir().unwrap();
    let sdk = root().join("guest/rust/sdk");
    let ours = package(&sdk);
    for world in ["plugin", "program"] {
        let folder = project(scratch.path(), "rust", world, world);
        let theirs = package(&folder.join("amend"));
        for key in [
            "name",
            "description",
            "version",
            "edition",
            "rust_version",
            "license",
            "publish",
            "features",
            "dependencies",
        ] {
            assert_eq!(
                theirs[key], ours[key],
                "guest/rust/sdk/Cargo.toml.template, {key}: say what the workspace says"
            );
        }
        for dependency in package(&folder)["dependencies"].as_array().unwrap() {
            let ours = ours["dependencies"].as_array().unwrap();
            assert!(
                dependency["name"] == "amend-guest"
                    || ours
                        .iter()
                        .any(|our| our["req"] == dependency["req"]
                            && our["name"] == dependency["name"]),
                "guest/rust/new/{world}/Cargo.toml.template: another version than the workspace's: {dependency}"
            );
        }
    }
}

#[test]
fn what_is_locked_is_what_the_workspace_has_locked() {
    let ours = locked(&root().join("Cargo.lock"));
    let new = root().join("guest/rust/new");
    let reserved = fs::read_to_string(new.join("reserved")).unwrap();
    let toolchain = |file: &Path| {
        let text = fs::read_to_string(file).unwrap();
        let channel = text.lines().find(|line| line.starts_with("channel = "));
        channel.unwrap().to_owned()
    };
    for world in ["plugin", "program"] {
        let lock = new.join(world).join("Cargo.lock.template");
        let theirs = locked(&lock);
        assert!(theirs.len() > 10);
        let stale: Vec<_> = theirs.difference(&ours).collect();
        assert!(
            stale.is_empty(),
            "{}: copy Cargo.lock into a new project, have `cargo metadata` leave out what it does not need, and put \
             it there with {{{{name}}}} for the project's name. {stale:?}",
            lock.display()
        );
        for package in &theirs {
            let name = package[0].trim_start_matches("name = ").trim_matches('"');
            assert!(
                reserved.lines().any(|reserved| reserved == name),
                "guest/rust/new/reserved: a project that is called {name} has two packages of that name"
            );
        }
        assert_eq!(
            toolchain(&new.join(world).join("rust-toolchain.toml.template")),
            toolchain(&root().join("rust-toolchain.toml"))
        );
    }
}
