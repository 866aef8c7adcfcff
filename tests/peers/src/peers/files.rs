//! Documents that are files.

use std::fs;
use std::path::Path;

/// Puts documents into a directory, and has them on the disk, so that nothing of it is left to do for who is measured.
pub(super) fn create(directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
    for name in names {
        fs::write(directory.join(name), text)?;
    }
    settle(directory)
}

/// Writes out everything that waits for it on the file system of this directory.
pub(super) fn settle(directory: &Path) -> anyhow::Result<()> {
    let handle = fs::File::open(directory)?;
    // SAFETY: the handle is open.
    let done = unsafe { libc::syncfs(std::os::fd::AsRawFd::as_raw_fd(&handle)) };
    anyhow::ensure!(done == 0, "syncfs: {}", std::io::Error::last_os_error());
    Ok(())
}
