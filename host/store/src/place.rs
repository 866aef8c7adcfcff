//! Where a document is: its directory, opened once, and the names in it.
//!
//! Everything that an update does goes through that handle. A parent directory that is renamed, or swapped
//! for a symbolic link, while an update runs therefore makes no difference to it.

use crate::disk::{Directory, File};
use crate::error::Error;
use crate::identity::Identity;
use crate::lock_directory::{LockDirectory, Named};
use crate::lock_or_document::can_be_a_document;
use crate::path::{
    LockName, check_name, lock_name, shared_temp_name, split, staging_name, temp_name,
};
use crate::path_problem::PathProblem;
use crate::planted_link::{FOLLOWING, is_planted};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::ops::Deref;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

/// The most symbolic links that are followed for one document, as on Linux (`path_resolution(7)`).
pub(crate) const MAX_LINKS: usize = 40;

/// A directory that confines every path in it.
#[derive(Debug)]
pub(crate) struct Root<D> {
    dir: D,
    /// Which directory that is. It stays the same one, whatever is renamed.
    identity: OnceLock<(u64, u64)>,
    /// Where the lock files are, when they are not beside their documents.
    locks: Option<Named<D>>,
    /// For messages only.
    path: PathBuf,
}

/// What to do about a document's directory that does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// There is no document then.
    Accept,
    Create,
}

/// The one document that is meant, by whatever path: the device and inode of its directory, and its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) directory: (u64, u64),
    pub(crate) name: OsString,
}

/// A document's directory. That of the store is open already.
#[derive(Debug)]
pub(crate) enum Opened<'r, D> {
    Root(&'r D),
    Below(D),
}

impl<D> Deref for Opened<'_, D> {
    type Target = D;

    fn deref(&self) -> &D {
        match self {
            Opened::Root(dir) => dir,
            Opened::Below(dir) => dir,
        }
    }
}

/// Where a document is.
#[derive(Debug)]
pub(crate) struct Place<'r, D> {
    root: &'r Root<D>,
    pub(crate) dir: Opened<'r, D>,
    pub(crate) key: Key,
    pub(crate) name: OsString,
    locks: LockDirectory<'r, D>,
    pub(crate) lock_name: OsString,
    pub(crate) temp_name: OsString,
    /// The names of the staging file and of the temporary file of a shared commit: see [`crate::staging`].
    pub(crate) staging_name: OsString,
    pub(crate) shared_temp_name: OsString,
    /// The document's directory, relative to the root.
    directory: PathBuf,
    /// The document's path, for messages.
    pub(crate) path: PathBuf,
}

impl<D: Directory> Root<D> {
    pub(crate) fn new(dir: D, path: PathBuf) -> Root<D> {
        Root {
            dir,
            identity: OnceLock::new(),
            locks: None,
            path,
        }
    }

    /// Keeps the lock files in this directory, and not beside the documents.
    pub(crate) fn with_locks(mut self, dir: D, path: PathBuf) -> Root<D> {
        self.locks = Some(Named { dir, path });
        self
    }

    /// Its path, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory that the options name for lock files.
    pub(crate) fn lock_directory(&self) -> Option<&Named<D>> {
        self.locks.as_ref()
    }

    /// The directory itself.
    pub(crate) fn directory(&self) -> &D {
        &self.dir
    }

