//! Where things are: what `cargo metadata` says.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Error, tool};

/// The top of the workspace that this program was compiled in.
pub(crate) fn root() -> &'static Path {
    // guest/build is two levels below it.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here)
}

/// As much of `cargo metadata` as is needed here.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// The target directory, with `CARGO_TARGET_DIR` and cargo's configuration taken into account.
    pub(crate) target_directory: PathBuf,
    /// The packages of the workspace.
    pub(crate) packages: Vec<Package>,
}

/// One package of a workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Where its Cargo.toml is.
    pub(crate) manifest_path: PathBuf,
    /// What it is compiled to.
    pub(crate) targets: Vec<Target>,
}

/// One thing that a package is compiled to.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    /// Its name, which its file has as well.
    pub(crate) name: String,
    /// `bin`, `cdylib`, `test` and so on.
    pub(crate) kind: Vec<String>,
}

/// What cargo knows about the workspace that a Cargo.toml belongs to.
pub(crate) fn metadata(manifest: &Path) -> Result<Metadata, Error> {
    let mut cargo = tool::cargo();
    // The one variable among those that steer cargo which says where things are.
    if let Some(target) = std::env::var_os("CARGO_TARGET_DIR") {
        cargo.env("CARGO_TARGET_DIR", target);
    }
    cargo
        .current_dir(root())
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(manifest);
    let answer = tool::answer(&mut cargo)?;
    serde_json::from_str(&answer).map_err(|error| Error::Unexpected {
        command: tool::line(&cargo),
        problem: error.to_string(),
    })
}
