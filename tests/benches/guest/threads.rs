//! Many threads call one guest at once: they share the pool that instances come from, and the address space.

use crate::{Bench, document};
use amend_store::Json;
use amend_tests::bare::{Bare, failed};
use amend_tests::measure::{Contest, each};
use anyhow::ensure;
use std::thread;
use std::time::{Duration, Instant};

const THREADS: u32 = 64;
const CALLS: u32 = 300;

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let bare = Bare::load(&bench.component).map_err(failed)?;
    let (document, args) = (document(), Json::parse("{}")?);
    let ours = || {
        ensure!(bench.counter.call(Some(&document), &args)?.is_some());
        Ok(())
    };
    let theirs = || {
        let answer = bare.call(&document, "{}").map_err(failed)?;
        ensure!(matches!(answer, Ok(Some(_))));
        Ok(())
    };
    let cores = u32::try_from(thread::available_parallelism()?.get())?.min(THREADS);
    Contest::of(
        bench.rounds,
        || Ok(at_once(ours)? * cores),
        || each(THREADS * CALLS, ours),
    )?
    .report(
        "a core's time for a call in 64 threads, beside one thread",
        2.0,
    );
    Contest::of(bench.rounds, || at_once(ours), || at_once(theirs))?
        .report("a call in one of 64 threads, beside bare wasmtime", 1.25);
    Ok(())
}

/// How long one call takes on the average when all threads call, as many as one thread does alone.
fn at_once(call: impl Fn() -> anyhow::Result<()> + Sync) -> anyhow::Result<Duration> {
    let started = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| each(CALLS, &call)))
            .collect();
        for thread in threads {
            let done = thread.join();
            done.map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        anyhow::Ok(())
    })?;
    Ok(started.elapsed() / (THREADS * CALLS))
}
