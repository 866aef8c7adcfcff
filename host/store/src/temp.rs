//! The temporary file that becomes the document.
//!
//! Where the file system has files without a name (`O_TMPFILE`, `open(2)`) it has none while it is written and synced, so
//! a killed process leaves nothing. It gets its name just before the rename, or just before the sync where a link after
//! the sync is not durable ([`Directory::is_late_link_durable`]).

use crate::disk::{Directory, File, Open};
use crate::early::Begun;
use crate::error::Error;
use crate::file_system::FileSystem;
use crate::metadata::{mode_at_first, take_over};
use crate::path::{random_temp_name, users_temp_name};
use crate::place::Place;
use crate::read::Current;
use crate::uncertainty::Uncertainty;
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tracing::debug;

/// The temporary file. Dropping it removes its name, unless it was renamed.
#[derive(Debug)]
pub(crate) struct Temp<'p, 'r, D: Directory> {
    file: Arc<D::File>,
    place: &'p Place<'r, D>,
    /// `None` while it has no name, and once it is the document.
    name: Option<OsString>,
}

/// The target of the rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// A document, on a file system of this kind.
    Document(FileSystem),
    Nothing,
}

/// What came of the rename over the document.
#[derive(Debug)]
pub(crate) enum Renamed {
    Done,
    NotDone(Error),
    /// The rename failed, and the old document may be gone.
    Unknown(Uncertainty),
}

/// How often a rename is tried that has removed its target or will do so, and the pause between two attempts. On SMB that
/// is waited for: that the last reader closes the target.
const RENAMES: u32 = 100;
const RENAME_PAUSE: Duration = Duration::from_millis(20);

impl<'p, 'r, D: Directory> Temp<'p, 'r, D> {
    /// Makes it, of the file that was begun early if there is one; and returns how much of the old text it has. Under
    /// the lock.
    pub(crate) fn create(
        place: &'p Place<'r, D>,
        before: Option<&Current<D::File>>,
        begun: Option<Begun<D::File>>,
    ) -> Result<(Temp<'p, 'r, D>, usize), Error> {
        let mode = mode_at_first(before.map(|before| &before.facts));
        let making = "making a temporary file beside it";
        let (file, len) = match begun {
            Some(begun) => (Some(begun.file), begun.len),
            None => {
                let unnamed = place.dir.open_unnamed(mode).map_err(place.io(making))?;
                (unnamed.map(Arc::new), 0)
            }
        };
        let mut temp = match file {
            Some(file) => Temp {
                file,
                place,
                name: None,
            },
            None => Temp::named(place, mode).map_err(place.io(making))?,
        };
        // The kernel may refuse a link to a file of another user (`fs.protected_hardlinks`), which this may be about
        // to become.
        if before.is_some_and(|before| before.facts.user != place.dir.user()) {
            temp.give_name().map_err(place.io(making))?;
        }
        temp.take_over(before)?;
        Ok((temp, len))
    }

    /// Makes the temporary file of a shared commit, which has a name of its own. Under the lock, where no other process
    /// commits from the current staging file: a file that has the name is left of a process that was killed.
    pub(crate) fn create_shared(
        place: &'p Place<'r, D>,
        before: &Current<D::File>,
    ) -> Result<Temp<'p, 'r, D>, Error> {
        let new = Open::New {
            mode: mode_at_first(Some(&before.facts)),
        };
        let name = place.shared_temp_name.clone();
        let file = over_leftover(place, &name, || place.dir.open(&name, new))
            .map_err(place.io("making a temporary file beside it"))?;
        let temp = Temp {
            file: Arc::new(file),
            place,
            name: Some(name),
        };
        temp.take_over(Some(before))?;
        Ok(temp)
    }

    /// Makes it with a name from the first: the fixed one, or one of its own where that is taken and cannot be removed,
    /// as in a sticky directory.
    fn named(place: &'p Place<'r, D>, mode: u32) -> io::Result<Temp<'p, 'r, D>> {
        let (name, file) = under_free_name(place, |name| place.dir.open(name, Open::New { mode }))?;
        Ok(Temp {
            file: Arc::new(file),
            place,
            name: Some(name),
        })
    }

