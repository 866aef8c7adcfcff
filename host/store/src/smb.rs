//! Opening a document on SMB, so that it is the one that its path leads to on the server.
//!
//! The kernel's client keeps a handle for a while after it was closed, and gives it to whoever opens the path again: for as
//! long as a program opens a document more often than once a second, it reads a text that another machine has replaced. It
//! gives no handle to an open with other flags. Such an open fails with EINVAL for up to a second after the replacement: the
//! client has not yet seen that the path leads to another file. Both were seen with Linux 6.1 and 6.12, and Samba.

use crate::byte_lock;
use crate::unix::openat;
use cap_std::fs::Dir;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// The longest wait for the client. It uses what it has cached for a second, unless it is mounted with another
/// `actimeo`.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Opens a document to read it.
pub(crate) fn open(dir: &Dir, name: &OsStr) -> io::Result<File> {
    // The flag means nothing to a reader, and no other program uses it.
    let file = until_known(|| openat(dir, name, OFlags::RDONLY | OFlags::SYNC, 0))?;
    // After a query about a lock the client really closes a file when it is closed. For the query it takes the lock on the
    // server, where locks keep readers out. So the query is about a byte that no program reads.
    byte_lock::ask(&file);
    Ok(file)
}

/// Opens a file again and again until the client knows which file its path leads to.
pub(crate) fn until_known(open: impl Fn() -> io::Result<File>) -> io::Result<File> {
    let started = Instant::now();
    loop {
        match open() {
            Err(error) if is_stale(&error) && started.elapsed() < PATIENCE => thread::sleep(PAUSE),
            opened => return opened,
        }
    }
}

fn is_stale(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    matches!(errno, Some(Errno::INVAL | Errno::STALE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_path_that_the_client_does_not_know_yet_is_opened_again() {
        for (errno, is_waited_for) in [
            (Errno::INVAL, true),
            (Errno::STALE, true),
            (Errno::NOENT, false),
            (Errno::ACCESS, false),
        ] {
            let attempts = Cell::new(0);
            let opened = until_known(|| {
                attempts.set(attempts.get() + 1);
                if attempts.get() < 3 {
                    return Err(errno.into());
                }
                tempfile::tempfile()
            });
            assert_eq!(opened.is_ok(), is_waited_for, "{errno}");
            assert_eq!(attempts.get(), if is_waited_for { 3 } else { 1 });
        }
    }
}
