//! Documents that are files.

use std::fs;
use std::path::Path;

/// Puts documents into a directory, and has them on the disk, so that nothing of it is left to do for who is measured.
///
/// Those after the first thousand are links to a few files: a directory is as large with them as with files of their
/// own, which take minutes to make and to remove. A benchmark changes none of them.
pub(super) fn create(directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
    let (changed, beside) = names.split_at(names.len().min(1000));
    for name in changed {
        fs::write(directory.join(name), text)?;
    }
    // A file of ext4 can have 65,000 names.
    for names in beside.chunks(50_000) {
        let first = directory.join(&names[0]);
        fs::write(&first, text)?;
        for name in &names[1..] {
            fs::hard_link(&first, directory.join(name))?;
        }
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
