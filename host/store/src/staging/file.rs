//! The staging file: opening it, and its header's lock.

use super::LARGEST;
use super::header::{Header, TEXT_AT};
use crate::disk::{ByteLock, Directory, Facts, File, Open, Writer, read_to_end};
use crate::place::Place;
use std::io::{self, Write};
use std::time::Duration;

/// The byte whose lock is the header's.
const HEADER_BYTE: u64 = 0;
/// The byte whose shared lock is a mark of life.
const LIFE_BYTE: u64 = 1;
/// The mode of a staging file: its owner's alone.
const MODE: u32 = 0o600;

/// A staging file that was opened, and is this user's alone.
#[derive(Debug)]
pub(super) struct StagingFile<'p, 'r, D: Directory> {
    pub(super) place: &'p Place<'r, D>,
    file: D::File,
    facts: Facts,
}

/// The lock of the header, held until this is dropped, and the header as it is.
#[derive(Debug)]
#[must_use = "the header's lock is released when this is dropped"]
pub(super) struct LockedHeader<'f, F: File> {
    file: &'f F,
    /// `None` where the bytes are not those of a header.
    pub(super) header: Option<Header>,
}

impl<'p, 'r, D: Directory> StagingFile<'p, 'r, D> {
    /// Makes the file; an error where one has its name already.
    pub(super) fn create(place: &'p Place<'r, D>) -> io::Result<StagingFile<'p, 'r, D>> {
        let file = place
            .dir
            .open(&place.staging_name, Open::New { mode: MODE })?;
        let facts = file.facts()?;
        let made = StagingFile { place, file, facts };
        if made.is_trusted() {
            return Ok(made);
        }
        // The directory gave it another owner or mode.
        place.dir.remove(&place.staging_name)?;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens the file that has the name; `None` where it is not this user's alone, or there is none. It is checked
    /// before a byte of it is read.
    pub(super) fn open(place: &'p Place<'r, D>) -> io::Result<Option<StagingFile<'p, 'r, D>>> {
        let Some(named) = place.dir.facts(&place.staging_name)? else {
            return Ok(None);
        };
        if !is_trusted(&named, place.dir.user()) {
            return Ok(None);
        }
        let file = match place.dir.open(&place.staging_name, Open::Write) {
            // A process that has tidied up removed it in this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let facts = file.facts()?;
        let opened = StagingFile { place, file, facts };
        Ok(opened.is_trusted().then_some(opened))
    }

    fn is_trusted(&self) -> bool {
        is_trusted(&self.facts, self.place.dir.user())
    }

    /// Waits for the header's lock, and reads the header; `None` when it was not free in time.
    pub(super) fn lock_header(
        &self,
        patience: Duration,
    ) -> io::Result<Option<LockedHeader<'_, D::File>>> {
        if !self
            .file
            .lock_byte(HEADER_BYTE, ByteLock::Exclusive, patience)?
        {
            return Ok(None);
        }
        let mut locked = LockedHeader {
            file: &self.file,
            header: None,
        };
        locked.header = self.read_header()?;
        Ok(Some(locked))
    }

    /// Reads the header. Without its lock it may be an older one.
    pub(super) fn read_header(&self) -> io::Result<Option<Header>> {
        Ok(Header::newest(&self.read_up_to(TEXT_AT)?))
    }

    /// The staged text; `None` when it is not whole. Under the header's lock.
    pub(super) fn read_text(&self, header: &Header) -> io::Result<Option<Vec<u8>>> {
        let bytes = self.read_up_to(TEXT_AT + LARGEST)?;
        let len = usize::try_from(header.len).unwrap_or(usize::MAX);
        let text = bytes.get(TEXT_AT..).and_then(|text| text.get(..len));
        let is_whole = |text: &&[u8]| super::hash(text) == header.text;
        Ok(text.filter(is_whole).map(<[u8]>::to_vec))
    }

    /// Writes the text that a header is about to stage. Until that is written too, what was staged before is void: its
    /// hash is that of the text before. Under the header's lock.
    pub(super) fn write_text(&self, text: &[u8]) -> io::Result<()> {
        write(&self.file, TEXT_AT, text)
    }

    /// Marks this handle as that of a process that waits for its answer.
    pub(super) fn mark_alive(&self) -> io::Result<()> {
        // No process locks this byte exclusively, so there is nothing to wait for.
        if self
            .file
            .lock_byte(LIFE_BYTE, ByteLock::Shared, Duration::ZERO)?
        {
            return Ok(());
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    /// Whether another handle has a mark of life.
    pub(super) fn is_alive(&self) -> io::Result<bool> {
        self.file.is_byte_locked(LIFE_BYTE)
    }

    /// Whether the name still leads to this file.
    pub(super) fn is_current(&self) -> io::Result<bool> {
        let named = self.place.dir.facts(&self.place.staging_name)?;
        Ok(named.is_some_and(|named| named.is_same_file(&self.facts)))
    }

    /// Opens the file once more, for the turn.
    pub(super) fn open_again(&self) -> io::Result<D::File> {
        let file = self.place.dir.open(&self.place.staging_name, Open::Write)?;
        if file.facts()?.is_same_file(&self.facts) {
            return Ok(file);
        }
        Err(io::ErrorKind::NotFound.into())
    }

    /// The identity of the file, for the kernel's list of locks.
    pub(super) fn identity(&self) -> (u64, u64) {
        (self.facts.device, self.facts.inode)
    }

    fn read_up_to(&self, limit: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(limit.min(TEXT_AT + 4096) + 1);
        read_to_end(&self.file, limit as u64, &mut bytes)?;
        bytes.truncate(limit);
        Ok(bytes)
    }
}

impl<F: File> LockedHeader<'_, F> {
    /// Writes the header.
    pub(super) fn write(&mut self, header: Header) -> io::Result<()> {
        let (header, slot) = header.after(self.header);
        write(self.file, slot, &header.to_bytes())?;
        self.header = Some(header);
        Ok(())
    }
}

impl<F: File> Drop for LockedHeader<'_, F> {
    fn drop(&mut self) {
        // Where this fails the lock is given back when the handle is closed, which follows.
        drop(self.file.unlock_byte(HEADER_BYTE));
    }
}

/// Whether only this user can have written a file. An access control list gives nobody anything here: the mode's group
/// bits are its mask (`acl(5)`).
fn is_trusted(facts: &Facts, user: u32) -> bool {
    facts.kind.not_a_file().is_none()
        && facts.user == user
        && facts.mode == MODE
        && facts.links == 1
        && facts.size <= (TEXT_AT + LARGEST) as u64
}

fn write<F: File>(file: &F, at: usize, bytes: &[u8]) -> io::Result<()> {
    let at = at as u64;
    Writer { file, at }.write_all(bytes)
}
