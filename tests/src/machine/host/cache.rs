//! Directories outside the checkout: kernels are fetched once, and a fresh clone finds them.

use anyhow::Context;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A directory in the cache, made if it is missing.
pub(super) fn directory(name: &str) -> anyhow::Result<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.filter(|base| base.is_absolute()).or_else(home);
    let directory = base
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("amend-machine")
        .join(name);
    fs::create_dir_all(&directory).with_context(|| format!("making {}", directory.display()))?;
    Ok(directory)
}

/// A directory for one run. It is not in the temporary directory: that may be in memory, and the images are large.
pub(super) fn scratch() -> anyhow::Result<TempDir> {
    Ok(tempfile::tempdir_in(directory("runs")?)?)
}
