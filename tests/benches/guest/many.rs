//! A thousand guests that are loaded at once: how much memory each takes, and whether calls get slower.

use crate::{Bench, document};
use amend_runtime::{CompiledCache, Engine, Limits, Plugin};
use amend_store::Json;
use amend_tests::measure::{Contest, each, memory, scratch, verdict};
use anyhow::ensure;
use std::path::Path;
use std::process::Command;

const PLUGINS: u32 = 1000;

/// What `main` is told to compile them only.
pub(crate) const COMPILE: &str = "compile-many";

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let scratch = scratch()?;
    // By another process: what the compiler leaves behind in this one would be taken for the guests' memory, or
    // be memory for them.
    let compiled = Command::new(std::env::current_exe()?)
        .arg(COMPILE)
        .arg(scratch.path())
        .status()?;
    ensure!(compiled.success(), "compiling them: {compiled}");

    let before = memory("VmRSS")?;
    let plugins = load(&bench.component, scratch.path())?;
    let bytes = memory("VmRSS")?.saturating_sub(before) / u64::from(PLUGINS);
    let times = bytes as f64 / bench.component.len() as f64;
    println!(
        "{} {:<58} {times:>6.2} of {ALLOWED:<5} ({} KiB, of a component of {} KiB)",
        verdict(times <= ALLOWED),
        "a loaded guest's memory, beside its component's size",
        bytes >> 10,
        bench.component.len() >> 10,
    );

    let (document, args) = (document(), Json::parse("{}")?);
    let call = |plugin: &Plugin| {
        ensure!(plugin.call(Some(&document), &args)?.is_some());
        Ok(())
    };
    let alone = || each(PLUGINS, || call(&bench.counter));
    Contest::of(bench.rounds, || each(PLUGINS, || call(&plugins[0])), alone)?
        .report("a call of one of 1000 guests, beside the only one", 1.25);
    let in_turn = || {
        let mut plugins = plugins.iter();
        each(PLUGINS, || plugins.next().map_or(Ok(()), call))
    };
    // Its memory was another guest's in the meantime, and nothing of it is in the processor's caches.
    Contest::of(bench.rounds, in_turn, alone)?
        .report("calls of 1000 guests in turn, beside the only one", 6.0);
    Ok(())
}

/// So many times a component's size may its compiled code and what is known of it be.
const ALLOWED: f64 = 4.0;

/// Fills the cache.
pub(crate) fn compile(component: &[u8], directory: &Path) -> anyhow::Result<()> {
    load(component, directory).map(drop)
}

/// Guests that do the same, and of which the engine cannot know it.
fn load(component: &[u8], directory: &Path) -> anyhow::Result<Vec<Plugin>> {
    let cache = CompiledCache::Directory(directory.to_owned());
    let engine = Engine::builder().with_cache(cache).build()?;
    (0..PLUGINS)
        .map(|number| {
            let mut bytes = component.to_vec();
            bytes.extend(custom_section(number));
            let name = format!("counter-{number}");
            Ok(engine.load_bytes(&name, &bytes, Limits::default())?)
        })
        .collect()
}

/// A custom section whose name and content are a number.
fn custom_section(number: u32) -> [u8; 7] {
    let [a, b, c, d] = number.to_le_bytes();
    [0, 5, 0, a, b, c, d]
}