    /// Finds a document's place; `None` when its directory does not exist.
    pub(crate) fn find(&self, document: &Path) -> Result<Option<Place<'_, D>>, Error> {
        self.place(document, Missing::Accept)
    }

    /// Finds a document's place, and makes its directory when that does not exist.
    pub(crate) fn make(&self, document: &Path) -> Result<Place<'_, D>, Error> {
        let place = self.place(document, Missing::Create)?;
        place.ok_or_else(|| {
            let removed = io::Error::from(io::ErrorKind::NotFound);
            self.failed(
                document,
                "opening its directory, which was just made",
                removed,
            )
        })
    }

    /// Which document this is, as long as its directory does not exist.
    pub(crate) fn unmade(&self, document: &Path) -> Result<Identity, Error> {
        let (directory, name) = split(document)?;
        let root = self
            .identity(&Opened::Root(&self.dir))
            .map_err(|error| self.failed(document, "looking at the store's directory", error))?;
        Ok(Identity::Unmade {
            root,
            path: directory.join(name),
        })
    }

    /// Follows the links inside this directory to where the document is.
    fn place(&self, document: &Path, missing: Missing) -> Result<Option<Place<'_, D>>, Error> {
        let (mut directory, name) = split(document)?;
        let mut name = name.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(dir) = self.open_directory(document, &directory, missing)? else {
                return Ok(None);
            };
            let target = dir
                .link_target(&name)
                .map_err(|error| self.failed(document, "looking for symbolic links", error))?;
            let Some(target) = target else {
                let can_be = can_be_a_document(&*dir, &name);
                if !can_be.map_err(|error| self.failed(document, "looking at it", error))? {
                    return Err(self.invalid(document, PathProblem::LockFile));
                }
                return self.found(document, dir, directory, name).map(Some);
            };
            if self.is_planted(&dir, &name, document)? {
                return Err(self.failed(document, FOLLOWING, Errno::ACCESS.into()));
            }
            // A relative link is relative to the directory it stands in.
            let target = directory.join(target);
            let Some(target_name) = target.file_name() else {
                return Err(Error::NotAFile {
                    path: self.show(document),
                    kind: "a directory",
                });
            };
            name = target_name.to_owned();
            directory = target.parent().map(Path::to_owned).unwrap_or_default();
            check_name(&name).map_err(|problem| self.invalid(document, problem))?;
        }
        Err(self.failed(document, "following symbolic links", Errno::LOOP.into()))
    }

    /// Whether a symbolic link may have been planted by another user.
    fn is_planted(&self, dir: &D, name: &OsStr, document: &Path) -> Result<bool, Error> {
        let looking = |error| self.failed(document, "looking at a symbolic link", error);
        let directory = dir.facts(OsStr::new(".")).map_err(looking)?;
        let link = dir.facts(name).map_err(looking)?;
        // A link that has gone meanwhile led to where the document is looked for now.
        let both = directory.zip(link);
        Ok(both.is_some_and(|(directory, link)| {
            is_planted(directory.mode, directory.user, link.user, dir.user())
        }))
    }

    fn found<'r>(
        &'r self,
        document: &Path,
        dir: Opened<'r, D>,
        directory: PathBuf,
        name: OsString,
    ) -> Result<Place<'r, D>, Error> {
        let identity = self
            .identity(&dir)
            .map_err(|error| self.failed(document, "looking at its directory", error))?;
        let key = Key {
            directory: identity,
            name: name.clone(),
        };
        let lock_directory = LockDirectory::find(self, &dir, document)?;
        let locks = match lock_directory.path() {
            None => LockName::Beside,
            Some(_) => LockName::Apart,
        };
        let temp_name = temp_name(&key, locks);
        Ok(Place {
            root: self,
            dir,
            locks: lock_directory,
            lock_name: lock_name(&key, locks),
            staging_name: staging_name(&temp_name),
            shared_temp_name: shared_temp_name(&temp_name),
            temp_name,
            key,
            name,
            directory,
            path: self.show(document),
        })
    }

    fn identity(&self, dir: &Opened<'_, D>) -> io::Result<(u64, u64)> {
        match dir {
            Opened::Below(dir) => dir.identity(),
            Opened::Root(dir) => match self.identity.get() {
                Some(known) => Ok(*known),
                None => dir
                    .identity()
                    .map(|found| *self.identity.get_or_init(|| found)),
            },
        }
    }

    fn open_directory(
        &self,
        document: &Path,
        directory: &Path,
        missing: Missing,
    ) -> Result<Option<Opened<'_, D>>, Error> {
        if directory.as_os_str().is_empty() {
            return Ok(Some(Opened::Root(&self.dir)));
        }
        let failed = |error| self.failed(document, "opening its directory", error);
        match self.dir.open_directory(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match missing {
                Missing::Accept => Ok(None),
                Missing::Create => {
                    self.make_directory(document, directory)?;
                    let made = self.dir.open_directory(directory);
                    made.map(|dir| Some(Opened::Below(dir))).map_err(failed)
                }
            },
            opened => opened.map(|dir| Some(Opened::Below(dir))).map_err(failed),
        }
    }

    /// Makes a directory and what is missing above it.
    fn make_directory(&self, document: &Path, directory: &Path) -> Result<(), Error> {
        let mut made = PathBuf::new();
        for component in directory.components() {
            made.push(component);
            match self.dir.make_directory(&made) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(self.failed(document, "making its directory", error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn failed(&self, document: &Path, action: &'static str, source: io::Error) -> Error {
        // cap-std reports a path that would leave the directory as a permission problem of its own making,
        // which has no error number; a real one has.
        if source.kind() == io::ErrorKind::PermissionDenied && source.raw_os_error().is_none() {
            return Error::Escapes {
                path: self.show(document),
            };
        }
        Error::Io {
            path: self.show(document),
            action,
            source: source.into(),
        }
    }

    fn invalid(&self, document: &Path, problem: PathProblem) -> Error {
        Error::InvalidPath {
            path: self.show(document),
            problem,
        }
    }

    /// A document's path as people know it.
    pub(crate) fn show(&self, document: &Path) -> PathBuf {
        if self.path == Path::new(".") || self.path.as_os_str().is_empty() {
            document.to_owned()
        } else {
            self.path.join(document)
        }
    }
}

impl<D: Directory> Place<'_, D> {
    /// The directory that the lock file is in.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] when the settings name one that cannot be opened.
    pub(crate) fn lock_directory(&self) -> Result<&D, Error> {
        self.locks.open(&self.dir, &self.path)
    }

    pub(crate) fn is_lock_beside(&self) -> bool {
        self.locks.path().is_none()
    }

    /// The lock file's path, for messages.
    pub(crate) fn lock_path(&self) -> PathBuf {
        match self.locks.path() {
            Some(path) => path.join(&self.lock_name),
            None => self.path.with_file_name(&self.lock_name),
        }
    }

    /// The staging file's path, for messages.
    pub(crate) fn staging_path(&self) -> PathBuf {
        self.path.with_file_name(&self.staging_name)
    }

    /// Makes an error about this document of one of a system call.
    pub(crate) fn io(&self, action: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io {
            path: self.path.clone(),
            action,
            source: source.into(),
        }
    }

    /// Syncs every directory from the store's down to the one above the document's.
    ///
    /// One of them may be new: made by this update, or by another one that was killed before it was durable.
    /// A document in a directory that a power failure forgets would be lost with it.
    pub(crate) fn sync_above(&self) -> io::Result<()> {
        let mut above = PathBuf::new();
        for component in self.directory.components() {
            if component != Component::CurDir {
                self.root
                    .dir
                    .open_directory(or_here(&above))?
                    .as_file()?
                    .sync()?;
            }
            above.push(component);
        }
        Ok(())
    }
}

/// The empty path is that of the directory it is relative to.
fn or_here(directory: &Path) -> &Path {
    if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    }
}
