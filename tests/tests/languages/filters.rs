//! Every updater as a filter, run by a wasmtime that knows nothing of amend: a document on standard input, the changed
//! one on standard output.

use amend_guest_build::{Builder, Progress, StockWasmtime, plug};
use amend_runtime::{Case, Expected};
use amend_tests::{hostile, updaters};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(stock: &StockWasmtime<'_>, compiled: &Path, args: &[&str], input: &str) -> Output {
    let mut filter = Command::new(stock.path())
        .args(["run", "--allow-precompiled"])
        .arg(compiled)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that fails before it reads closes its end.
    let _ = filter.stdin.take().unwrap().write_all(input.as_bytes());
    filter.wait_with_output().unwrap()
}

/// What is wrong with how a case has ended.
fn judge(case: &Case, output: &Output) -> Result<(), String> {
    let is_good = match &case.expected {
        Expected::Document(text) => {
            let text = text.as_deref().unwrap_or_default();
            output.status.success() && output.stdout == text.as_bytes()
        }
        Expected::Refusal(says) => {
            let reason = String::from_utf8_lossy(&output.stderr);
            !output.status.success()
                && output.stdout.is_empty()
                && reason.starts_with("refused: ")
                && reason.contains(says)
        }
    };
    if is_good {
        Ok(())
    } else {
        Err(format!("{output:?}"))
    }
}

#[test]
fn a_filter_of_every_updater_passes_its_cases() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let stock = builder.stock_wasmtime().unwrap();
    let mut wrong = Vec::new();
    for updater in updaters(&builder) {
        let filter = builder.filter(&updater.guest).unwrap();
        let compiled = stock.compile(&filter.expect("it is an updater")).unwrap();
        for case in &updater.cases {
            let input = case.document.as_deref().unwrap_or_default();
            let output = run(&stock, &compiled, &[case.args.as_str()], input);
            if let Err(how) = judge(case, &output) {
                wrong.push(format!("{}, {}: {how}", updater.guest, case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The exit code is not 0, nothing is on standard output, and this is how the message begins.
fn fails(output: &Output, message: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{message}");
    assert!(output.stdout.is_empty(), "{message}");
    assert!(said.starts_with(message), "{said}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let stock = builder.stock_wasmtime().unwrap();
    let [counter] = &builder.select(&["rust/counter".to_owned()]).unwrap()[..] else {
        panic!("there is one");
    };
    let counter = stock
        .compile(&builder.filter(counter).unwrap().unwrap())
        .unwrap();
    let counter = |args: &[&str], input| run(&stock, &counter, args, input);

    assert_eq!(counter(&[], "{\"count\": 1}\n").stdout, b"{\"count\": 2}\n");
    assert!(counter(&["--help"], "").status.success());
    assert!(
        counter(&["--help"], "")
            .stdout
            .starts_with(b"Reads a JSON document")
    );
    fails(
        &counter(&[], "{\"count\": 1"),
        "the document on standard input is not JSON: ",
    );
    fails(&counter(&["{by: 1}"], "{}"), "the argument is not JSON: ");
    fails(&counter(&["{}", "{}"], "{}"), "2 arguments were given");
}

#[test]
fn an_answer_that_is_no_patch_changes_nothing() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let stock = builder.stock_wasmtime().unwrap();
    let filter = builder.compile_filter().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    for (name, message) in [
        (
            "answers-garbage",
            "the updater did not answer with a patch: ",
        ),
        (
            "answers-no-operations",
            "the updater did not answer with a patch: ",
        ),
        // wasmtime's own message.
        ("traps", "Error: "),
    ] {
        let updater = hostile(name, scratch.path());
        let plugged = scratch.path().join(format!("{name}-filter.wasm"));
        fs::write(&plugged, plug(&filter, &updater).unwrap()).unwrap();
        fails(&run(&stock, &plugged, &[], "{}"), message);
    }
}

#[test]
fn what_is_no_updater_is_no_filter() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let [deploy] = &builder.select(&["rust/deploy".to_owned()]).unwrap()[..] else {
        panic!("there is one");
    };
    assert_eq!(builder.filter(deploy).unwrap(), None);
    let filter = builder.compile_filter().unwrap();
    let error = plug(&filter, &builder.compile(deploy).unwrap()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("cannot be plugged into the filter"),
        "{error}"
    );
}
