//! The queue of the threads of one process that want to change the same document.
//!
//! One of them leads: it takes the jobs of all that wait, does them together, and then passes the lead on to
//! whoever has waited longest by then. The others sleep until their job is done, or until they are to lead.
//! So what has to be done once for a document, locking it and syncing it, is done once for many.

use super::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// Jobs of type `J`, each of which is answered with an `R`.
#[derive(Debug)]
pub(crate) struct Queue<J, R> {
    line: Mutex<Line<J, R>>,
    /// Somebody has come to the line.
    arrival: Condvar,
}

#[derive(Debug)]
struct Line<J, R> {
    waiting: VecDeque<Ticket<J, R>>,
    is_led: bool,
    /// How many jobs the last leader took.
    last: usize,
}

/// A job that waits for its answer. It is answered by [`Ticket::finish`]; one that is dropped is abandoned.
#[derive(Debug)]
pub(crate) struct Ticket<J, R> {
    job: Option<J>,
    seat: Arc<Seat<J, R>>,
}

/// Where the thread that has handed in a job sleeps.
#[derive(Debug)]
struct Seat<J, R> {
    standing: Mutex<Standing<J, R>>,
    changed: Condvar,
}

#[derive(Debug)]
enum Standing<J, R> {
    /// Its owner does not sleep: he has not come to it, or he leads, and answers himself. Nobody is to be woken then,
    /// which would be a system call for nothing.
    Awake,
    Waits,
    /// It is to lead, and gets its job back.
    Leads(J),
    Done(R),
    Abandoned,
}

/// Why a job has no answer. In either case it is no longer in anybody's hands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// Nobody took it in time. It was not done.
    TimedOut,
    /// Who had taken it panicked, and may have done it before.
    Abandoned,
}

impl<J, R> Default for Queue<J, R> {
    fn default() -> Self {
        Queue {
            line: Mutex::new(Line {
                waiting: VecDeque::new(),
                is_led: false,
                last: 1,
            }),
            arrival: Condvar::new(),
        }
    }
}

impl<J, R> Queue<J, R> {
    /// Hands in a job, and sleeps until it is done; or does it with `lead`, and whatever else there is.
    ///
    /// When this returns, and also when it unwinds because `lead` panics, the job has been dropped: those who
    /// lend it to another thread rely on that. Patience is for a job that nobody has taken; one that was
    /// taken is waited for.
    pub(crate) fn submit(
        &self,
        job: J,
        patience: Option<Duration>,
        lead: impl FnOnce(&mut Turn<'_, J, R>),
    ) -> Result<R, Unanswered> {
        let seat = Arc::new(Seat {
            standing: Mutex::new(Standing::Awake),
            changed: Condvar::new(),
        });
        let ticket = Ticket {
            job: Some(job),
            seat: Arc::clone(&seat),
        };
        let own = match self.line_up(ticket) {
            Some(ticket) => ticket,
            None => match self.sleep(&seat, patience) {
                Standing::Leads(job) => Ticket {
                    job: Some(job),
                    seat: Arc::clone(&seat),
                },
                Standing::Done(answer) => return Ok(answer),
                Standing::Awake | Standing::Waits => return Err(Unanswered::TimedOut),
                Standing::Abandoned => return Err(Unanswered::Abandoned),
            },
        };
        let mut turn = Turn {
            queue: self,
            own: Some(own),
            taken: 0,
            keeps_to_own: false,
            is_over: false,
        };
        lead(&mut turn);
        drop(turn);
        match std::mem::replace(&mut *locked(&seat.standing), Standing::Abandoned) {
            Standing::Done(answer) => Ok(answer),
            _ => Err(Unanswered::Abandoned),
        }
    }

    /// Joins the line; gives the ticket back to who is to lead at once.
    fn line_up(&self, ticket: Ticket<J, R>) -> Option<Ticket<J, R>> {
        let mut line = locked(&self.line);
        if line.is_led {
            line.waiting.push_back(ticket);
            self.arrival.notify_one();
            return None;
        }
        line.is_led = true;
        Some(ticket)
    }

    /// Waits for something to happen to a seat; it still waits when the time is up, and has left the line.
    fn sleep(&self, seat: &Arc<Seat<J, R>>, patience: Option<Duration>) -> Standing<J, R> {
        // What is too far away to be told is for ever.
        let mut until = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut standing = locked(&seat.standing);
        loop {
            match std::mem::replace(&mut *standing, Standing::Waits) {
                Standing::Awake | Standing::Waits => {}
                other => {
                    *standing = Standing::Awake;
                    return other;
                }
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            standing = match left {
                None => wait(&seat.changed, standing),
                Some(left) if !left.is_zero() => wait_for(&seat.changed, standing, left),
                Some(_) => {
                    // Whoever changes a seat has the line locked first.
                    drop(standing);
                    if self.leave(seat) {
                        return Standing::Waits;
                    }
                    until = None;
                    locked(&seat.standing)
                }
            };
        }
    }

    /// Leaves the line; `false` when the job was taken already.
    fn leave(&self, seat: &Arc<Seat<J, R>>) -> bool {
        let mut line = locked(&self.line);
        let place = line
            .waiting
            .iter()
            .position(|ticket| Arc::ptr_eq(&ticket.seat, seat));
        place.and_then(|place| line.waiting.remove(place)).is_some()
    }
}

/// The lead of a queue. Dropping it passes it on.
#[derive(Debug)]
pub(crate) struct Turn<'q, J, R> {
    queue: &'q Queue<J, R>,
    own: Option<Ticket<J, R>>,
    taken: usize,
    keeps_to_own: bool,
    is_over: bool,
}

impl<J, R> Turn<'_, J, R> {
    /// Leaves the jobs of others to whoever leads next.
    pub(crate) fn keep_to_own(&mut self) {
        self.keeps_to_own = true;
    }

