//! The kernels: those of Debian, as they are.

use crate::machine::host::debian::Release;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};

/// The releases that kernels come from: 6.1, 6.12, and the newest.
pub(super) const RELEASES: [&str; 3] = ["bookworm", "trixie", "sid"];

/// The releases whose kernels run unless others are asked for.
pub(super) const DEFAULT: [&str; 2] = ["bookworm", "trixie"];

/// An unpacked kernel.
#[derive(Debug)]
pub(super) struct Kernel {
    /// Its version.
    pub(super) name: String,
    pub(super) image: PathBuf,
    /// The directory with its modules.
    pub(super) modules: PathBuf,
}

impl Kernel {
    /// The newest kernel of a release, or the one that was fetched before.
    pub(super) fn fetch(release: &str, renew: bool) -> anyhow::Result<Kernel> {
        let release = Release::open(release)?;
        let root = release.root("kernel");
        if renew || !root.exists() {
            release.update()?;
            // The packages that contain files of the kernel. Later releases split them.
            let prefixes = ["linux-image-", "linux-binary-", "linux-modules-"];
            let is_part = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix));
            let packages = release.closure("linux-image-amd64", is_part)?;
            release.unpack(&packages, "kernel")?;
        }
        Kernel::in_directory(&root)
    }

    fn in_directory(root: &Path) -> anyhow::Result<Kernel> {
        let directories = ["lib/modules", "usr/lib/modules"].map(|path| root.join(path));
        let found = directories.iter().find(|directory| directory.exists());
        let directory = found.with_context(|| format!("no modules in {}", root.display()))?;
        let first = fs::read_dir(directory)?.next();
        let modules = first.context("a kernel without a version")??.path();
        let name = modules.file_name().context("a version has a name")?;
        let name = name.to_string_lossy().into_owned();
        let images = [
            root.join("boot").join(format!("vmlinuz-{name}")),
            modules.join("vmlinuz"),
        ];
        let image = images.into_iter().find(|image| image.exists());
        Ok(Kernel {
            image: image.with_context(|| format!("no kernel in {}", root.display()))?,
            name,
            modules,
        })
    }
}
