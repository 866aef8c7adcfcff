//! Waiting for an exclusive `flock(2)` with a time limit.
//!
//! The kernel wakes a waiter the moment the lock is free, so the wait blocks in `flock` and does not poll. `flock` has no
//! timeout. A wait with one therefore blocks in a thread of its own, and a signal interrupts it when the time is up.

use crate::disk::{Locked, Waited};
use crate::file_system::FileSystem;
use crate::interrupt::Interruptible;
use fs2::FileExt;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// Locks a file exclusively, within a time if there is one.
pub(crate) fn wait(file: File, patience: Option<Duration>) -> io::Result<Waited<File>> {
    match file.try_lock_exclusive() {
        Ok(()) => return Ok(locked(file, false)),
        Err(error) if is_contended(&file, &error) => {}
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        // A file system without locks ends here: going on without one is not an option.
        Err(error) => return Err(error),
    }
    let Some(patience) = patience else {
        return block(file, || false);
    };
    if patience.is_zero() {
        return Ok(Waited::TimedOut(Some(file)));
    }
    let thread = Arc::new(Interruptible::default());
    let (answer, answered) = mpsc::sync_channel(1);
    hand_over(Wait {
        file,
        thread: Arc::clone(&thread),
        answer,
    })?;
    let waited = match answered.recv_timeout(patience) {
        Err(RecvTimeoutError::Timeout) => cancel(&thread, &answered),
        other => other,
    };
    match waited {
        Ok(waited) => waited,
        Err(RecvTimeoutError::Timeout) => Ok(Waited::TimedOut(None)),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the waiting thread ended")),
    }
}

type Answer = io::Result<Waited<File>>;

/// The most that the end of a wait is waited for. A thread that has not ended its wait by then is left behind: the
/// process has a handler for the signal that restarts system calls, or the file system does not let the wait be
/// interrupted.
const CANCEL_TIME: Duration = Duration::from_millis(50);

/// Interrupts a waiting thread until it answers. A signal that comes just before the thread enters `flock` has no effect,
/// so one is not enough.
fn cancel(thread: &Interruptible, answered: &Receiver<Answer>) -> Result<Answer, RecvTimeoutError> {
    let started = Instant::now();
    loop {
        thread.interrupt();
        match answered.recv_timeout(Duration::from_millis(1)) {
            Err(RecvTimeoutError::Timeout) if started.elapsed() < CANCEL_TIME => {}
            answer => return answer,
        }
    }
}

fn locked(file: File, has_waited: bool) -> Waited<File> {
    Waited::Locked(Locked { file, has_waited })
}

fn block(file: File, is_over: impl Fn() -> bool) -> Answer {
    loop {
        match file.lock_exclusive() {
            Ok(()) => return Ok(locked(file, true)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // It does not wait there.
            Err(error) if is_contended(&file, &error) => thread::sleep(POLL),
            Err(error) => return Err(error),
        }
        if is_over() {
            return Ok(Waited::TimedOut(Some(file)));
        }
    }
}

/// The pause between two attempts to take a lock on SMB.
const POLL: Duration = Duration::from_millis(5);

/// Whether another process holds the lock. On SMB that is EACCES, which means anywhere else that the lock is forbidden.
fn is_contended(file: &File, error: &io::Error) -> bool {
    match Errno::from_io_error(error) {
        Some(Errno::AGAIN) => true,
        Some(Errno::ACCESS) => matches!(FileSystem::of(file), Ok(FileSystem::Smb)),
        _ => false,
    }
}

/// A file whose lock is waited for.
struct Wait {
    file: File,
    thread: Arc<Interruptible>,
    answer: SyncSender<Answer>,
}

/// Threads that have waited for a lock and may wait for another: starting one takes longer than most locks are held.
static IDLE: Mutex<Vec<(ThreadId, Sender<Wait>)>> = Mutex::new(Vec::new());

/// An idle thread ends after this time.
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
        .map_err(|error| {
            let text = format!("it is held, and no thread can be started to wait for it: {error}");
            io::Error::new(error.kind(), text)
        })
}

fn serve(mut wait: Wait, own: &Sender<Wait>, waits: &Receiver<Wait>) {
    loop {
        wait.thread.enter();
        let waited = block(wait.file, || wait.thread.is_interrupted());
        wait.thread.leave();
        // Before the answer: its receiver may be back with the next wait at once.
        idle().push((thread::current().id(), own.clone()));
        // A receiver that has given up is gone. The file comes back in the error and is closed, which gives a lock
        // back.
        drop(wait.answer.send(waited));
        let next = match waits.recv_timeout(IDLE_TIME) {
            Ok(next) => Some(next),
            // A thread that is no longer in the list was taken out of it, and is about to be sent something.
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
