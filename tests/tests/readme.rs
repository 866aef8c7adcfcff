//! The README is true: what it shows in a terminal is run, word for word, and prints what it says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{amend, example};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The blocks of a kind in the README.
fn blocks(kind: &str) -> Vec<String> {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(kind) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

#[test]
fn what_the_readme_shows_in_a_terminal_happens() {
    let scratch = tempfile::tempdir().unwrap();
    let bin = amend().parent().unwrap().to_owned();
    let path = std::env::join_paths(
        std::iter::once(bin).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
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
    let blocks = blocks("console");
    assert!(!blocks.is_empty());
    for block in blocks {
        let mut shown = String::new();
        let mut happened = String::new();
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                None => shown += &format!("{line}\n"),
                Some(command) => {
                    shown += &format!("$ {command}\n");
                    let output = Command::new("sh")
                        .args(["-c", &format!("{command} 2>&1")])
                        .current_dir(scratch.path())
                        .env("PATH", &path)
                        .output()
                        .unwrap();
                    happened +=
                        &format!("$ {command}\n{}", String::from_utf8_lossy(&output.stdout));
                }
            }
        }
        assert_eq!(happened, shown);
    }
}
