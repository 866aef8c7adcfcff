//! Updates that are applied together, each to the result of the one before it, and put in place or staged.

use crate::batch::Ticket;
use crate::change::{Whole, change, parse, version};
use crate::commit::{Replaced, check_replaceable, replace};
use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::early::Early;
use crate::error::Error;
use crate::lock::adapt;
use crate::lock_or_document::document_of;
use crate::options::Options;
use crate::path_problem::PathProblem;
use crate::place::Place;
use crate::read::{Current, read};
use crate::settled::{Guarded, Settled};
use crate::staging::{self, Pending, Staged};
use crate::temp::remove_leftover;
use crate::unfinished::Unfinished;
use crate::version::Version;
use amend_document::Document;
use std::io;
use std::sync::Arc;
use std::thread;
use tracing::debug_span;

/// How far updates of other processes are committed with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Not at all.
    Alone,
    /// As far as they are staged already.
    Joins,
    /// The lock was waited for, so others will come.
    Begins,
}

impl Sharing {
    pub(crate) fn new(has_waited: bool) -> Sharing {
        if has_waited {
            Sharing::Begins
        } else {
            Sharing::Joins
        }
    }
}

/// Updates that were applied together, and whether they are in place.
pub(crate) struct Batch<'p, 'r, D: Directory> {
    pub(crate) settled: Vec<Settled>,
    pub(crate) outcome: Result<Applied<'p, 'r, D>, Error>,
}

pub(crate) enum Applied<'p, 'r, D: Directory> {
    Replaced(Replaced<'p, 'r, D>),
    Staged(Box<Staged<'p, 'r, D>>),
    /// The staged text that they were made from never came to be.
    Void,
}

impl<D: Directory> Batch<'_, '_, D> {
    /// It may be one of them that is too large, and the others do not have to suffer for it.
    pub(crate) fn is_short_of_space(&self) -> bool {
        matches!(&self.outcome, Err(error) if is_about_space(error)) && self.settled.len() > 1
    }
}

/// Applies updates to the document, each to the result of the one before it, and puts the result in place.
/// Only under the lock. A document that another program is writing is waited for until the deadline.
pub(crate) fn together<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    deadline: Deadline,
    next: &mut dyn FnMut() -> Option<Ticket>,
) -> Batch<'p, 'r, D> {
    let mut settled = Vec::new();
    let mut unfinished = Unfinished::new(deadline);
    let outcome = loop {
        let applied = read_and_apply(place, options, sharing, &mut unfinished, next, &mut settled);
        match applied {
            Ok(Some(applied)) => break Ok(applied),
            Ok(None) => {}
            // Half of it may have been written by now.
            Err(error @ Error::Malformed { .. }) if settled.is_empty() => {
                match unfinished.is_final(place, &options.limits) {
                    Ok(true) => break Err(error),
                    Ok(false) => {}
                    Err(other) => break Err(other),
                }
            }
            Err(error) => break Err(error),
        }
    };
    // An error before the first updater was asked is that of the first in the queue.
    if outcome.is_err() && settled.is_empty() {
        settled.extend(next().map(Settled::unasked));
    }
    Batch { settled, outcome }
}

/// `None`: the document is empty, perhaps only at this moment, and is to be read again.
fn read_and_apply<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    unfinished: &mut Unfinished,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Option<Applied<'p, 'r, D>>, Error> {
    let current = read(place, &options.limits)?;
    let is_empty = |current: &Current<_>| current.bytes.is_empty();
    // It has become a lock file since its name was looked at.
    if current.as_ref().is_some_and(is_empty) && document_of(&place.name).is_some() {
        return Err(Error::InvalidPath {
            path: place.path.clone(),
            problem: PathProblem::LockFile,
        });
    }
    if current.as_ref().is_some_and(is_empty) && !unfinished.is_final(place, &options.limits)? {
        return Ok(None);
    }
    let shares = sharing != Sharing::Alone;
    let pending = staging::find(place, options, current.as_ref(), shares)?;
    let applied = match (pending, current) {
        (Some(pending), Some(current)) => {
            stage_on(place, pending, &current, options, next, settled)
        }
        (_, current) => apply_and_replace(place, options, sharing, current, next, settled),
    };
    applied.map(Some)
}

fn apply_and_replace<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    current: Option<Current<D::File>>,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Applied<'p, 'r, D>, Error> {
    let bytes = current.as_ref().map(|current| Arc::clone(&current.bytes));
    let bytes = bytes.as_ref().map(|bytes| bytes.as_slice());
    let (version, applied) = thread::scope(|scope| {
        let early = current
            .as_ref()
            .and_then(|current| Early::begin(scope, place, current));
        let mut document = parse(&place.path, bytes, &options.limits)?;
        apply(place, options, &mut document, false, next, settled);
        let _span =
            debug_span!("commit", document = %place.path.display(), updates = settled.len())
                .entered();
        if !document.is_changed() {
            remove_leftover(place);
            let file = current.map(|current| current.file);
            let found = Replaced::found(place, options.durability, file)?;
            return Ok((version(&document), Applied::Replaced(found)));
        }
        if bytes.is_some_and(<[u8]>::is_empty) {
            settled.iter_mut().for_each(Settled::set_from_empty_file);
        }
        if let Some(before) = &current {
            adapt(place, &before.facts)?;
        }
        if sharing == Sharing::Begins
            && document.len() <= staging::LARGEST
            && let Some(before) = &current
        {
            check_replaceable(place, &before.facts, options)?;
            let text = document.to_text();
            if let Some(staged) = staging::begin(place, options, before, text.as_bytes()) {
                let staged = Applied::Staged(Box::new(staged));
                return Ok((Version::of(text.as_bytes()), staged));
            }
        }
        let (version, replaced) = replace(place, current, early, &document, options)?;
        Ok((version, Applied::Replaced(replaced)))
    })?;
    settled.iter_mut().for_each(|one| one.set_version(version));
    Ok(applied)
}

/// Applies updates to the text that others have staged, and stages the result.
fn stage_on<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    mut pending: Pending<'p, 'r, D>,
    current: &Current<D::File>,
    options: &Options,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Applied<'p, 'r, D>, Error> {
    let text = std::mem::take(&mut pending.text);
    let mut document = parse(&place.path, Some(&text), &options.limits)?;
    apply(place, options, &mut document, true, next, settled);
    let staged = if document.is_changed() {
        check_replaceable(place, &current.facts, options)?;
        pending.stage(document.to_text().as_bytes())
    } else {
        pending.rest()
    };
    // A staging file that cannot be written is void.
    let Ok(Some(staged)) = staged else {
        return Ok(Applied::Void);
    };
    let version = staged.version();
    settled.iter_mut().for_each(|one| one.set_version(version));
    Ok(Applied::Staged(Box::new(staged)))
}

/// Asks each updater, and applies its answer to what the one before it has made. `rests_on_batch` tells whether
/// already the first sees changes that are not in place yet.
fn apply<D: Directory>(
    place: &Place<'_, D>,
    options: &Options,
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
            change(
                &place.path,
                document,
                Whole::Text,
                &job.aim,
                options.allowance,
                &mut guarded,
            )
        };
        let is_another = matches!(&result, Ok(changed) if changed.is_another);
        settled.push(Settled::new(ticket, result, panic, rests_on_batch));
        rests_on_batch |= is_another;
    }
}

/// Whether the disk, or a user's share of it, is full.
pub(crate) fn is_about_space(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    ))
}
