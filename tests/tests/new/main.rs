//! `amend new`: the projects that it makes are built and tested with the commands of their own READMEs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod projects;
mod refusals;
mod rust;

use amend_tests::amend;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The top of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs `amend new` in a folder.
fn new(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(amend());
    command.arg("new").args(args).current_dir(folder);
    command.output().unwrap()
}

/// Makes a project in a folder, and says where it is.
fn project(folder: &Path, language: &str, world: &str, name: &str) -> PathBuf {
    let output = new(folder, &[language, name, "--world", world]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{language}, {world}: {errors}");
    folder.join(name)
}
