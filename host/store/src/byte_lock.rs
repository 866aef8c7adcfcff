//! Locks of single bytes (`F_OFD_SETLK`) and read leases (`F_SETLEASE`): what `fcntl(2)` has beside `flock(2)`.

use crate::disk::ByteLock;
use std::fs::File;
use std::io;
use std::time::Duration;

#[cfg(target_os = "linux")]
pub(crate) use linux::{ask, is_being_written, is_locked, lock, unlock};

#[cfg(target_os = "linux")]
mod linux {
    use super::{ByteLock, Duration, File, io};
    use std::os::fd::AsRawFd;
    use std::thread;
    use std::time::Instant;

    /// These locks are held for a few system calls, so the wait for one polls: first without a pause, then with longer
    /// and longer ones.
    pub(crate) fn lock(
        file: &File,
        at: u64,
        kind: ByteLock,
        patience: Duration,
    ) -> io::Result<bool> {
        const SPINS: u32 = 20;
        const LONGEST: Duration = Duration::from_millis(1);
        let kind = match kind {
            ByteLock::Shared => libc::F_RDLCK,
            ByteLock::Exclusive => libc::F_WRLCK,
        };
        let started = Instant::now();
        let (mut tries, mut pause) = (0, Duration::from_micros(50));
        loop {
            match set(file, libc::F_OFD_SETLK, at, kind) {
                Ok(_) => return Ok(true),
                Err(error) if is_contended(&error) => {}
                Err(error) => return Err(error),
            }
            if started.elapsed() >= patience {
                return Ok(false);
            }
            tries += 1;
            if tries < SPINS {
                thread::yield_now();
            } else {
                thread::sleep(pause.min(patience.saturating_sub(started.elapsed())));
                pause = (pause * 2).min(LONGEST);
            }
        }
    }

    pub(crate) fn unlock(file: &File, at: u64) -> io::Result<()> {
        set(file, libc::F_OFD_SETLK, at, libc::F_UNLCK).map(drop)
    }

    /// Whether another handle has a lock of the byte.
    pub(crate) fn is_locked(file: &File, at: u64) -> io::Result<bool> {
        let found = set(file, libc::F_OFD_GETLK, at, libc::F_WRLCK)?;
        Ok(libc::c_int::from(found.l_type) != libc::F_UNLCK)
    }

    /// Queries the lock of a byte far behind the end of every document. The result is not used.
    pub(crate) fn ask(file: &File) {
        const FAR: u64 = 1 << 62;
        drop(set(file, libc::F_OFD_GETLK, FAR, libc::F_RDLCK));
    }

    fn set(
        file: &File,
        command: libc::c_int,
        at: u64,
        kind: libc::c_int,
    ) -> io::Result<libc::flock> {
        // SAFETY: the structure is plain data, for which zeros are valid.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as libc::c_short;
        lock.l_whence = libc::SEEK_SET as libc::c_short;
        lock.l_start = at.cast_signed();
        lock.l_len = 1;
        loop {
            // SAFETY: the descriptor is open for as long as `file` is borrowed, and the structure lives across the
            // call.
            if unsafe { libc::fcntl(file.as_raw_fd(), command, &raw mut lock) } == 0 {
                return Ok(lock);
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    fn is_contended(error: &io::Error) -> bool {
        matches!(
            error.raw_os_error(),
            Some(libc::EAGAIN | libc::EACCES | libc::EDEADLK)
        )
    }

    /// `F_SETSIG` of `fcntl(2)`, which the libc crate does not have.
    const F_SETSIG: libc::c_int = 10;

    /// Asks for a read lease and gives it back at once. A program that opens the file for writing in between waits for
    /// that moment, and the kernel sends a signal to this process: `SIGURG`, which does nothing, in the place of
    /// `SIGIO`, which would end it.
    pub(crate) fn is_being_written(file: &File) -> Option<bool> {
        let descriptor = file.as_raw_fd();
        // SAFETY: the calls take no memory, and the descriptor is open for as long as `file` is borrowed.
        unsafe {
            if libc::fcntl(descriptor, F_SETSIG, libc::SIGURG) != 0 {
                return None;
            }
            if libc::fcntl(descriptor, libc::F_SETLEASE, libc::F_RDLCK) == 0 {
                libc::fcntl(descriptor, libc::F_SETLEASE, libc::F_UNLCK);
                return Some(false);
            }
        }
        (io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN)).then_some(true)
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    use super::{ByteLock, Duration, File, io};

    pub(crate) fn lock(_: &File, _: u64, _: ByteLock, _: Duration) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn unlock(_: &File, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn is_locked(_: &File, _: u64) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn ask(_: &File) {}

    pub(crate) fn is_being_written(_: &File) -> Option<bool> {
        None
    }
}
#[cfg(not(target_os = "linux"))]
pub(crate) use none::{ask, is_being_written, is_locked, lock, unlock};
