//! The limits of a file system, found out before a document is changed there.
//!
//! [`probe`] tries each thing that an update needs in a directory of its own, by the same calls as an update.
//! [`mount`] reads how the file system is mounted: locks that other machines do not see cannot be tried from one.

mod limit;
mod mount;
mod probe;

pub use limit::{Limit, LimitKind};

use crate::disk::Directory;
use crate::error::Error;
use crate::lock_directory::LockDirectory;
use crate::path::{TEMP_PREFIX, TEMP_SUFFIX};
use crate::place::Root;
use crate::settings::{Found, NAME, settings};
use cap_std::fs::{Dir, Permissions};
use std::ffi::OsString;
use std::fs::Permissions as Mode;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The limits of the file system of a directory, for the documents in it. [`Store::check`](crate::Store::check) returns it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileSystemReport {
    /// The type of the file system, as `mount(8)` calls it; `None` where the system does not say.
    pub file_system: Option<String>,
    /// The directory for lock files that the store's options or the settings of the directory name; `None` where they are
    /// beside the documents.
    pub lock_directory: Option<PathBuf>,
    /// The promises of this crate that do not hold there, or not as elsewhere.
    pub limits: Vec<Limit>,
}

impl FileSystemReport {
    /// Documents that are in no file system.
    #[cfg(feature = "etcd")]
    pub(crate) fn of_etcd() -> FileSystemReport {
        FileSystemReport {
            file_system: None,
            lock_directory: None,
            limits: Vec::new(),
        }
    }

    /// Whether documents can be changed there.
    pub fn is_usable(&self) -> bool {
        self.limits.iter().all(|limit| limit.kind.is_usable())
    }
}

/// Tries in new directories, which are removed again: below the store's, and below that of its lock files.
pub(crate) fn check(root: &Root<Dir>) -> Result<FileSystemReport, Error> {
    let (directory, path) = (root.directory(), root.path());
    let failed = |action| {
        move |source: io::Error| Error::Io {
            path: path.to_owned(),
            action,
            source: source.into(),
        }
    };
    let locks = LockDirectory::find(root, directory, Path::new(NAME))?;
    let lock_directory = locks.open(&directory, path)?;
    let trying = "trying what its file system can do";
    let opening = "opening it to sync it";
    directory.as_file().map_err(failed(opening))?;
    let mount = mount::of(directory);
    let mut limits = mount.as_ref().map(mount::Mount::limits).unwrap_or_default();
    if matches!(
        settings(root, directory, Path::new(NAME))?,
        Found::OfStranger
    ) {
        limits.push(Limit {
            kind: LimitKind::SettingsIgnored,
            found: None,
        });
    }
    let found = within(directory, |dir| probe::limits(dir, || names(dir)));
    limits.extend(found.map_err(failed(trying))?);
    if let Some(locks) = locks.path() {
        let found = within(lock_directory, probe::lock);
        let found = found.map_err(|source| Error::Io {
            path: locks.to_owned(),
            action: "trying a lock in it",
            source: source.into(),
        })?;
        let of_locks = mount::of(lock_directory);
        let of_locks = of_locks
            .as_ref()
            .map(mount::Mount::limits)
            .unwrap_or_default();
        let is_about_locks = |limit: &Limit| limit.kind.is_about_locks();
        limits.retain(|limit| !is_about_locks(limit));
        limits.extend(of_locks.into_iter().filter(is_about_locks).chain(found));
    }
    Ok(FileSystemReport {
        file_system: mount.map(|mount| mount.file_system),
        lock_directory: locks.path().map(Path::to_owned),
        limits,
    })
}

/// Tries something in a new directory, which is removed again.
fn within<T>(directory: &Dir, act: impl FnOnce(&Dir) -> io::Result<T>) -> io::Result<T> {
    let random = RandomState::new().hash_one(std::process::id());
    let name = PathBuf::from(format!("{TEMP_PREFIX}check.{random:016x}{TEMP_SUFFIX}"));
    directory.create_dir(&name)?;
    // Whatever the umask, and the access control list that the directory gives to new ones.
    directory.set_permissions(&name, Permissions::from_std(Mode::from_mode(0o700)))?;
    let found = directory.open_dir(&name).and_then(|dir| act(&dir));
    directory.remove_dir_all(&name)?;
    found
}

fn names(dir: &Dir) -> io::Result<Vec<OsString>> {
    let names = dir.entries()?.map(|entry| Ok(entry?.file_name()));
    names.collect()
}
