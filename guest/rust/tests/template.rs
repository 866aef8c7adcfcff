//! The updater that `amend new rust` begins with passes its own tests, and the README shows it as it is.

#[allow(
    clippy::needless_pass_by_value,
    reason = "the template is an author's code, in the simplest form"
)]
#[path = "../new/plugin/src/lib.rs"]
mod plugin;

#[test]
fn the_readme_shows_it() {
    let readme = include_str!("../README.md");
    let source = include_str!("../new/plugin/src/lib.rs");
    assert!(readme.contains(&format!("```rust\n{source}```\n")));
}
