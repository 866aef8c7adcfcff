//! Many plugins that are loaded at once, each with code of its own as far as the engine knows.

use crate::sample::Sample;
use amend_runtime::{CompiledCache, Engine, Limits, Plugin};
use amend_store::Json;
use amend_tests::example;
use anyhow::{Context, ensure};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The most that are ever loaded.
pub(crate) const MOST: usize = 1000;

/// Calls each of them once, again and again.
///
/// # Errors
///
/// When one cannot be loaded, or fails.
pub(crate) fn call_in_turn(count: usize) -> anyhow::Result<Sample> {
    let plugins = load(count)?;
    let (document, args) = (r#"{"count": 0}"#, Json::parse("{}")?);
    let (mut calls, mut time) = (0, Duration::ZERO);
    // The first turn warms up.
    for turn in 0..=(2000 / count).max(2) {
        let started = Instant::now();
        for plugin in &plugins {
            ensure!(
                plugin.call(Some(document), &args)?.is_some(),
                "the guest did nothing"
            );
        }
        if turn > 0 {
            time += started.elapsed();
            calls += count;
        }
    }
    Sample::of(time, calls)
}

/// Compiles them, in a process of its own: what a compiler leaves behind is none of a loaded plugin's memory. They are
/// kept for the next time.
///
/// # Errors
///
/// When one cannot be compiled.
pub(crate) fn load(count: usize) -> anyhow::Result<Vec<Plugin>> {
    let component = std::fs::read(example("rust/counter"))?;
    let engine = Engine::builder()
        .with_cache(CompiledCache::Directory(cache()?))
        .build()?;
    (0..count)
        .map(|number| {
            let mut bytes = component.clone();
            // A custom section whose name and content are the number.
            let [a, b, c, d] = u32::try_from(number)?.to_le_bytes();
            bytes.extend([0, 5, 0, a, b, c, d]);
            let name = format!("counter-{number}");
            Ok(engine.load_bytes(&name, &bytes, Limits::default())?)
        })
        .collect()
}

fn cache() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this
        .ancestors()
        .nth(2)
        .context("a program is in a target directory")?;
    Ok(target.join("compiled"))
}
