//! The machine's first file system: busybox, modules, and shared libraries.

use crate::machine::host::cpio::Archive;
use crate::machine::host::debian;
use crate::machine::host::kernel::Kernel;
use crate::machine::host::modules;
use crate::machine::host::programs::Programs;
use anyhow::Context;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Users that tools look up. Those of the tests are numbers alone.
const USERS: &str = "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";

/// Writes it, and returns its path.
pub(super) fn build(
    scratch: &Path,
    kernel: &Kernel,
    programs: &Programs,
) -> anyhow::Result<PathBuf> {
    let mut archive = Archive::default();
    for directory in ["/proc", "/sys", "/dev", "/tmp", "/programs", "/mnt"] {
        archive.directory(directory);
    }
    let busybox = debian::tool("busybox-static", &["bin/busybox", "usr/bin/busybox"])?;
    archive.add("/bin/busybox", &fs::read(busybox)?);
    archive.add("/init", include_bytes!("init.sh"));
    archive.add("/etc/passwd", USERS.as_bytes());
    archive.add("/etc/group", b"root:x:0:\nnogroup:x:65534:\n");
    archive.link("/etc/mtab", "/proc/mounts");
    let mut order = String::new();
    for module in modules::in_order(&kernel.modules)? {
        archive.add(&format!("/modules/{}.ko", module.name), &module.content);
        writeln!(order, "{}", module.name)?;
    }
    archive.add("/modules/order", order.as_bytes());
    for library in programs.libraries()? {
        let content = fs::read(&library).with_context(|| format!("reading {library}"))?;
        archive.add(&library, &content);
    }
    let file = scratch.join("initramfs");
    fs::write(&file, archive.finish())?;
    Ok(file)
}
