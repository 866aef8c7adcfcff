//! The way of the updates of one document that are done together: lock, read, ask each, commit once.

use crate::change::{Changed, Whole, change, parse, version};
use crate::commit::{Replaced, check_replaceable, remove_litter, replace};
use crate::disk::Directory;
use crate::early::Early;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::joint::{Draft, Settlement, Staged, left};
use crate::lock::Lock;
use crate::options::Options;
use crate::place::Place;
use crate::preview::preview;
use crate::read::{Current, read};
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
    let shares = Sharing::new(lock.has_waited);
    let batch = together(place, options, shares, &mut next);
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

/// How far others' updates are committed with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sharing {
    /// Not at all.
    Alone,
    /// As far as they are staged already.
    Joins,
    /// The lock was waited for, so others will come.
    Begins,
}

impl Sharing {
    fn new(has_waited: bool) -> Sharing {
        if has_waited {
            Sharing::Begins
        } else {
            Sharing::Joins
        }
    }
}

/// Updates that were applied together, and whether they are in place.
struct Batch<'p, 'r, D: Directory> {
    settled: Vec<Settled>,
    outcome: Result<Applied<'p, 'r, D>, Error>,
}

enum Applied<'p, 'r, D: Directory> {
    Replaced(Replaced<D::File>),
    Staged(Staged<'p, 'r, D>),
    /// They were made from what never came to be.
    Void,
}

impl<D: Directory> Batch<'_, '_, D> {
    /// It may be one of them that is too large, and the others do not have to suffer for it.
    fn is_short_of_space(&self) -> bool {
        matches!(&self.outcome, Err(error) if is_about_space(error)) && self.settled.len() > 1
    }
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

/// Applies updates to the document, each to the result of the one before it, and puts the result in place.
/// Only under the lock.
fn together<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    next: &mut dyn FnMut() -> Option<Ticket>,
) -> Batch<'p, 'r, D> {
    let mut settled = Vec::new();
    let outcome = match Draft::find(place, options, sharing != Sharing::Alone) {
        Ok(Some((draft, text))) => stage_on(draft, &text, options, next, &mut settled),
        Ok(None) => apply_and_replace(place, options, sharing, next, &mut settled),
        Err(error) => Err(error),
    };
    // What went wrong before anybody was asked is for the first in line.
    if outcome.is_err() && settled.is_empty() {
        settled.extend(next().map(Settled::unasked));
    }
    Batch { settled, outcome }
}

fn apply_and_replace<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Applied<'p, 'r, D>, Error> {
    let current = read(place, &options.limits)?;
    let (version, applied) = thread::scope(|scope| {
        let early = current
            .as_ref()
            .and_then(|current| Early::begin(scope, place, current));
        let bytes = current.as_ref().map(|current| current.bytes.as_slice());
        let mut document = parse(&place.path, bytes, &options.limits)?;
        apply(place, &mut document, false, next, settled);
        let _span =
            debug_span!("commit", document = %place.path.display(), updates = settled.len())
                .entered();
        if !document.is_changed() {
            remove_litter(place);
            let found = Replaced::found(place, options.durability)?;
            return Ok((version(&document), Applied::Replaced(found)));
        }
        if sharing == Sharing::Begins
            && let Some(before) = &current
            && let Some(staged) = begin_sharing(place, options, before, &document)?
        {
            return Ok((version(&document), Applied::Staged(staged)));
        }
        let (version, replaced) = replace(place, current.as_ref(), early, &document, options)?;
        Ok((version, Applied::Replaced(replaced)))
    })?;
    settled.iter_mut().for_each(|one| one.set_version(version));
    Ok(match applied {
        Applied::Replaced(replaced) => {
            Applied::Replaced(replaced.keeping_open(current.map(|current| current.file)))
        }
        other => other,
    })
}

/// Stages the first batch of a new draft; `None` where there had better be none.
fn begin_sharing<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    before: &Current<D::File>,
    document: &Document<'_>,
) -> Result<Option<Staged<'p, 'r, D>>, Error> {
    check_replaceable(place, &before.facts, options)?;
    let draft = Draft::make(place, before, options);
    // Whatever keeps it from being staged keeps nobody from replacing the document.
    Ok(draft.and_then(|draft| draft.stage(document.to_text().as_bytes()).ok()))
}

/// Applies updates to what others have staged, and stages the result.
fn stage_on<'p, 'r, D: Directory>(
    draft: Draft<'p, 'r, D>,
    text: &[u8],
    options: &Options,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Applied<'p, 'r, D>, Error> {
    let place = draft.place;
    let mut document = parse(&place.path, Some(text), &options.limits)?;
    apply(place, &mut document, true, next, settled);
    let staged = if document.is_changed() {
        check_replaceable(place, draft.base(), options)?;
        draft.stage(document.to_text().as_bytes())
    } else {
        draft.as_staged()
    };
    let version = version(&document);
    settled.iter_mut().for_each(|one| one.set_version(version));
    Ok(staged.map_or(Applied::Void, Applied::Staged))
}

/// Asks each updater, and applies its answer to what the one before it has made. `rests_on_batch` tells whether
/// already the first sees changes that are not in place yet.
fn apply<D: Directory>(
    place: &Place<'_, D>,
    document: &mut Document<'_>,
    mut rests_on_batch: bool,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) {
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
            Ok(durable.map_or_else(
                |error| Settlement::Unknown(Arc::new(error)),
                |()| Settlement::Durable,
            ))
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
