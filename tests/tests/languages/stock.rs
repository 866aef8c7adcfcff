//! The same component file under the wasmtime command that everybody has, and under our host: the same patches.

use crate::wave::{self, Answer};
use amend_guest_build::{Builder, Progress, StockWasmtime};
use amend_runtime::{CallError, Engine, Limits, Plugin};
use amend_store::{Json, Patch};
use amend_tests::updaters;
use std::path::Path;
use std::process::Command;

/// What the command answers. It says with its exit code that there is an answer, which may be a refusal.
fn asked_of_stock(
    stock: &StockWasmtime<'_>,
    compiled: &Path,
    current: Option<&str>,
    args: &str,
) -> Answer {
    let output = Command::new(stock.path())
        .args(["run", "--allow-precompiled", "--invoke"])
        .arg(wave::call(current, args))
        .arg(compiled)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    wave::answer(std::str::from_utf8(&output.stdout).unwrap())
}

/// What our host makes of an answer. Two patches are equal when their texts are.
fn patch(answer: Answer) -> Result<Option<Patch>, String> {
    let patch = |(kind, text): (String, String)| match kind.as_str() {
        "operations" => Patch::operations(&text).unwrap(),
        "merge" => Patch::merge(text).unwrap(),
        "replace" => Patch::replace(text).unwrap(),
        _ => panic!("{kind} is no patch"),
    };
    answer.map(|said| said.map(patch))
}

fn asked_of_us(
    plugin: &Plugin,
    current: Option<&str>,
    args: &Json,
) -> Result<Option<Patch>, String> {
    match plugin.call(current, args) {
        Ok(patch) => Ok(patch),
        Err(CallError::Refused(reason)) => Err(reason),
        Err(error) => panic!("{}: {error}", plugin.name()),
    }
}

#[test]
fn stock_wasmtime_answers_as_our_host_does_and_each_of_them_the_same_again() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let stock = builder.stock_wasmtime().unwrap();
    let engine = Engine::new().unwrap();
    for updater in updaters(&builder) {
        let compiled = stock.compile(&updater.component).unwrap();
        let plugin = engine.load(&updater.component, Limits::default()).unwrap();
        for case in &updater.cases {
            let document = case
                .document
                .as_deref()
                .map(|text| Json::parse(text).unwrap());
            let (current, args) = (document.as_ref().map(Json::as_str), &case.args);
            let ours = asked_of_us(&plugin, current, args);
            let what = format!("{}, {}", updater.guest, case.name);
            assert_eq!(asked_of_us(&plugin, current, args), ours, "again: {what}");
            let theirs = || patch(asked_of_stock(&stock, &compiled, current, args.as_str()));
            assert_eq!(theirs(), ours, "{what}");
        }
    }
}
