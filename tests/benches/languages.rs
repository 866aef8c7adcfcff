//! What a guest costs in each language: the table of the README.
//!
//!     cargo bench -p amend-tests --bench languages [-- ROUNDS]
//!
//! The guest is the counter, and its document has 1 KB. Languages take turns in every round, so that a busy moment of
//! the machine hits all of them; what is printed is the median, and of a call also the ratio to Rust's.

use amend_guest_build::{Builder, Progress};
use amend_runtime::{CompiledCache, Engine, Limits, Plugin};
use amend_store::Json;
use amend_tests::measure::{each, median, scratch};
use amend_tests::{Updater, updaters};
use anyhow::{Context, ensure};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// So many calls of each language make a round.
const CALLS: u32 = 50;

/// Compiling takes seconds, and is done so many times.
const COMPILATIONS: usize = 3;

/// What was measured of one language, in seconds.
#[derive(Default)]
struct Measured {
    cold: Vec<f64>,
    cached: Vec<f64>,
    calls: Vec<f64>,
    ratios: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let rounds = args.find_map(|arg| arg.parse().ok()).unwrap_or(31);
    let mut counters = updaters(&Builder::new(Progress::Shown)?);
    counters.retain(|updater| updater.guest.name == "counter");
    // The others are compared with the first.
    counters.sort_by_key(|updater| (updater.guest.language != "rust", updater.guest.to_string()));

    let mut measured: Vec<_> = counters.iter().map(|_| Measured::default()).collect();
    load(&counters, &mut measured)?;
    call(&counters, &mut measured, rounds)?;
    println!(
        "| language | component | load, compiled first | load, compiled before | a call | beside Rust |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for (updater, measured) in counters.iter().zip(&mut measured) {
        println!(
            "| {} | {} | {} | {} | {} | {:.1} |",
            updater.guest.language,
            size(fs::metadata(&updater.component)?.len()),
            time(median(&mut measured.cold)),
            time(median(&mut measured.cached)),
            time(median(&mut measured.calls)),
            median(&mut measured.ratios),
        );
    }
    Ok(())
}

/// How long it takes to load each of them, with an empty cache and with a full one.
fn load(counters: &[Updater], measured: &mut [Measured]) -> anyhow::Result<()> {
    for _ in 0..COMPILATIONS {
        let cache = scratch()?;
        for (updater, measured) in counters.iter().zip(&mut *measured) {
            measured.cold.push(load_once(updater, cache.path())?);
            for _ in 0..COMPILATIONS {
                measured.cached.push(load_once(updater, cache.path())?);
            }
        }
    }
    Ok(())
}

/// By an engine of its own: one that has loaded a component knows it.
fn load_once(updater: &Updater, cache: &Path) -> anyhow::Result<f64> {
    let cache = CompiledCache::Directory(cache.to_owned());
    let engine = Engine::builder().with_cache(cache).build()?;
    let started = Instant::now();
    engine.load(&updater.component, Limits::default())?;
    Ok(started.elapsed().as_secs_f64())
}

/// How long a call in a fresh instance takes.
fn call(counters: &[Updater], measured: &mut [Measured], rounds: usize) -> anyhow::Result<()> {
    let engine = Engine::new()?;
    let plugins: Vec<Plugin> = counters
        .iter()
        .map(|updater| engine.load(&updater.component, Limits::default()))
        .collect::<Result<_, _>>()?;
    let document = format!(r#"{{"count": 0, "text": "{}"}}"#, "x".repeat(1000));
    let args = Json::parse("{}")?;
    let round = |plugin: &Plugin| {
        each(CALLS, || {
            ensure!(plugin.call(Some(&document), &args)?.is_some());
            Ok(())
        })
    };
    // The first warms up.
    for number in 0..=rounds {
        let times: Vec<Duration> = plugins.iter().map(round).collect::<Result<_, _>>()?;
        let rust = times.first().context("there is no counter")?.as_secs_f64();
        if number > 0 {
            for (time, measured) in times.iter().zip(&mut *measured) {
                measured.calls.push(time.as_secs_f64());
                measured.ratios.push(time.as_secs_f64() / rust);
            }
        }
    }
    Ok(())
}

/// To two digits, as people write it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        ..1e-3 => format!("{:.0} µs", seconds * 1e6),
        ..1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
