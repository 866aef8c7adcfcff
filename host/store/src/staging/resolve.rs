//! Finding out whether a rename was done whose process was killed in it.

use super::file::{LockedHeader, StagingFile};
use super::header::Committing;
use super::{Hash, LARGEST, hash};
use crate::disk::{Directory, Open, read_to_end};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;

impl<D: Directory> StagingFile<'_, '_, D> {
    /// Finds out what became of the rename that the header records, if it records one. Under the header's lock: a
    /// process holds that from before it writes the record until it clears it, so the process that wrote this one has
    /// been killed.
    ///
    /// Only a process that has read the header removes the temporary file's name or puts another file there. So the
    /// rename was not done while the name leads to a file with the recorded identity and text. It was done when the
    /// document has the text. In any other case a program that does not take part has changed the document since, and
    /// the outcome is lost.
    pub(super) fn resolve(&self, locked: &mut LockedHeader<'_, D::File>) -> io::Result<()> {
        let Some(mut header) = locked.header else {
            return Ok(());
        };
        let Some(committing) = header.committing else {
            return Ok(());
        };
        if self.is_still_there(&committing)? {
            header.committing = None;
        } else if self.document()? == Some(committing.text) {
            header.set_committed(committing);
        } else {
            header.lost_to = header.lost_to.max(committing.number);
            header.is_void = true;
            header.committing = None;
        }
        locked.write(header)
    }

    /// Whether the temporary file still has its name.
    fn is_still_there(&self, committing: &Committing) -> io::Result<bool> {
        let name = &self.place.shared_temp_name;
        let named = self.place.dir.facts(name)?;
        let is_same = named.is_some_and(|named| (named.device, named.inode) == committing.file);
        Ok(is_same && self.hash_under(name)? == Some(committing.text))
    }

    /// The hash of the document as it is now; `None` where there is none of a size that can be staged.
    pub(super) fn document(&self) -> io::Result<Option<Hash>> {
        self.hash_under(&self.place.name)
    }

    fn hash_under(&self, name: &OsStr) -> io::Result<Option<Hash>> {
        let file = match self.place.dir.open(name, Open::Read) {
            Err(error)
                if matches!(
                    Errno::from_io_error(&error),
                    Some(Errno::NOENT | Errno::LOOP | Errno::NXIO)
                ) =>
            {
                return Ok(None);
            }
            opened => opened?,
        };
        let mut bytes = Vec::new();
        read_to_end(&file, LARGEST as u64, &mut bytes)?;
        Ok((bytes.len() <= LARGEST).then(|| hash(&bytes)))
    }
}
