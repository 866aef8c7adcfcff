//! The programs of the machine that the command needs, and Debian's packages of them.

use crate::machine::mounts;
use anyhow::bail;
use std::path::Path;

const TOOLS: [(&str, &str); 9] = [
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("ganesha.nfsd", "nfs-ganesha"),
    ("smbd", "samba"),
    ("mkfs.ext4", "e2fsprogs"),
    ("dpkg-deb", "dpkg"),
    ("apt-get", "apt"),
    ("xz", "xz-utils"),
    ("ldd", "libc-bin"),
    ("strip", "binutils"),
];

/// Where Debian puts programs for root, which are in the path of root alone.
const MORE_PATHS: &str = "/usr/local/sbin:/usr/sbin:/sbin";

/// Fails with the names of the packages that are missing.
pub(super) fn require(mounts: &[String]) -> anyhow::Result<()> {
    // SAFETY: the call takes nothing, and cannot fail.
    if unsafe { libc::geteuid() } != 0 {
        bail!("the file servers keep owners and modes only if root runs them; run this as root");
    }
    let wanted = |name: &str| mounts.iter().any(|mount| mounts::base(mount) == name);
    let mut missing: Vec<_> = TOOLS
        .into_iter()
        .filter(|(tool, _)| !exists(tool))
        .map(|(_, package)| package)
        .collect();
    if !ganesha_has_vfs() {
        missing.push("nfs-ganesha-vfs");
    }
    for (mount, tool, package) in [
        ("xfs", "mkfs.xfs", "xfsprogs"),
        ("btrfs", "mkfs.btrfs", "btrfs-progs"),
    ] {
        if wanted(mount) && !exists(tool) {
            missing.push(package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!("missing here: apt-get install {}", missing.join(" "))
}

fn exists(tool: &str) -> bool {
    path(tool).is_some()
}

/// The program's path.
pub(super) fn path(tool: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{path}:{MORE_PATHS}");
    path.split(':')
        .map(|directory| Path::new(directory).join(tool))
        .find(|path| path.is_file())
}

/// The part of nfs-ganesha that exports directories is a library in a package of its own.
fn ganesha_has_vfs() -> bool {
    ["/usr/lib/x86_64-linux-gnu/ganesha", "/usr/lib/ganesha"]
        .iter()
        .any(|directory| Path::new(directory).join("libfsalvfs.so").exists())
}
