//! The command line: a process for every update.

use crate::commands::{amend, jq, plain, python};
use crate::peer::{AMEND, Contender, JQ, PLAIN, PYTHON};
use crate::sample::Sample;
use crate::work::Work;
use anyhow::ensure;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 5;
const RUNS: usize = 40;

/// The plain Rust command is the yardstick: it is what amend is held to.
pub(super) fn work() -> Work {
    let contenders: [(&'static Contender, fn(usize) -> anyhow::Result<Command>); 4] = [
        (&PLAIN, plain),
        (&AMEND, amend),
        (&PYTHON, python),
        (&JQ, jq),
    ];
    let work = Work::new(
        "a command that sets one value in 1 KB, 200 runs",
        "a run",
        ROUNDS,
    );
    contenders.into_iter().fold(work, |work, (who, command)| {
        work.row(who, move |directory| measure(directory, command))
    })
}

fn measure(
    directory: &Path,
    command: fn(usize) -> anyhow::Result<Command>,
) -> anyhow::Result<Sample> {
    let document = directory.join("state.json");
    fs::write(&document, super::counting::document(1024))?;
    // The first one warms up.
    for number in 0..2 {
        let status = command(number)?.current_dir(directory).status()?;
        ensure!(status.success(), "the command: {status}");
    }
    let commands = (1..=RUNS)
        .map(command)
        .collect::<anyhow::Result<Vec<_>>>()?;
    let started = Instant::now();
    for mut command in commands {
        let status = command.current_dir(directory).status()?;
        ensure!(status.success(), "the command: {status}");
    }
    let time = started.elapsed();
    let state: serde_json::Value = serde_json::from_slice(&fs::read(&document)?)?;
    ensure!(
        state["count"] == RUNS,
        "{RUNS} runs left {}",
        state["count"]
    );
    Ok(Sample::of(time, RUNS)?.with_peak(peak(command(0)?.current_dir(directory))?))
}

/// The most memory that a run has, in bytes. Not one of those that are timed.
fn peak(command: &mut Command) -> anyhow::Result<u64> {
    // A process that comes from posix_spawn(3) is charged with the memory of the one that started it until then, which
    // is a good deal more than a command has. One that is forked is charged with the few pages that are copied.
    // SAFETY: it does nothing, which is safe between fork and exec.
    unsafe { command.pre_exec(|| Ok(())) };
    let child = command.stdout(Stdio::null()).spawn()?;
    amend_tests::measure::wait(&child)
}
