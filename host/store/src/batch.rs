//! The way of the updates of one document that are done together: lock, read, ask each, commit once.

use crate::change::{Changed, Whole, change, parse, version};
use crate::commit::{Replaced, remove_litter, replace};
use crate::disk::Directory;
use crate::early::Early;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::lock::Lock;
use crate::options::Options;
use crate::place::Place;
use crate::preview::preview;
use crate::read::read;
use crate::receipt::Receipt;
use crate::settled::{Guarded, Settled, answer, fail};
use amend_document::Document;
use std::io;
use std::sync::Arc;
use std::thread;
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
    let patience = until.map(|until| until.saturating_duration_since(Instant::now()));
    let lock = {
        let _waiting = debug_span!("lock wait", document = %place.path.display()).entered();
        Lock::acquire(place, patience)
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
    let Batch { settled, outcome } = together(place, options, &mut next);
    match outcome {
        Err(error) if is_about_space(&error) && settled.len() > 1 => {
            // It may be one of them that is too large. The others do not have to suffer for it. Who has panicked
            // is not called again.
            let (panicked, others): (Vec<_>, Vec<_>) =
                settled.into_iter().partition(Settled::has_panicked);
            fail(panicked, &error);
            for settled in others {
                let mut alone = Some(settled.ticket);
                conclude(place, together(place, options, &mut || alone.take()));
            }
            drop(lock);
        }
        outcome => {
            // The next one may begin: nothing is acknowledged before it is durable, and whatever is made from
            // this document becomes durable with it or after it.
            drop(lock);
            turn.pass();
            conclude(place, Batch { settled, outcome });
        }
    }
}

/// Updates that were applied together, and whether they are in place.
struct Batch<F> {
    settled: Vec<Settled>,
    outcome: Result<Replaced<F>, Error>,
}

/// Applies updates to the document, each to the result of the one before it, and puts the result in place.
/// Only under the lock.
fn together<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    next: &mut dyn FnMut() -> Option<Ticket>,
) -> Batch<D::File> {
    let mut settled = Vec::new();
    let outcome = apply_and_replace(place, options, next, &mut settled);
    // What went wrong before anybody was asked is for the first in line.
    if outcome.is_err() && settled.is_empty() {
        settled.extend(next().map(Settled::unasked));
    }
    Batch { settled, outcome }
}

fn apply_and_replace<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Replaced<D::File>, Error> {
    let current = read(place, &options.limits)?;
    let (version, mut replaced) = thread::scope(|scope| {
        let early = current
            .as_ref()
            .and_then(|current| Early::begin(scope, place, current));
        let bytes = current.as_ref().map(|current| current.bytes.as_slice());
        let mut document = parse(&place.path, bytes, &options.limits)?;
        apply(place, &mut document, next, settled);
        let _span =
            debug_span!("commit", document = %place.path.display(), updates = settled.len())
                .entered();
        if document.is_changed() {
            replace(place, current.as_ref(), early, &document, options)
        } else {
            remove_litter(place);
            let found = Replaced::found(place, options.durability)?;
            Ok((version(&document), found))
        }
    })?;
    replaced.keep_open(current.map(|current| current.file));
    settled.iter_mut().for_each(|one| one.set_version(version));
    Ok(replaced)
}

/// Asks each updater, and applies its answer to what the one before it has made.
fn apply<D: Directory>(
    place: &Place<'_, D>,
    document: &mut Document<'_>,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) {
    let mut rests_on_batch = false;
    while let Some(mut ticket) = next() {
        // Each is told the version that it made, and the next one may make another.
        if settled.last().is_some_and(Settled::wants_version) {
            let version = version(document);
            settled.iter_mut().for_each(|one| one.set_version(version));
        }
        let mut panic = None;
        let Some(job) = ticket.job() else { continue };
        let result = {
            let _span = job.span.enter();
            let mut guarded = Guarded::new(job.updater, &mut panic);
            change(&place.path, document, Whole::Text, &job.aim, &mut guarded)
        };
        let is_another = matches!(&result, Ok(changed) if changed.is_another);
        settled.push(Settled::new(ticket, result, panic, rests_on_batch));
        rests_on_batch |= is_another;
    }
}

/// Waits until what is in place is durable, and answers.
fn conclude<D: Directory>(place: &Place<'_, D>, batch: Batch<D::File>) {
    let Batch { settled, outcome } = batch;
    match outcome {
        Err(error) => fail(settled, &error),
        Ok(replaced) => {
            // Who only refused or failed has nothing to be made durable.
            let is_needed = settled.iter().any(Settled::is_ok);
            let durable = if is_needed {
                replaced.make_durable()
            } else {
                Ok(())
            };
            answer(settled, &place.path, durable.err().map(Arc::new).as_ref());
        }
    }
}

/// Whether the disk, or somebody's share of it, is full.
fn is_about_space(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    ))
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
