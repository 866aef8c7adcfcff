//! The commit: temporary file, write, fsync, rename over the document, fsync of the directory.

use crate::disk::{Directory, Facts, File, Open};
use crate::early::{Begun, Early};
use crate::error::Error;
use crate::metadata::{mode_at_first, take_over};
use crate::options::{Durability, HardLinks, Options};
use crate::place::Place;
use crate::read::Current;
use crate::version::Version;
use crate::write::{Have, useful, write};
use amend_document::Document;
use rustix::io::Errno;
use std::io;
use std::sync::Arc;

/// A document that is in its place, and whose place is not yet durable.
#[derive(Debug)]
#[must_use = "a power failure can still undo it"]
pub(crate) struct Replaced<F> {
    /// None where nobody asked for durability.
    directory: Option<F>,
    /// The old document. When its last handle is closed the file system frees its blocks, which takes time
    /// that nobody should wait for with a lock.
    old: Option<F>,
    /// Nothing was replaced.
    is_found: bool,
}

impl<F: File> Replaced<F> {
    /// The document as it is found, whoever put it there. Nothing was written, but that it survives a power
    /// failure is promised all the same: whoever put it there may have been killed before that was so.
    pub(crate) fn found<D: Directory<File = F>>(
        place: &Place<'_, D>,
        durability: Durability,
    ) -> Result<Replaced<F>, Error> {
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
            directory,
            old: None,
            is_found: true,
        })
    }

    /// It was replaced, after this was opened.
    pub(crate) fn renamed(mut self) -> Self {
        self.is_found = false;
        self
    }

    /// Keeps the old document open until this is dropped.
    pub(crate) fn keeping_open(mut self, old: Option<F>) -> Self {
        self.old = old;
        self
    }

    /// Waits until the document survives a power failure. Needs no lock: what others put in its place
    /// meanwhile was made from it, and becomes durable with it or after it.
    pub(crate) fn make_durable(&self) -> io::Result<()> {
        match &self.directory {
            None => Ok(()),
            Some(directory) => match directory.sync() {
                // Where nothing can be synced, as on a file system that is only read, nothing can be pending
                // either. EROFS is no such answer: ext4 gives it when it has given up after an error.
                Err(error)
                    if self.is_found && Errno::from_io_error(&error) == Some(Errno::INVAL) =>
                {
                    Ok(())
                }
                synced => synced,
            },
        }
    }
}

/// Replaces the document. Only under the lock, which may be given up when this returns.
///
/// `before` is the file that was read; `None` when there was none. When this fails the old document is in
/// place and the temporary file is gone. When it does not, all is done but for one thing, which is left to
/// [`Replaced::make_durable`].
pub(crate) fn replace<D: Directory>(
    place: &Place<'_, D>,
    before: Option<&Current<D::File>>,
    early: Option<Early<'_, D::File>>,
    document: &Document<'_>,
    options: &Options,
) -> Result<(Version, Replaced<D::File>), Error> {
    // Opened first: once the rename is done it is too late to find that the directory cannot be synced.
    let directory = Replaced::found(place, options.durability)?;
    if let Some(before) = before {
        check_replaceable(place, &before.facts, options)?;
    }
    let old = before.map_or(&b""[..], |before| &before.bytes);
    let begun = early.map(|early| early.finish(useful(document, old)));
    let (temp, len) = Temp::create(place, before, begun)?;
    let version = write(
        place,
        &temp.file,
        Have { old, len },
        document,
        options.durability,
    )?;
    if before.is_none() && options.durability == Durability::Full {
        place
            .sync_above()
            .map_err(place.io("syncing the directories above it"))?;
    }
    check_untouched(place, before.map(|before| &before.facts))?;
    temp.rename()?;
    Ok((version, directory.renamed()))
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

/// Notices a program that takes no lock, an editor for example: what it wrote must not be overwritten.
fn check_untouched<D: Directory>(
    place: &Place<'_, D>,
    before: Option<&Facts>,
) -> Result<(), Error> {
    let there = place
        .dir
        .facts(&place.name)
        .map_err(place.io("looking at it"))?;
    let is_untouched = match (before, &there) {
        (Some(before), Some(there)) => before.is_untouched(there),
        (None, None) => true,
        _ => false,
    };
    if is_untouched {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile {
            path: place.path.clone(),
        })
    }
}

