//! File systems on which a file may get its name after it was synced.
//!
//! A file without a name has a link count of zero, and a sync writes that. The link that is made later raises the count
//! in memory. It reaches the disk with the sync of the directory where both are parts of one journal. On ext4 without a
//! journal it does not: after a power failure the directory has an entry for a deleted inode, and `e2fsck` clears it.
//! That was seen on an image that was copied while it was mounted; XFS and ext4 with a journal kept the file.

use std::fs;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const EXT4: u64 = 0xef53;
const XFS: u64 = 0x5846_5342;
const TMPFS: u64 = 0x0102_1994;

/// Whether this directory is on such a file system. `false` where that is not known.
pub(crate) fn is_late_link_durable(directory: impl AsFd) -> bool {
    let directory = directory.as_fd();
    let Ok(kind) = rustix::fs::fstatfs(directory) else {
        return false;
    };
    match kind.f_type as u64 & 0xffff_ffff {
        XFS | TMPFS => true,
        EXT4 => rustix::fs::fstat(directory).is_ok_and(|stat| has_journal(stat.st_dev)),
        _ => false,
    }
}

/// Whether an ext4 file system has a journal. Only a missing one is remembered: another file system may have the same
/// device number later, and to believe in a journal that is not there would lose documents.
fn has_journal(device: u64) -> bool {
    static WITHOUT: Mutex<Option<u64>> = Mutex::new(None);
    let mut without = WITHOUT.lock().unwrap_or_else(PoisonError::into_inner);
    if *without == Some(device) {
        return false;
    }
    let has_journal = shows_journal(device);
    if !has_journal {
        *without = Some(device);
    }
    has_journal
}

/// Whether the kernel shows the process ID of the journal's thread: it is `<none>` where there is no journal.
fn shows_journal(device: u64) -> bool {
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let block = fs::read_link(format!("/sys/dev/block/{major}:{minor}"));
    let task = block.ok().and_then(|block| {
        let name = block.file_name()?;
        let shown = Path::new("/sys/fs/ext4").join(name).join("journal_task");
        fs::read_to_string(shown).ok()
    });
    task.is_some_and(|task| task.trim().parse::<u32>().is_ok())
}
