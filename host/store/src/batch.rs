//! The way of the updates of one document that are done together: lock, read, ask each, commit once.

use crate::change::Changed;
use crate::commit::Replaced;
use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::lock::Lock;
use crate::options::Options;
use crate::place::Place;
use crate::preview;
use crate::settled::{Guarded, Settled, answer, fail};
use crate::staging::Settlement;
use crate::together::{Applied, Batch, Sharing, is_about_space, together};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::debug_span;

pub(crate) type Queue = crate::queue::Queue<Job<'static>, Outcome>;
pub(crate) type Turn<'q> = crate::queue::Turn<'q, Job<'static>, Outcome>;
pub(crate) type Ticket = crate::queue::Ticket<Job<'static>, Outcome>;

/// After so many updates, or so long, the lock is given up, so that other processes get their turn.
const MOST_JOBS: usize = 1000;
const MOST_TIME: Duration = Duration::from_millis(50);

/// The most that is waited for threads that are just coming back: about what one commit takes.
const LINGER: Duration = Duration::from_millis(1);

/// Does the leader's update and those that wait. The lock is waited for until the leader's deadline.
pub(crate) fn lead<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    deadline: Deadline,
    turn: &mut Turn<'_>,
) {
    // Before the lock is taken: this is nothing that another process should wait for.
    turn.linger(deadline.remaining_at_most(LINGER));
    let lock = {
        let _waiting = debug_span!("lock wait", document = %place.path.display()).entered();
        Lock::acquire(place, deadline)
    };
    let lock = match lock {
        Ok(lock) => lock,
        Err(error) => {
            if let Some(ticket) = turn.take() {
                without_lock(place, options, ticket, error);
            }
            return;
        }
    };
    let started = Instant::now();
    let mut taken = 0;
    let mut next = || {
        let is_first = taken == 0;
        let is_room = taken < MOST_JOBS && started.elapsed() < MOST_TIME;
        let ticket = (is_first || is_room).then(|| turn.take()).flatten();
        taken += usize::from(ticket.is_some());
        ticket
    };
    let sharing = Sharing::new(lock.has_waited);
    let batch = together(place, options, sharing, deadline, &mut next);
    if batch.is_short_of_space() {
        one_by_one(place, options, lock, batch.settled);
        return;
    }
    // The next one may begin: nothing is acknowledged before it is durable, and a text that is made from
    // this document becomes durable with it or after it.
    drop(lock);
    turn.pass();
    conclude(place, options, batch);
}

/// Waits until what is in place is durable, and answers. Updates that are not in place, because another program was
/// faster or another process gave up, are done again until their deadlines.
fn conclude<D: Directory>(place: &Place<'_, D>, options: &Options, batch: Batch<'_, '_, D>) {
    let mut batch = batch;
    loop {
        let Batch { settled, outcome } = batch;
        let (not_done, error) = match settle(options, &settled, outcome) {
            Ok(Settlement::Durable) => return answer(settled, &place.path, None),
            Ok(Settlement::Unknown(source)) => return answer(settled, &place.path, Some(&source)),
            Ok(Settlement::Void) => (settled, not_committed(place)),
            // Another process is committing it, or a program holds the lock: others in the batch may have more time.
            Err(error @ (Error::LockTimeout { .. } | Error::ChangedMeanwhile { .. })) => {
                (settled, error)
            }
            Err(error) if is_about_space(&error) && settled.len() > 1 => {
                if let Some((lock, settled)) = acquire_for(place, settled, &error) {
                    one_by_one(place, options, lock, settled);
                }
                return;
            }
            Err(error) => {
                let misled = fail_changes(place, options, settled, &error);
                (misled, not_committed(place))
            }
        };
        let Some((lock, settled)) = acquire_for(place, not_done, &error) else {
            return;
        };
        batch = again(place, options, lock, settled);
    }
}

/// Answers for the changes of a batch that could not be committed, and for the updates that changed nothing and had seen
/// none of these changes. Returns those that had: they are to be done again.
fn fail_changes<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    settled: Vec<Settled>,
    error: &Error,
) -> Vec<Settled> {
    let (misled, others): (Vec<_>, Vec<_>) = settled.into_iter().partition(Settled::is_misled);
    let (unchanged, failed): (Vec<_>, Vec<_>) =
        others.into_iter().partition(Settled::is_independent);
    fail(failed, error);
    if unchanged.is_empty() {
        return misled;
    }
    match Replaced::found_now(place, options.durability) {
        Ok(found) => match found.make_durable() {
            Ok(()) => answer(unchanged, &place.path, None),
            Err(source) => answer(unchanged, &place.path, Some(&Arc::new(source))),
        },
        Err(error) => fail(unchanged, &error),
    }
    misled
}

