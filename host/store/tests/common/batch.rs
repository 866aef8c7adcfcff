//! Updates by several threads that are done in one batch, for certain.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{inode, is_waited_for, until};
use fs2::FileExt;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

pub(crate) const THREADS: usize = 8;

/// Does an update by each of several threads, all of them in one batch: they come while the lock is held, and
/// sleep in the queue when it is given up.
///
/// That they sleep there and not a little before can be seen afterwards: one thread has run them all. When it
/// was otherwise, all is done again.
pub(crate) fn in_one_batch<T: Send>(
    directory: &Path,
    prepare: impl Fn(),
    update: impl Fn(usize, &Mutex<Vec<ThreadId>>) -> T + Sync,
) -> Vec<T> {
    let lock = directory.join("a.json.lock");
    loop {
        prepare();
        let ran_on = Mutex::new(vec![]);
        let held = File::create(&lock).unwrap();
        held.lock_exclusive().unwrap();
        let threads = Mutex::new(vec![]);
        let results = thread::scope(|scope| {
            let (threads_, update, ran_on) = (&threads, &update, &ran_on);
            let handles: Vec<_> = (0..THREADS)
                .map(|number| {
                    scope.spawn(move || {
                        threads_.lock().unwrap().push(thread_id());
                        update(number, ran_on)
                    })
                })
                .collect();
            until("all of them sleep", || {
                let threads = threads.lock().unwrap();
                threads.len() == THREADS
                    && is_waited_for(inode(&lock))
                    && threads.iter().all(|id| is_asleep(*id))
            });
            drop(held);
            let joined = handles.into_iter().map(|handle| handle.join().unwrap());
            joined.collect()
        });
        let ran_on = ran_on.into_inner().unwrap();
        if ran_on.iter().all(|id| *id == ran_on[0]) {
            return results;
        }
    }
}

pub(crate) fn thread_id() -> i32 {
    // SAFETY: the call takes nothing.
    unsafe { libc::gettid() }
}

pub(crate) fn is_asleep(thread: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/self/task/{thread}/stat"));
    stat.is_ok_and(|stat| stat.rsplit_once(") ").unwrap().1.starts_with('S'))
}
