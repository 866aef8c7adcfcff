//! Where what is compiled for this program is, and what it keeps from run to run.

use anyhow::Context;
use std::path::PathBuf;

/// Its target directory; it is itself in `release` of it.
///
/// # Errors
///
/// When it was put somewhere else.
pub(crate) fn directory() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2);
    Ok(target
        .context("a program is in a target directory")?
        .to_owned())
}
