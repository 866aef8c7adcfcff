//! No language lacks an example, and no example lacks a table of cases: what is forgotten has no test that fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the repository.
fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The names of what is in a folder of the repository.
fn names(path: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(path)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.')).collect()
}

/// The names of the folders in it.
fn folders(path: &str) -> BTreeSet<String> {
    let mut names = names(path);
    names.retain(|name| folder(path).join(name).is_dir());
    names
}

/// The languages that there is a kit for.
fn languages() -> BTreeSet<String> {
    let is_language = |name: &String| folder(&format!("guest/{name}/sdk")).is_dir();
    folders("guest").into_iter().filter(is_language).collect()
}

/// Those that a program can be written in: `amend new` has a template for it.
fn languages_for_programs() -> BTreeSet<String> {
    let has_template = |name: &String| folder(&format!("guest/{name}/new/program")).is_dir();
    languages().into_iter().filter(has_template).collect()
}

/// The names of the examples that have a table of this kind.
fn tables(is_kind: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let tables = names("guest/examples/cases");
    let kind = tables.iter().filter(|file| is_kind(file));
    kind.map(|file| file.split('.').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_language_has_every_example_that_has_a_table() {
    let is_program = |file: &str| file.ends_with(".program.json");
    let updaters = tables(|file| !is_program(file));
    let programs = tables(is_program);
    assert!(updaters.is_superset(&["counter", "manifest", "token"].map(str::to_owned).into()));
    assert!(programs.contains("deploy"));
    for language in languages() {
        let mut expected = updaters.clone();
        if languages_for_programs().contains(&language) {
            expected.extend(programs.clone());
        }
        let examples = folders(&format!("guest/examples/{language}"));
        assert_eq!(examples, expected, "the examples in {language}");
    }
}

#[test]
fn every_folder_of_examples_is_of_a_language_with_a_kit() {
    let mut folders = folders("guest/examples");
    folders.remove("cases");
    assert_eq!(folders, languages());
    assert!(folders.contains("rust"));
}
