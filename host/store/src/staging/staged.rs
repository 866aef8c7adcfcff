//! A staged batch: waiting for its turn, and giving up.

use super::file::{LockedHeader, StagingFile};
use super::find::tidy;
use super::header::State;
use super::{GRACE, Hash};
use crate::commit::Replaced;
use crate::deadline::Deadline;
use crate::disk::{Directory, File, Locked, Waited};
use crate::error::Error;
use crate::holder::holder;
use crate::options::Options;
use crate::uncertainty::Uncertainty;
use crate::version::Version;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::debug;

/// A staged batch, and the staging file opened a second time: its `flock` is the turn.
#[derive(Debug)]
#[must_use = "no process may have committed it"]
pub(crate) struct Staged<'p, 'r, D: Directory> {
    pub(super) batch: Batch<'p, 'r, D>,
    pub(super) turn: D::File,
}

/// A batch that was staged.
#[derive(Debug)]
pub(super) struct Batch<'p, 'r, D: Directory> {
    pub(super) file: StagingFile<'p, 'r, D>,
    /// Its number, counted from 1. A batch that changes nothing has that of the last one it rests on.
    pub(super) number: u64,
    /// The document that the first uncommitted batch was made from.
    pub(super) base: Hash,
    /// The text that was staged last.
    pub(super) text: Hash,
    /// Whether this batch has staged that text. Else it changes nothing.
    pub(super) changes: bool,
}

/// What became of a staged batch.
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

/// After so long a waiter looks whether the file has become void: the process that has the turn may be stopped.
const LOOK: Duration = Duration::from_millis(100);

impl<D: Directory> Staged<'_, '_, D> {
    /// The version of the document that it makes, or finds where it changes nothing.
    pub(crate) fn version(&self) -> Version {
        Version::of_hash(self.batch.text)
    }

    /// Waits until the batch is durable; commits it, and all that is staged by then, when it has the turn.
    ///
    /// # Errors
    ///
    /// [`Error::LockTimeout`] when no process has committed it by the deadline, and the error of a commit of its own:
    /// then it is not in place, and never will be. [`Error::OutcomeUnknown`] when that is not known. It takes no more
    /// than [`GRACE`] beyond the deadline, apart from this process's own reads, writes and syncs.
    pub(crate) fn settle(self, options: &Options, deadline: Deadline) -> Result<Settlement, Error> {
        let Staged { batch, mut turn } = self;
        let place = batch.file.place;
        let started = Instant::now();
        loop {
            let waited = turn.lock(Some(deadline.remaining_at_most(LOOK)));
            let (turn_again, error) = match waited {
                Ok(Waited::Locked(locked)) => {
                    let settled = batch.with_turn(&locked, options, deadline);
                    drop(locked);
                    batch.tidy_if_void();
                    return settled;
                }
                Ok(Waited::TimedOut(turn_again)) => {
                    let (device, inode) = batch.file.identity();
                    let error = Error::LockTimeout {
                        path: place.path.clone(),
                        lock: Some(place.staging_path()),
                        waited: started.elapsed(),
                        holder: holder(device, inode),
                    };
                    (turn_again, error)
                }
                Err(error) => (
                    None,
                    place.io("waiting for its turn to be committed")(error),
                ),
            };
            match turn_again {
                Some(turn_again) if !deadline.is_past() => {
                    if let Some(settlement) = batch.look(options)? {
                        return Ok(settlement);
                    }
                    turn = turn_again;
                }
                turn_again => return batch.withdraw(turn_again, options, error),
            }
        }
    }
}

impl<D: Directory> Batch<'_, '_, D> {
    /// Commits what is staged, unless that was done.
    fn with_turn(
        &self,
        _turn: &Locked<D::File>,
        options: &Options,
        deadline: Deadline,
    ) -> Result<Settlement, Error> {
        let state = loop {
            // Twice: one call that fails is not to leave the outcome unknown.
            match self.state_now().or_else(|_| self.state_now()) {
                // The process that has the header's lock is stopped, and may go on.
                Ok(None) if !deadline.is_past() => {}
                Ok(state) => break state,
                Err(error) => break self.unreadable(&error),
            }
        };
        match state {
            Some(State::Pending) => {}
            Some(State::InPlace) => return Ok(self.make_durable(options)),
            Some(State::Lost) => return self.by_content(options),
            Some(state) => return self.settled(state),
            // Without the header nothing is committed, and without the file's name nothing will be.
            None => {
                tidy(self.file.place).map_err(self.unknown("withdrawing it"))?;
                return self.without_header_lock(options);
            }
        }
        let committed = self.commit(options, deadline);
        match committed {
            Ok(Settlement::Durable | Settlement::Unknown(_)) => committed,
            Err(Error::OutcomeUnknown { .. }) => committed,
            // What is staged rests on what could not be committed.
            Ok(Settlement::Void) | Err(_) => {
                self.make_void().map_err(self.unknown("withdrawing it"))?;
                committed
            }
        }
    }

