//! How programs end: well, in the middle of their work, or when somebody else would have to act first.

use crate::scene::{Scene, all_are, run, run_with};
use amend_runtime::{CallError, Limits};
use amend_tests::{amend, program};
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn does_what_it_is_told() {
    let scene = Scene::new();
    let limits = Limits::for_programs();
    let args = [
        "count",
        "state/app.json",
        "read",
        "state/app.json",
        "merge",
        r#"{"a":1}"#,
        "state/new/new.json",
    ];
    let exit = run_with("does-what-it-is-told", &args, &scene.grants(), limits);
    let said = scene.said(&exit.unwrap());
    all_are(&said, "done");
    assert!(said.contains(r#"{ \"count\":5 }"#), "{said}");
    let new = fs::read_to_string(scene.root().join("new/new.json")).unwrap();
    assert_eq!(new, "{\n  \"a\": 1\n}\n");
    scene.goes_on();
}

#[test]
fn exits_in_the_middle() {
    let scene = Scene::new();
    let exit = run("exits-in-the-middle", &scene.grants()).unwrap();
    // Rust's library exits through a function of WASI that knows only success and failure.
    assert_eq!(exit.code, 1);
    assert_eq!(scene.read(), "{ \"count\":4,\"step\":2 }");
    scene.goes_on();
}

#[test]
fn panics_in_the_middle() {
    let scene = Scene::new();
    let error = run("panics-in-the-middle", &scene.grants()).unwrap_err();
    assert!(matches!(error, CallError::Trap { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("three is too much"), "{message}");
    assert_eq!(scene.read(), "{ \"count\":4,\"step\":2 }");
    scene.goes_on();
}

/// Runs a program through the command, with a time limit; the test keeps the other ends of its streams.
#[track_caller]
fn command_is_stopped(name: &str) {
    let mut command = Command::new(amend())
        .args(["run", program(name).to_str().unwrap()])
        .args(["--timeout", "500ms"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Waiting would close the input.
    let input = command.stdin.take();
    let mut message = String::new();
    let errors = command.stderr.take();
    errors.unwrap().read_to_string(&mut message).unwrap();
    assert_eq!(command.wait().unwrap().code(), Some(6), "{message}");
    assert!(message.contains("the limit on its time"), "{message}");
    drop(input);
}

#[test]
fn reads_input_for_ever() {
    command_is_stopped("reads-input-for-ever");
}

#[test]
fn prints_without_end() {
    command_is_stopped("prints-without-end");
}
