//! A batch that is staged: waiting for its commit, or doing it.

use super::draft::{Draft, retire};
use super::head::{Committing, End, Mark};
use crate::commit::{Replaced, Temp};
use crate::disk::{Directory, Facts, File, Open, Writer};
use crate::error::Error;
use crate::holder::holder;
use crate::lock::Lock;
use crate::options::{Durability, Options};
use crate::read::Current;
use std::io::{self, Write};
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

impl<D: Directory> Staged<'_, '_, D> {
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
        let end = draft.read_end().unwrap_or_default();
        if number <= end.unknown {
            let errno = io::Error::from_raw_os_error(end.errno);
            return Ok(Settlement::Unknown(Arc::new(errno)));
        }
        if number <= end.durable {
            return Ok(Settlement::Durable);
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
            let directory = Replaced::found(place, options.durability)?.as_renamed();
            drop(lock);
            return Ok(self.make_durable(&directory, number));
        }
        let settled = self.commit(lock, &bytes, options, until);
        if let Ok(Some(settled)) = settled {
            return Ok(settled);
        }
        // Nobody else has the turn to commit it, so this needs no lock.
        retire(place);
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
            Some(directory) => Ok(directory.make_durable().map_or_else(
                |error| Settlement::Unknown(Arc::new(error)),
                |()| Settlement::Durable,
            )),
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
            return Ok(Some(directory.as_renamed()));
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

    fn document(&self) -> Result<Option<Facts>, Error> {
        let facts = self.place.dir.facts(&self.place.name);
        facts.map_err(self.place.io("looking at it"))
    }

    /// Commits all that is staged. `None`, and after an error: it is not in place, and this draft cannot be gone on
    /// from.
    fn commit(
        &mut self,
        lock: Lock<D::File>,
        bytes: &[u8],
        options: &Options,
        until: Option<Instant>,
    ) -> Result<Option<Settlement>, Error> {
        let place = self.place;
        let number = self.head.staged;
        let Some(text) = self.head.text_in(bytes) else {
            return Ok(None);
        };
        let directory = Replaced::found(place, options.durability)?.as_renamed();
        let file = place.dir.open(&place.name, Open::Read);
        let file = file.map_err(place.io("opening it"))?;
        let facts = file.facts().map_err(place.io("looking at it"))?;
        if !self.is_current()? || !self.head.base.is_untouched(&facts) {
            return Ok(None);
        }
        let old = Current {
            bytes: vec![],
            facts,
            file,
        };
        let temp = Temp::create(place, Some(&old), None)?.0.leave();
        drop(lock);
        let mut writer = Writer {
            file: &*temp,
            at: 0,
        };
        let written = writer.write_all(&text).and_then(|()| temp.sync());
        written.map_err(place.io("syncing the new document"))?;
        let lock = Lock::acquire(place, left(until))?;
        // Others have staged more, perhaps; what is committed is what was synced.
        self.read_head()?;
        let new = temp
            .facts()
            .map_err(place.io("looking at the new document"))?;
        if !self.is_as_it_was(&new)? {
            return Ok(None);
        }
        self.rename(number, &new)?;
        drop(lock);
        drop(old);
        Ok(Some(self.make_durable(&directory, number)))
    }

    /// Whether nothing has come between what was synced and its rename.
    fn is_as_it_was(&self, new: &Facts) -> Result<bool, Error> {
        let temp = self.place.dir.facts(&self.place.temp_name);
        let temp = temp.map_err(self.place.io("looking at the new document"))?;
        let is_ours = temp.is_some_and(|temp| temp.is_same_file(new));
        let document = self.document()?;
        let is_base = document.is_some_and(|document| self.head.base.is_untouched(&document));
        Ok(is_ours && is_base && self.is_current()?)
    }

    /// Puts the new document in place, and writes down that it is.
    fn rename(&mut self, number: u64, new: &Facts) -> Result<(), Error> {
        let place = self.place;
        let writing = "writing down what becomes of its draft";
        self.head.committing = Some(Committing {
            number,
            file: Mark::of(new),
        });
        self.write_head().map_err(place.io(writing))?;
        if let Err(error) = place.dir.rename(&place.temp_name, &place.name) {
            self.head.committing = None;
            self.write_head().map_err(place.io(writing))?;
            return Err(place.io("renaming the new document over the old one")(
                error,
            ));
        }
        self.head.committed = number;
        self.head.committing = None;
        if let Ok(Some(there)) = self.document() {
            self.head.base = there;
        }
        // When this fails the next one sees by the names what was done.
        if self.write_head().is_ok() && !self.head.has_pending() {
            retire(place);
        }
        Ok(())
    }

    /// Waits until what is in place is durable, and tells the others. By who has the turn.
    fn make_durable(&self, directory: &Replaced<D::File>, number: u64) -> Settlement {
        let (end, settlement) = match directory.make_durable() {
            Ok(()) => {
                let end = End {
                    durable: number,
                    ..End::default()
                };
                (end, Settlement::Durable)
            }
            Err(error) => {
                let end = End {
                    unknown: number,
                    errno: error.raw_os_error().unwrap_or(0),
                    ..End::default()
                };
                (end, Settlement::Unknown(Arc::new(error)))
            }
        };
        // Who does not hear of it sees that it is in place, and syncs the directory himself.
        let _ = self.write_end(end);
        settlement
    }
}

/// How much patience is left.
pub(crate) fn left(until: Option<Instant>) -> Option<Duration> {
    until.map(|until| until.saturating_duration_since(Instant::now()))
}
