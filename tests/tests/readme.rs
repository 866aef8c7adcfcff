//! The README is true: what it shows in a terminal is run, word for word, and prints what it says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{example, steps, type_in};
use std::fs;
use std::path::Path;

#[test]
fn what_the_readme_shows_in_a_terminal_happens() {
    let scratch = tempfile::tempdir().unwrap();
    // Where the README has its guests.
    let guests = scratch.path().join("target/guests/rust");
    fs::create_dir_all(&guests).unwrap();
    for name in ["counter", "manifest", "token"] {
        fs::copy(
            example(&format!("rust/{name}")),
            guests.join(format!("{name}.wasm")),
        )
        .unwrap();
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let steps = steps(&fs::read_to_string(readme).unwrap());
    assert!(!steps.is_empty());
    let happened = type_in(scratch.path(), &steps, &[]);
    for (step, happened) in steps.iter().zip(happened) {
        assert_eq!(happened.printed, step.shown, "{}", step.command);
    }
}
