//! Staging, under the document's lock: on the file that others have staged on, or on a new one.

use super::file::StagingFile;
use super::header::Header;
use super::staged::{Batch, Staged};
use super::{Hash, LARGEST, hash};
use crate::disk::Directory;
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::options::{Durability, Options};
use crate::place::Place;
use crate::read::Current;
use std::io;
use std::time::Duration;
use tracing::debug;

/// The most that the header's lock is waited for under the document's lock. It is held for a few system calls, unless
/// its process is stopped in them.
const HEADER_PATIENCE: Duration = Duration::from_millis(20);

/// A staging file with updates that are not committed, and the text that contains them.
#[derive(Debug)]
pub(crate) struct Pending<'p, 'r, D: Directory> {
    file: StagingFile<'p, 'r, D>,
    header: Header,
    pub(crate) text: Vec<u8>,
}

/// Returns the text that others have staged for this document and not committed, to continue from. Removes a staging
/// file that cannot be continued from: it is dead, void, or made from another document, or `shares` is false.
///
/// Only a process of the document's owner continues from one. Under the document's lock.
///
/// # Errors
///
/// When the names in the directory cannot be looked at. Nothing else keeps an update from being committed alone.
pub(crate) fn find<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    current: Option<&Current<D::File>>,
    shares: bool,
) -> Result<Option<Pending<'p, 'r, D>>, Error> {
    let named = place.dir.facts(&place.staging_name);
    let named = named.map_err(place.io("looking for a staging file beside it"))?;
    let owner = current.map_or_else(|| place.dir.user(), |current| current.facts.user);
    let is_owner = owner == place.dir.user();
    // It is for the processes of the document's owner. A file of another user is void: the document had another owner
    // when it was made, and has been replaced since.
    if !is_owner && named.is_some_and(|named| named.user == owner) {
        return Ok(None);
    }
    let found = if is_owner && named.is_some() {
        let base = current.map(|current| hash(&current.bytes));
        let base = base.filter(|_| shares && options.durability == Durability::Full);
        open(place, base).unwrap_or_else(|error| {
            debug!(document = %place.path.display(), %error, "its staging file is not used");
            None
        })
    } else {
        None
    };
    if found.is_none() {
        let tidied = match named {
            Some(_) => tidy(place),
            // A power failure may have left the temporary file alone.
            None => place.dir.remove(&place.shared_temp_name),
        };
        // A file that stays is not used by the next update either, for the same reason.
        if let Err(error) = tidied {
            debug!(document = %place.path.display(), %error, "its staging file is not removed");
        }
    }
    Ok(found)
}

/// Opens the staging file, if it can be continued from for the document with this hash. Else it is void, as far as its
/// header can be written.
fn open<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    base: Option<Hash>,
) -> io::Result<Option<Pending<'p, 'r, D>>> {
    let Some(file) = StagingFile::open(place)? else {
        return Ok(None);
    };
    let Some(mut locked) = file.lock_header(HEADER_PATIENCE)? else {
        return Ok(None);
    };
    file.resolve(&mut locked)?;
    let Some(mut header) = locked.header else {
        return Ok(None);
    };
    let continues = header.has_pending() && base == Some(header.base) && file.is_alive()?;
    let text = if continues && place.dir.may_change_names()? {
        file.read_text(&header)?
    } else {
        None
    };
    match text {
        Some(text) => {
            drop(locked);
            Ok(Some(Pending { file, header, text }))
        }
        None => {
            header.is_void = true;
            locked.write(header)?;
            Ok(None)
        }
    }
}

/// Removes a staging file that no process continues from, and the temporary file that a killed process may have left of
/// its commit.
pub(super) fn tidy<D: Directory>(place: &Place<'_, D>) -> io::Result<()> {
    place.dir.remove(&place.shared_temp_name)?;
    place.dir.remove(&place.staging_name)
}

