//! All languages at once on one document, each in a process of its own, beside a program without a guest: nobody's
//! update is lost.

use amend_guest_build::{Builder, Progress};
use amend_runtime::{Engine, Limits};
use amend_tests::updaters;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const EACH: u64 = 100;

fn writer(document: &Path, component: Option<&Path>) -> Child {
    Command::new(env!("CARGO_BIN_EXE_writer"))
        .arg(document)
        .arg(EACH.to_string())
        .args(component)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_process_in_each_language_and_one_without_a_guest_lose_nothing() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let engine = Engine::new().unwrap();
    let mut counters = updaters(&builder);
    counters.retain(|updater| updater.guest.name == "counter");
    for counter in &counters {
        // Compiled before, so that they all begin at about the same time.
        engine.load(&counter.component, Limits::default()).unwrap();
    }
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    let text =
        "{\n  \"big\": 18446744073709551617, \"small\": 1.0, \"huge\": 1e400,\n  \"count\": 0\n}\n";
    std::fs::write(&document, text).unwrap();

    let components = counters.iter().map(|counter| Some(&*counter.component));
    let mut writers: Vec<_> = components
        .chain([None])
        .map(|component| writer(&document, component))
        .collect();
    for writer in &mut writers {
        assert!(writer.wait().unwrap().success());
    }
    let count = EACH * writers.len() as u64;
    let expected = text.replace("\"count\": 0", &format!("\"count\": {count}"));
    assert_eq!(std::fs::read_to_string(&document).unwrap(), expected);
}
