//! Each limit has an option, and the message of an error names it.

use amend_tests::{bombs, hostile, run, status};
use std::fs;
use std::path::Path;

fn written(directory: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let file = directory.join(name);
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[track_caller]
fn ends(args: &[&str], code: i32, says: &[&str]) {
    let (found, message) = status(args);
    assert_eq!(found, code, "{args:?}: {message}");
    for says in says {
        assert!(message.contains(says), "{message:?} does not say {says:?}");
    }
}

#[test]
fn the_depth_of_a_document() {
    let scratch = tempfile::tempdir().unwrap();
    let text = ["[".repeat(600), "]".repeat(600)].concat();
    let deep = written(scratch.path(), "deep.json", &text);
    let new = scratch.path().join("new.json");
    let new = new.to_str().unwrap();
    let from_file = format!("@{deep}");
    for args in [
        &["get", &deep][..],
        &["diff", &deep, &deep],
        &["update", &deep, "--set", "/-=1"],
        &["copy", &deep, new],
    ] {
        ends(args, 1, &["limit of 512", "(--max-depth)"]);
    }
    let replace = ["update", new, "--replace", &from_file];
    ends(&replace, 9, &["limit of 512", "(--max-depth)"]);
    let put = ["update", &deep, "--set", "/0/0=[[[]]]", "--max-depth", "3"];
    ends(&put, 1, &["limit of 3", "(--max-depth)"]);
    for args in [
        &["get", &deep][..],
        &["diff", &deep, &deep],
        &["update", &deep, "--set", "/-=1"],
        &["copy", &deep, new],
        &replace,
    ] {
        ends(&[args, &["--max-depth", "700"]].concat(), 0, &[]);
    }
}

#[test]
fn the_size_of_a_document() {
    let scratch = tempfile::tempdir().unwrap();
    let text = format!("[\"{}\"]", "x".repeat(2000));
    let large = written(scratch.path(), "large.json", &text);
    let small = written(scratch.path(), "small.json", "[]");
    let add = format!("/-=\"{}\"", "x".repeat(2000));
    for args in [
        &["get", &large][..],
        &["diff", &large, &small],
        &["update", &large, "--set", "/-=1"],
        &["update", &small, "--set", &add],
    ] {
        let limited = [args, &["--max-size", "1KiB"]].concat();
        ends(&limited, 1, &["limit", "1024", "--max-size)"]);
    }
    assert_eq!(fs::read_to_string(&large).unwrap(), text);
    assert_eq!(fs::read_to_string(&small).unwrap(), "[]");
    ends(
        &["update", &small, "--set", &add, "--max-size", "3KiB"],
        0,
        &[],
    );
}

/// The limits of the host's work are those of a guest's answer, and of a patch of the command line as well.
#[test]
fn the_work_and_the_memory_for_a_patch() {
    let scratch = tempfile::tempdir().unwrap();
    let text = format!("{{\"a\":\"{}\"}}", "x".repeat(20_000));
    let file = written(scratch.path(), "state.json", &text);
    let copy = r#"{"op": "copy", "from": "/a", "path": "/b"}"#;
    let test = format!(
        r#"{{"op": "test", "path": "/a", "value": "{}"}}"#,
        "x".repeat(19_999)
    );
    let copies = format!("[{copy}]");
    let tests = format!("[{test}]");
    for (patch, option, limit) in [
        (&tests, "--host-work", "100"),
        (&tests, "--host-work", "30000"),
        (&copies, "--host-memory", "100B"),
    ] {
        let args = ["update", &file, "--operations", patch, option, limit];
        ends(&args, 1, &["than the limit of", &format!("({option})")]);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    ends(&["update", &file, "--operations", &copies], 0, &[]);
}

#[test]
fn what_a_guest_may_use() {
    let scratch = tempfile::tempdir().unwrap();
    let file = written(scratch.path(), "state.json", "{\"count\": 1}");
    for (guest, option, limit) in [
        ("loops-in-update", "--timeout", "300ms"),
        ("loops-in-start", "--timeout", "300ms"),
        ("loops-in-update", "--fuel", "100000"),
        ("eats-memory", "--memory", "20MiB"),
        ("answers-too-much", "--max-answer", "1MiB"),
        ("copies-into-itself", "--host-memory", "20MiB"),
        ("copies-into-itself", "--host-work", "100000"),
        ("prints-forever", "--max-lines", "10"),
        ("prints-a-gigabyte", "--max-output", "1KiB"),
    ] {
        let guest = hostile(guest, scratch.path());
        let args = [
            "update",
            &file,
            "--with",
            guest.to_str().unwrap(),
            option,
            limit,
        ];
        ends(&args, 6, &["(the limit on ", &format!(": {option})")]);
    }
    let bomb = written(scratch.path(), "bomb.wasm", bombs::locals(2_000, 9_500));
    for (option, limit) in [
        ("--compile-memory", "300MiB"),
        ("--compile-memory", "1MiB"),
        ("--compile-memory", "10MiB"),
        ("--compile-memory", "50MiB"),
        ("--compile-memory", "0B"),
        ("--compile-timeout", "50ms"),
        ("--compile-timeout", "0s"),
    ] {
        let args = ["update", &file, "--with", &bomb, option, limit];
        ends(&args, 6, &[&format!("{option})")]);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"count\": 1}");
}

/// A guest that is shown the document and returns a text of many lines makes the command compare them.
#[test]
fn a_dry_run_shows_many_lines_in_little_time() {
    let scratch = tempfile::tempdir().unwrap();
    let file = written(scratch.path(), "state.json", "[\n0\n]\n");
    // The elements of two files with the same lines in two orders: to find the fewest that differ takes their product.
    let line = |index: u32| format!("{}", index.wrapping_mul(2_654_435_761) % 50_000);
    let lines = |from: u32| {
        (from..from + 90_000)
            .map(line)
            .collect::<Vec<_>>()
            .join(",\n")
    };
    let text = format!("[{}\n]", lines(0));
    let other = written(
        scratch.path(),
        "other.json",
        format!("[{}\n]", lines(1_000_000)),
    );
    fs::write(&file, text).unwrap();
    let args = [
        "update",
        &file,
        "--replace",
        &format!("@{other}"),
        "--dry-run",
    ];
    let cost = amend_tests::cost(scratch.path(), &args);
    assert_eq!(cost.code, Some(0), "{}", cost.errors);
    assert!(cost.output.lines().count() > 10_000);
    assert!(
        cost.time < std::time::Duration::from_secs(20),
        "{:?}",
        cost.time
    );

    let args = [&args[..], &["--json", "--host-work", "2000000"]].concat();
    ends(&args, 1, &["(--host-work)"]);
}

/// Each limit in the README's table is an option in the help, with the same default.
#[test]
fn the_table_of_the_readme_is_that_of_the_help() {
    let readme = include_str!("../../../README.md");
    let section = readme.split("### Limits").nth(1).unwrap();
    let section = section.split("###").next().unwrap();
    let mut help = String::new();
    for command in ["update", "run", "get"] {
        let output = run(&[command, "--help"]).stdout;
        let text = String::from_utf8(output).unwrap();
        let words: Vec<_> = text.split_whitespace().collect();
        help.push_str(&words.join(" "));
    }
    let mut rows = 0;
    for row in section.lines().filter(|line| line.contains("| `--")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let (option, default) = (cells[2].trim_matches('`'), cells[3]);
        let about = help
            .split(" --")
            .filter(|about| about.starts_with(&option[2..]))
            .collect::<Vec<_>>();
        assert!(!about.is_empty(), "{option} is no option");
        let is_there = default == "none" || about.iter().any(|about| about.contains(default));
        assert!(
            is_there,
            "{option} has another default than {default}: {about:?}"
        );
        rows += 1;
    }
    assert_eq!(rows, 17);
}

/// `amend test` applies answers as well.
#[test]
fn a_case_of_a_test_has_the_limits_of_a_guest() {
    let scratch = tempfile::tempdir().unwrap();
    let case = r#"[{"name": "costly", "document": "{\"count\": 1}", "expected": "{}"}]"#;
    let cases = written(scratch.path(), "cases.json", case);
    for (guest, says) in [
        (
            "answers-many-copies",
            "(the limit on the host's work: --host-work)",
        ),
        (
            "copies-into-itself",
            "(the limit on the host's memory: --host-memory)",
        ),
    ] {
        let guest = hostile(guest, scratch.path());
        let args = ["test", guest.to_str().unwrap(), &cases, "--timeout", "60s"];
        let cost = amend_tests::cost(scratch.path(), &args);
        assert_eq!(cost.code, Some(1), "{cost:?}");
        assert!(cost.output.contains(says), "{}", cost.output);
    }
}

/// `--timeout` is easily taken for `--lock-timeout`.
#[test]
fn an_option_of_a_guest_without_a_guest_is_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let file = written(scratch.path(), "state.json", "{}");
    let update = ["update", &file, "--set", "/a=1"];
    ends(
        &[&update[..], &["--timeout", "1s"]].concat(),
        2,
        &["--timeout is for a guest", "--lock-timeout"],
    );
    ends(
        &[&update[..], &["--max-answer", "1MiB"]].concat(),
        2,
        &["--max-answer is for a guest"],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "{}");
}