/// Removes what a crash left of an earlier update, where nothing new is written over it. Only under the lock:
/// then it is nobody's, or that of one whose draft was thrown away ([`crate::joint`]). Who may not remove it may still find the document as he wants it.
pub(crate) fn remove_litter<D: Directory>(place: &Place<'_, D>) {
    let _ = place.dir.remove(&place.temp_name);
}

/// Makes the temporary file, and removes first what a crash left of an earlier update where that stands in the
/// way. Under the lock it is nobody's, as with [`remove_litter`].
fn over_litter<D: Directory, T>(
    place: &Place<'_, D>,
    make: impl Fn() -> io::Result<T>,
) -> io::Result<T> {
    match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            place.dir.remove(&place.temp_name)?;
            make()
        }
        made => made,
    }
}

/// The temporary file. Dropping it removes it, unless it was renamed.
#[derive(Debug)]
pub(crate) struct Temp<'p, 'r, D: Directory> {
    file: Arc<D::File>,
    place: &'p Place<'r, D>,
    is_renamed: bool,
}

impl<'p, 'r, D: Directory> Temp<'p, 'r, D> {
    /// Makes it, of the file that was begun early if there is one; and tells how much of the old text it has.
    pub(crate) fn create(
        place: &'p Place<'r, D>,
        before: Option<&Current<D::File>>,
        begun: Option<Begun<D::File>>,
    ) -> Result<(Temp<'p, 'r, D>, usize), Error> {
        let temp = |file| Temp {
            file,
            place,
            is_renamed: false,
        };
        if let Some(begun) = begun
            && over_litter(place, || place.dir.link(&begun.file, &place.temp_name)).is_ok()
        {
            let temp = temp(begun.file);
            temp.take_over(before)?;
            return Ok((temp, begun.len));
        }
        let mode = mode_at_first(before.map(|before| &before.facts));
        let new = Open::New { mode };
        let file = over_litter(place, || place.dir.open(&place.temp_name, new))
            .map_err(place.io("making a temporary file beside it"))?;
        let temp = temp(Arc::new(file));
        temp.take_over(before)?;
        Ok((temp, 0))
    }

    fn take_over(&self, before: Option<&Current<D::File>>) -> Result<(), Error> {
        let Some(before) = before else { return Ok(()) };
        take_over(&*self.file, &before.file, &before.facts).map_err(
            self.place.io(
                "giving the new file the mode, the access list and the attributes of the old one",
            ),
        )
    }

    /// Leaves it where it is, for one who comes back under the lock.
    pub(crate) fn leave(mut self) -> Arc<D::File> {
        self.is_renamed = true;
        Arc::clone(&self.file)
    }

    fn rename(mut self) -> Result<(), Error> {
        let place = self.place;
        match place.dir.rename(&place.temp_name, &place.name) {
            Ok(()) => {
                self.is_renamed = true;
                Ok(())
            }
            Err(source) if Errno::from_io_error(&source) == Some(Errno::BUSY) => {
                Err(Error::MountPoint {
                    path: place.path.clone(),
                    source: source.into(),
                })
            }
            Err(source) => Err(place.io("renaming the new document over the old one")(
                source,
            )),
        }
    }
}

impl<D: Directory> Drop for Temp<'_, '_, D> {
    fn drop(&mut self) {
        if !self.is_renamed {
            // When this fails too there is nobody to tell; the next update removes the file.
            let _ = self.place.dir.remove(&self.place.temp_name);
        }
    }
}
