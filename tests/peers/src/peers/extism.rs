//! Extism: a plugin that is compiled once, and a fresh instance for each call.

use anyhow::{Context, ensure};
use extism::{CompiledPlugin, Manifest, Plugin, PluginBuilder, Wasm};
use std::path::PathBuf;
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

pub(crate) struct Extism(CompiledPlugin);

impl Extism {
    /// Loads the plugin of the folder `extism`, which [`build`] has compiled.
    ///
    /// # Errors
    ///
    /// When Extism does not take it.
    pub(crate) fn load() -> anyhow::Result<Extism> {
        let manifest = Manifest::new([Wasm::data(std::fs::read(plugin()?)?)]);
        let builder = PluginBuilder::new(manifest)
            .with_wasi(false)
            .with_cache_disabled();
        Ok(Extism(CompiledPlugin::new(builder)?))
    }

    /// Calls it in a fresh instance.
    ///
    /// # Errors
    ///
    /// When it traps or refuses.
    pub(crate) fn call(&self, document: &str) -> anyhow::Result<String> {
        let mut plugin = Plugin::new_from_compiled(&self.0)?;
        Ok(plugin.call::<_, &str>("update", document)?.to_owned())
    }
}

/// Where this program's target directory is.
fn target() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this
        .ancestors()
        .nth(2)
        .context("a program is in a target directory")?;
    Ok(target.to_owned())
}

fn plugin() -> anyhow::Result<PathBuf> {
    Ok(target()?.join(TARGET).join("guest/counter.wasm"))
}

/// Compiles the plugin. It needs a target of rustc's that nothing else here does, and has rustup install it.
///
/// # Errors
///
/// When it cannot be compiled.
pub(crate) fn build() -> anyhow::Result<()> {
    let target_dir = target()?;
    let mut rustup = Command::new("rustup");
    rustup.args(["--quiet", "target", "add", TARGET]);
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--profile", "guest", "--target", TARGET])
        .args(["--package", "amend-peers-extism", "--target-dir"])
        .arg(target_dir);
    for mut command in [rustup, cargo] {
        let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        let status = status.with_context(|| format!("running {command:?}"))?;
        ensure!(status.success(), "{command:?}: {status}");
    }
    Ok(())
}
