//! The kinds of file systems, by the effects of a rename, a lock and a sync on them (`statfs(2)`).

use cap_std::fs::Dir;
#[cfg(target_os = "linux")]
use rustix::fs::{Mode, OFlags};
use std::io;
use std::os::fd::AsFd;

/// The kind of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// A local one, whose files and locks are the same for all processes that see them, where `flock(2)` and `fcntl(2)`
    /// locks are independent of each other, and where a file that is open can be replaced.
    Local,
    /// SMB, by the kernel's client: a lock that is held is EACCES, and a rename over a file that a process of this machine
    /// has open fails with EACCES and dooms that file: it is gone when it is closed.
    Smb,
    /// One of user space. Many make two renames of one that replaces an open file, and no name leads to the document
    /// between them.
    Fuse,
    /// Any other, of which nothing of this is known.
    Other,
}

impl FileSystem {
    /// That of a directory.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_directory(directory: &Dir) -> io::Result<FileSystem> {
        let found = FileSystem::of(directory)?;
        if found == FileSystem::Local && !is_itself(directory)? {
            return Ok(FileSystem::Other);
        }
        Ok(found)
    }

    /// That of an open file, by its number alone. 9p reports the number of the server's file system.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(file: impl AsFd) -> io::Result<FileSystem> {
        let kind = rustix::io::retry_on_intr(|| rustix::fs::fstatfs(file.as_fd()))?.f_type;
        let kind = kind as u64 & 0xffff_ffff;
        Ok(if LOCAL.contains(&kind) {
            FileSystem::Local
        } else if SMB.contains(&kind) {
            FileSystem::Smb
        } else if kind == FUSE {
            FileSystem::Fuse
        } else {
            FileSystem::Other
        })
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of_directory(_: &Dir) -> io::Result<FileSystem> {
        Ok(FileSystem::Other)
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: impl AsFd) -> io::Result<FileSystem> {
        Ok(FileSystem::Other)
    }
}

/// Whether a file system with the number of a local one is that, and not 9p. One with a block device is. Of those without,
/// only 9p has no inode flags (`ioctl_iflags(2)`); old kernels have none in tmpfs and overlayfs either, which then
/// do without what only local file systems have.
#[cfg(target_os = "linux")]
fn is_itself(directory: &Dir) -> io::Result<bool> {
    if rustix::fs::major(rustix::fs::fstat(directory)?.st_dev) != 0 {
        return Ok(true);
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(readable) = rustix::fs::openat(directory, ".", flags, Mode::empty()) else {
        return Ok(false);
    };
    Ok(rustix::fs::ioctl_getflags(&readable).is_ok())
}

/// ext2 to ext4, XFS, btrfs, tmpfs, ramfs, F2FS, overlayfs, ZFS, bcachefs.
#[cfg(target_os = "linux")]
const LOCAL: [u64; 9] = [
    0xef53,
    0x5846_5342,
    0x9123_683e,
    0x0102_1994,
    0x8584_58f6,
    0xf2f5_2010,
    0x794c_7630,
    0x2fc1_2fc1,
    0xca45_1a4e,
];

/// The kernel's client calls itself by either number.
#[cfg(target_os = "linux")]
const SMB: [u64; 2] = [0xff53_4d42, 0xfe53_4d42];

#[cfg(target_os = "linux")]
const FUSE: u64 = 0x6573_5546;
