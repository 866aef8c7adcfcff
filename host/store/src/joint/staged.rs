//! A batch that is staged: waiting for its commit, or doing it.

use super::draft::{Draft, retire};
use crate::commit::Replaced;
use crate::disk::{Directory, Facts, File};
use crate::error::Error;
use crate::holder::holder;
use crate::lock::{Lock, left};
use crate::options::{Durability, Options};
use crate::version::Version;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A batch that is staged, and not known to be in place.
#[derive(Debug)]
#[must_use = "nobody may have committed it"]
pub(crate) struct Staged<'p, 'r, D: Directory> {
    pub(super) draft: Draft<'p, 'r, D>,
    /// The draft, opened a second time: its lock is the right to commit.
    pub(super) turn: D::File,
    /// Which of the draft's batches it is, counted from 1.
    pub(super) number: u64,
}

/// What became of a batch that was staged.
#[derive(Debug)]
pub(crate) enum Settlement {
    /// It is in place and durable.
    Durable,
    /// It is in place, and its directory could not be synced.
    Unknown(Arc<io::Error>),
    /// It is not in place, and never will be.
    Void,
}

impl From<io::Result<()>> for Settlement {
    /// What the sync of its directory has made of a batch that is in place.
    fn from(synced: io::Result<()>) -> Settlement {
        synced.map_or_else(
            |error| Settlement::Unknown(Arc::new(error)),
            |()| Settlement::Durable,
        )
    }
}

impl<D: Directory> Staged<'_, '_, D> {
    /// The version of the document that it makes, or finds where it changes nothing.
    pub(crate) fn version(&self) -> Version {
        Version::of_hash(self.draft.head.hash)
    }

    /// Waits until the batch is durable; commits it, and all that is staged by then, when it is its turn.
    ///
    /// # Errors
    ///
    /// When nobody has come to commit it by `until` ([`Error::LockTimeout`]), or nobody can: then it is not in place,
    /// and never will be. Where that could not be found out the error says so.
    pub(crate) fn settle(
        self,
        options: &Options,
        until: Option<Instant>,
    ) -> Result<Settlement, Error> {
        let Staged {
            mut draft,
            turn,
            number,
        } = self;
        let place = draft.place;
        let _turn = match turn.lock(left(until)) {
            Ok(Some(turn)) => turn,
            Ok(None) => {
                let error = Error::LockTimeout {
                    path: place.path.clone(),
                    lock: Some(place.lock_path()),
                    waited: Duration::ZERO,
                    holder: holder(draft.facts.device, draft.facts.inode),
                };
                return draft.withdraw(number, options.durability, error);
            }
            Err(error) => {
                let error = place.io("locking the draft of it")(error);
                return draft.withdraw(number, options.durability, error);
            }
        };
        // What cannot be read is seen under the document's lock.
        if let Some(synced) = draft.read_end().unwrap_or_default().of(number) {
            return Ok(synced.into());
        }
        match draft.settle_now(number, options, until) {
            Err(error) if draft.is_given_up(number) => Err(error),
            // It may be done, or it may be done yet: only the document's lock tells.
            Err(error) => draft.withdraw(number, options.durability, error),
            settled => settled,
        }
    }
}

impl<D: Directory> Draft<'_, '_, D> {
    /// Commits what is staged, unless that was done. By who has the turn.
    fn settle_now(
        &mut self,
        number: u64,
        options: &Options,
        until: Option<Instant>,
    ) -> Result<Settlement, Error> {
        let place = self.place;
        let lock = Lock::acquire(place, left(until))?;
        let bytes = self.read(&options.limits)?;
        if self.is_done(number)? {
            // Whoever did it was killed before he could say so.
            let directory = Replaced::found(place, options.durability)?.renamed();
            drop(lock);
            return Ok(self.make_durable(&directory, number));
        }
        let settled = self.commit(lock, &bytes, options, until);
        if let Ok(Some(settled)) = settled {
            return Ok(settled);
        }
        // Nobody else has the turn to commit it, so this needs no lock. Another draft may have its name by now.
        if self.is_current().unwrap_or(true) {
            retire(place);
        }
        Ok(Settlement::Void)
    }

    /// Throws it away, when it is sure that the batch is not in place. By who has the turn: nobody else can put it
    /// there then.
    fn is_given_up(&mut self, number: u64) -> bool {
        self.read_head().is_ok()
            && self.head.committing.is_none()
            && self.head.committed < number
            && self.place.dir.remove(&self.place.draft_name).is_ok()
    }

    /// Takes a batch back, because of an error; or finds that it is in place. By who does not have the turn.
    fn withdraw(
        mut self,
        number: u64,
        durability: Durability,
        error: Error,
    ) -> Result<Settlement, Error> {
        let taken_back = self.take_back(number, durability).map_err(|unknown| {
            let unknown = io::Error::other(unknown);
            self.place.io("finding out whether it was changed")(unknown)
        });
        match taken_back? {
            None => Err(error),
            Some(directory) => Ok(directory.make_durable().into()),
        }
    }

    /// Throws the draft away, unless the batch is in place: then only its directory may have to be synced.
    fn take_back(
        &mut self,
        number: u64,
        durability: Durability,
    ) -> Result<Option<Replaced<D::File>>, Error> {
        let place = self.place;
        // Without a limit: as long as nobody knows what has become of it, nothing can be said.
        let _lock = Lock::acquire(place, None)?;
        self.read_head()?;
        if self.is_done(number)? {
            let directory = Replaced::found(place, durability)?;
            return Ok(Some(directory.renamed()));
        }
        if self.is_current()? {
            retire(place);
        }
        Ok(None)
    }

    /// Whether the batch is in place. Only under the document's lock.
    fn is_done(&mut self, number: u64) -> Result<bool, Error> {
        if self.is_current()? {
            self.see_what_became(self.document()?)?;
        } else if self.head.committing.is_some() {
            // Whoever threw it away could not write down what he had seen.
            let lost = io::Error::other("what was seen could not be written down");
            return Err(self.place.io("reading what became of its draft")(lost));
        }
        Ok(self.head.committed >= number)
    }

    pub(super) fn document(&self) -> Result<Option<Facts>, Error> {
        let facts = self.place.dir.facts(&self.place.name);
        facts.map_err(self.place.io("looking at it"))
    }
}
