//! What a file is besides its bytes, and how a new file takes it over from the old one.

use rustix::fs::{Gid, Mode, Stat, Uid};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

/// The permission bits that are kept. Set-user-ID, set-group-ID and the sticky bit are not: the kernel
/// clears them when somebody writes to a file, and a replacement is a write.
const KEPT: u32 = 0o777;

/// What a file is, in words, when it is not a regular one.
pub(crate) fn file_kind(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a directory")
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else if kind.is_fifo() {
        Some("a FIFO")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    }
}

/// Whether two looks found the same file.
pub(crate) fn same_file(held: &Metadata, there: &Stat) -> bool {
    held.dev() == there.st_dev && held.ino() == there.st_ino
}

/// Whether the file found is the one that was looked at before, and nobody has written to it since.
pub(crate) fn is_unchanged(before: &Metadata, there: &Stat) -> bool {
    same_file(before, there)
        && before.size().cast_signed() == there.st_size
        && before.mtime() == there.st_mtime
        && before.mtime_nsec().cast_unsigned() == there.st_mtime_nsec
}

/// The mode to create the temporary file with: until it has the right owner, nobody else may read it.
pub(crate) fn mode_before(old: Option<&Metadata>) -> Mode {
    match old {
        // What the kernel takes off by the umask stays off.
        None => Mode::from_raw_mode(0o666),
        Some(_) => Mode::from_raw_mode(0o600),
    }
}

/// Gives the new file the owner, group and mode of the old one.
///
/// Where the process may not give the group away, the new group gets what everybody had: never more than
/// the old group's members were meant to have.
pub(crate) fn take_over(new: &File, old: &Metadata) -> io::Result<()> {
    let mut mode = old.mode() & KEPT;
    let fresh = new.metadata()?;
    if (fresh.uid(), fresh.gid()) != (old.uid(), old.gid()) {
        let (uid, gid) = (Uid::from_raw(old.uid()), Gid::from_raw(old.gid()));
        let kept = rustix::fs::fchown(new, Some(uid), Some(gid)).is_ok()
            || rustix::fs::fchown(new, None, Some(gid)).is_ok();
        if !kept && fresh.gid() != old.gid() {
            mode = (mode & !0o070) | ((mode & 0o007) << 3);
        }
    }
    if fresh.mode() & 0o7777 != mode {
        rustix::fs::fchmod(new, Mode::from_raw_mode(mode))?;
    }
    Ok(())
}
