//! The command line, as it is built from this tree.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The path of the `amend` command, built once a process.
///
/// Cargo offers the path of a binary only to the tests of its own package, and does not build it for those
/// of others; so it is asked to. That costs a moment when nothing has changed.
pub fn amend() -> PathBuf {
    static AMEND: OnceLock<PathBuf> = OnceLock::new();
    AMEND.get_or_init(build).clone()
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut command = Command::new(cargo);
    // Without `--package`: the same set of features as for the tests, so nothing is compiled twice.
    command.args([
        "build",
        "--quiet",
        "--bin",
        "amend",
        "--manifest-path",
        manifest,
    ]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let status = command.status().expect("cargo is there");
    assert!(status.success(), "building the amend command failed");
    // target/<profile>/deps/<test> or target/<profile>/<binary>: the command is beside one or the other.
    let this = std::env::current_exe().expect("a test knows where it is");
    this.ancestors()
        .map(|directory| directory.join("amend"))
        .find(|path| path.is_file())
        .expect("the command was built beside this test")
}

/// Runs `amend` with these arguments.
pub fn run(args: &[&str]) -> Output {
    Command::new(amend())
        .args(args)
        .output()
        .expect("the command runs")
}

/// Runs `amend`, and gives its exit code and what it said on standard error.
pub fn status(args: &[&str]) -> (i32, String) {
    let output = run(args);
    let code = output.status.code().expect("it was not killed");
    (code, String::from_utf8_lossy(&output.stderr).into_owned())
}
