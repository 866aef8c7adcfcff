//! Every example of a program in every language it is written in, through the command line, against the one table of
//! cases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::{Builder, Guest, Progress};
use amend_tests::table_of_program;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One case of `guest/examples/cases/<example>.program.json`. The document is `state/app.json` to the program, and it
/// is given the updater `token` of its own language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The document's text before; left out where there is none.
    document: Option<String>,
    arguments: Vec<String>,
    /// All of standard output.
    #[serde(default)]
    output: String,
    /// What standard error starts with when it fails; left out where it succeeds, and standard error is empty.
    error: Option<String>,
    /// The document's text afterwards; left out where there is none.
    expected: Option<String>,
}

/// Runs a case, and says what is wrong.
fn run(program: &Path, updater: &Path, case: &Case) -> Result<(), String> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("app.json");
    if let Some(text) = &case.document {
        fs::write(&file, text).unwrap();
    }
    let output = Command::new(amend_tests::amend())
        .arg("run")
        .arg(program)
        .arg(format!("--grant=state={}", scratch.path().display()))
        .arg(format!("--updater=token={}", updater.display()))
        .arg("--")
        .args(&case.arguments)
        .output()
        .unwrap();
    let after = fs::read_to_string(&file).ok();
    let errors = String::from_utf8_lossy(&output.stderr);
    let is_told = match &case.error {
        Some(start) => errors.starts_with(start) && output.status.code() == Some(1),
        None => errors.is_empty() && output.status.success(),
    };
    let is_right = is_told && output.stdout == case.output.as_bytes() && after == case.expected;
    is_right
        .then_some(())
        .ok_or_else(|| format!("{output:?}, and the document is {after:?}"))
}

/// The cases of an example that is a program.
fn cases(guest: &Guest) -> Option<Vec<Case>> {
    let table = fs::read_to_string(table_of_program(&guest.name)?).unwrap();
    Some(serde_json::from_str(&table).unwrap())
}

#[test]
fn every_example_of_a_program_passes_its_cases_in_every_language() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let compile = |asked: &str| -> PathBuf {
        let guest = builder.select(&[asked.to_owned()]).unwrap().remove(0);
        let compiled = builder.compile(&guest);
        compiled.unwrap_or_else(|error| panic!("{guest}: {error:?}"))
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for guest in builder.select(&[]).unwrap() {
        let Some(cases) = cases(&guest) else { continue };
        let program = compile(&guest.to_string());
        let updater = compile(&format!("{}/token", guest.language));
        for case in &cases {
            count += 1;
            if let Err(how) = run(&program, &updater, case) {
                wrong.push(format!("{guest}, {}: {how}", case.name));
            }
        }
    }
    assert!(count > 0, "there is no example of a program");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
