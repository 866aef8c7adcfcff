//! How `amend run` ends: with the program's exit code, or with one of its own.

use crate::told::{command, is_told, state, told, written};
use amend_tests::{example, program};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// `exit-with-code` came to WASI after `exit`, which knows only success and failure and is all that Rust's library
/// calls.
#[test]
fn exit_codes_are_passed_on() {
    for code in [0, 1, 7, 255] {
        let (_scratch, file) = written(&format!(
            r#"(component
                 (import "wasi:cli/exit@0.2.12" (instance $exit
                   (export "exit-with-code" (func (param "status-code" u8)))))
                 (core func $exit (canon lower (func $exit "exit-with-code")))
                 (core module $m
                   (import "host" "exit" (func $exit (param i32)))
                   (func (export "run") (result i32) (call $exit (i32.const {code})) unreachable))
                 (core instance $i (instantiate $m
                   (with "host" (instance (export "exit" (func $exit))))))
                 (func $run (result (result)) (canon lift (core func $i "run")))
                 (instance (export "wasi:cli/run@0.2.12") (export "run" (func $run))))"#
        ));
        assert_eq!(command(&file, &[]), (code, String::new()));
    }
    for (said, code) in [("0", 0), ("1", 1), ("7", 1)] {
        let status = told(&[], &["exit", said]).status().unwrap();
        assert_eq!(status.code(), Some(code));
    }
}

#[test]
fn a_crash_is_not_an_exit_code_of_the_program() {
    is_told(told(&[], &["nonsense"]), 6, &["nobody does nonsense"]);
}

#[test]
fn limits_are_those_of_the_command_line() {
    let (_scratch, grant) = state();
    let reads = program("reads-for-ever");
    let started = Instant::now();
    let options = [
        "--grant",
        &grant,
        "--max-calls",
        "1000000000",
        "--timeout",
        "400ms",
    ];
    let (code, message) = command(&reads, &options);
    assert_eq!(code, 6, "{message}");
    assert!(
        message.contains("400ms (the limit on its time: --timeout)"),
        "{message}"
    );
    assert!(started.elapsed() < Duration::from_secs(30));

    let (code, message) = command(&reads, &["--grant", &grant, "--max-calls", "10"]);
    assert_eq!(code, 6, "{message}");
    assert!(
        message.contains("more than 10 times (the limit on its calls)"),
        "{message}"
    );

    let sends = program("sends-a-hundred-megabytes");
    let (code, message) = command(&sends, &["--grant", &grant, "--memory", "16MiB"]);
    assert_eq!(code, 6, "{message}");
    assert!(
        message.contains("16777216 bytes of memory (the limit on its memory: --memory)"),
        "{message}"
    );

    let (code, message) = command(&sends, &["--grant", &grant, "--fuel", "1000"]);
    assert_eq!(code, 6, "{message}");
    assert!(message.contains("1000 units of fuel"), "{message}");

    let (code, message) = command(&reads, &["--timeout", "soon"]);
    assert_eq!(code, 2, "{message}");
}

#[test]
fn what_is_no_program_is_not_run() {
    let (code, message) = command(Path::new("/nowhere/program.wasm"), &[]);
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("/nowhere/program.wasm"), "{message}");
    let (code, message) = command(&example("rust/counter"), &[]);
    assert_eq!(code, 6, "{message}");
    assert!(message.contains("so it is an updater"), "{message}");
}

/// A command that exports `wasi:cli/run` of this version, and succeeds or does not.
fn command_of(version: &str, result: i32) -> (TempDir, PathBuf) {
    written(&format!(
        r#"(component
             (core module $m (func (export "run") (result i32) (i32.const {result})))
             (core instance $i (instantiate $m))
             (func $run (result (result)) (canon lift (core func $i "run")))
             (instance (export "wasi:cli/run@{version}") (export "run" (func $run))))"#
    ))
}

#[test]
fn a_command_of_any_version_of_wasi_0_2_runs() {
    for version in ["0.2.0", "0.2.3", "0.2.8", "0.2.99"] {
        for result in [0, 1] {
            let (_scratch, file) = command_of(version, result);
            let (code, message) = command(&file, &[]);
            assert_eq!((code, message.as_str()), (result, ""), "{version}");
        }
    }
    for version in ["0.1.0", "0.20.0", "0.3.0"] {
        let (_scratch, file) = command_of(version, 0);
        let (code, message) = command(&file, &[]);
        assert_eq!(code, 6, "{message}");
        assert!(
            message.contains("does not export `wasi:cli/run@0.2`"),
            "{message}"
        );
        assert!(message.contains(version), "{message}");
    }
}