    /// The next job: the leader's own, and then those that wait, in the order in which they came.
    pub(crate) fn take(&mut self) -> Option<Ticket<J, R>> {
        if self.is_over {
            return None;
        }
        let ticket = match self.own.take() {
            Some(own) => own,
            None if self.keeps_to_own => return None,
            None => locked(&self.queue.line).waiting.pop_front()?,
        };
        self.taken += 1;
        Some(ticket)
    }

    /// Gives jobs back that were taken and not done, for whoever leads next: first in line, in this order.
    #[cfg(feature = "etcd")]
    pub(crate) fn put_back(&mut self, tickets: impl DoubleEndedIterator<Item = Ticket<J, R>>) {
        let mut line = locked(&self.queue.line);
        for ticket in tickets.rev() {
            self.taken = self.taken.saturating_sub(1);
            line.waiting.push_front(ticket);
        }
    }

    /// Waits, when nobody does, until as many as the last time have come.
    ///
    /// Those whose jobs the last leader did are waking up just now, and many come straight back. A leader
    /// that does not wait for them takes one job, and the next one all others, for ever in turns.
    pub(crate) fn linger(&mut self, at_most: Duration) {
        let started = Instant::now();
        let here = self.taken + usize::from(self.own.is_some());
        let mut line = locked(&self.queue.line);
        while !self.is_over && !self.keeps_to_own && here + line.waiting.len() < line.last {
            let left = at_most.saturating_sub(started.elapsed());
            if left.is_zero() {
                return;
            }
            line = wait_for(&self.queue.arrival, line, left);
        }
    }

    /// Lets the next one lead, although this one's tickets are not all finished.
    pub(crate) fn pass(&mut self) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut line = locked(&self.queue.line);
        line.last = self.taken.max(1);
        match line.waiting.pop_front() {
            Some(mut next) => next.lead(),
            None => line.is_led = false,
        }
    }
}

impl<J, R> Drop for Turn<'_, J, R> {
    fn drop(&mut self) {
        self.pass();
    }
}

impl<J, R> Seat<J, R> {
    fn set(&self, standing: Standing<J, R>) {
        let before = std::mem::replace(&mut *locked(&self.standing), standing);
        if matches!(before, Standing::Waits) {
            self.changed.notify_one();
        }
    }
}

impl<J, R> Ticket<J, R> {
    pub(crate) fn job(&mut self) -> Option<&mut J> {
        self.job.as_mut()
    }

    /// The job, to look at.
    pub(crate) fn peek(&self) -> Option<&J> {
        self.job.as_ref()
    }

    /// Answers, and wakes who waits for it.
    pub(crate) fn finish(mut self, answer: R) {
        self.settle(Standing::Done(answer));
    }

    fn lead(&mut self) {
        if let Some(job) = self.job.take() {
            self.seat.set(Standing::Leads(job));
        }
    }

    fn settle(&mut self, standing: Standing<J, R>) {
        // Only a job that is gone may be answered: its owner takes back what it lent.
        if self.job.take().is_some() {
            self.seat.set(standing);
        }
    }
}

impl<J, R> Drop for Ticket<J, R> {
    fn drop(&mut self) {
        self.settle(Standing::Abandoned);
    }
}

/// Nothing here panics while it holds a lock, so one that is poisoned is as good as another.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'g, T>(condvar: &Condvar, guard: MutexGuard<'g, T>) -> MutexGuard<'g, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

fn wait_for<'g, T>(
    condvar: &Condvar,
    guard: MutexGuard<'g, T>,
    at_most: Duration,
) -> MutexGuard<'g, T> {
    let woken = condvar.wait_timeout(guard, at_most);
    woken.unwrap_or_else(PoisonError::into_inner).0
}