    /// What became of the batch where the header's lock cannot be had. With the turn, so no process is committing, and
    /// once the file's name is gone, so none will. The header can be read: a slot has a sum.
    fn without_header_lock(&self, options: &Options) -> Result<Settlement, Error> {
        let header = self
            .file
            .read_header()
            .map_err(self.unknown("reading its staging file"))?;
        match header {
            Some(header) if header.committing.is_none() => match header.state(self.number) {
                State::Pending => Ok(Settlement::Void),
                State::InPlace => Ok(self.make_durable(options)),
                State::Lost => self.by_content(options),
                state => self.settled(state),
            },
            _ => self.by_content(options),
        }
    }

    /// Looks whether the batch has its outcome without a turn; `None` while it has not.
    fn look(&self, options: &Options) -> Result<Option<Settlement>, Error> {
        match self.state_now() {
            // The process that has the turn syncs the directory at this moment, or was killed before it did.
            Ok(None | Some(State::Pending | State::InPlace)) => Ok(None),
            Ok(Some(State::Lost)) => self.by_content(options).map(Some),
            Ok(Some(state)) => self.settled(state).map(Some),
            Err(error) => {
                self.unreadable(&error);
                Ok(None)
            }
        }
    }

    /// Takes the batch back, because of an error; or finds that it is in place. Without the turn.
    fn withdraw(
        &self,
        turn: Option<D::File>,
        options: &Options,
        error: Error,
    ) -> Result<Settlement, Error> {
        let unknown = "withdrawing it";
        // Twice: one call that fails is not to leave the outcome unknown.
        let locked = self.lock_header().or_else(|_| self.lock_header());
        let Some(mut locked) = locked.map_err(self.unknown(unknown))? else {
            return Err(self.unanswered());
        };
        let state = match self.state(&mut locked) {
            Err(_) => self.state(&mut locked),
            state => state,
        };
        let state = state.map_err(self.unknown(unknown))?;
        match state {
            State::InPlace => {
                drop(locked);
                return Ok(self.make_durable(options));
            }
            State::Lost => {
                drop(locked);
                return match self.by_content(options)? {
                    Settlement::Void => Err(error),
                    settled => Ok(settled),
                };
            }
            State::Void => return Err(error),
            State::Durable | State::DurabilityUnknown(_) => return self.settled(state),
            // The batches that it rests on are not its own to withdraw.
            State::Pending if !self.changes => return Err(error),
            State::Pending => {}
        }
        let Some(mut header) = locked.header else {
            return Err(error);
        };
        header.is_void = true;
        let written = locked.write(header);
        drop(locked);
        let is_tidied = match turn.map(|turn| turn.lock(Some(Duration::ZERO))) {
            // No process is committing, so no process tidies up but this one.
            Some(Ok(Waited::Locked(_turn))) => self.tidy(),
            _ if written.is_err() => self.tidy(),
            _ => Ok(()),
        };
        if let (Err(failed), Err(_)) = (written, is_tidied) {
            return Err(self.unknown(unknown)(failed));
        }
        Err(error)
    }

    /// Makes void what is staged and not committed, and removes the file. With the turn. It is enough that one of the
    /// two can be done.
    fn make_void(&self) -> io::Result<()> {
        let written = self.lock_header().and_then(|locked| {
            let Some(mut locked) = locked else {
                return Err(io::ErrorKind::TimedOut.into());
            };
            match locked.header {
                Some(mut header) => {
                    header.is_void = true;
                    locked.write(header)
                }
                None => Ok(()),
            }
        });
        let removed = self.tidy();
        written.or(removed)
    }

