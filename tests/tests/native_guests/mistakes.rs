//! Mistakes in an updater that C and C++ leave undefined, and Zig without its checks: each traps, and the document stays
//! as it is.

use crate::{LANGUAGES, guest};
use amend_runtime::{CallError, Limits, Plugin};
use amend_store::{Json, Store};
use std::fs;

const DOCUMENT: &str = r#"{"kept" : 1.50}"#;

/// Lets a guest make a mistake: what is in the file afterwards, or what happened to the guest, after which the file is as
/// it was.
fn make(plugin: &Plugin, mistake: &str, at: i64) -> Result<String, String> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("document.json");
    fs::write(&file, DOCUMENT).unwrap();
    let store = Store::open(scratch.path()).unwrap();
    let args = serde_json::json!({"mistake": mistake, "at": at}).to_string();
    let outcome = store.update(
        "document.json",
        plugin.with_args(Json::parse(args).unwrap()),
    );
    let after = fs::read_to_string(&file).unwrap();
    let Err(error) = outcome else {
        return Ok(after);
    };
    assert_eq!(after, DOCUMENT, "{mistake}");
    match CallError::of(&error) {
        Some(CallError::Trap { reason, .. }) => Err(format!("trap: {reason}")),
        Some(error) => Err(error.to_string()),
        None => panic!("{mistake}: {error:?}"),
    }
}

/// That each mistake traps, where the check for it was compiled in: nothing else executes `unreachable`.
#[track_caller]
fn each_traps(language: &str, mistakes: &[(&str, i64)]) {
    let plugin = guest(language, "mistakes", Limits::default());
    let goes_on: Vec<_> = mistakes
        .iter()
        .map(|&(mistake, at)| (mistake, at, make(&plugin, mistake, at)))
        .filter(|(.., outcome)| {
            let Err(reason) = outcome else { return true };
            !reason.starts_with("trap: ") || !reason.contains("unreachable")
        })
        .collect();
    assert!(goes_on.is_empty(), "{language}: {goes_on:#?}");
}

/// "An access to what is not there traps": all that `guest/cpp/README.md` lists.
#[test]
fn cpp_looks_into_nothing() {
    each_traps(
        "cpp",
        &[
            ("optional, *", 0),
            ("optional, ->", 0),
            ("optional, value()", 0),
            ("expected, *", 0),
            ("expected, ->", 0),
            ("expected, value()", 0),
            ("expected, error()", 0),
            ("vector, []", 3),
            ("vector, []", 1000),
            ("vector, []", -1),
            ("vector, at()", 1000),
            ("vector, front()", 0),
            ("vector, back()", 0),
            ("vector, pop_back()", 0),
            ("deque, []", 1000),
            ("deque, front()", 0),
            ("deque, back()", 0),
            ("array, []", 3),
            ("span, []", 3),
            ("span, front()", 0),
            ("string, []", 1000),
            ("string, front()", 0),
            ("string, back()", 0),
            ("string_view, []", 1000),
            ("string_view, front()", 0),
        ],
    );
    let plugin = guest("cpp", "mistakes", Limits::default());
    for container in ["vector, []", "deque, []", "array, []", "span, []"] {
        let after = make(&plugin, container, 2).unwrap();
        assert_eq!(after, r#"{"kept" : 1.50, "x" : 7}"#, "{container}");
    }
}

/// "An overflow, or an index out of bounds, traps": with all that Zig calls safety-checked.
#[test]
fn zig_checks_its_arithmetic_and_its_indices() {
    each_traps(
        "zig",
        &[
            ("add", 1),
            ("subtract", 1),
            ("multiply", 2),
            ("negate", -128),
            ("cast", -1),
            ("cast", 256),
            ("divide", 0),
            ("shift", 64),
            ("index", 3),
            ("slice", 4),
            ("optional", 0),
            ("union field", 1),
        ],
    );
    let plugin = guest("zig", "mistakes", Limits::default());
    for (fine, x) in [("index", "7"), ("slice", "2"), ("cast", "2")] {
        let after = make(&plugin, fine, 2).unwrap();
        assert_eq!(after, format!(r#"{{"kept" : 1.50, "x" : {x}}}"#), "{fine}");
    }
}

/// "Where there is none left the updater traps" (C), "so does running out of memory" (C++): a part that found no memory is
/// not left out of what is committed.
#[test]
fn no_memory_left_traps() {
    let limits = Limits::default().with_memory(32 << 20);
    let of = |language| guest(language, "mistakes", limits.clone());
    for (plugin, mistake, megabytes) in [
        (of("c"), "memory, JSON", 100),
        // The list fits, and not together with its text.
        (of("c"), "memory, an answer", 10),
        (of("cpp"), "memory, JSON", 100),
        (of("cpp"), "memory, a vector", 100),
        (of("cpp"), "memory, a length", 100),
        (of("zig"), "memory", 100),
    ] {
        let name = format!("{}, {mistake}", plugin.name());
        assert!(make(&plugin, mistake, 2).is_ok(), "{name}");
        let reason = make(&plugin, mistake, megabytes).unwrap_err();
        assert!(
            reason.contains("the limit on its memory"),
            "{name}: {reason}"
        );
    }
    // A refusal is written as well.
    let reason = make(&of("c"), "memory, a refusal", 100).unwrap_err();
    assert!(reason.contains("the limit on its memory"), "{reason}");
}

/// "So does running out of [...] stack" (C++). The stack is below everything else in memory, and has 256 KiB: the frame
/// that does not fit is written outside of memory, and not over the updater's own values.
#[test]
fn a_stack_that_ends_traps() {
    for language in LANGUAGES {
        let plugin = guest(language, "mistakes", Limits::default());
        let after = make(&plugin, "stack", 12).unwrap();
        assert!(after.ends_with(r#""x" : 12}"#), "{language}: {after}");
        let reason = make(&plugin, "stack", 17).unwrap_err();
        assert!(
            reason.starts_with("trap: ") && reason.contains("out of bounds memory access"),
            "{language}: {reason}"
        );
    }
}
