//! Reading a document's bytes.

use crate::error::Error;
use crate::metadata::file_kind;
use crate::place::Place;
use amend_document::Limits;
use rustix::fs::{Mode, OFlags};
use std::fs::Metadata;
use std::io::{self, Read};

/// A document's bytes, and the file they were read from.
pub(crate) struct Current {
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: Metadata,
}

impl Current {
    /// The bytes as text, once they were parsed, which checks that they are UTF-8.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// Reads a document; `None` when there is none.
pub(crate) fn read(place: &Place, limits: &Limits) -> Result<Option<Current>, Error> {
    let limit = limits.size as u64;
    let mut file = match place.open(&place.name, OFlags::RDONLY, Mode::empty()) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // A socket cannot be opened at all.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            return Err(Error::NotAFile {
                path: place.path.clone(),
                kind: "a socket or a device",
            });
        }
        Err(error) => return Err(place.io("opening it")(error)),
    };
    let metadata = file.metadata().map_err(place.io("looking at it"))?;
    if let Some(kind) = file_kind(&metadata) {
        return Err(Error::NotAFile {
            path: place.path.clone(),
            kind,
        });
    }
    let size = metadata.len();
    if size > limit {
        return Err(Error::TooLarge {
            path: place.path.clone(),
            size,
            limit,
        });
    }
    let capacity = usize::try_from(size)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(capacity)
        .map_err(|_| place.io("reading it")(io::Error::from(io::ErrorKind::OutOfMemory)))?;
    // One byte more than the limit tells a file that grows while it is read.
    let read = Read::by_ref(&mut file)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes);
    let size = read.map_err(place.io("reading it"))? as u64;
    if size > limit {
        return Err(Error::TooLarge {
            path: place.path.clone(),
            size,
            limit,
        });
    }
    Ok(Some(Current { bytes, metadata }))
}
