//! The commit of all that is staged, by the process that has the turn.

use super::header::{Committing, State};
use super::staged::{Batch, Settlement};
use super::{Hash, hash};
use crate::commit::{Replaced, check_replaceable};
use crate::deadline::Deadline;
use crate::disk::{Directory, Facts, File, Writer};
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::lock::Lock;
use crate::metadata::KEPT;
use crate::options::Options;
use crate::read::{Current, read};
use crate::temp::{Over, Renamed, Temp};
use std::ffi::OsString;
use std::io::Write;
use tracing::debug;

/// What is to be committed: the batches up to a number, in one text.
struct Text {
    number: u64,
    bytes: Vec<u8>,
    hash: Hash,
    base: Hash,
}

/// The document that is to be replaced, as it was when the temporary file took over its metadata.
struct Before<F> {
    current: Current<F>,
    attributes: Vec<(OsString, Vec<u8>)>,
}

impl<D: Directory> Batch<'_, '_, D> {
    /// Commits all that is staged by now. [`Settlement::Void`], and after an error: it is not in place, and no process
    /// may continue from this file.
    pub(super) fn commit(
        &self,
        options: &Options,
        deadline: Deadline,
    ) -> Result<Settlement, Error> {
        let place = self.file.place;
        let lock = Lock::acquire(place, deadline)?;
        let Some(text) = self.staged_text()? else {
            return Ok(Settlement::Void);
        };
        let Some(before) = self.before(options)? else {
            return Ok(Settlement::Void);
        };
        if hash(&before.current.bytes) != text.base {
            return Ok(Settlement::Void);
        }
        check_replaceable(place, &before.current.facts, options)?;
        let directory = Replaced::directory(place, options.durability)?;
        let temp = Temp::create_shared(place, &before.current)?;
        drop(lock);
        let mut writer = Writer {
            file: temp.file(),
            at: 0,
        };
        let written = writer
            .write_all(&text.bytes)
            .and_then(|()| temp.file().sync());
        written.map_err(place.io("syncing the new document"))?;
        let lock = Lock::acquire(place, deadline)?;
        if !self.put_in_place(&text, &before, temp, options)? {
            return Ok(Settlement::Void);
        }
        drop(lock);
        drop(before);
        let synced = directory.make_durable();
        self.tell(text.number, &synced);
        Ok(synced.into())
    }

    fn staged_text(&self) -> Result<Option<Text>, Error> {
        let reading = self.file.place.io("reading its staging file");
        let text = (|| {
            // A process that has the header's lock is stopped. Its updates are made again without this file.
            let Some(mut locked) = self.lock_header()? else {
                return Ok(None);
            };
            if !matches!(self.state(&mut locked)?, State::Pending) {
                return Ok(None);
            }
            let Some(header) = locked.header else {
                return Ok(None);
            };
            let bytes = self.file.read_text(&header)?;
            Ok(bytes.map(|bytes| Text {
                number: header.staged,
                bytes,
                hash: header.text,
                base: header.base,
            }))
        })();
        text.map_err(reading)
    }

    fn before(&self, options: &Options) -> Result<Option<Before<D::File>>, Error> {
        let place = self.file.place;
        let Some(current) = read(place, &options.limits)? else {
            return Ok(None);
        };
        let attributes = current.file.attributes();
        Ok(Some(Before {
            current,
            attributes: attributes.map_err(place.io("reading its attributes"))?,
        }))
    }

    /// Renames the new document over the old one, unless something has come between; `false` then. Under the document's
    /// lock.
    fn put_in_place(
        &self,
        text: &Text,
        before: &Before<D::File>,
        temp: Temp<'_, '_, D>,
        options: &Options,
    ) -> Result<bool, Error> {
        let place = self.file.place;
        let reading = || place.io("reading its staging file");
        let locked = self.lock_header().map_err(reading())?;
        let Some(mut locked) = locked else {
            return Ok(false);
        };
        let state = self.state(&mut locked).map_err(reading())?;
        let (State::Pending, Some(mut header)) = (state, locked.header) else {
            return Ok(false);
        };
        if !self.is_unchanged(before, options)? || !temp.has_its_name()? {
            return Ok(false);
        }
        let facts = temp.file().facts();
        let facts = facts.map_err(place.io("looking at the new document"))?;
        let committing = Committing {
            number: text.number,
            file: (facts.device, facts.inode),
            text: text.hash,
        };
        header.committing = Some(committing);
        locked
            .write(header)
            .map_err(place.io("recording its commit"))?;
        match temp.rename(Over::Document(FileSystem::Local)) {
            Renamed::Done => header.set_committed(committing),
            Renamed::NotDone(error) => {
                header.committing = None;
                // Where this fails the next process finds the temporary file, or an older document than the record's.
                locked
                    .write(header)
                    .map_err(self.unknown("recording that its commit failed"))?;
                return Err(error);
            }
            Renamed::Unknown(source) => {
                return Err(Error::OutcomeUnknown {
                    path: place.path.clone(),
                    source,
                });
            }
        }
        // Where either fails the next process finds the committed text in the document, and tidies up.
        let told = locked.write(header).and_then(|()| {
            if header.has_pending() {
                return Ok(());
            }
            place.dir.remove(&place.staging_name)
        });
        if let Err(error) = told {
            debug!(document = %place.path.display(), %error, "its commit is not recorded");
        }
        Ok(true)
    }

    /// Whether the document has the bytes and the metadata that the new one was made from. Its times are not compared:
    /// they may be too coarse to show a change.
    fn is_unchanged(&self, before: &Before<D::File>, options: &Options) -> Result<bool, Error> {
        let Some(now) = self.before(options)? else {
            return Ok(false);
        };
        let kept = |facts: &Facts| (facts.user, facts.group, facts.mode & KEPT, facts.links);
        Ok(now.current.bytes == before.current.bytes
            && kept(&now.current.facts) == kept(&before.current.facts)
            && now.attributes == before.attributes)
    }
}
