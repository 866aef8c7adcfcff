//! Python guests, where they are Python's own matter: what an author does by mistake refuses and never traps, and what
//! was not touched stays. The examples have the table of cases for all languages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Json, Patch};
use amend_tests::updated;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// An updater that does what its arguments say, in Python.
static SAYS: LazyLock<Plugin> = LazyLock::new(|| {
    let engine = Engine::new().unwrap();
    engine.load(says(), Limits::default()).unwrap()
});

fn says() -> PathBuf {
    let component = amend_guest_build::component_in("tests/guests", "python/says");
    component.unwrap_or_else(|error| panic!("{error:?}"))
}

fn code(code: &str) -> Json {
    Json::parse(serde_json::to_string(code).unwrap()).unwrap()
}

/// Runs code on a document on disk, and gives what is there afterwards, or the reason of its refusal.
fn run(document: &str, python: &str) -> Result<String, String> {
    updated(&SAYS, document, code(python).as_str())
}

#[test]
fn the_kit_passes_its_own_tests() {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest/python");
    let mut python = Command::new("python3");
    python.args(["-m", "unittest"]).current_dir(kit);
    let output = python
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python 3 is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("\nRan "), "{said}");
}

#[test]
fn every_exception_refuses_with_its_message() {
    for (python, reason) in [
        (r#"raise amend.Refusal("not today")"#, "not today"),
        (r#"raise ValueError("why")"#, "ValueError: why"),
        (r#"current["nothing"]"#, "KeyError: 'nothing'"),
        (r#"raise BaseException("all")"#, "BaseException: all"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("f = lambda: f()\nf()", "RecursionError: "),
        (
            "l = []\nwhile True: l.append(bytearray(1 << 20))",
            "MemoryError",
        ),
        ("open('/etc/passwd')", "FileNotFoundError: "),
        (
            "import csv",
            "ModuleNotFoundError: No module named 'csv' (import it at the top",
        ),
        // What UTF-8 cannot hold.
        (r#"raise amend.Refusal("\ud800!")"#, r"\ud800!"),
        ("def f(: pass", "SyntaxError: "),
        (
            "answer = {'a': {'b': float('nan')}}",
            "the new document cannot be written",
        ),
        ("current['a'] = 1", "the updater changed `current`"),
    ] {
        let refused = run("{}", python).expect_err(python);
        assert!(refused.contains(reason), "{python}: {refused}");
    }
}

#[test]
fn what_is_not_touched_keeps_every_byte() {
    let digits = "7".repeat(20_000);
    for untouched in [
        "1.0",
        "1.10",
        "-0",
        "-0.0",
        "1e400",
        "18446744073709551617",
        "0.1000000000000000055511151231257827",
        r#""\ud800 \u0041 \/ é""#,
        "[ ]",
        &digits,
        &("[".repeat(511) + &"]".repeat(511)),
    ] {
        let document = format!("{{\"a\":{untouched},  \"n\": 1}}\r\n");
        let after = run(&document, "current['n'] = 2; answer = current");
        assert_eq!(after.unwrap(), document.replace("\"n\": 1", "\"n\": 2"));
    }
}

#[test]
fn a_member_that_stands_twice_is_not_lost() {
    let document = r#"{"a": 1, "a": 2, "n": 1}"#;
    let refused = run(document, "current['n'] = 2; answer = current").unwrap_err();
    assert!(refused.contains("two members 'a'"), "{refused}");
    let after = run(document, "answer = amend.Patch.merge({'n': 2})").unwrap();
    assert_eq!(after, r#"{"a": 1, "a": 2, "n": 2}"#);
}

#[test]
fn the_host_and_the_clock_do_not_trap() {
    // An updater should have no use for them; but where one prints to find a mistake, it must not find another.
    for python in [
        "print('looking'); import sys; print('for it', file=sys.stderr)",
        "import time; time.time(); time.sleep(0.001)",
        "import os; os.urandom(2); os.environ.get('HOME')",
    ] {
        assert_eq!(run("{}", python).as_deref(), Ok("{}"), "{python}");
    }
}

#[test]
fn what_is_printed_and_where_an_exception_came_from_is_in_the_log() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("document.json");
    std::fs::write(&file, "{}").unwrap();
    let python = "print('looking for it'); current['nothing']";
    let output = Command::new(amend_tests::amend())
        .args(["-v", "update"])
        .arg(&file)
        .arg("--with")
        .arg(says())
        .args(["--args", code(python).as_str()])
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{log}");
    assert!(log.contains("looking for it"), "{log}");
    assert!(log.contains("updater.py"), "{log}");
}

#[test]
fn an_instance_remembers_nothing() {
    let count = code(
        "amend.count = getattr(amend, 'count', 0) + 1; answer = amend.Patch.replace(amend.count)",
    );
    for _ in 0..3 {
        let patch = SAYS.call(Some("{}"), &count).unwrap();
        assert_eq!(patch, Some(Patch::replace("1").unwrap()));
    }
}
