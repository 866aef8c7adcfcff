//! Waiting for an exclusive `flock(2)`.

use fs2::FileExt;
use std::fs::File;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Locks a file; `None` when it was not free in time.
///
/// The kernel wakes who waits for a lock the moment it is free, so the wait blocks in `flock` and does not
/// poll. `flock` has no timeout; a wait with one therefore blocks in a thread of its own. When the time is up
/// that thread stays behind until the lock is free, and then closes the file, which gives the lock back.
pub(crate) fn wait(file: File, patience: Option<Duration>) -> io::Result<Option<File>> {
    match file.try_lock_exclusive() {
        Ok(()) => return Ok(Some(file)),
        Err(error) if error.raw_os_error() == fs2::lock_contended_error().raw_os_error() => {}
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        // A file system without locks ends here: going on without one is not an option.
        Err(error) => return Err(error),
    }
    let Some(patience) = patience else {
        return block(file).map(Some);
    };
    if patience.is_zero() {
        return Ok(None);
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("amend-lock".to_owned())
        .spawn(move || {
            // Nobody listens any more when the time was up: the file comes back in the error and is closed.
            drop(sender.send(block(file)));
        })?;
    match receiver.recv_timeout(patience) {
        Ok(locked) => locked.map(Some),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the waiting thread ended")),
    }
}

fn block(file: File) -> io::Result<File> {
    loop {
        match file.lock_exclusive() {
            Ok(()) => return Ok(file),
            // A signal, which is no reason to give up.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
