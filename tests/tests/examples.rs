//! Every example of an updater in every language it is written in, against the one table of cases. Programs have a
//! table of another kind: see `example_programs.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::{Builder, Progress};
use amend_runtime::{Case, Engine, Expected, Limits, Plugin};
use amend_store::{Error, Store};
use amend_tests::{Updater, updaters};
use std::fs;

/// Runs a case on a document on disk, and says what is wrong.
fn run_on_disk(plugin: &Plugin, case: &Case) -> Result<(), String> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("document.json");
    if let Some(text) = &case.document {
        fs::write(&file, text).unwrap();
    }
    let store = Store::open(scratch.path()).unwrap();
    let outcome = store.update("document.json", plugin.with_args(case.args.clone()));
    let after = fs::read_to_string(&file).ok();
    match (&outcome, &case.expected) {
        (Ok(_), Expected::Document(expected)) if after == *expected => Ok(()),
        (Err(Error::Refused { source, .. }), Expected::Refusal(says))
            if after == case.document && source.to_string().contains(says) =>
        {
            Ok(())
        }
        _ => Err(format!("{outcome:?}, and the document is {after:?}")),
    }
}

#[test]
fn every_example_passes_its_cases_in_every_language() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let engine = Engine::new().unwrap();
    let mut wrong = Vec::new();
    for Updater {
        guest,
        component,
        cases,
    } in updaters(&builder)
    {
        let plugin = engine.load(component, Limits::default()).unwrap();
        for case in &cases {
            if let Err(how) = run_on_disk(&plugin, case) {
                wrong.push(format!("{guest}, {}: {how}", case.name));
            }
            if let Err(how) = case.run(&plugin) {
                wrong.push(format!("{guest}, {}, without a file: {how}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
