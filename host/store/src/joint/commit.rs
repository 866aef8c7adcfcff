//! The commit of all that is staged in a draft.

use super::draft::{Draft, retire};
use super::head::{Committing, Mark};
use super::staged::Settlement;
use crate::commit::{Replaced, Temp};
use crate::disk::{Directory, Facts, File, Open, Writer};
use crate::error::Error;
use crate::lock::{Lock, left};
use crate::options::Options;
use crate::read::Current;
use std::io::Write;
use std::time::Instant;

impl<D: Directory> Draft<'_, '_, D> {
    /// Commits all that is staged. `None`, and after an error: it is not in place, and this draft cannot be gone on
    /// from.
    pub(super) fn commit(
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
        let directory = Replaced::found(place, options.durability)?.renamed();
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

    /// Whether nothing has come between what was synced and its rename. The temporary file's name leads to another one
    /// when somebody has thrown the draft away and could not remove it.
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
    pub(super) fn make_durable(&self, directory: &Replaced<D::File>, number: u64) -> Settlement {
        let synced = directory.make_durable();
        let end = self.read_end().unwrap_or_default();
        let end = match &synced {
            Ok(()) => end.with_durable(number),
            Err(error) => end.with_unknown(number, error),
        };
        // Who does not hear of it sees that it is in place, and syncs the directory himself.
        let _ = self.write_end(end);
        synced.into()
    }
}
