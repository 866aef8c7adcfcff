//! Writing the new document into its temporary file.

use crate::change::version;
use crate::disk::{Directory, File, Writer};
use crate::error::Error;
use crate::options::Durability;
use crate::place::Place;
use crate::version::Version;
use amend_document::Document;
use std::io::{BufWriter, Write};
use std::thread;

/// A text of this many bytes takes as long to hash as a thread takes to start, several times over.
const LARGE: usize = 1 << 20;

/// Writes the document and, when asked to, waits until it is on the disk. Gives its version.
pub(crate) fn write<D: Directory>(
    place: &Place<'_, D>,
    file: &D::File,
    document: &Document<'_>,
    durability: Durability,
) -> Result<Version, Error> {
    beside(document, || {
        let mut writer = BufWriter::with_capacity(128 * 1024, Writer { file, at: 0 });
        document
            .write_to(&mut writer)
            .and_then(|()| writer.flush())
            .map_err(place.io("writing the new document"))?;
        match durability {
            // A failed fsync is final: the kernel may have dropped the pages and call the file clean, so the
            // next fsync of it would lie. The temporary file is thrown away with the error.
            Durability::Full => file.sync().map_err(place.io("syncing the new document")),
            Durability::None => Ok(()),
        }
    })
}

/// Works out the version of a document while something else is done. Writing and syncing wait for the disk,
/// hashing does not: for a large document they go on at once.
fn beside(
    document: &Document<'_>,
    work: impl FnOnce() -> Result<(), Error>,
) -> Result<Version, Error> {
    thread::scope(|scope| {
        let hashing = (document.len() >= LARGE).then(|| {
            thread::Builder::new()
                .name("amend-version".to_owned())
                .spawn_scoped(scope, || version(document))
        });
        work()?;
        // Where no thread was to be had, it is done here.
        let hashed = hashing
            .and_then(Result::ok)
            .and_then(|hashing| hashing.join().ok());
        Ok(hashed.unwrap_or_else(|| version(document)))
    })
}
