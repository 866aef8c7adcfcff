//! The way of the updates of one document that are done together: lock, read, ask each, commit once.

use crate::change::Changed;
use crate::commit::Replaced;
use crate::disk::Directory;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::joint::Settlement;
use crate::lock::{Lock, left};
use crate::options::Options;
use crate::place::Place;
use crate::preview::preview;
use crate::receipt::Receipt;
use crate::settled::{Guarded, Settled, answer, fail};
use crate::together::{Applied, Batch, Sharing, together};
use std::io;
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

/// Does the leader's update and those that wait. The lock is waited for until `until`, or for ever.
pub(crate) fn lead<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    until: Option<Instant>,
    turn: &mut Turn<'_>,
) {
    // Before the lock is taken: this is nothing that another process should wait for.
    turn.linger(LINGER);
    let lock = {
        let _waiting = debug_span!("lock wait", document = %place.path.display()).entered();
        Lock::acquire(place, left(until))
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
    let batch = together(place, options, sharing, &mut next);
    if batch.is_short_of_space() {
        redo(place, options, lock, batch.settled);
        return;
    }
    // The next one may begin: nothing is acknowledged before it is durable, and whatever is made from
    // this document becomes durable with it or after it.
    drop(lock);
    turn.pass();
    conclude(place, options, until, batch);
}

/// Does updates once more, each alone. Under the lock, which is given up.
fn redo<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    lock: Lock<D::File>,
    settled: Vec<Settled>,
) {
    for one in settled {
        // Who has panicked is not called again.
        if one.has_panicked() {
            fail(vec![one], &not_in_place(place));
            continue;
        }
        let mut alone = Some(one.ticket);
        let batch = together(place, options, Sharing::Alone, &mut || alone.take());
        conclude(place, options, None, batch);
    }
    drop(lock);
}

fn not_in_place<D: Directory>(place: &Place<'_, D>) -> Error {
    Error::ChangedMeanwhile {
        path: place.path.clone(),
    }
}

/// Waits until what is in place is durable, and answers.
fn conclude<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    until: Option<Instant>,
    batch: Batch<'_, '_, D>,
) {
    let Batch { settled, outcome } = batch;
    let settlement = match outcome {
        Err(error) => Err(error),
        Ok(Applied::Replaced(replaced)) => {
            // Who only refused or failed has nothing to be made durable.
            let is_needed = settled.iter().any(Settled::is_ok);
            let durable = if is_needed {
                replaced.make_durable()
            } else {
                Ok(())
            };
            Ok(durable.into())
        }
        Ok(Applied::Staged(staged)) => staged.settle(options, until),
        Ok(Applied::Void) => Ok(Settlement::Void),
    };
    match settlement {
        Err(error) => fail(settled, &error),
        Ok(Settlement::Durable) => answer(settled, &place.path, None),
        Ok(Settlement::Unknown(source)) => answer(settled, &place.path, Some(&source)),
        Ok(Settlement::Void) => match Lock::acquire(place, left(until)) {
            Ok(lock) => redo(place, options, lock, settled),
            Err(error) => fail(settled, &error),
        },
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
    let may_not_write = matches!(&error, Error::Io { source, .. } if matches!(
        source.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    ));
    let mut panic = None;
    let unchanged = match ticket.job() {
        Some(job) if may_not_write => {
            let mut guarded = Guarded::new(job.updater, &mut panic);
            let preview = preview(Some(place), &place.path, &job.aim, &mut guarded, options);
            preview.map(|preview| preview.receipt)
        }
        _ => Err(error.clone()),
    };
    let result = match unchanged {
        Ok(Receipt { changed: true, .. }) => Err(error),
        Ok(receipt) => Replaced::found(place, options.durability)
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
