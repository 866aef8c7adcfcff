//! `amend run`: what scripts rely on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{amend, component, example, program, status};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A directory with a document in it, and what `--grant` is told of it.
fn state() -> (TempDir, String) {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("app.json"), "{\"count\":4}\n").unwrap();
    let grant = format!("state={}", scratch.path().display());
    (scratch, grant)
}

/// `amend run` of the program that does what it is told; its options stand before the `--`.
fn told(options: &[&str], args: &[&str]) -> Command {
    let mut command = Command::new(amend());
    command
        .args(["run", program("does-what-it-is-told").to_str().unwrap()])
        .args(options)
        .arg("--")
        .args(args);
    command
}

#[track_caller]
fn ok(mut command: Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let message = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {message}");
    assert_eq!(message, "", "{command:?} is silent on standard error");
    String::from_utf8(stdout).unwrap()
}

/// Runs a command that fails before it starts the program.
#[track_caller]
fn is_told(mut command: Command, code: i32, says: &[&str]) {
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {message}");
    assert_eq!(output.stdout, b"");
    for part in says {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}

/// Every byte, in no text's order, and more than any buffer on the way holds.
fn binary() -> Vec<u8> {
    (0..300_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8)
        .collect()
}

#[test]
fn standard_streams_are_passed_through_byte_for_byte() {
    for (what, is_output) in [("input-to-output", true), ("input-to-errors", false)] {
        let mut child = told(&[], &[what])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let writer = thread::spawn(move || input.write_all(&binary()).unwrap());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success());
        let (full, empty) = if is_output {
            (output.stdout, output.stderr)
        } else {
            (output.stderr, output.stdout)
        };
        assert!(full == binary(), "{what}: {} bytes came", full.len());
        assert_eq!(empty, b"", "{what}");
    }
}

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
fn arguments_are_passed_on_as_they_are() {
    let args = [
        "",
        "two words",
        "--grant",
        "a=b",
        "-v",
        "--",
        "ünï\n",
        "\u{1b}",
    ];
    let mut all = vec!["arguments"];
    all.extend(args);
    let expected: String = args.iter().map(|arg| format!("{arg:?}\n")).collect();
    assert_eq!(ok(told(&[], &all)), expected);
}

#[test]
fn only_what_is_named_is_in_the_environment() {
    let mut command = told(
        &["--env", "GIVEN=a=b", "--env", "PASSED", "--env", "EMPTY="],
        &["environment"],
    );
    command.env("PASSED", "on").env("SECRET", "hunter2");
    assert_eq!(ok(command), "GIVEN=a=b\nPASSED=on\nEMPTY=\n");

    let mut command = told(&["--env", "ABSENT"], &["environment"]);
    command.env_remove("ABSENT");
    is_told(command, 2, &["--env", "ABSENT"]);
    is_told(told(&["--env", "=x"], &[]), 2, &["NAME=VALUE"]);
}

#[test]
fn updates_are_there_when_it_has_ended() {
    let (scratch, grant) = state();
    let said = ok(told(
        &["--grant", &grant],
        &[
            "merge",
            r#"{"a":1}"#,
            "state/app.json",
            "read",
            "state/app.json",
        ],
    ));
    assert!(
        said.starts_with("merge: done") && said.contains("read: done"),
        "{said}"
    );
    let text = fs::read_to_string(scratch.path().join("app.json")).unwrap();
    assert_eq!(text, "{\"count\":4,\"a\":1}\n");
}

#[test]
fn a_grant_to_read_is_one_to_read() {
    let (scratch, grant) = state();
    let said = ok(told(
        &["--grant", &format!("{grant},read")],
        &[
            "read",
            "state/app.json",
            "merge",
            "{\"a\":1}",
            "state/app.json",
        ],
    ));
    assert!(said.contains("read: done"), "{said}");
    assert!(said.contains("merge: Denied("), "{said}");
    assert_eq!(
        fs::read_dir(scratch.path()).unwrap().count(),
        1,
        "not so much as a lock file"
    );
}