    pub(crate) fn file(&self) -> &D::File {
        &self.file
    }

    fn take_over(&self, before: Option<&Current<D::File>>) -> Result<(), Error> {
        let Some(before) = before else { return Ok(()) };
        take_over(&*self.file, &before.file, &before.facts).map_err(
            self.place.io(
                "giving the new file the mode, the access list and the attributes of the old one",
            ),
        )
    }

    /// Gives it its name, unless it has one.
    pub(crate) fn give_name(&mut self) -> io::Result<()> {
        if self.name.is_none() {
            let linked = under_free_name(self.place, |name| self.place.dir.link(&self.file, name));
            self.name = Some(linked?.0);
        }
        Ok(())
    }

    /// Whether its name leads to it.
    pub(crate) fn has_its_name(&self) -> Result<bool, Error> {
        let looking = self.place.io("looking at the new document");
        self.is_named().map_err(looking)
    }

    fn is_named(&self) -> io::Result<bool> {
        let Some(name) = &self.name else {
            return Ok(false);
        };
        let own = self.file.facts()?;
        let named = self.place.dir.facts(name)?;
        Ok(named.is_some_and(|named| named.is_same_file(&own)))
    }

    /// Renames it over the document.
    pub(crate) fn rename(mut self, over: Over) -> Renamed {
        let place = self.place;
        let name = self.name.clone().unwrap_or_default();
        let mut attempts = 0;
        let mut found_first = None;
        loop {
            attempts += 1;
            let Err(error) = place.dir.rename(&name, &place.name) else {
                self.name = None;
                return Renamed::Done;
            };
            // A file system may fail and have done it all the same, as a network's does when the answer is lost. Or it
            // removes the target first, and then fails.
            match self.after_failure() {
                Ok(Failed::IsDocument) => {
                    self.name = None;
                    return Renamed::Done;
                }
                Ok(failed @ (Failed::NoDocument | Failed::AnotherDocument { .. })) => {
                    if !failed.loses_document(over, &error) {
                        return Renamed::NotDone(rename_error(place, error));
                    }
                    // Another program has put a document there since.
                    if !failed.can_follow(*found_first.get_or_insert(failed)) {
                        return Renamed::NotDone(Error::ChangedMeanwhile {
                            path: place.path.clone(),
                        });
                    }
                    if attempts >= RENAMES {
                        return Renamed::Unknown(self.keep(error));
                    }
                    place.dir.pause(RENAME_PAUSE);
                }
                Ok(Failed::Nothing) | Err(_) => {
                    // Its name may be that of the document's only copy.
                    self.name = None;
                    return Renamed::Unknown(Uncertainty::Io {
                        action: "renaming the new document over the old one",
                        source: error.into(),
                    });
                }
            }
        }
    }

    /// Renames it over the document.
    ///
    /// # Errors
    ///
    /// [`Error::OutcomeUnknown`] when it cannot be found out whether a rename that failed was done, or when the file system
    /// has removed the old document and refuses the new one.
    pub(crate) fn replace_document(self, over: Over) -> Result<(), Error> {
        let path = self.place.path.clone();
        match self.rename(over) {
            Renamed::Done => Ok(()),
            Renamed::NotDone(error) => Err(error),
            Renamed::Unknown(source) => Err(Error::OutcomeUnknown { path, source }),
        }
    }

    fn after_failure(&self) -> io::Result<Failed> {
        let is_named = self.is_named()?;
        let own = self.file.facts()?;
        let document = self.place.dir.facts(&self.place.name)?;
        Ok(match document {
            None if is_named => Failed::NoDocument,
            None => Failed::Nothing,
            Some(document) if !is_named && document.is_same_file(&own) => Failed::IsDocument,
            // The old one was closed, so that another can have its inode number.
            Some(found) => Failed::AnotherDocument {
                identity: (found.device, found.inode),
                size: found.size,
                modified: found.modified,
            },
        })
    }