/// Waits for the outcome of a batch: for the disk, or for the process that commits it, until the first deadline in the
/// batch.
fn settle<D: Directory>(
    options: &Options,
    settled: &[Settled],
    outcome: Result<Applied<'_, '_, D>, Error>,
) -> Result<Settlement, Error> {
    match outcome? {
        Applied::Replaced(replaced) => {
            // Where all have refused or failed there is nothing to be made durable.
            let is_needed = settled.iter().any(Settled::is_ok);
            let durable = if is_needed {
                replaced.make_durable()
            } else {
                Ok(())
            };
            Ok(durable.into())
        }
        Applied::Staged(staged) => staged.settle(options, first_deadline(settled)),
        Applied::Void => Ok(Settlement::Void),
    }
}

fn first_deadline(settled: &[Settled]) -> Deadline {
    let deadlines = settled.iter().map(Settled::deadline);
    deadlines.fold(Deadline::after(None), Deadline::min)
}

/// Waits for the lock, to do updates once more. Those whose deadline is past fail with an error that says why; so do
/// those whose updater has panicked, as it is not called again. `None` when none is left.
fn acquire_for<D: Directory>(
    place: &Place<'_, D>,
    mut settled: Vec<Settled>,
    why: &Error,
) -> Option<(Lock<D::File>, Vec<Settled>)> {
    let mut why = why.clone();
    loop {
        let (over, left): (Vec<_>, Vec<_>) = settled
            .into_iter()
            .partition(|one| one.has_panicked() || one.deadline().is_past());
        fail(over, &why);
        if left.is_empty() {
            return None;
        }
        match Lock::acquire(place, first_deadline(&left)) {
            Ok(lock) => return Some((lock, left)),
            Err(error @ Error::LockTimeout { .. }) => why = error,
            Err(error) => {
                fail(left, &error);
                return None;
            }
        }
        settled = left;
    }
}

/// Does updates once more, together and without other processes' help. Under the lock, which is given up.
fn again<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    lock: Lock<D::File>,
    settled: Vec<Settled>,
) -> Batch<'p, 'r, D> {
    let deadline = first_deadline(&settled);
    let mut tickets: VecDeque<_> = settled.into_iter().map(|one| one.ticket).collect();
    let mut next = || tickets.pop_front();
    let batch = together(place, options, Sharing::Alone, deadline, &mut next);
    // An error before the first was asked is that of all.
    let mut batch = batch;
    batch
        .settled
        .extend(tickets.into_iter().map(Settled::unasked));
    drop(lock);
    batch
}

/// Does updates once more, each alone. Under the lock, which is given up.
fn one_by_one<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    lock: Lock<D::File>,
    settled: Vec<Settled>,
) {
    let mut changed = Vec::new();
    for one in settled {
        // An updater that has panicked is not called again.
        if one.has_panicked() {
            fail(vec![one], &changed_meanwhile(place));
            continue;
        }
        let deadline = one.deadline();
        let mut alone = Some(one.ticket);
        let batch = together(place, options, Sharing::Alone, deadline, &mut || {
            alone.take()
        });
        let Batch { settled, outcome } = batch;
        match settle(options, &settled, outcome) {
            Ok(Settlement::Durable) => answer(settled, &place.path, None),
            Ok(Settlement::Unknown(source)) => answer(settled, &place.path, Some(&source)),
            Ok(Settlement::Void) => fail(settled, &not_committed(place)),
            Err(error @ Error::ChangedMeanwhile { .. }) => changed.push((settled, error)),
            Err(error) => fail(settled, &error),
        }
    }
    drop(lock);
    for (settled, error) in changed {
        let outcome = Err(error);
        conclude(place, options, Batch { settled, outcome });
    }
}

/// What it rests on was not committed, and there is no time left to do it again.
fn not_committed<D: Directory>(place: &Place<'_, D>) -> Error {
    Error::LockTimeout {
        path: place.path.clone(),
        lock: Some(place.lock_path()),
        waited: Duration::ZERO,
        holder: None,
    }
}

fn changed_meanwhile<D: Directory>(place: &Place<'_, D>) -> Error {
    Error::ChangedMeanwhile {
        path: place.path.clone(),
    }
}

/// Where no lock file can be made, because the directory may not be written to, an update that changes
/// nothing is still one that can be done: it only reads.
fn without_lock<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    mut ticket: Ticket,
    error: Error,
) {
    let may_not_write = matches!(&error, Error::LockDenied { .. });
    let mut panic = None;
    let unchanged = match ticket.job() {
        Some(job) if may_not_write => {
            let mut guarded = Guarded::new(job.updater, &mut panic);
            let (aim, deadline) = (&job.aim, job.deadline);
            preview::unchanged(
                Some(place),
                &place.path,
                aim,
                deadline,
                &mut guarded,
                options,
            )
        }
        _ => Err(error.clone()),
    };
    let result = match unchanged {
        Ok(None) => Err(error),
        // What is synced is what was read, or a later document.
        Ok(Some(receipt)) => Replaced::found_now(place, options.durability)
            .and_then(|found| {
                found
                    .make_durable()
                    .map_err(place.io("syncing its directory"))
            })
            .map(|()| receipt),
        Err(other) => Err(other),
    };
    let result = result.map(|receipt| Changed {
        is_another: false,
        version: Some(receipt.version),
    });
    let settled = Settled::new(ticket, result, panic, false);
    answer(vec![settled], &place.path, None);
}