#[test]
fn a_grant_under_a_pointer_is_of_what_stands_there() {
    let (scratch, grant) = state();
    let file = scratch.path().join("app.json");
    fs::write(&file, r#"{"secret":1,"mine":{"a,b":{"own":2}}}"#).unwrap();
    // The comma of the pointer is written twice, and the rest of the grant stands behind it.
    let grant = format!("{grant},under=/mine/a,,b,read");
    let said = ok(told(
        &["--grant", &grant],
        &["read", "state/app.json", "merge", "{}", "state/app.json"],
    ));
    assert!(said.contains(r#"{\"own\":2}"#), "{said}");
    assert!(!said.contains("secret"), "{said}");
    assert!(said.contains("merge: Denied("), "{said}");
}

#[test]
fn a_comma_in_a_directory_is_written_twice() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("a,b=c");
    fs::create_dir(&directory).unwrap();
    let grant = format!("state={}", directory.display()).replace(',', ",,");
    ok(told(
        &["--grant", &grant],
        &["merge", "{\"a\":1}", "state/app.json"],
    ));
    assert!(directory.join("app.json").exists());
}

#[test]
fn grants_that_say_nothing_are_explained() {
    let (_scratch, grant) = state();
    let twice = ["--grant", &grant, "--grant", &grant];
    is_told(told(&twice, &[]), 2, &["--grant", "`state` is there twice"]);
    for (bad, says) in [
        ("state", "write it as NAME=DIR"),
        ("=dir", "write it as NAME=DIR"),
        ("state=", "write it as NAME=DIR"),
        ("", "write it as NAME=DIR"),
        (
            "state=.,write",
            "`write` is neither `read` nor `under=POINTER`",
        ),
        (
            "state=.,",
            "a comma that belongs to a name is written twice",
        ),
        ("state=.,under=nowhere", "`nowhere`"),
        ("state=.,read=yes", "`read=yes` is neither"),
        ("a/b=.", "cannot be a name"),
        ("..=.", "cannot be a name"),
    ] {
        is_told(told(&["--grant", bad], &[]), 2, &["--grant", says]);
    }
    is_told(
        told(&["--grant", "state=/nowhere/at/all"], &[]),
        1,
        &["/nowhere/at/all"],
    );
}

#[test]
fn an_updater_is_applied_by_its_name() {
    let (scratch, grant) = state();
    let counter = format!("counter={}", example("rust/counter").display());
    let said = ok(told(
        &["--grant", &grant, "--updater", &counter],
        &["count", "state/app.json"],
    ));
    assert!(said.starts_with("count: done"), "{said}");
    let text = fs::read_to_string(scratch.path().join("app.json")).unwrap();
    assert_eq!(text, "{\"count\":5}\n");
    is_told(
        told(&["--updater", "counter"], &[]),
        2,
        &["--updater", "NAME=COMPONENT"],
    );
    let program = format!("counter={}", program("does-what-it-is-told").display());
    is_told(told(&["--updater", &program], &[]), 6, &["not an updater"]);
    let twice = ["--updater", &counter, "--updater", &counter];
    is_told(told(&twice, &[]), 2, &["--updater", "there twice"]);
}

fn command(component: &Path, options: &[&str]) -> (i32, String) {
    let mut args = vec!["run", component.to_str().unwrap()];
    args.extend(options);
    status(&args)
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
        message.contains("400ms (the limit on its time)"),
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
        message.contains("16777216 bytes of memory (the limit on its memory)"),
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

/// `head` has enough and goes. The program is told, as a native one is, and nothing hangs and nobody complains.
#[test]
fn who_has_read_enough_may_go() {
    let mut child = told(&["--timeout", "60s"], &["print", "100000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    assert_eq!(start, [b'y'; 10]);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn all_of_a_large_output_comes() {
    let output = told(&[], &["print", "10000000"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout.len(), 10_000_000 / 1024 * 1024);
    assert!(output.stdout.iter().all(|byte| *byte == b'y'));
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

/// A component, as a file.
fn written(text: &str) -> (TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("command.wasm");
    fs::write(&file, component(text)).unwrap();
    (scratch, file)
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
