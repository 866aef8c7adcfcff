//! One update, from the caller's side.

use crate::batch::{Turn, lead};
use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::error::Error;
use crate::holder::holder;
use crate::identity::Identity;
use crate::inside::{Inside, Travelling};
use crate::job::{Job, Outcome};
use crate::options::Options;
use crate::place::{Place, Root};
use crate::queue::Unanswered;
use crate::queues::Queues;
use crate::receipt::{Aim, Receipt};
use crate::rehearsal::{Rehearsal, Rehearsed, rehearse};
use crate::uncertainty::Uncertainty;
use crate::updater::Updater;
use std::panic::resume_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

/// Changes a document. What it needs is made: its directories and its lock file. An update that fails before it has
/// something to write makes nothing.
pub(crate) fn update<D: Directory>(
    root: &Root<D>,
    document: &Path,
    queues: &Queues,
    options: &Options,
    timeout: Option<Duration>,
    aim: Aim,
    updater: &mut dyn Updater,
) -> Result<Receipt, Error> {
    let found = root.find(document)?;
    let mut updater = Rehearsed::new(updater);
    let timeout = match rehearse(
        root,
        found.as_ref(),
        document,
        &aim,
        timeout,
        &mut updater,
        options,
    )? {
        Rehearsal::NothingToDo(receipt) => return Ok(receipt),
        Rehearsal::NotNeeded => timeout,
        Rehearsal::Goes(left) => left,
    };
    // Where it was found: the path may lead elsewhere by now.
    let place = match found {
        Some(place) => place,
        None => root.make(document)?,
    };
    update_at(&place, queues, options, timeout, aim, &mut updater)
}

/// Changes the document at a place, alone or together with other threads' updates of it. Its lock is waited for
/// no longer than `timeout`, if that is given.
pub(crate) fn update_at<D: Directory>(
    place: &Place<'_, D>,
    queues: &Queues,
    options: &Options,
    timeout: Option<Duration>,
    aim: Aim,
    updater: &mut dyn Updater,
) -> Result<Receipt, Error> {
    let started = Instant::now();
    let document = Identity::File(place.key.clone());
    let deadline = Deadline::after(timeout);
    let outcome = queued(&document, queues, deadline, aim, updater, |turn| {
        lead(place, options, deadline, turn);
    });
    match outcome {
        // What the queue took is a part of it.
        Ok(Err(Error::LockTimeout {
            path, lock, holder, ..
        })) => Err(Error::LockTimeout {
            path,
            lock,
            waited: started.elapsed(),
            holder,
        }),
        Ok(result) => result,
        Err(NotTaken::Nested) => Err(Error::Nested {
            path: place.path.clone(),
        }),
        Err(NotTaken::TimedOut) => Err(Error::LockTimeout {
            path: place.path.clone(),
            lock: Some(place.lock_path()),
            waited: started.elapsed(),
            holder: lock_holder(place),
        }),
        Err(NotTaken::Abandoned) => Err(Error::OutcomeUnknown {
            path: place.path.clone(),
            source: Uncertainty::Panicked,
        }),
    }
}

/// Why an update has no answer.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// The updater of this document wants to update it again.
    Nested,
    /// Nobody came to do it in time.
    TimedOut,
    /// Who did it panicked.
    Abandoned,
}

/// Has an update done by the thread that leads the document's queue, or leads it: `lead` does the jobs of a turn.
pub(crate) fn queued(
    document: &Identity,
    queues: &Queues,
    deadline: Deadline,
    aim: Aim,
    updater: &mut dyn Updater,
    lead: impl FnOnce(&mut Turn<'_>),
) -> Result<Result<Receipt, Error>, NotTaken> {
    let inside = Inside::enter(document).ok_or(NotTaken::Nested)?;
    let mut updater = Travelling::new(updater);
    // SAFETY: `submit` drops the job before it returns or unwinds, and `updater` is borrowed until then.
    let job = unsafe { Job::new(aim, deadline, &mut updater).lend() };
    let in_use = queues.of(document);
    let outcome = in_use.queue.submit(job, deadline.remaining(), |turn| {
        // Another's updater may need a document that this thread is inside of, and would wait for it in vain.
        if inside.is_nested() {
            turn.keep_to_own();
        }
        lead(turn);
    });
    match outcome {
        Ok(Outcome::Done(result)) => Ok(result),
        Ok(Outcome::Panicked(panic)) => resume_unwind(panic),
        Err(Unanswered::TimedOut) => Err(NotTaken::TimedOut),
        Err(Unanswered::Abandoned) => Err(NotTaken::Abandoned),
    }
}

fn lock_holder<D: Directory>(place: &Place<'_, D>) -> Option<crate::holder::LockHolder> {
    let facts = place
        .lock_directory()
        .ok()?
        .facts(&place.lock_name)
        .ok()??;
    holder(facts.device, facts.inode)
}
