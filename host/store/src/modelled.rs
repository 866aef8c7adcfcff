//! The queue under a model checker: every order in which its threads can run, or many of them.
//!
//! It is the same source as the real queue, built on the checker's locks in place of those of the standard
//! library. A deadlock, a lost wake-up or a failed assertion is reported with the order that leads to it.

/// What the queue is built on, modelled. A wait with a time ends when the others have had
/// their chance, woken or not.
mod sync {
    pub(super) use shuttle::sync::Arc;
    use std::ops::{Deref, DerefMut};
    use std::sync::{LockResult, PoisonError};
    use std::time::Duration;

    #[derive(Debug)]
    pub(super) struct Mutex<T>(shuttle::sync::Mutex<T>);

    #[derive(Debug)]
    pub(super) struct MutexGuard<'m, T> {
        mutex: &'m Mutex<T>,
        held: Option<shuttle::sync::MutexGuard<'m, T>>,
    }

    #[derive(Debug)]
    pub(super) struct Condvar(shuttle::sync::Condvar);

    impl<T> Mutex<T> {
        pub(super) fn new(value: T) -> Mutex<T> {
            Mutex(shuttle::sync::Mutex::new(value))
        }

        pub(super) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            let guard = |held| MutexGuard {
                mutex: self,
                held: Some(held),
            };
            match self.0.lock() {
                Ok(held) => Ok(guard(held)),
                Err(poisoned) => Err(PoisonError::new(guard(poisoned.into_inner()))),
            }
        }
    }

    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.held.as_ref().unwrap()
        }
    }

    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.held.as_mut().unwrap()
        }
    }

    impl Condvar {
        pub(super) fn new() -> Condvar {
            Condvar(shuttle::sync::Condvar::new())
        }

        pub(super) fn notify_one(&self) {
            self.0.notify_one();
        }

        pub(super) fn wait<'m, T>(
            &self,
            mut guard: MutexGuard<'m, T>,
        ) -> LockResult<MutexGuard<'m, T>> {
            let held = guard.held.take().unwrap();
            guard.held = Some(self.0.wait(held).unwrap_or_else(PoisonError::into_inner));
            Ok(guard)
        }

        pub(super) fn wait_timeout<'m, T>(
            &self,
            guard: MutexGuard<'m, T>,
            _: Duration,
        ) -> LockResult<(MutexGuard<'m, T>, ())> {
            let mutex = guard.mutex;
            drop(guard);
            shuttle::thread::yield_now();
            let guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
            Ok((guard, ()))
        }
    }
}

#[allow(clippy::duplicate_mod, reason = "it is the same source on purpose")]
#[allow(dead_code, reason = "not all of it is modelled")]
#[path = "queue.rs"]
mod queue;

use queue::{Queue, Turn, Unanswered};
use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;
use std::time::Duration;

/// A number to add to the document, which is a number, too. It tells when it is dropped.
struct Job {
    number: usize,
    alive: Arc<AtomicUsize>,
}

impl Drop for Job {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What the threads share: the document, and whether somebody is leading.
#[derive(Default)]
struct Shared {
    queue: Queue<Job, usize>,
    document: AtomicUsize,
    leading: AtomicUsize,
}

/// Leads as the store does: the jobs in turn, the answers when all are done, the lead passed on before that.
fn lead(shared: &Shared, turn: &mut Turn<'_, Job, usize>, most: usize) {
    turn.linger(Duration::from_micros(20));
    assert_eq!(shared.leading.fetch_add(1, Ordering::SeqCst), 0, "two lead");
    let mut done = Vec::new();
    while done.len() < most
        && let Some(mut ticket) = turn.take()
    {
        let before = shared.document.load(Ordering::SeqCst);
        thread::yield_now();
        let after = before + ticket.job().unwrap().number;
        shared.document.store(after, Ordering::SeqCst);
        done.push((ticket, after));
    }
    shared.leading.fetch_sub(1, Ordering::SeqCst);
    turn.pass();
    for (ticket, after) in done {
        ticket.finish(after);
    }
}

fn submit(shared: &Shared, patience: Option<Duration>, most: usize) -> Result<usize, Unanswered> {
    let alive = Arc::new(AtomicUsize::new(1));
    let job = Job {
        number: 1,
        alive: Arc::clone(&alive),
    };
    let answer = shared
        .queue
        .submit(job, patience, |turn| lead(shared, turn, most));
    // Whoever lends something to a job takes it back now.
    assert_eq!(alive.load(Ordering::SeqCst), 0, "the job is still there");
    answer
}

fn threads(count: usize, times: usize, patience: Option<Duration>, most: usize) {
    let shared = Arc::new(Shared::default());
    let threads: Vec<_> = (0..count)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let answers = (0..times).map(|_| submit(&shared, patience, most));
                answers.filter(Result::is_ok).count()
            })
        })
        .collect();
    let answered: usize = threads.into_iter().map(|one| one.join().unwrap()).sum();
    assert_eq!(shared.document.load(Ordering::SeqCst), answered);
    if patience.is_none() {
        assert_eq!(answered, count * times);
    }
}

#[test]
fn every_job_is_done_once_and_one_thread_leads_at_a_time() {
    shuttle::check_random(|| threads(4, 3, None, 100), 3000);
    shuttle::check_pct(|| threads(3, 3, None, 100), 3000, 4);
}

#[test]
fn every_order_of_two_threads_is_right() {
    /// Only the queue's own steps are steps here: with more there are too many orders.
    fn submit(queue: &Queue<(), usize>) -> usize {
        let answer = queue.submit((), None, |turn| {
            let mut done = 0;
            while let Some(ticket) = turn.take() {
                done += 1;
                ticket.finish(done);
            }
        });
        answer.unwrap()
    }
    shuttle::check_dfs(
        || {
            let queue = Arc::new(Queue::default());
            let other = Arc::clone(&queue);
            let thread = thread::spawn(move || submit(&other));
            let answers = [submit(&queue), thread.join().unwrap()];
            assert!([[1, 1], [1, 2], [2, 1]].contains(&answers), "{answers:?}");
        },
        None,
    );
}

#[test]
fn who_is_left_in_the_line_leads_next() {
    shuttle::check_random(|| threads(4, 2, None, 1), 3000);
}

#[test]
fn who_gives_up_is_not_done_and_who_was_taken_does_not_give_up() {
    // Patience ends at any moment: the clock is not modelled, so that it is up whenever the wait is.
    shuttle::check_random(|| threads(4, 3, Some(Duration::from_nanos(1)), 100), 3000);
}
