//! One update, from the caller's side.

use crate::batch::lead;
use crate::disk::Directory;
use crate::error::Error;
use crate::holder::holder;
use crate::inside::{Inside, Travelling};
use crate::job::{Job, Outcome};
use crate::options::Options;
use crate::place::Place;
use crate::queue::Unanswered;
use crate::queues::Queues;
use crate::receipt::{Aim, Receipt};
use crate::updater::Updater;
use std::io;
use std::panic::resume_unwind;
use std::time::{Duration, Instant};

/// Changes the document at a place, alone or together with other threads' updates of it. Its lock is waited for
/// as long as `patience` says.
pub(crate) fn update<D: Directory>(
    place: &Place<'_, D>,
    queues: &Queues,
    options: &Options,
    patience: Option<Duration>,
    aim: Aim,
    updater: &mut dyn Updater,
) -> Result<Receipt, Error> {
    let inside = Inside::enter(&place.key).ok_or_else(|| Error::Nested {
        path: place.path.clone(),
    })?;
    let started = Instant::now();
    let until = patience.and_then(|patience| started.checked_add(patience));
    let mut updater = Travelling::new(updater);
    // SAFETY: `submit` drops the job before it returns or unwinds, and `updater` is borrowed until then.
    let job = unsafe { Job::new(aim, &mut updater).lend() };
    let queue = queues.of(&place.key);
    let outcome = queue.queue.submit(job, patience, |turn| {
        // Another's updater may need a document that this thread is inside of, and would wait for it in vain.
        if inside.is_nested() {
            turn.keep_to_own();
        }
        lead(place, options, until, turn);
    });
    match outcome {
        // What the queue took is a part of it.
        Ok(Outcome::Done(Err(Error::LockTimeout {
            path, lock, holder, ..
        }))) => Err(Error::LockTimeout {
            path,
            lock,
            waited: started.elapsed(),
            holder,
        }),
        Ok(Outcome::Done(result)) => result,
        Ok(Outcome::Panicked(panic)) => resume_unwind(panic),
        Err(Unanswered::TimedOut) => Err(Error::LockTimeout {
            path: place.path.clone(),
            lock: Some(place.lock_path()),
            waited: started.elapsed(),
            holder: lock_holder(place),
        }),
        Err(Unanswered::Abandoned) => {
            let panicked = "the thread that did it panicked; whether it was done is not known";
            Err(place.io("updating it")(io::Error::other(panicked)))
        }
    }
}

fn lock_holder<D: Directory>(place: &Place<'_, D>) -> Option<crate::holder::LockHolder> {
    let facts = place.lock_directory().facts(&place.lock_name).ok()??;
    holder(facts.device, facts.inode)
}