    /// Keeps it under a name that no later update removes: it is the only copy of the document.
    fn keep(mut self, source: io::Error) -> Uncertainty {
        let mut kept = self.name.take().unwrap_or_default();
        let own = random_temp_name(&self.place.temp_name);
        if self.place.dir.rename(&kept, &own).is_ok() {
            kept = own;
        }
        Uncertainty::Removed {
            kept,
            source: source.into(),
        }
    }
}

/// The file under the document's name after a rename has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// The new document.
    IsDocument,
    AnotherDocument {
        /// Its device and inode.
        identity: (u64, u64),
        size: u64,
        modified: (i64, i64),
    },
    /// Nothing. The new document has its temporary name.
    NoDocument,
    /// Nothing, and the temporary name is gone as well.
    Nothing,
}

impl Failed {
    /// Whether this can be found after the first refusal without a change by another program.
    fn can_follow(self, first: Failed) -> bool {
        self == Failed::NoDocument || self == first
    }

    /// Whether the old document is gone, or will be.
    fn loses_document(self, over: Over, error: &io::Error) -> bool {
        match (self, over) {
            (_, Over::Nothing) => false,
            (Failed::NoDocument, _) => true,
            (_, Over::Document(FileSystem::Smb)) => {
                Errno::from_io_error(error) == Some(Errno::ACCESS)
            }
            _ => false,
        }
    }
}

impl<D: Directory> Drop for Temp<'_, '_, D> {
    fn drop(&mut self) {
        let Some(name) = &self.name else { return };
        // Not without a look: the name of a shared commit's file may lead to that of another process by now.
        let removed = match self.is_named() {
            Ok(true) => self.place.dir.remove(name),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            // No promise rests on it: the next update removes the file.
            debug!(document = %self.place.path.display(), %error, "its temporary file is not removed");
        }
    }
}

fn rename_error<D: Directory>(place: &Place<'_, D>, source: io::Error) -> Error {
    if Errno::from_io_error(&source) == Some(Errno::BUSY) {
        return Error::MountPoint {
            path: place.path.clone(),
            source: source.into(),
        };
    }
    place.io("renaming the new document over the old one")(source)
}

/// Removes what a crash left of an earlier update. Under the lock no process needs it. A process that may not remove it
/// leaves it to one that may.
pub(crate) fn remove_leftover<D: Directory>(place: &Place<'_, D>) {
    remove(place, &place.temp_name);
    remove(place, &users_temp_name(&place.temp_name, place.dir.user()));
}

fn remove<D: Directory>(place: &Place<'_, D>, name: &OsStr) {
    if let Err(error) = place.dir.remove(name) {
        debug!(document = %place.path.display(), %error, "a temporary file is not removed");
    }
}

/// Makes a file under the fixed name, or under the user's, where the fixed one is taken and cannot be removed, as in a sticky
/// directory. The next update of that user finds the leftover of a crash there. Where both are taken it is a name that no
/// process finds again.
fn under_free_name<D: Directory, T>(
    place: &Place<'_, D>,
    make: impl Fn(&OsStr) -> io::Result<T>,
) -> io::Result<(OsString, T)> {
    let fixed = place.temp_name.clone();
    let users = users_temp_name(&fixed, place.dir.user());
    match over_leftover(place, &fixed, || make(&fixed)) {
        Ok(made) => {
            remove(place, &users);
            return Ok((fixed, made));
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    match over_leftover(place, &users, || make(&users)) {
        Ok(made) => Ok((users, made)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let random = random_temp_name(&fixed);
            let made = make(&random)?;
            Ok((random, made))
        }
        Err(error) => Err(error),
    }
}

/// Makes a file under a name, and removes first what a crash left there. [`io::ErrorKind::AlreadyExists`] when that
/// cannot be removed.
fn over_leftover<D: Directory, T>(
    place: &Place<'_, D>,
    name: &OsStr,
    make: impl Fn() -> io::Result<T>,
) -> io::Result<T> {
    match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if let Err(refused) = place.dir.remove(name) {
                debug!(document = %place.path.display(), error = %refused, "a temporary file is not removed");
                return Err(error);
            }
            make()
        }
        made => made,
    }
}
