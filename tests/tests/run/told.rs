//! Running the command, and the program that does what it is told.

use amend_tests::{amend, component, program, status};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A directory with a document in it, and what `--grant` is told of it.
pub(crate) fn state() -> (TempDir, String) {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("app.json"), "{\"count\":4}\n").unwrap();
    let grant = format!("state={}", scratch.path().display());
    (scratch, grant)
}

/// `amend run` of the program that does what it is told; its options stand before the `--`.
pub(crate) fn told(options: &[&str], args: &[&str]) -> Command {
    let mut command = Command::new(amend());
    command
        .args(["run", program("does-what-it-is-told").to_str().unwrap()])
        .args(options)
        .arg("--")
        .args(args);
    command
}

#[track_caller]
pub(crate) fn ok(mut command: Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let message = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {message}");
    assert_eq!(message, "", "{command:?} is silent on standard error");
    String::from_utf8(stdout).unwrap()
}

/// Runs a command that fails before it starts the program.
#[track_caller]
pub(crate) fn is_told(mut command: Command, code: i32, says: &[&str]) {
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {message}");
    assert_eq!(output.stdout, b"");
    for part in says {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}

pub(crate) fn command(component: &Path, options: &[&str]) -> (i32, String) {
    let mut args = vec!["run", component.to_str().unwrap()];
    args.extend(options);
    status(&args)
}

/// A component, as a file.
pub(crate) fn written(text: &str) -> (TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("command.wasm");
    fs::write(&file, component(text)).unwrap();
    (scratch, file)
}
