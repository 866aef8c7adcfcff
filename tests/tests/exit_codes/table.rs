//! One table: the README repeats the help's, which is made from the codes of the command.

use amend_tests::run;
use std::path::Path;

/// The rows of the help's table, and the sentences after it.
fn help(args: &[&str]) -> (Vec<(u8, String)>, String) {
    let output = run(args);
    let help = String::from_utf8(output.stdout).unwrap();
    let (_, section) = help.split_once("Exit codes:\n").unwrap();
    let (table, after) = section.split_once("\n\n").unwrap();
    let rows = table.lines().map(|line| {
        let (number, meaning) = line.trim_start().split_once(' ').unwrap();
        (number.parse().unwrap(), meaning.trim_start().to_owned())
    });
    (rows.collect(), words(after))
}

/// A text without its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_readme_has_the_table_of_the_help() {
    let (rows, after) = help(&["help", "update"]);
    let numbers: Vec<u8> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (0..15).collect::<Vec<_>>());

    let readme = readme();
    let (_, section) = readme.split_once("| code | meaning |\n").unwrap();
    let (table, _) = section.split_once("\n\n").unwrap();
    let in_readme = table.lines().skip(1).map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let number = cells.next().unwrap().parse().unwrap();
        (number, cells.next().unwrap().to_owned())
    });
    assert_eq!(in_readme.collect::<Vec<(u8, String)>>(), rows);
    assert!(
        words(&readme).contains(&after),
        "the README does not say {after:?}"
    );
}

#[test]
fn every_help_on_exit_codes_is_the_same() {
    let expected = help(&["help", "update"]);
    for args in [&["--help"][..], &["update", "--help"], &["update", "-h"]] {
        assert_eq!(help(args), expected, "{args:?}");
    }
}

/// The sentence is made from the table, and names the codes after which the document may have changed.
#[test]
fn the_help_names_the_codes_after_which_the_document_may_have_changed() {
    let (_, after) = help(&["help", "update"]);
    assert!(
        after.starts_with(
            "After `amend update`, every code except 0, 10, 13 and 14 means that the document is unchanged."
        ),
        "{after}"
    );
}
