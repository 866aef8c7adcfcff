//! The commit: temporary file, write, fsync, rename over the document, fsync of the directory.

use crate::disk::{Directory, Facts, File, Open};
use crate::early::Early;
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::options::{Durability, HardLinks, Options};
use crate::place::Place;
use crate::read::Current;
use crate::temp::{Over, Temp};
use crate::unchanged::is_unchanged;
use crate::version::Version;
use crate::write::{Have, useful, write};
use amend_document::Document;
use rustix::io::Errno;
use std::io;

/// A document that is in its place, and whose place is not yet durable.
#[derive(Debug)]
#[must_use = "a power failure can still undo it"]
pub(crate) struct Replaced<'p, 'r, D: Directory> {
    place: &'p Place<'r, D>,
    /// `None` where no durability was asked for.
    directory: Option<D::File>,
    /// The old document. When its last handle is closed the file system frees its blocks, which takes time
    /// that no process should wait for with a lock.
    old: Option<D::File>,
    /// The document that was found, where nothing was replaced.
    found: Option<Found<D::File>>,
}

/// A document that was found, and may have been written by a process that has not synced it.
#[derive(Debug)]
struct Found<F>(Option<F>);

impl<'p, 'r, D: Directory> Replaced<'p, 'r, D> {
    /// The document as it was found, open or absent. Nothing was written, but it is promised to survive a power failure
    /// all the same: the process that wrote it may have been killed before it synced it, or does not sync.
    pub(crate) fn found(
        place: &'p Place<'r, D>,
        durability: Durability,
        document: Option<D::File>,
    ) -> Result<Replaced<'p, 'r, D>, Error> {
        let mut found = Replaced::directory(place, durability)?;
        found.found = Some(Found(document));
        Ok(found)
    }

    /// The document as it is found now.
    pub(crate) fn found_now(
        place: &'p Place<'r, D>,
        durability: Durability,
    ) -> Result<Replaced<'p, 'r, D>, Error> {
        let document = match place.dir.open(&place.name, Open::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            opened => Some(opened.map_err(place.io("opening it"))?),
        };
        Replaced::found(place, durability, document)
    }

    /// A document that is about to be replaced. Its directory is opened first: once the rename is done it is too late to
    /// find that it cannot be synced.
    pub(crate) fn directory(
        place: &'p Place<'r, D>,
        durability: Durability,
    ) -> Result<Replaced<'p, 'r, D>, Error> {
        let directory = match durability {
            Durability::Full => Some(
                place
                    .dir
                    .as_file()
                    .map_err(place.io("opening its directory"))?,
            ),
            Durability::None => None,
        };
        Ok(Replaced {
            place,
            directory,
            old: None,
            found: None,
        })
    }

    /// Some file systems have no sync of a directory (EINVAL). That is found out before the commit: afterwards it could only
    /// be reported that the outcome of a power failure is unknown.
    fn check_syncable(&self) -> Result<(), Error> {
        let Some(directory) = &self.directory else {
            return Ok(());
        };
        match directory.sync() {
            Err(source) if is_not_supported(&source) => Err(Error::CannotSync {
                path: self.place.path.clone(),
                source: source.into(),
            }),
            synced => synced.map_err(self.place.io("syncing its directory before the change")),
        }
    }

    /// Waits until the document survives a power failure. Needs no lock: a later document was made from it, and becomes
    /// durable with it or after it.
    pub(crate) fn make_durable(&self) -> io::Result<()> {
        let Some(directory) = &self.directory else {
            return Ok(());
        };
        let Some(Found(document)) = &self.found else {
            return directory.sync();
        };
        if let Some(document) = document {
            tolerant(document.sync())?;
        }
        tolerant(directory.sync())?;
        self.place.sync_above()
    }
}

fn is_not_supported(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    matches!(errno, Some(Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS))
}

/// Where a file system cannot sync, as one that is only read, nothing that was found can be pending either. EROFS is no
/// such answer: ext4 gives it when it has given up after an error.
fn tolerant(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => Ok(()),
        synced => synced,
    }
}

/// Replaces the document. Only under the lock, which may be given up when this returns.
///
/// `before` is the file that was read; `None` when there was none. When this fails the old document is in
/// place and the temporary file is gone. When it does not, all is done but for one thing, which is left to
/// [`Replaced::make_durable`].
///
/// The old document's handle is open until its identity and its bytes have been compared, so that its inode number
/// belongs to no other file by then. After that no number is compared.
///
/// # Errors
///
/// [`Error::ChangedMeanwhile`] when another program has changed the document since it was read;
/// [`Error::OutcomeUnknown`] when the rename failed and the names cannot be looked at.
pub(crate) fn replace<'p, 'r, D: Directory>(
    place: &'p Place<'r, D>,
    before: Option<Current<D::File>>,
    early: Option<Early<'_, D::File>>,
    document: &Document<'_>,
    options: &Options,
) -> Result<(Version, Replaced<'p, 'r, D>), Error> {
    let mut replaced = Replaced::directory(place, options.durability)?;
    let file_system = place.dir.file_system();
    let file_system = file_system.map_err(place.io("looking at its file system"))?;
    if file_system != FileSystem::Local {
        replaced.check_syncable()?;
    }
    if let Some(before) = &before {
        check_replaceable(place, &before.facts, options)?;
    }
    let old = before.as_ref().map_or(&b""[..], |before| &before.bytes);
    let begun = early.map(|early| early.finish(useful(document, old)));
    let (mut temp, len) = Temp::create(place, before.as_ref(), begun)?;
    let version = write(
        place,
        &mut temp,
        Have { old, len },
        document,
        options.durability,
    )?;
    if before.is_none() && options.durability == Durability::Full {
        place
            .sync_above()
            .map_err(place.io("syncing the directories above it"))?;
    }
    if !is_unchanged(place, before.as_ref(), &temp)? || !temp.has_its_name()? {
        return Err(Error::ChangedMeanwhile {
            path: place.path.clone(),
        });
    }
    let over = match before {
        Some(_) => Over::Document(file_system),
        None => Over::Nothing,
    };
    // SMB does not replace a file that is open. NFS and FUSE make two renames of the one, and a power failure between them
    // leaves no document.
    replaced.old = before
        .map(|before| before.file)
        .filter(|_| file_system == FileSystem::Local);
    temp.replace_document(over)?;
    Ok((version, replaced))
}

/// A rename asks nobody whether the file that it replaces may be written to, nor what else it is called.
pub(crate) fn check_replaceable<D: Directory>(
    place: &Place<'_, D>,
    before: &Facts,
    options: &Options,
) -> Result<(), Error> {
    if let Err(source) = place.dir.check_writable(&place.name) {
        return Err(match Errno::from_io_error(&source) {
            Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Error::NotWritable {
                path: place.path.clone(),
                source: source.into(),
            },
            Some(Errno::NOENT) => Error::ChangedMeanwhile {
                path: place.path.clone(),
            },
            _ => place.io("looking at its permissions")(source),
        });
    }
    if before.links > 1 && options.hard_links == HardLinks::Refuse {
        return Err(Error::HardLinked {
            path: place.path.clone(),
            links: before.links,
        });
    }
    Ok(())
}
