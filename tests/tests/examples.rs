//! Every example of an updater in every language it is written in, against the one table of cases. Programs have a
//! table of another kind: see `example_programs.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::{Builder, Progress};
use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Error, Json, Store};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fs;
use std::path::Path;

/// One case of `guest/examples/cases/<example>.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The document's text before; left out where there is none.
    document: Option<String>,
    args: Box<RawValue>,
    /// The document's text afterwards; left out where the guest refuses.
    expected: Option<String>,
    /// What the reason of a refusal contains.
    refusal: Option<String>,
}

/// Runs a case on a document on disk, and says what is wrong.
fn run(plugin: &Plugin, case: &Case) -> Result<(), String> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("document.json");
    if let Some(text) = &case.document {
        fs::write(&file, text).unwrap();
    }
    let args = Json::parse(case.args.get()).unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let outcome = store.update("document.json", plugin.with_args(args));
    let after = fs::read_to_string(&file).ok();
    match (&outcome, &case.expected, &case.refusal) {
        (Ok(_), Some(_), None) if after == case.expected => Ok(()),
        (Err(Error::Refused { source, .. }), None, Some(says))
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
    let guests = builder.select(&[]).unwrap();
    assert!(!guests.is_empty());
    let engine = Engine::new().unwrap();
    let mut wrong = Vec::new();
    for guest in &guests {
        let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest/examples/cases");
        if tables.join(format!("{}.program.json", guest.name)).exists() {
            continue;
        }
        let table = tables.join(format!("{}.json", guest.name));
        let cases = fs::read_to_string(&table)
            .unwrap_or_else(|error| panic!("{}: {error}", table.display()));
        let cases: Vec<Case> = serde_json::from_str(&cases).unwrap();
        assert!(!cases.is_empty());
        let component = builder
            .compile(guest)
            .unwrap_or_else(|error| panic!("{guest}: {error:?}"));
        let plugin = engine.load(component, Limits::default()).unwrap();
        for case in &cases {
            if let Err(how) = run(&plugin, case) {
                wrong.push(format!("{guest}, {}: {how}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
