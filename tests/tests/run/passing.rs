//! What passes between a program and who started it: streams, arguments, variables.

use crate::told::{is_told, ok, told};
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;

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
