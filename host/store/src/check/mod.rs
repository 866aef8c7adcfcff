//! What a file system cannot do, found out before a document is changed there.
//!
//! [`probe`] tries each thing that an update needs in a directory of its own, by the same calls as an update.
//! [`mount`] reads how the file system is mounted: locks that other machines do not see cannot be tried from one.

mod limit;
mod mount;
mod probe;

pub use limit::{Limit, LimitKind};

use crate::error::Error;
use crate::path::{TEMP_PREFIX, TEMP_SUFFIX};
use cap_std::fs::Dir;
use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// What the file system of a directory can do for the documents in it. [`Store::check`](crate::Store::check) returns it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileSystemReport {
    /// The type of the file system, as `mount(8)` calls it; `None` where the system does not say.
    pub file_system: Option<String>,
    /// The promises of this crate that do not hold there, or not as elsewhere.
    pub limits: Vec<Limit>,
}

impl FileSystemReport {
    /// Documents that are in no file system.
    #[cfg(feature = "etcd")]
    pub(crate) fn of_etcd() -> FileSystemReport {
        FileSystemReport {
            file_system: None,
            limits: Vec::new(),
        }
    }

    /// Whether documents can be changed there.
    pub fn is_usable(&self) -> bool {
        self.limits.iter().all(|limit| limit.kind.is_usable())
    }
}

/// Tries in a new directory below this one, which is removed again.
pub(crate) fn check(directory: &Dir, path: &Path) -> Result<FileSystemReport, Error> {
    let failed = |action| {
        move |source: io::Error| Error::Io {
            path: path.to_owned(),
            action,
            source: source.into(),
        }
    };
    let random = RandomState::new().hash_one(std::process::id());
    let name = PathBuf::from(format!("{TEMP_PREFIX}check.{random:016x}{TEMP_SUFFIX}"));
    let making = "making a directory to try in";
    directory.create_dir(&name).map_err(failed(making))?;
    let found = directory.open_dir(&name).and_then(|dir| {
        let mount = mount::of(&dir);
        let mut limits = mount.as_ref().map(mount::Mount::limits).unwrap_or_default();
        limits.extend(probe::limits(&dir, || names(&dir))?);
        Ok(FileSystemReport {
            file_system: mount.map(|mount| mount.file_system),
            limits,
        })
    });
    let removed = directory.remove_dir_all(&name);
    let found = found.map_err(failed("trying what its file system can do"))?;
    removed.map_err(failed("removing the directory in which it was tried"))?;
    Ok(found)
}

fn names(dir: &Dir) -> io::Result<Vec<OsString>> {
    let names = dir.entries()?.map(|entry| Ok(entry?.file_name()));
    names.collect()
}
