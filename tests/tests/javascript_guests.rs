//! Guests in JavaScript, as far as it is up to the engine inside the component: what node can show, its own tests do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::component_in;
use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Error, Json, Store};
use amend_tests::{amend, example};
use serde_json::json;
use std::{fs, path::PathBuf, process::Command, sync::LazyLock};

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
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("app.json");
    fs::write(&file, document).unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let args = Json::parse(args.to_string()).unwrap();
    match store.update("app.json", UPDATER.with_args(args)) {
        Ok(_) => Ok(fs::read_to_string(&file).unwrap()),
        Err(Error::Refused { source, .. }) => Err(source.to_string()),
        Err(other) => panic!("{other:?}"),
    }
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
