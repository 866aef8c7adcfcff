//! Guests in Go: the collector runs where it may, and only there; and a panic says why.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{Engine, Limits};
use amend_store::{Error, Json, Store};
use amend_tests::bare::{Bare, Patch};
use amend_tests::{amend, example};
use std::{fs, process::Command};

/// Some collections' worth of documents, and more than one call's share of memory.
const CALLS: usize = 5_000;
const DOCUMENT: usize = 40_000;

/// A collection reads the clock. In the middle of the host's writing the arguments that traps: "cannot leave component
/// instance". amend itself never calls an instance twice; other hosts do.
#[test]
fn one_instance_takes_many_calls_and_its_memory_stays_flat() {
    let component = fs::read(example("go/counter")).unwrap();
    let mut kept = Bare::load_to_keep(&component).unwrap().keep().unwrap();
    for call in 0..CALLS {
        // Of other sizes each time, so that no call finds exactly what the one before has left.
        let filler = "x".repeat(call * 31 % DOCUMENT);
        let document = format!(r#"{{"filler":"{filler}","count":{call}}}"#);
        let answer = kept
            .call(Some(&document), "{}")
            .unwrap_or_else(|error| panic!("call {call}: {error:?}"));
        let expected = format!(r#"{{"filler":"{filler}","count":{}}}"#, call + 1);
        assert_eq!(answer, Ok(Some(Patch::Replace(expected))), "call {call}");
    }
    let memory = kept.memory();
    assert!(memory < 32 << 20, "{memory} bytes");
}

/// The same the other way round: the host writes its answers while the program waits for them.
#[test]
fn a_program_reads_many_times_and_its_memory_stays_flat() {
    let program = amend_guest_build::component_in("tests/guests", "go/reads").unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let document = format!(r#"{{"filler":"{}"}}"#, "x".repeat(DOCUMENT));
    fs::write(scratch.path().join("app.json"), &document).unwrap();
    let output = Command::new(amend())
        .arg("run")
        .arg(program)
        .arg(format!("--grant=state={},read", scratch.path().display()))
        .args(["--memory=32MiB", "--", "state/app.json"])
        .arg(CALLS.to_string())
        .output()
        .unwrap();
    let expected = format!("{}\n", CALLS * document.len());
    assert_eq!(
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned()
        ),
        (expected, String::new())
    );
}

#[test]
fn a_panic_refuses_with_what_it_said_and_where() {
    let engine = Engine::new().unwrap();
    let panics = amend_guest_build::component_in("tests/guests", "go/panics").unwrap();
    let panics = engine.load(panics, Limits::default()).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path()).unwrap();
    for (how, says) in [
        ("by itself", "at the disco (updater.go:17)"),
        (
            "index",
            "runtime error: index out of range [7] with length 0 (updater.go:19)",
        ),
        (
            "nil",
            "runtime error: invalid memory address or nil pointer dereference (updater.go:22)",
        ),
    ] {
        let args = Json::parse(serde_json::to_string(how).unwrap()).unwrap();
        let error = store
            .update("app.json", panics.with_args(args))
            .unwrap_err();
        let Error::Refused { source, .. } = &error else {
            panic!("{how}: {error:?}");
        };
        assert_eq!(source.to_string(), format!("the updater panicked: {says}"));
    }

    // What Go itself cannot recover from is no refusal.
    let args = Json::parse(r#""for ever""#).unwrap();
    let error = store.update("app.json", panics.with_args(args));
    assert!(
        matches!(error, Err(Error::UpdaterFailed { .. })),
        "{error:?}"
    );
}
