//! Where a document is: its directory, opened once, and the names in it.
//!
//! Everything that an update does goes through that handle. A parent directory that is renamed, or swapped
//! for a symbolic link, while an update runs therefore makes no difference to it.

use crate::error::{Error, PathProblem};
use crate::path::{check_name, lock_name, split, temp_name};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rustix::fs::{Mode, OFlags};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The most symbolic links that are followed for one document, as on Linux (`path_resolution(7)`).
pub(crate) const MAX_LINKS: usize = 40;

/// A directory that confines every path in it.
#[derive(Debug)]
pub(crate) struct Root {
    dir: Dir,
    /// For messages only.
    path: PathBuf,
}

/// What to do about a document's directory that does not exist.
#[derive(Clone, Copy)]
enum MissingDirectory {
    /// There is no document then.
    Accept,
    /// Make it, and sync what it was made in when asked to.
    Create { sync: bool },
}

/// Where a document is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) dir: Dir,
    pub(crate) name: OsString,
    pub(crate) lock_name: OsString,
    pub(crate) temp_name: OsString,
    /// The document's path, for messages.
    pub(crate) path: PathBuf,
}

impl Root {
    pub(crate) fn open(path: &Path) -> Result<Root, Error> {
        // `Path::parent` of a bare file name is the empty path, which means this directory.
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(|source| Error::Io {
            path: path.to_owned(),
            action: "opening the store's directory",
            source,
        })?;
        Ok(Root {
            dir,
            path: path.to_owned(),
        })
    }

    /// Finds a document's place; `None` when its directory does not exist.
    pub(crate) fn find(&self, document: &Path) -> Result<Option<Place>, Error> {
        self.place(document, MissingDirectory::Accept)
    }

    /// Finds a document's place, and makes its directory when that does not exist.
    pub(crate) fn make(&self, document: &Path, sync: bool) -> Result<Place, Error> {
        let place = self.place(document, MissingDirectory::Create { sync })?;
        place.ok_or_else(|| {
            let removed = io::Error::from(io::ErrorKind::NotFound);
            self.failed(
                document,
                "opening its directory, which was just made",
                removed,
            )
        })
    }

    /// Follows the links inside this directory to where the document is.
    fn place(&self, document: &Path, missing: MissingDirectory) -> Result<Option<Place>, Error> {
        let (mut directory, name) = split(document)?;
        let mut name = name.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(dir) = self.open_dir(document, &directory, missing)? else {
                return Ok(None);
            };
            match dir.read_link_contents(&name) {
                Ok(target) => {
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
                // It is something else than a link, or not there.
                Err(error) if matches!(error.raw_os_error(), Some(EINVAL | ENOENT)) => {
                    return Ok(Some(Place {
                        lock_name: lock_name(&name),
                        temp_name: temp_name(&name),
                        dir,
                        name,
                        path: self.show(document),
                    }));
                }
                Err(error) => {
                    return Err(self.failed(document, "looking for symbolic links", error));
                }
            }
        }
        Err(self.failed(
            document,
            "following symbolic links",
            io::Error::from_raw_os_error(ELOOP),
        ))
    }

    fn open_dir(
        &self,
        document: &Path,
        directory: &Path,
        missing: MissingDirectory,
    ) -> Result<Option<Dir>, Error> {
        let at = if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        };
        match (self.dir.open_dir(at), missing) {
            (Ok(dir), _) => Ok(Some(dir)),
            (Err(error), MissingDirectory::Accept) if error.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            (Err(error), MissingDirectory::Create { sync })
                if error.kind() == io::ErrorKind::NotFound =>
            {
                self.create_dir(document, at, sync)?;
                match self.dir.open_dir(at) {
                    Ok(dir) => Ok(Some(dir)),
                    Err(error) => Err(self.failed(document, "opening its directory", error)),
                }
            }
            (Err(error), _) => Err(self.failed(document, "opening its directory", error)),
        }
    }

    /// Makes a directory and what is missing above it. Each is durable before something is put into it:
    /// a document in a directory that a power failure forgets would be lost with it.
    fn create_dir(&self, document: &Path, directory: &Path, sync: bool) -> Result<(), Error> {
        let mut made = PathBuf::new();
        for component in directory.components() {
            let parent = made.clone();
            made.push(component);
            match self.dir.create_dir(&made) {
                Ok(()) if sync => {
                    let parent = if parent.as_os_str().is_empty() {
                        Path::new(".")
                    } else {
                        &parent
                    };
                    self.dir
                        .open_dir(parent)
                        .and_then(|dir| open_for_sync(&dir)?.sync_all())
                        .map_err(|error| self.failed(document, "syncing a new directory", error))?;
                }
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(self.failed(document, "making its directory", error)),
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
            source,
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
        if self.path == Path::new(".") {
            document.to_owned()
        } else {
            self.path.join(document)
        }
    }
}

impl Place {
    /// The lock file's path, for messages.
    pub(crate) fn lock_path(&self) -> PathBuf {
        self.path.with_file_name(&self.lock_name)
    }

    /// Makes an error about this document of one of a system call.
    pub(crate) fn io(&self, action: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io {
            path: self.path.clone(),
            action,
            source,
        }
    }

    /// Opens a name in the document's directory; never follows a link, never blocks on a FIFO, and is not
    /// inherited by a child process.
    pub(crate) fn open(&self, name: &OsString, flags: OFlags, mode: Mode) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(
            &self.dir, name, flags, mode,
        )?))
    }

    /// The document's directory as a handle that can be synced.
    pub(crate) fn dir_for_sync(&self) -> io::Result<File> {
        open_for_sync(&self.dir)
    }
}

/// The directories that cap-std opens only name a place (`O_PATH`); this one can be synced.
fn open_for_sync(dir: &Dir) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::openat(
        dir,
        ".",
        flags,
        Mode::empty(),
    )?))
}

const EINVAL: i32 = rustix::io::Errno::INVAL.raw_os_error();
const ENOENT: i32 = rustix::io::Errno::NOENT.raw_os_error();
const ELOOP: i32 = rustix::io::Errno::LOOP.raw_os_error();
