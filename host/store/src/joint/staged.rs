//! A batch that is staged: waiting for its commit, or doing it.

use super::draft::{Draft, retire};
use super::head::{Committing, End, Mark};
use crate::commit::{Replaced, Temp};
use crate::disk::{Directory, Facts, File, Open, Writer};
use crate::error::Error;
use crate::holder::holder;
use crate::lock::Lock;
use crate::options::Options;
use crate::read::Current;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LOOKING: &str = "finding out whether it was changed, which is not known";

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
    /// When nobody has come to commit it by `until` ([`Error::LockTimeout`]): then it is not in place, and never
    /// will be. After any other error that is not known.
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
        let turn = turn.lock(left(until)).map_err(place.io(LOOKING))?;
        let Some(_turn) = turn else {
            return withdraw(draft, number, options);
        };
        let end = draft.read_end().map_err(place.io(LOOKING))?;
        if number <= end.unknown {
            let errno = io::Error::from_raw_os_error(end.errno);
            return Ok(Settlement::Unknown(Arc::new(errno)));
        }
        if number <= end.durable {
            return Ok(Settlement::Durable);
        }
        let lock = match Lock::acquire(place, left(until)) {
            Ok(lock) => lock,
            Err(error) if draft.can_be_given_up(number, options) => return Err(error),
            Err(_) => Lock::acquire(place, None)?,
        };
        let bytes = draft.read(&options.limits)?;
        if draft.see_whether_done(number)? {
            // Whoever did it was killed before he could say so.
            let directory = Replaced::found(place, options.durability)?.as_renamed();
            drop(lock);
            return Ok(conclude(&draft, &directory, number));
        }
        let settled = commit(&mut draft, lock, &bytes, options, until);
        if let Ok(Some(settled)) = settled {
            return Ok(settled);
        }
        // Nobody else may commit it, so this needs no lock.
        retire(place);
        Ok(Settlement::Void)
    }
}

impl<D: Directory> Draft<'_, '_, D> {
    /// Throws it away, when it is sure that the batch is not in place. Only by who has the turn to commit: nobody else
    /// can be at it then.
    fn can_be_given_up(&mut self, number: u64, options: &Options) -> bool {
        self.read(&options.limits).is_ok()
            && self.head.committing.is_none()
            && self.head.committed < number
            && self.place.dir.remove(&self.place.draft_name).is_ok()
    }

    /// Whether the batch is in place. Only under the document's lock.
    fn see_whether_done(&mut self, number: u64) -> Result<bool, Error> {
        if self.is_current()? {
            self.see_what_became(self.document()?)?;
        } else if self.head.committing.is_some() {
            // Whoever threw it away could not write down what he had seen.
            let lost = io::Error::other("what was written down of it is lost");
            return Err(self.place.io(LOOKING)(lost));
        }
        Ok(self.head.committed >= number)
    }

    fn document(&self) -> Result<Option<Facts>, Error> {
        let facts = self.place.dir.facts(&self.place.name);
        facts.map_err(self.place.io(LOOKING))
    }
}

/// Commits all that is staged. `None`, and after an error: it is not in place, and this draft cannot be gone on
/// from.
fn commit<D: Directory>(
    draft: &mut Draft<'_, '_, D>,
    lock: Lock<D::File>,
    bytes: &[u8],
    options: &Options,
    until: Option<Instant>,
) -> Result<Option<Settlement>, Error> {
    let place = draft.place;
    let number = draft.head.staged;
    let Some(text) = draft.head.text_in(bytes) else {
        return Ok(None);
    };
    let directory = Replaced::found(place, options.durability)?.as_renamed();
    let file = place.dir.open(&place.name, Open::Read);
    let file = file.map_err(place.io("opening it"))?;
    let facts = file.facts().map_err(place.io("looking at it"))?;
    if !draft.is_current()? || !draft.head.base.is_untouched(&facts) {
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
    draft.read(&options.limits)?;
    let new = temp.facts().map_err(place.io("looking at the new document"))?;
    if !is_as_it_was(draft, &new)? {
        return Ok(None);
    }
    draft.head.committing = Some(Committing {
        number,
        file: Mark::of(&new),
    });
    let writing = "writing down that it is being changed";
    draft.write_head().map_err(place.io(writing))?;
    if let Err(error) = place.dir.rename(&place.temp_name, &place.name) {
        draft.head.committing = None;
        draft.write_head().map_err(place.io(writing))?;
        return Err(place.io("renaming the new document over the old one")(error));
    }
    draft.head.committed = number;
    draft.head.committing = None;
    if let Ok(Some(there)) = draft.document() {
        draft.head.base = there;
    }
    // When this fails the next one sees by the names what was done.
    if draft.write_head().is_ok() && !draft.head.has_pending() {
        retire(place);
    }
    drop(lock);
    Ok(Some(conclude(draft, &directory, number)))
}

/// Whether nothing has come between what was synced and its rename.
fn is_as_it_was<D: Directory>(draft: &Draft<'_, '_, D>, new: &Facts) -> Result<bool, Error> {
    let place = draft.place;
    let temp = place.dir.facts(&place.temp_name);
    let temp = temp.map_err(place.io("looking at the new document"))?;
    let is_ours = temp.is_some_and(|temp| temp.is_same_file(new));
    let document = draft.document()?;
    let is_base = document.is_some_and(|document| draft.head.base.is_untouched(&document));
    Ok(is_ours && is_base && draft.is_current()?)
}

/// Waits until what is in place is durable, and tells the others. Only by who has the turn.
fn conclude<D: Directory>(
    draft: &Draft<'_, '_, D>,
    directory: &Replaced<D::File>,
    number: u64,
) -> Settlement {
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
    let _ = draft.write_end(end);
    settlement
}

/// Takes a batch back that nobody has come to commit.
fn withdraw<D: Directory>(
    mut draft: Draft<'_, '_, D>,
    number: u64,
    options: &Options,
) -> Result<Settlement, Error> {
    let place = draft.place;
    // Without a limit: as long as nobody knows what has become of it, nothing can be said. It is held for moments.
    let lock = Lock::acquire(place, None)?;
    draft.read(&options.limits)?;
    if draft.see_whether_done(number)? {
        let directory = Replaced::found(place, options.durability)?.as_renamed();
        drop(lock);
        return Ok(match directory.make_durable() {
            Ok(()) => Settlement::Durable,
            Err(error) => Settlement::Unknown(Arc::new(error)),
        });
    }
    if draft.is_current()? {
        retire(place);
    }
    Err(Error::LockTimeout {
        path: place.path.clone(),
        lock: Some(place.lock_path()),
        waited: Duration::ZERO,
        holder: holder(draft.facts.device, draft.facts.inode),
    })
}

/// How much patience is left.
pub(crate) fn left(until: Option<Instant>) -> Option<Duration> {
    until.map(|until| until.saturating_duration_since(Instant::now()))
}
