//! Reading a document's bytes.

use crate::disk::{Directory, Facts, File, Open, read_to_end};
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::memory::prefer_large_pages;
use crate::place::Place;
use amend_document::Limits;
use rustix::io::Errno;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A document's bytes, and the file they were read from.
#[derive(Debug)]
pub(crate) struct Current<F> {
    /// Shared, so that they outlive the file's handle, which an update closes before it replaces the document.
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) facts: Facts,
    pub(crate) file: F,
    /// Before the first byte was read.
    pub(crate) read_at: Instant,
}

impl<F> Current<F> {
    /// Only its bytes; the file is closed.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        Arc::unwrap_or_clone(self.bytes)
    }
}

/// A document's bytes as text, once they were parsed, which checks that they are UTF-8.
pub(crate) fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// How often a document is looked for in a file system of user space, and the pause between two looks.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(2);

/// Opens a document; `None` when there is none, and not only for the moment of a replacement.
fn open<D: Directory>(place: &Place<'_, D>) -> io::Result<Option<D::File>> {
    let mut looks = 0;
    loop {
        match place.dir.open(&place.name, Open::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened.map(Some),
        }
        looks += 1;
        if looks == LOOKS || place.dir.file_system()? != FileSystem::Fuse {
            return Ok(None);
        }
        place.dir.pause(PAUSE);
    }
}

/// Reads a document as it is at this moment; `None` when there is none.
pub(crate) fn read<D: Directory>(
    place: &Place<'_, D>,
    limits: &Limits,
) -> Result<Option<Current<D::File>>, Error> {
    let limit = limits.size as u64;
    let not_a_file = |kind| Error::NotAFile {
        path: place.path.clone(),
        kind,
    };
    let file = match open(place) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(None),
        Err(error) => match Errno::from_io_error(&error) {
            // A socket cannot be opened at all.
            Some(Errno::NXIO) => return Err(not_a_file("a socket or a device")),
            _ => return Err(place.io("opening it")(error)),
        },
    };
    let read_at = Instant::now();
    let facts = file.facts().map_err(place.io("looking at it"))?;
    if let Some(kind) = facts.kind.not_a_file() {
        return Err(not_a_file(kind));
    }
    let too_large = |size| Error::TooLarge {
        path: place.path.clone(),
        size,
        limit,
    };
    if facts.size > limit {
        return Err(too_large(facts.size));
    }
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(
            usize::try_from(facts.size)
                .unwrap_or(usize::MAX)
                .saturating_add(1),
        )
        .map_err(|_| place.io("reading it")(io::Error::from(io::ErrorKind::OutOfMemory)))?;
    prefer_large_pages(&mut bytes);
    read_to_end(&file, limit, &mut bytes).map_err(place.io("reading it"))?;
    // It may have grown while it was read.
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(Some(Current {
        bytes: Arc::new(bytes),
        facts,
        file,
        read_at,
    }))
}
