//! Writing the new document into its file.

use crate::change::version;
use crate::disk::{Directory, File, Writer};
use crate::error::Error;
use crate::options::Durability;
use crate::place::Place;
use crate::temp::Temp;
use crate::version::Version;
use amend_document::Document;
use std::io::{self, BufWriter, Write};
use std::thread;

/// A text of this many bytes takes as long to hash as a thread takes to start, several times over.
const LARGE: usize = 1 << 20;

/// So much is gathered for one call.
const BUFFER: usize = 128 << 10;

/// What a file has already: a first part of the old text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Have<'c> {
    pub(crate) old: &'c [u8],
    pub(crate) len: usize,
}

impl Have<'_> {
    /// How much of a piece of the new text, which belongs at this place, the file has there already: it is a
    /// piece of the old text, and in the same place.
    fn of(&self, piece: &[u8], at: usize) -> usize {
        let offset = piece.as_ptr().addr().wrapping_sub(self.old.as_ptr().addr());
        if offset == at && at + piece.len() <= self.old.len() {
            self.len.saturating_sub(at).min(piece.len())
        } else {
            0
        }
    }
}

/// How much of the old text can be used where it is: up to the end of the last piece that has not moved.
pub(crate) fn useful(document: &Document<'_>, old: &[u8]) -> usize {
    let all = Have {
        old,
        len: old.len(),
    };
    let (mut at, mut useful) = (0, 0);
    for piece in document.pieces() {
        let had = all.of(piece, at);
        if had > 0 {
            useful = at + had;
        }
        at += piece.len();
    }
    useful
}

/// Writes the document, gives the file its name, and, when asked to, waits until it is on the disk. Returns its version.
pub(crate) fn write<D: Directory>(
    place: &Place<'_, D>,
    temp: &mut Temp<'_, '_, D>,
    have: Have<'_>,
    document: &Document<'_>,
    durability: Durability,
) -> Result<Version, Error> {
    let failed = || place.io("writing the new document");
    if have.len == 0 && document.len() <= BUFFER {
        let text = document.to_text();
        let text = text.as_bytes();
        let mut writer = Writer {
            file: temp.file(),
            at: 0,
        };
        writer.write_all(text).map_err(failed())?;
        if durability == Durability::Full {
            // The disk has it in hand while the version is worked out, and the wait for it is the shorter.
            temp.file().begin_sync(0, text.len() as u64);
        }
        let version = Version::of(text);
        sync(place, temp, durability)?;
        return Ok(version);
    }
    beside(document, || {
        write_missing(temp.file(), have, document).map_err(failed())?;
        sync(place, temp, durability)
    })
}

fn sync<D: Directory>(
    place: &Place<'_, D>,
    temp: &mut Temp<'_, '_, D>,
    durability: Durability,
) -> Result<(), Error> {
    let naming = || place.io("giving the new document a name");
    if durability == Durability::Full {
        if !place.dir.is_late_link_durable() {
            temp.give_name().map_err(naming())?;
        }
        // A failed fsync is final: the kernel may have dropped the pages and call the file clean, so the
        // next fsync of it would lie. The temporary file is thrown away with the error.
        let synced = temp.file().sync();
        synced.map_err(place.io("syncing the new document"))?;
    }
    temp.give_name().map_err(naming())
}

fn write_missing(file: &impl File, have: Have<'_>, document: &Document<'_>) -> io::Result<()> {
    let room = document.len().min(BUFFER);
    let mut writer = BufWriter::with_capacity(room, Writer { file, at: 0 });
    let mut at = 0;
    for piece in document.pieces() {
        let had = have.of(piece, at);
        if had > 0 {
            writer.flush()?;
            writer.get_mut().at = (at + had) as u64;
        }
        writer.write_all(&piece[had..])?;
        at += piece.len();
    }
    writer.flush()?;
    if have.len > at {
        file.set_len(at as u64)?;
    }
    Ok(())
}

/// Works out the version of a document while something else is done. Writing and syncing wait for the disk,
/// hashing does not: for a large document they go on at once.
fn beside(
    document: &Document<'_>,
    work: impl FnOnce() -> Result<(), Error>,
) -> Result<Version, Error> {
    if document.len() < LARGE {
        work()?;
        return Ok(version(document));
    }
    thread::scope(|scope| {
        let hashing = thread::Builder::new()
            .name("amend-version".to_owned())
            .spawn_scoped(scope, || version(document));
        work()?;
        // Where no thread was to be had, it is done here.
        let hashed = hashing.ok().and_then(|hashing| hashing.join().ok());
        Ok(hashed.unwrap_or_else(|| version(document)))
    })
}
