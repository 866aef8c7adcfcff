//! The local file systems that promises are tested on, mounted for one test.

use crate::mounted::{Image, mount};
use crate::requirements::skipped;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A kind of file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// ext4 with inodes of 128 bytes, whose file times are whole seconds: two states of a file may have all of their
    /// metadata in common there.
    CoarseExt4,
    /// ext4 as it is made by default.
    Ext4,
    /// XFS.
    Xfs,
    /// btrfs.
    Btrfs,
    /// tmpfs, which is in memory.
    Tmpfs,
    /// overlayfs over directories of the file system of the test.
    Overlay,
    /// bindfs, a file system of user space without `hard_remove`: libfuse renames an open file that is removed or replaced.
    Fuse,
}

impl FileSystem {
    /// Every kind.
    pub const ALL: [FileSystem; 7] = [
        FileSystem::CoarseExt4,
        FileSystem::Ext4,
        FileSystem::Xfs,
        FileSystem::Btrfs,
        FileSystem::Tmpfs,
        FileSystem::Overlay,
        FileSystem::Fuse,
    ];

    /// Mounts one in a directory below `scratch`, and returns that directory. `None`, and said to be skipped, where this
    /// machine cannot. Only in a thread of [`with_own_mounts`](crate::mounted::with_own_mounts).
    pub fn mount(self, scratch: &Path) -> Option<PathBuf> {
        let scratch = scratch.join(format!("{self:?}"));
        let mounted = self.try_mount(&scratch);
        match mounted {
            Ok(()) => Some(scratch.join("at")),
            Err(error) => {
                skipped(&format!("{self:?}: {error}"));
                None
            }
        }
    }

    fn try_mount(self, scratch: &Path) -> io::Result<()> {
        let at = scratch.join("at");
        fs::create_dir_all(&at)?;
        match self {
            FileSystem::CoarseExt4 => image(scratch, &["mkfs.ext4", "-q", "-F", "-I", "128"]),
            FileSystem::Ext4 => image(scratch, &["mkfs.ext4", "-q", "-F"]),
            FileSystem::Xfs => image(scratch, &["mkfs.xfs", "-q", "-f"]),
            FileSystem::Btrfs => image(scratch, &["mkfs.btrfs", "-q", "-f"]),
            FileSystem::Tmpfs => mount(&["-t", "tmpfs", "tmpfs", text(&at)]),
            FileSystem::Overlay => {
                let layers = ["lower", "upper", "work"].map(|layer| scratch.join(layer));
                for layer in &layers {
                    fs::create_dir_all(layer)?;
                }
                let [lower, upper, work] = layers.each_ref().map(|layer| text(layer));
                let options = format!("lowerdir={lower},upperdir={upper},workdir={work}");
                mount(&["-t", "overlay", "overlay", "-o", &options, text(&at)])
            }
            FileSystem::Fuse => {
                let source = scratch.join("source");
                fs::create_dir_all(&source)?;
                let mut bindfs = Command::new("bindfs");
                let status = bindfs.args([source, at]).status()?;
                if status.success() {
                    return Ok(());
                }
                Err(io::Error::other(format!("bindfs: {status}")))
            }
        }
    }
}

fn image(scratch: &Path, mkfs: &[&str]) -> io::Result<()> {
    let image = Image {
        file: &scratch.join("image"),
        at: &scratch.join("at"),
    };
    image.make(mkfs)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
