//! The commands that are compared. Each sets `/count` of `state.json`, where it is run.

use crate::target;
use anyhow::ensure;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `amend update`, as it is installed from this tree.
pub(crate) fn amend(count: usize) -> anyhow::Result<Command> {
    let mut command = Command::new(installed()?.join("amend"));
    command
        .args(["update", "state.json", "--set"])
        .arg(format!("/count={count}"));
    Ok(command)
}

/// The plain implementation.
pub(crate) fn plain(count: usize) -> anyhow::Result<Command> {
    let mut command = Command::new(installed()?.join("plain"));
    command
        .args(["state.json", "/count"])
        .arg(count.to_string());
    Ok(command)
}

/// The script.
pub(crate) fn python(count: usize) -> anyhow::Result<Command> {
    let mut command = crate::peers::python::python(&["set", "state.json", "1"]);
    command
        .arg(format!("count={count}"))
        .stdout(std::process::Stdio::null());
    Ok(command)
}

/// What is written most often, with what it lacks: a lock, and any fsync.
pub(crate) fn jq(count: usize) -> anyhow::Result<Command> {
    let script = r#"jq --argjson count "$1" '.count = $count' state.json > state.tmp && mv state.tmp state.json"#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(count.to_string());
    Ok(command)
}

/// Compiles both commands that are written in Rust, amend as whoever installs it does, and installs them.
///
/// # Errors
///
/// When they cannot be compiled or copied.
pub(crate) fn build() -> anyhow::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = installed()?;
    std::fs::create_dir_all(&installed)?;
    for (workspace, target, binary) in [
        (here.join("../.."), here.join("../../target"), "amend"),
        (here.to_owned(), target::directory()?, "plain"),
    ] {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["build", "--quiet", "--release", "--bin", binary])
            .arg("--manifest-path")
            .arg(workspace.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target);
        let status = cargo.status()?;
        ensure!(status.success(), "compiling {binary}: {status}");
        // A linker writes its file here and there, and the system keeps it in memory in as many pieces: what it wrote
        // starts slower than a copy.
        std::fs::copy(target.join("release").join(binary), installed.join(binary))?;
    }
    Ok(())
}

/// Where the two commands are.
fn installed() -> anyhow::Result<PathBuf> {
    Ok(target::directory()?.join("commands"))
}
