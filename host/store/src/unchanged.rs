//! Noticing a program that takes no lock: a text that it wrote since the document was read must not be overwritten.

use crate::disk::{Directory, Facts, File};
use crate::error::Error;
use crate::place::Place;
use crate::read::Current;
use crate::temp::Temp;
use std::io;

/// A document of up to this many bytes is read again: that takes less time than a sync by far.
const SMALL: usize = 1 << 20;

/// The coarsest times of the file systems in use, in seconds: two on FAT, one on ext4 with inodes of 128 bytes.
const COARSEST: i64 = 2;

/// So much is read at a time.
const CHUNK: usize = 128 << 10;

/// Whether the document is as it was when it was read. Under the lock, just before the rename.
///
/// The same identity, size, times and mode are not enough: a program may have written as many bytes in place within one
/// tick of the file system's clock. So the bytes are compared. For a large document that is left out when a later change
/// must have had another time: when the last one lay more than a tick before the document was read. (git has the same
/// rule for its index.)
pub(crate) fn is_unchanged<D: Directory>(
    place: &Place<'_, D>,
    before: Option<&Current<D::File>>,
    temp: &Temp<'_, '_, D>,
) -> Result<bool, Error> {
    let named = place.dir.facts(&place.name);
    let named = named.map_err(place.io("looking at it"))?;
    let (before, named) = match (before, named) {
        (None, None) => return Ok(true),
        (Some(before), Some(named)) => (before, named),
        _ => return Ok(false),
    };
    if before.facts != named {
        return Ok(false);
    }
    if before.bytes.len() > SMALL {
        let made = temp.file().facts();
        let made = made.map_err(place.io("looking at the new document"))?;
        if shows_every_change(before, &made) {
            return Ok(true);
        }
    }
    has_bytes(&before.file, &before.bytes).map_err(place.io("reading it again"))
}

/// Whether a change after the document was read must have given it another time. The file system's clock is that of
/// the temporary file, which was made since.
fn shows_every_change<F: File>(before: &Current<F>, made: &Facts) -> bool {
    let since = i64::try_from(before.read_at.elapsed().as_secs()).unwrap_or(i64::MAX);
    let read_at = made.changed.0.saturating_sub(since).saturating_sub(1);
    before.facts.changed.0.saturating_add(COARSEST) < read_at
}

fn has_bytes(file: &impl File, bytes: &[u8]) -> io::Result<bool> {
    let mut at = 0;
    let mut chunk = vec![0; CHUNK.min(bytes.len() + 1)];
    loop {
        let read = match file.read_at(&mut chunk, at as u64) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            return Ok(at == bytes.len());
        }
        if bytes.get(at..at + read) != Some(&chunk[..read]) {
            return Ok(false);
        }
        at += read;
    }
}
