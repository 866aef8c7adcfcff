//! What is refused, and what is left of it: nothing.

use crate::{new, project};
use std::fs;
use std::path::Path;

#[track_caller]
fn is_refused(folder: &Path, args: &[&str], code: i32, says: &[&str]) {
    let before = fs::read_dir(folder).unwrap().count();
    let output = new(folder, args);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
    for says in says {
        assert!(message.contains(says), "{args:?}: {message}");
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), before);
}

#[test]
fn what_cannot_be_made_is_said() {
    let scratch = tempfile::tempdir().unwrap();
    let scratch = scratch.path();
    is_refused(
        scratch,
        &["klingon", "a"],
        2,
        &["klingon", "possible values", "rust"],
    );
    is_refused(
        scratch,
        &["rust", "a", "--world", "daemon"],
        2,
        &["daemon", "plugin", "program"],
    );
    for name in ["A", "1a", "a_b", "../a", "a b", ""] {
        is_refused(
            scratch,
            &["rust", name],
            2,
            &["cannot be the name of a project", "a to z"],
        );
    }
    is_refused(
        scratch,
        &["rust", "serde"],
        2,
        &["\"serde\"", "choose another"],
    );
    is_refused(
        scratch,
        &["rust", "a", "--path", "no/where"],
        1,
        &["no", "No such file"],
    );

    fs::write(scratch.join("taken"), "mine").unwrap();
    is_refused(
        scratch,
        &["rust", "taken"],
        2,
        &["taken: there is something of that name"],
    );
    is_refused(
        scratch,
        &["rust", "a", "--path", "taken"],
        2,
        &["nothing is overwritten"],
    );
    assert_eq!(fs::read_to_string(scratch.join("taken")).unwrap(), "mine");
}

#[test]
fn a_project_is_where_it_was_wanted_and_what_to_do_is_said() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = project(scratch.path(), "rust", "plugin", "apples");
    assert!(folder.join("src/lib.rs").is_file());

    let output = new(
        scratch.path(),
        &["rust", "red-apples", "--path", "apples/red"],
    );
    let told = String::from_utf8(output.stdout).unwrap();
    let expected = "\
Made a plugin in rust. Next:
  cd apples/red
  cargo fetch
  cargo build --release --target wasm32-wasip2
  amend test target/wasm32-wasip2/release/red_apples.wasm cases.json
apples/red/README.md says more.
";
    assert_eq!(told, expected);
    let manifest = fs::read_to_string(folder.join("red/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"red-apples\""), "{manifest}");
}
