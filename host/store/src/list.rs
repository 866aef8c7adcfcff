//! Which documents a directory has.

use crate::error::Error;
use crate::lock_or_document::{HEAD, begins_like_a_document, document_of};
use crate::path::check_name;
use cap_std::fs::Dir;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The paths of all documents in a directory and those below it, in order. Links to files are followed, those to
/// directories are not, so that no circle is.
pub(crate) fn list(root: &Dir, shown: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    add(root, Path::new(""), &mut found).map_err(|(path, source)| Error::Io {
        path: shown.join(path),
        action: "listing its documents",
        source: source.into(),
    })?;
    found.sort_unstable();
    Ok(found)
}

fn add(dir: &Dir, above: &Path, found: &mut Vec<PathBuf>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (above.to_owned(), error);
    for entry in dir.entries().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = above.join(entry.file_name());
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            let below = entry.open_dir().map_err(|error| (path.clone(), error))?;
            add(&below, &path, found)?;
        } else if check_name(&entry.file_name()).is_ok() {
            // A link that leads nowhere, or out, is no document.
            let is_linked = kind.is_symlink()
                && dir
                    .metadata(entry.file_name())
                    .is_ok_and(|target| target.is_file());
            if (kind.is_file() || is_linked)
                && is_no_lock_file(dir, &entry.file_name())
                    .map_err(|error| (path.clone(), error))?
            {
                found.push(path);
            }
        }
    }
    Ok(())
}

/// Whether a file whose name ends as that of a lock file does is a document all the same.
fn is_no_lock_file(dir: &Dir, name: &OsStr) -> io::Result<bool> {
    if document_of(name).is_none() {
        return Ok(true);
    }
    let mut head = Vec::new();
    dir.open(name)?.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(begins_like_a_document(&head))
}
