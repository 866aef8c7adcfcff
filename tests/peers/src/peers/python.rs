//! Python: `python/peer.py`, which does the same with a lock file and `os.replace`.

use crate::sample::Sample;
use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// The script, to be told what to do.
pub(crate) fn python(args: &[&str]) -> Command {
    let mut python = Command::new(interpreter());
    python
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/peer.py"))
        .args(args);
    python
}

/// The interpreter itself: what is called `python3` may be a script that looks for it, every time anew.
fn interpreter() -> &'static Path {
    static INTERPRETER: OnceLock<PathBuf> = OnceLock::new();
    INTERPRETER.get_or_init(|| {
        let mut python = Command::new("python3");
        let output = python
            .args(["-c", "import sys; print(sys.executable)"])
            .output();
        let path = output
            .ok()
            .and_then(|output| String::from_utf8(output.stdout).ok());
        path.map_or_else(|| "python3".into(), |path| path.trim_end().into())
    })
}

/// Runs the script, and takes from it how long it took and how much memory it had, without the interpreter's start.
pub(crate) fn run(args: &[&str], count: usize) -> anyhow::Result<Sample> {
    let output = python(args).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "peer.py: {}", output.status);
    let answer = String::from_utf8(output.stdout)?;
    let (micros, peak) = answer.trim().split_once(' ').context("peer.py's answer")?;
    let time = Duration::from_micros(micros.parse()?);
    Ok(Sample::of(time, count)?.with_peak(peak.parse()?))
}

/// A path as the script is told it.
pub(crate) fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is not text")
}
