//! The commands that are compared. Each sets `/count` of `state.json`, where it is run.

use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `amend update`, as it is installed from this tree.
pub(crate) fn amend(count: usize) -> anyhow::Result<Command> {
    let mut command = Command::new(target().join("release/amend"));
    command
        .args(["update", "state.json", "--set"])
        .arg(format!("/count={count}"));
    Ok(command)
}

/// The plain implementation.
pub(crate) fn plain(count: usize) -> anyhow::Result<Command> {
    let this = std::env::current_exe()?;
    let beside = this.parent().context("a program is in a directory")?;
    let mut command = Command::new(beside.join("plain"));
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

/// Compiles both commands that are written in Rust, amend as whoever installs it does.
///
/// # Errors
///
/// When they cannot be compiled.
pub(crate) fn build() -> anyhow::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let this = std::env::current_exe()?;
    // target/peers/release/peers
    let peers = this
        .ancestors()
        .nth(2)
        .context("a program is in a target directory")?;
    for (manifest, target, binary) in [
        (here.join("../../Cargo.toml"), target(), "amend"),
        (here.join("Cargo.toml"), peers.to_owned(), "plain"),
    ] {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--release", "--bin", binary]);
        cargo
            .arg("--manifest-path")
            .arg(manifest)
            .arg("--target-dir")
            .arg(target);
        let status = cargo.status()?;
        ensure!(status.success(), "compiling {binary}: {status}");
    }
    Ok(())
}

/// The workspace's target directory.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}
