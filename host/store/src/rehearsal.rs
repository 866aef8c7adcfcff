//! Asking the updater before anything is made for its document.
//!
//! The first update of a document makes a lock file, and the directories of its path. If it then failed, they would be
//! left behind: a typing error would leave files, and a guest whose every update is refused could fill a disk. A lock
//! file cannot be removed again without a race: a program that has opened it, and takes its lock a moment later, would
//! hold a lock that nobody else looks at. So where there is no lock file yet, the updater is asked without a lock. What
//! it has answered counts if the document under the lock is still the one that it was shown.

use crate::answer::Answer;
use crate::change::version;
use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::error::Error;
use crate::identity::Identity;
use crate::inside::Inside;
use crate::options::Options;
use crate::place::{Place, Root};
use crate::preview;
use crate::receipt::{Aim, Receipt};
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::{Document, Exceeded};
use std::path::Path;
use std::time::{Duration, Instant};

/// An updater that is asked once without a lock, and repeats its answer under the lock if it is shown the same document.
pub(crate) struct Rehearsed<'u> {
    updater: &'u mut dyn Updater,
    is_rehearsing: bool,
    /// What it was shown, and what it answered.
    answer: Option<(Version, Option<Answer<'static>>)>,
    /// How long it took.
    asked: Duration,
}

impl<'u> Rehearsed<'u> {
    pub(crate) fn new(updater: &'u mut dyn Updater) -> Rehearsed<'u> {
        Rehearsed {
            updater,
            is_rehearsing: false,
            answer: None,
            asked: Duration::ZERO,
        }
    }

    /// Asks it, and keeps the answer.
    fn ask(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let started = Instant::now();
        let answered = self.updater.update(current);
        self.asked += started.elapsed();
        let answer = answered?.map(Answer::into_owned);
        let (_, kept) = self.answer.insert((version(current), answer));
        Ok(kept.as_ref().map(Answer::borrowed))
    }
}

impl Updater for Rehearsed<'_> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        if self.is_rehearsing {
            return self.ask(current);
        }
        match self.answer.take() {
            Some((shown, answer)) if shown == version(current) => Ok(answer),
            _ => self.updater.update(current),
        }
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        self.updater.exceeded(exceeded)
    }
}

/// How a rehearsal has ended.
pub(crate) enum Rehearsal {
    /// There is a lock file: the update can be done at once.
    NotNeeded,
    /// The document's directory does not exist, and the updater changes nothing.
    NothingToDo(Receipt),
    /// The update would change the document, or find it as it should be. So much of the patience is left.
    Goes(Option<Duration>),
}

/// Asks the updater, if there is no lock file yet. Nothing is made, whatever the outcome. `place` is `None` where the
/// document's directory does not exist.
pub(crate) fn rehearse<D: Directory>(
    root: &Root<D>,
    place: Option<&Place<'_, D>>,
    document: &Path,
    aim: &Aim,
    patience: Option<Duration>,
    updater: &mut Rehearsed<'_>,
    options: &Options,
) -> Result<Rehearsal, Error> {
    if let Some(place) = place
        && has_lock_file(place)?
    {
        return Ok(Rehearsal::NotNeeded);
    }
    let (identity, path) = match place {
        Some(place) => (Identity::File(place.key.clone()), place.path.clone()),
        None => (root.unmade(document)?, root.show(document)),
    };
    let inside = Inside::enter(&identity).ok_or_else(|| Error::Nested { path: path.clone() })?;
    let started = Instant::now();
    let deadline = Deadline::after(patience);
    updater.is_rehearsing = true;
    let unchanged = preview::unchanged(place, &path, aim, deadline, updater, options);
    updater.is_rehearsing = false;
    drop(inside);
    if let Some(receipt) = unchanged?
        && place.is_none()
    {
        return Ok(Rehearsal::NothingToDo(receipt));
    }
    // Only waiting is bounded by the patience, not the updater.
    let waited = started.elapsed().saturating_sub(updater.asked);
    Ok(Rehearsal::Goes(
        patience.map(|patience| patience.saturating_sub(waited)),
    ))
}

fn has_lock_file<D: Directory>(place: &Place<'_, D>) -> Result<bool, Error> {
    let facts = place.lock_directory()?.facts(&place.lock_name);
    let facts = facts.map_err(place.io("looking at its lock file"))?;
    Ok(facts.is_some())
}
