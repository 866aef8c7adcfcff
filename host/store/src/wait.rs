//! Waiting for an exclusive `flock(2)`.

use crate::disk::Locked;
use fs2::FileExt;
use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// Locks a file; `None` when it was not free in time.
///
/// The kernel wakes who waits for a lock the moment it is free, so the wait blocks in `flock` and does not
/// poll. `flock` has no timeout; a wait with one therefore blocks in a thread of its own. When the time is up
/// that thread stays behind until the lock is free, and then closes the file, which gives the lock back.
pub(crate) fn wait(file: File, patience: Option<Duration>) -> io::Result<Option<Locked<File>>> {
    match file.try_lock_exclusive() {
        Ok(()) => {
            return Ok(Some(Locked {
                file,
                has_waited: false,
            }));
        }
        Err(error) if error.raw_os_error() == fs2::lock_contended_error().raw_os_error() => {}
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        // A file system without locks ends here: going on without one is not an option.
        Err(error) => return Err(error),
    }
    let waited = |file| {
        Some(Locked {
            file,
            has_waited: true,
        })
    };
    let Some(patience) = patience else {
        return block(file).map(waited);
    };
    if patience.is_zero() {
        return Ok(None);
    }
    let (answer, answered) = mpsc::sync_channel(1);
    hand_over(Wait { file, answer })?;
    match answered.recv_timeout(patience) {
        Ok(locked) => locked.map(waited),
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

/// A file whose lock is waited for.
struct Wait {
    file: File,
    answer: SyncSender<io::Result<File>>,
}

/// Threads that have waited for a lock, and would for another: to start one takes longer than most locks are
/// held.
static IDLE: Mutex<Vec<(ThreadId, Sender<Wait>)>> = Mutex::new(Vec::new());

/// So long a thread stays for the next wait.
const IDLE_TIME: Duration = Duration::from_secs(10);

fn hand_over(mut wait: Wait) -> io::Result<()> {
    let thread = idle().pop();
    if let Some((_, thread)) = thread {
        match thread.send(wait) {
            Ok(()) => return Ok(()),
            Err(mpsc::SendError(refused)) => wait = refused,
        }
    }
    let (sender, waits) = mpsc::channel();
    thread::Builder::new()
        .name("amend-lock".to_owned())
        .spawn(move || serve(wait, &sender, &waits))
        .map(drop)
}

fn serve(mut wait: Wait, own: &Sender<Wait>, waits: &Receiver<Wait>) {
    loop {
        let locked = block(wait.file);
        // Before the answer: who gets it may be back with the next wait at once.
        idle().push((thread::current().id(), own.clone()));
        // Nobody listens any more when the time was up: the file comes back in the error and is closed.
        drop(wait.answer.send(locked));
        let next = match waits.recv_timeout(IDLE_TIME) {
            Ok(next) => Some(next),
            // Who has taken it out of the list already is about to send something.
            Err(_) if !retire() => waits.recv().ok(),
            Err(_) => None,
        };
        match next {
            Some(next) => wait = next,
            None => return,
        }
    }
}

/// Takes this thread out of the list; `false` when it is no longer in it.
fn retire() -> bool {
    let mut idle = idle();
    let this = thread::current().id();
    let place = idle.iter().position(|(thread, _)| *thread == this);
    place.map(|place| idle.swap_remove(place)).is_some()
}

fn idle() -> MutexGuard<'static, Vec<(ThreadId, Sender<Wait>)>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
