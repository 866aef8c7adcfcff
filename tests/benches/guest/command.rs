//! The command with a guest that was compiled before, beside the command with a plain patch.

use crate::{Bench, document};
use amend_tests::measure::{Contest, scratch};
use amend_tests::{amend, example};
use anyhow::ensure;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let scratch = scratch()?;
    let cache = scratch.path().join("cache");
    for name in ["guest.json", "set.json"] {
        fs::write(scratch.path().join(name), document())?;
    }
    let amend = amend();
    let update = |file: &str, change: &str, what: &str| -> anyhow::Result<Duration> {
        let mut command = Command::new(&amend);
        command
            .args(["update", file, change, what])
            .current_dir(scratch.path())
            .env("XDG_CACHE_HOME", &cache);
        let started = Instant::now();
        let status = command.status()?;
        let time = started.elapsed();
        ensure!(status.success(), "{change}: {status}");
        Ok(time)
    };
    let component = example("rust/counter").to_string_lossy().into_owned();
    let mut count = 0;
    Contest::of(
        bench.rounds,
        || update("guest.json", "--with", &component),
        || {
            count += 1;
            update("set.json", "--set", &format!("/count={count}"))
        },
    )?
    .report("the command with a guest, beside --set", 3.0);
    let text = |name| fs::read_to_string(scratch.path().join(name));
    ensure!(text("guest.json")? == text("set.json")?);
    Ok(())
}