    /// Removes a void file. A process that has made it void leaves that to the one with the turn, which may have looked
    /// at the header for the last time by then. So it looks again once the turn is free.
    fn tidy_if_void(&self) {
        let tidied = self.file.is_current().and_then(|is_current| {
            if !is_current {
                return Ok(());
            }
            let header = self.lock_header()?.and_then(|locked| locked.header);
            if header.is_some_and(|header| header.is_void) {
                self.tidy()?;
            }
            Ok(())
        });
        if let Err(error) = tidied {
            debug!(document = %self.file.place.path.display(), %error, "its staging file is not removed");
        }
    }

    /// Removes the file's name and what is left of a commit, unless another file has the name by now.
    fn tidy(&self) -> io::Result<()> {
        if self.file.is_current()? {
            tidy(self.file.place)?;
        }
        Ok(())
    }

    pub(super) fn lock_header(&self) -> io::Result<Option<LockedHeader<'_, D::File>>> {
        self.file.lock_header(GRACE)
    }

    /// What became of the batch by now; `None` when the header's lock was not free in time, as its process is stopped.
    fn state_now(&self) -> io::Result<Option<State>> {
        match self.lock_header()? {
            Some(mut locked) => self.state(&mut locked).map(Some),
            None => Ok(None),
        }
    }

    fn unreadable(&self, error: &io::Error) -> Option<State> {
        debug!(document = %self.file.place.path.display(), %error, "its staging file cannot be read");
        None
    }

    /// What became of the batch by now, going by the header, which is locked.
    pub(super) fn state(&self, locked: &mut LockedHeader<'_, D::File>) -> io::Result<State> {
        self.file.resolve(locked)?;
        match locked.header {
            None => Ok(State::Lost),
            Some(header) => match header.state(self.number) {
                // A file without a name is not committed any more.
                State::Pending if !self.file.is_current()? => Ok(State::Void),
                state => Ok(state),
            },
        }
    }

    fn settled(&self, state: State) -> Result<Settlement, Error> {
        match state {
            State::Durable => Ok(Settlement::Durable),
            State::DurabilityUnknown(error) => Ok(Settlement::Unknown(Arc::new(error))),
            State::Void => Ok(Settlement::Void),
            State::Pending | State::InPlace | State::Lost => Err(self.unanswered()),
        }
    }

    /// What became of the batch, going by the document alone: its header is lost, or a rename was done or not and a
    /// program that does not take part has changed the document since.
    fn by_content(&self, options: &Options) -> Result<Settlement, Error> {
        if !self.changes {
            return Ok(Settlement::Void);
        }
        let looking = "finding out whether it was committed";
        let document = self.file.document().map_err(self.unknown(looking))?;
        if document == Some(self.text) {
            return Ok(self.make_durable(options));
        }
        if document == Some(self.base) {
            return Ok(Settlement::Void);
        }
        Err(self.unknown(looking)(io::Error::other(
            "a process was killed while it replaced the document, and another program has changed it since",
        )))
    }

    /// Syncs what is in place, for a process that was killed before it did, or does not get to it in time.
    fn make_durable(&self, options: &Options) -> Settlement {
        let place = self.file.place;
        // It is in place whatever happens here, so an error leaves only its durability unknown.
        let synced = match Replaced::found_now(place, options.durability) {
            Ok(found) => found.make_durable(),
            Err(error) => return Settlement::Unknown(Arc::new(io::Error::other(error))),
        };
        self.tell(self.number, &synced);
        synced.into()
    }

    /// Writes down what the sync of the directory came to. A process that cannot read it finds the batch in place, and
    /// syncs the directory itself.
    pub(super) fn tell(&self, number: u64, synced: &io::Result<()>) {
        let told = self.lock_header().and_then(|locked| match locked {
            Some(mut locked) => match locked.header {
                Some(mut header) => {
                    header.set_synced(number, synced);
                    locked.write(header)
                }
                None => Ok(()),
            },
            None => Err(io::ErrorKind::TimedOut.into()),
        });
        if let Err(error) = told {
            debug!(document = %self.file.place.path.display(), %error, "others are not told that it is durable");
        }
    }

    /// Makes an error that says that the outcome is unknown.
    pub(super) fn unknown(&self, action: &'static str) -> impl Fn(io::Error) -> Error + use<D> {
        let path = self.file.place.path.clone();
        move |source| Error::OutcomeUnknown {
            path: path.clone(),
            source: Uncertainty::Io {
                action,
                source: Arc::new(source),
            },
        }
    }

    fn unanswered(&self) -> Error {
        Error::OutcomeUnknown {
            path: self.file.place.path.clone(),
            source: Uncertainty::Unanswered { waited: GRACE },
        }
    }
}
