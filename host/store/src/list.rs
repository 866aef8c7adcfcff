//! Which documents a directory has.

use crate::error::Error;
use crate::path::check_name;
use cap_std::fs::Dir;
use std::io;
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
            if kind.is_file() || is_linked {
                found.push(path);
            }
        }
    }
    Ok(())
}
