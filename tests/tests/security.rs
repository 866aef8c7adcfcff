//! `SECURITY.md` promises nothing without a test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    fs::read_to_string(root().join("SECURITY.md")).unwrap()
}

/// The tests that a text names, as `path of the file::function`.
fn named(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|quoted| quoted.split_once(".rs::"))
        .collect()
}

/// The items of the lists under `## Promises`, each with its continuation lines.
fn promises(page: &str) -> Vec<String> {
    let (_, rest) = page.split_once("\n## Promises\n").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    let mut items: Vec<String> = Vec::new();
    let mut is_item = false;
    for line in section.lines() {
        if line.starts_with("- ") {
            items.push(line.to_owned());
            is_item = true;
        } else if is_item && line.starts_with("  ") {
            items.last_mut().unwrap().push_str(line);
        } else {
            is_item = false;
            let is_heading = line.is_empty() || line.starts_with("### ");
            assert!(is_heading, "a promise outside of a list: {line}");
        }
    }
    items
}

/// Whether a function is a test that runs: it has the attribute, or is one of those that the macro `behaviours` runs on
/// each kind of store, and its file is a module of its crate.
fn is_test(file: &str, function: &str) -> Result<(), String> {
    let path = root().join(format!("{file}.rs"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{file}.rs: {error}"))?;
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let starts = [format!("fn {function}("), format!("async fn {function}(")];
    let at = lines
        .iter()
        .position(|line| starts.iter().any(|start| line.starts_with(start.as_str())))
        .ok_or_else(|| format!("{file}.rs has no function {function}"))?;
    let attributes: Vec<_> = lines[..at]
        .iter()
        .rev()
        .take_while(|line| line.starts_with("#["))
        .collect();
    let is_behaviour = text.contains("behaviours! {") && lines[at].contains("(scene");
    if !is_behaviour && !attributes.iter().any(|line| **line == "#[test]") {
        return Err(format!("{file}.rs: {function} is not a test"));
    }
    if attributes.iter().any(|line| line.starts_with("#[ignore")) {
        return Err(format!("{file}.rs: {function} is ignored"));
    }
    is_compiled(&path).ok_or_else(|| format!("{file}.rs is no module of its crate"))
}

/// Files directly in `tests` are crates of their own; all others are modules that their folder's root declares.
fn is_compiled(path: &Path) -> Option<()> {
    let (folder, stem) = (path.parent()?, path.file_stem()?.to_str()?);
    let is_root = matches!(stem, "main" | "lib" | "mod");
    if is_root || folder.join("../Cargo.toml").is_file() && folder.ends_with("tests") {
        return Some(());
    }
    let declared = format!("mod {stem};");
    let roots = ["main.rs", "lib.rs", "mod.rs"].map(|root| folder.join(root));
    // A folder without a root of its own has it beside itself.
    let beside = folder.with_extension("rs");
    roots
        .into_iter()
        .chain([beside])
        .filter_map(|root| fs::read_to_string(root).ok())
        .any(|root| root.lines().any(|line| line.trim().ends_with(&declared)))
        .then_some(())
}

#[test]
fn every_promise_names_a_test() {
    let page = page();
    let promises = promises(&page);
    assert!(!promises.is_empty());
    let without: Vec<_> = promises
        .iter()
        .filter(|promise| named(promise).is_empty())
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

#[test]
fn every_test_that_is_named_is_there() {
    let page = page();
    let missing: Vec<_> = named(&page)
        .into_iter()
        .filter_map(|(file, function)| is_test(file, function).err())
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
