//! The commit: temporary file, write, fsync, rename over the document, fsync of the directory.

use crate::error::Error;
use crate::metadata::{is_unchanged, mode_before, take_over};
use crate::options::Durability;
use crate::place::Place;
use crate::version::Version;
use amend_document::Document;
use rustix::fs::{AtFlags, OFlags};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Write};
use std::thread;

/// Removes what a crash left of an earlier update. Only under the lock: then nobody else can own it.
pub(crate) fn remove_litter(place: &Place) -> Result<(), Error> {
    match rustix::fs::unlinkat(&place.dir, &place.temp_name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(place.io("removing the temporary file that a crash left")(
            errno.into(),
        )),
    }
}

/// Replaces the document. Only under the lock.
///
/// `before` is the file that was read; `None` when there was none. When this returns `Ok` with
/// [`Durability::Full`], the new document survives a power failure. Whatever else it returns, but
/// [`Error::DurabilityUnknown`], the old document is in place and the temporary file is gone.
pub(crate) fn commit(
    place: &Place,
    before: Option<&Metadata>,
    document: &Document<'_>,
    durability: Durability,
) -> Result<Version, Error> {
    // Opened first: once the rename is done it is too late to find that the directory cannot be synced.
    let directory = match durability {
        Durability::Full => Some(
            place
                .dir_for_sync()
                .map_err(place.io("opening its directory"))?,
        ),
        Durability::None => None,
    };
    let temp = Temp::create(place, before)?;
    let version = beside(document, || temp.write(document, durability))?;
    check_unchanged(place, before)?;
    temp.rename()
        .map_err(place.io("renaming the new document over the old one"))?;
    if let Some(directory) = directory {
        directory
            .sync_all()
            .map_err(|source| Error::DurabilityUnknown {
                path: place.path.clone(),
                version,
                source,
            })?;
    }
    Ok(version)
}

/// A text of this many bytes takes as long to hash as a thread takes to start, several times over.
const LARGE: usize = 1 << 20;

/// Works out the version of a document while something else is done. Writing and syncing wait for the disk,
/// hashing does not: for a large document they go on at once.
fn beside(
    document: &Document<'_>,
    work: impl FnOnce() -> Result<(), Error>,
) -> Result<Version, Error> {
    let version = || Version::of_pieces(document.pieces());
    thread::scope(|scope| {
        let hashing = (document.len() >= LARGE).then(|| {
            thread::Builder::new()
                .name("amend-version".to_owned())
                .spawn_scoped(scope, version)
        });
        work()?;
        // Where no thread was to be had, it is done here.
        let hashed = hashing
            .and_then(Result::ok)
            .and_then(|hashing| hashing.join().ok());
        Ok(hashed.unwrap_or_else(version))
    })
}

/// Notices a program that takes no lock, an editor for example: what it wrote must not be overwritten.
fn check_unchanged(place: &Place, before: Option<&Metadata>) -> Result<(), Error> {
    let there = rustix::fs::statat(&place.dir, &place.name, AtFlags::SYMLINK_NOFOLLOW);
    let unchanged = match (before, there) {
        (Some(before), Ok(there)) => is_unchanged(before, &there),
        (None, Err(Errno::NOENT)) => true,
        (Some(_), Err(Errno::NOENT)) | (None, Ok(_)) => false,
        (_, Err(errno)) => return Err(place.io("looking at it")(errno.into())),
    };
    if unchanged {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile {
            path: place.path.clone(),
        })
    }
}

/// The temporary file. Dropping it removes it, unless it was renamed.
struct Temp<'p> {
    file: File,
    place: &'p Place,
    renamed: bool,
}

impl<'p> Temp<'p> {
    fn create(place: &'p Place, before: Option<&Metadata>) -> Result<Temp<'p>, Error> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let file = place
            .open(&place.temp_name, flags, mode_before(before))
            .map_err(place.io("making a temporary file beside it"))?;
        let temp = Temp {
            file,
            place,
            renamed: false,
        };
        if let Some(before) = before {
            take_over(&temp.file, before)
                .map_err(place.io("giving the new file the mode of the old one"))?;
        }
        Ok(temp)
    }

    /// Writes the document and, when asked to, waits until it is on the disk.
    fn write(&self, document: &Document<'_>, durability: Durability) -> Result<(), Error> {
        let mut writer = BufWriter::with_capacity(128 * 1024, &self.file);
        document
            .write_to(&mut writer)
            .and_then(|()| writer.flush())
            .map_err(self.place.io("writing the new document"))?;
        match durability {
            // A failed fsync is final: the kernel may have dropped the pages and call the file clean, so the
            // next fsync of it would lie. The temporary file is thrown away with the error.
            Durability::Full => self
                .file
                .sync_all()
                .map_err(self.place.io("syncing the new document")),
            Durability::None => Ok(()),
        }
    }

    fn rename(mut self) -> io::Result<()> {
        let (dir, name) = (&self.place.dir, &self.place.name);
        rustix::fs::renameat(dir, &self.place.temp_name, dir, name)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temp<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // When this fails too there is nobody to tell; the next update removes the file.
            let _ = rustix::fs::unlinkat(&self.place.dir, &self.place.temp_name, AtFlags::empty());
        }
    }
}
