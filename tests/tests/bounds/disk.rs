//! How much a program may put on the disk.

use amend_tests::{Cost, cost, program};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The names of all files and directories below a directory.
fn names(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        if path.is_dir() {
            names.extend(self::names(&path));
        }
    }
    names.sort();
    names
}

/// Runs the program that does what it is told, with a store that is empty at first.
fn told(limits: &[&str], args: &[&str]) -> (Cost, TempDir, Vec<String>) {
    let scratch = TempDir::new().unwrap();
    let store = scratch.path().join("store");
    fs::create_dir(&store).unwrap();
    let program = program("does-what-it-is-told");
    let grant = format!("state={}", store.to_str().unwrap());
    let run = ["run", program.to_str().unwrap(), "--grant", &grant];
    let ran = cost(scratch.path(), &[&run, limits, &["--"], args].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let names = names(&store);
    (ran, scratch, names)
}

/// Found in use: a program made 228,000 directories in 20 s with refused updates, up to 1,900 deep.
#[test]
fn a_path_is_as_deep_as_its_limit() {
    let path = |depth: usize| format!("state/{}a.json", "d/".repeat(depth));
    let (ran, _scratch, names) = told(&[], &["merge", r#"{"a":1}"#, &path(65)]);
    assert!(ran.output.contains("64 directories at most"), "{ran:?}");
    assert_eq!(names, [""; 0]);
    let (_, _scratch, names) = told(&[], &["merge", r#"{"a":1}"#, &path(64)]);
    assert_eq!(names.len(), 66, "with its lock file: {names:?}");
}

#[test]
fn a_program_makes_as_many_documents_as_its_limit() {
    let patch = r#"{"a":1}"#;
    let merges = ["merge", patch, "state/a", "merge", patch, "state/b"];
    let more = [
        "merge",
        patch,
        "state/x/c",
        "merge",
        r#"{"b":2}"#,
        "state/a",
    ];
    let (ran, scratch, names) = told(&["--max-documents", "2"], &[merges, more].concat());
    let says = "may make no more than 2 documents (the limit on the documents that it makes)";
    // The program is told, and so is who has started it.
    assert_eq!(ran.errors.matches(says).count(), 1, "{ran:?}");
    assert_eq!(ran.output.matches(says).count(), 1, "{ran:?}");
    // An update that is refused leaves neither the directories of its path nor a lock file.
    assert_eq!(names, ["a", "a.lock", "b", "b.lock"]);
    // What exists can be changed all the same.
    let changed = fs::read_to_string(scratch.path().join("store/a")).unwrap();
    assert!(changed.contains("\"b\""), "{changed}");
}

#[test]
fn a_program_writes_as_many_bytes_as_its_limit() {
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(600));
    let merges = ["merge", &long, "state/a", "merge", &long, "state/b"];
    let (ran, _scratch, names) = told(&["--max-written", "1000B"], &merges);
    let says = "may write no more than 1000 bytes (the limit on the bytes that it writes)";
    // The program is told, and so is who has started it.
    assert_eq!(ran.errors.matches(says).count(), 1, "{ran:?}");
    assert_eq!(ran.output.matches(says).count(), 1, "{ran:?}");
    assert_eq!(names, ["a", "a.lock"]);
}
