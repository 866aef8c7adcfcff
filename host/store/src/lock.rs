//! The lock: an exclusive `flock(2)` on the document's lock file.

use crate::error::Error;
use crate::metadata::{file_kind, same_file};
use crate::place::Place;
use fs2::FileExt;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A lock that is held. Dropping it lets the next one in.
#[derive(Debug)]
#[must_use = "the lock is released when this is dropped"]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for a document's lock.
    pub(crate) fn acquire(place: &Place, timeout: Option<Duration>) -> Result<Lock, Error> {
        let started = Instant::now();
        loop {
            let file = open(place)?;
            let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
            let Some(file) = wait(file, left).map_err(place.io("waiting for its lock"))? else {
                return Err(Error::LockTimeout {
                    path: place.path.clone(),
                    lock: place.lock_path(),
                    waited: timeout.unwrap_or_default(),
                });
            };
            // The lock file may have been deleted while we waited, probably by its previous holder, and
            // another made since: then we hold a lock that nobody else looks at.
            if is_in_place(place, &file)? {
                return Ok(Lock { _file: file });
            }
        }
    }
}

/// Opens the lock file, and makes it when there is none. A readable handle is enough for a lock, so another
/// user's lock file in mode 0644 serves as well.
fn open(place: &Place) -> Result<File, Error> {
    let flags = OFlags::RDONLY;
    let opened = match place.open(&place.lock_name, flags, Mode::empty()) {
        // Only now with O_CREAT: in a sticky directory the kernel refuses that flag for a file of another
        // owner (fs.protected_regular), even where nothing is to be created.
        Err(error) if error.kind() == io::ErrorKind::NotFound => place.open(
            &place.lock_name,
            flags | OFlags::CREATE,
            Mode::from_raw_mode(0o666),
        ),
        opened => opened,
    };
    let not_a_lock_file = |kind| Error::NotALockFile {
        path: place.path.clone(),
        lock: place.lock_path(),
        kind,
    };
    let file = match opened {
        Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
            return Err(not_a_lock_file("a symbolic link, which is never followed"));
        }
        opened => opened.map_err(place.io("opening its lock file"))?,
    };
    match file_kind(
        &file
            .metadata()
            .map_err(place.io("looking at its lock file"))?,
    ) {
        Some(kind) => Err(not_a_lock_file(kind)),
        None => Ok(file),
    }
}

/// Whether the lock file's name still leads to the file that was locked.
fn is_in_place(place: &Place, file: &File) -> Result<bool, Error> {
    match rustix::fs::statat(&place.dir, &place.lock_name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(there) => {
            let held = file
                .metadata()
                .map_err(place.io("looking at its lock file"))?;
            Ok(same_file(&held, &there))
        }
        Err(Errno::NOENT) => Ok(false),
        Err(errno) => Err(place.io("looking at its lock file")(errno.into())),
    }
}

/// Locks a file; `None` when it was not free in time.
///
/// The kernel hands the lock over the moment it is free, so the wait blocks in `flock` and does not poll.
/// `flock` has no timeout; a wait with one therefore blocks in a thread of its own. When the time is up that
/// thread stays behind until the lock is free, and then closes the file, which gives the lock back.
fn wait(file: File, left: Option<Duration>) -> io::Result<Option<File>> {
    match file.try_lock_exclusive() {
        Ok(()) => return Ok(Some(file)),
        Err(error) if error.raw_os_error() == fs2::lock_contended_error().raw_os_error() => {}
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        // A file system without locks ends here: going on without one is not an option.
        Err(error) => return Err(error),
    }
    let Some(left) = left else {
        return block(file).map(Some);
    };
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("amend-lock".to_owned())
        .spawn(move || {
            // Nobody listens any more when the time was up: the file comes back in the error and is closed.
            drop(sender.send(block(file)));
        })?;
    match receiver.recv_timeout(left) {
        Ok(locked) => locked.map(Some),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the waiting thread ended")),
    }
}

fn block(file: File) -> io::Result<File> {
    loop {
        match file.lock_exclusive() {
            Ok(()) => return Ok(file),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use crate::place::Root;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    fn place(directory: &Path) -> Place {
        Root::open(directory)
            .unwrap()
            .make(Path::new("a.json"), false)
            .unwrap()
    }

    /// Waits until the waiter is blocked on the lock of this inode, as the kernel tells it.
    fn until_it_waits<T>(waiter: &thread::ScopedJoinHandle<'_, T>, inode: u64) {
        let blocked = format!(":{inode} ");
        while !fs::read_to_string("/proc/locks")
            .unwrap()
            .lines()
            .any(|line| line.contains("->") && line.contains("FLOCK") && line.contains(&blocked))
        {
            assert!(
                !waiter.is_finished(),
                "it went in while another held the lock"
            );
            thread::yield_now();
        }
    }

    /// Python's filelock 3.20.4 to 3.29.4 deleted the lock file when it was released: A holds it, B waits for
    /// it, A deletes it, C makes a new one and enters, and then B, which has the lock of the old one, enters
    /// too.
    #[test]
    fn a_lock_file_that_was_deleted_lets_nobody_in() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("a.json.lock");
        let old = File::create(&path).unwrap();
        old.lock_exclusive().unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| Lock::acquire(&place(scratch.path()), None).unwrap());
            until_it_waits(&waiter, old.metadata().unwrap().ino());
            fs::remove_file(&path).unwrap();
            let new = File::create(&path).unwrap();
            new.lock_exclusive().unwrap();
            drop(old);
            // It has the old file's lock by now, and must come to wait for the new one's.
            until_it_waits(&waiter, new.metadata().unwrap().ino());
            drop(new);
            let lock = waiter.join().unwrap();
            assert_eq!(
                lock._file.metadata().unwrap().ino(),
                fs::metadata(&path).unwrap().ino()
            );
        });
    }

    #[test]
    fn a_timeout_gives_up_its_place_in_the_queue() {
        let scratch = tempfile::tempdir().unwrap();
        let held = Lock::acquire(&place(scratch.path()), None).unwrap();
        let timeout = Duration::from_millis(50);
        let started = Instant::now();
        let refused = Lock::acquire(&place(scratch.path()), Some(timeout));
        assert!(matches!(refused, Err(Error::LockTimeout { .. })));
        assert!(started.elapsed() >= timeout);
        drop(held);
        // The wait that was given up may get the lock for a moment, and gives it back at once.
        drop(Lock::acquire(&place(scratch.path()), Some(Duration::from_secs(60))).unwrap());
    }
}
