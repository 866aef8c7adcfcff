//! Updates that are applied together, each to the result of the one before it, and put in place or staged.

use crate::batch::Ticket;
use crate::change::{Whole, change, parse, version};
use crate::commit::{Replaced, check_replaceable, remove_litter, replace};
use crate::disk::Directory;
use crate::early::Early;
use crate::error::Error;
use crate::joint::{Draft, Pending, Staged};
use crate::options::Options;
use crate::place::Place;
use crate::read::{Current, read};
use crate::settled::{Guarded, Settled};
use amend_document::Document;
use std::io;
use std::thread;
use tracing::debug_span;

/// How far others' updates are committed with these.
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
    Replaced(Replaced<D::File>),
    Staged(Box<Staged<'p, 'r, D>>),
    /// They were made from what never came to be.
    Void,
}

impl<D: Directory> Batch<'_, '_, D> {
    /// It may be one of them that is too large, and the others do not have to suffer for it.
    pub(crate) fn is_short_of_space(&self) -> bool {
        matches!(&self.outcome, Err(error) if is_about_space(error)) && self.settled.len() > 1
    }
}

/// Applies updates to the document, each to the result of the one before it, and puts the result in place.
/// Only under the lock.
pub(crate) fn together<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    sharing: Sharing,
    next: &mut dyn FnMut() -> Option<Ticket>,
) -> Batch<'p, 'r, D> {
    let mut settled = Vec::new();
    let outcome = match Draft::find(place, options, sharing != Sharing::Alone) {
        Ok(Some(pending)) => stage_on(pending, options, next, &mut settled),
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
            return Ok((staged.version(), Applied::Staged(Box::new(staged))));
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
    pending: Pending<'p, 'r, D>,
    options: &Options,
    next: &mut dyn FnMut() -> Option<Ticket>,
    settled: &mut Vec<Settled>,
) -> Result<Applied<'p, 'r, D>, Error> {
    let Pending { draft, text } = pending;
    let place = draft.place;
    let mut document = parse(&place.path, Some(&text), &options.limits)?;
    apply(place, &mut document, true, next, settled);
    let staged = if document.is_changed() {
        check_replaceable(place, draft.base(), options)?;
        draft.stage(document.to_text().as_bytes())
    } else {
        draft.into_staged()
    };
    // Whatever keeps it from being staged has thrown the draft away.
    let Ok(staged) = staged else {
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

/// Whether the disk, or somebody's share of it, is full.
fn is_about_space(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    ))
}