/// Stages the first batch on a new staging file, where the document and the directory allow it. `None`: the update is
/// committed alone.
pub(crate) fn begin<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    options: &Options,
    current: &Current<D::File>,
    text: &[u8],
) -> Option<Staged<'p, 'r, D>> {
    let is_small = current.bytes.len() <= LARGEST && text.len() <= LARGEST;
    let is_owner = current.facts.user == place.dir.user();
    if !is_small || !is_owner || options.durability != Durability::Full {
        return None;
    }
    let begun = (|| {
        if place.dir.file_system()? != FileSystem::Local || !place.dir.may_change_names()? {
            return Ok(None);
        }
        let file = StagingFile::create(place)?;
        let pending = Pending {
            header: Header::new(hash(&current.bytes)),
            file,
            text: vec![],
        };
        pending.stage_first(text)
    })();
    begun.unwrap_or_else(|error: io::Error| {
        debug!(document = %place.path.display(), %error, "no staging file is made");
        None
    })
}

impl<'p, 'r, D: Directory> Pending<'p, 'r, D> {
    fn stage_first(self, text: &[u8]) -> io::Result<Option<Staged<'p, 'r, D>>> {
        let place = self.file.place;
        let written = self.file.lock_header(HEADER_PATIENCE).and_then(|locked| {
            let busy = io::ErrorKind::TimedOut;
            locked.ok_or(busy)?.write(self.header)
        });
        let staged = written.and_then(|()| self.stage(text));
        if !matches!(staged, Ok(Some(_))) {
            tidy(place)?;
        }
        staged
    }

    /// Stages a text that was made from this one. `None`: the file has become void meanwhile, or the text cannot be
    /// staged.
    ///
    /// # Errors
    ///
    /// When the file cannot be written. Then it is void, or has lost its name.
    pub(crate) fn stage(self, text: &[u8]) -> io::Result<Option<Staged<'p, 'r, D>>> {
        let Some(mut locked) = self.file.lock_header(HEADER_PATIENCE)? else {
            return Ok(None);
        };
        let Some(before) = locked.header.filter(|now| self.is_continued(now)) else {
            return Ok(None);
        };
        if text.len() > LARGEST {
            return Ok(None);
        }
        let mut header = before;
        header.stage(text);
        let staged = self
            .file
            .write_text(text)
            .and_then(|()| locked.write(header))
            .and_then(|()| self.file.mark_alive())
            .and_then(|()| self.file.open_again());
        let turn = match staged {
            Ok(turn) => turn,
            Err(error) => {
                // The text may be there in part, so nothing in the file can be committed.
                header.is_void = true;
                if locked.write(header).is_err() {
                    tidy(self.file.place)?;
                }
                return Err(error);
            }
        };
        drop(locked);
        let batch = Batch {
            number: header.staged,
            base: header.base,
            text: header.text,
            changes: true,
            file: self.file,
        };
        Ok(Some(Staged { batch, turn }))
    }

    /// Stages nothing, for an update that changes nothing: it rests on the batches that others have staged.
    ///
    /// # Errors
    ///
    /// As [`Pending::stage`].
    pub(crate) fn rest(self) -> io::Result<Option<Staged<'p, 'r, D>>> {
        let Some(locked) = self.file.lock_header(HEADER_PATIENCE)? else {
            return Ok(None);
        };
        if !locked.header.is_some_and(|now| self.is_continued(&now)) {
            return Ok(None);
        }
        self.file.mark_alive()?;
        let turn = self.file.open_again()?;
        drop(locked);
        let batch = Batch {
            number: self.header.staged,
            base: self.header.base,
            text: self.header.text,
            changes: false,
            file: self.file,
        };
        Ok(Some(Staged { batch, turn }))
    }

    /// Whether what was staged is still what it was, and not void. Batches may have become durable meanwhile.
    fn is_continued(&self, now: &Header) -> bool {
        !now.is_void && now.staged == self.header.staged && now.committed == self.header.committed
    }
}
