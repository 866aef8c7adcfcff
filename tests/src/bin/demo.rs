//! The main job, seen once: a Rust guest is compiled to a component, and updates a document.

use amend_tests::{amend, example};
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::Command;

const BEFORE: &str = r#"{
    "service": "api",
    "ratio":   1.0,
    "count":   4
}
"#;

fn main() -> anyhow::Result<()> {
    eprintln!("Building amend ...");
    let amend = amend();
    eprintln!("Compiling the guest guest/examples/rust/counter to a component ...");
    let counter = example("rust/counter");

    let scratch = tempfile::tempdir().context("making a directory for the document")?;
    std::fs::write(scratch.path().join("state.json"), BEFORE)?;
    println!("\n$ cat state.json\n{BEFORE}");
    let command = |args: &[&str]| {
        let mut command = Command::new(&amend);
        command.current_dir(scratch.path()).args(args);
        command
    };
    let guest = counter
        .to_str()
        .context("the component's path is not UTF-8")?;
    println!(
        "$ amend update state.json --with {} --args '{{\"by\": 2}}' --json",
        display(&counter)
    );
    let done = command(&[
        "update",
        "state.json",
        "--with",
        guest,
        "--args",
        r#"{"by": 2}"#,
        "--json",
    ])
    .status()?;
    ensure!(done.success(), "the update failed");
    println!(
        "\n$ cat state.json\n{}",
        std::fs::read_to_string(scratch.path().join("state.json"))?
    );
    println!("One line changed; every other byte is as it was. The guest never saw the file.");
    println!("The command is {}", amend.display());
    Ok(())
}

/// A path as seen from where the user is.
fn display(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here)
        .unwrap_or(path)
        .display()
        .to_string()
}
