//! Guests in JavaScript, as far as it is up to the engine inside the component: what node can show, its own tests do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::component_in;
use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Json, Store};
use amend_tests::{amend, example, updated};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};
use std::{fs, path::PathBuf, sync::LazyLock};

fn engine_guest() -> PathBuf {
    component_in("tests/guests", "javascript/engine").unwrap()
}

/// Loaded once: the tests of a process run at the same time, and would all compile it.
static UPDATER: LazyLock<Plugin> = LazyLock::new(|| load(engine_guest()));

fn load(component: PathBuf) -> Plugin {
    let engine = Engine::new().unwrap();
    engine.load(component, Limits::default()).unwrap()
}

/// What the updater makes of a document, or why it refuses.
fn update(document: &str, args: &serde_json::Value) -> Result<String, String> {
    updated(&UPDATER, document, &args.to_string())
}

#[test]
fn whatever_is_thrown_refuses() {
    for (deed, reason) in [
        ("throw an error", "why"),
        ("throw a string", "why"),
        ("throw half a character", "\u{fffd}"),
        ("throw an object", "it gave no reason"),
        ("make a mistake", "cannot read property 'b' of undefined"),
        ("wait", "must not be async"),
        ("change and forget", "returned nothing"),
    ] {
        let refusal = update("{}", &json!({ "do": deed })).unwrap_err();
        assert!(refusal.contains(reason), "{deed}: {refusal}");
    }
}

#[test]
fn members_of_any_name_are_set_from_another_module() {
    for key in ["__proto__", "constructor", "length", "é\u{1f600}"] {
        let args = json!({ "do": "set any member", "key": key });
        let made = update("{\"a\":1e400}", &args);
        let expected = format!("{{\"a\":1e400,\"{key}\":\"from another module\"}}");
        assert_eq!(made, Ok(expected));
    }
}

#[test]
fn there_is_no_way_out() {
    let made = update("{}", &json!({"do": "reach out"}));
    assert_eq!(made, Ok("{\"there\":[]}".to_owned()));
}

/// As deep as the SDK takes, with numbers that it has to look at twice, and deeper: refused, before the stack is full.
#[test]
fn depth_is_refused_before_the_stack_is_full() {
    let nested = |depth: usize| {
        let numbers = "[1e400,0.10000000000000001]";
        let around = depth - 1;
        format!(
            "{}{numbers}{}",
            "{\"a\":".repeat(around),
            "}".repeat(around)
        )
    };
    let args = json!({"do": "hand back"});
    assert_eq!(update(&nested(127), &args), Ok(nested(127)));
    for depth in [128, 512] {
        let refusal = update(&nested(depth), &args).unwrap_err();
        assert!(refusal.contains("deeper than 127 levels"), "{refusal}");
    }
}

/// Runs `amend update -v` with the guest, and returns its log.
fn log(args: &serde_json::Value) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let output = Command::new(amend())
        .args(["update", "--verbose"])
        .arg(scratch.path().join("app.json"))
        .arg("--with")
        .arg(engine_guest())
        .arg(format!("--args={args}"))
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    log
}

#[test]
fn what_it_prints_is_in_the_log() {
    let log = log(&json!({"do": "print"}));
    assert!(log.contains("a line"), "{log}");
    assert!(log.contains('\u{1f600}'), "{log}");
    assert_eq!(log.matches('#').count(), 10_000, "{log}");
    assert!(!log.contains("while it was built"), "{log}");
}

/// A call gets an instance of its own, and none sees what another has left.
#[test]
fn a_thousand_calls_are_all_there() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let counter = load(example("javascript/counter"));
    for _ in 0..1000 {
        store
            .update("app.json", counter.with_args(Json::parse("{}").unwrap()))
            .unwrap();
    }
    let text = fs::read_to_string(scratch.path().join("app.json")).unwrap();
    assert_eq!(text, "{\n  \"count\": 1000\n}\n");
}

/// Runs the program that prints what it was given.
fn command(arg: &str, input: &[u8]) -> (Option<i32>, String, String) {
    let program = component_in("tests/guests", "javascript/command").unwrap();
    let mut child = Command::new(amend())
        .arg("run")
        .arg(program)
        .args(["--env=NAME=é", "--", arg])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// More input than comes in one piece, and characters that lie across two.
#[test]
fn a_program_gets_arguments_environment_and_input() {
    let input = format!("x{}end", "\u{1f600}".repeat(5_000));
    assert_eq!(
        command("an argument", input.as_bytes()),
        (
            Some(0),
            "[\"an argument\"] é\n10004 units: x\u{1f600}...end\n".to_owned(),
            String::new()
        )
    );
}

#[test]
fn a_program_that_fails_says_why() {
    let (code, _, said) = command("", b"\xff");
    assert_eq!((code, &*said), (Some(1), "the input is not UTF-8\n"));
    let (code, _, said) = command("wait", b"");
    assert_eq!(code, Some(1));
    assert!(said.contains("must not be async"), "{said}");
}
