//! From a file that the user named to a store and a path in it.

use crate::error::Error;
use crate::options::Options;
use crate::place::MAX_LINKS;
use crate::planted_link::{FOLLOWING, is_planted};
use crate::store::Store;
use rustix::io::Errno;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Follows the file's own links wherever they lead, and opens the nearest directory above it that exists.
pub(crate) fn locate(file: &Path, options: Options) -> Result<(Store, PathBuf), Error> {
    let io = |action, source| Error::Io {
        path: file.to_owned(),
        action,
        source: Arc::new(source),
    };
    let mut target = file.to_owned();
    for _ in 0..MAX_LINKS {
        match std::fs::read_link(&target) {
            // A relative link is relative to the directory it stands in; an absolute one replaces it all.
            Ok(link) => {
                if is_planted_link(&target)
                    .map_err(|error| io("looking at a symbolic link", error))?
                {
                    return Err(io(FOLLOWING, Errno::ACCESS.into()));
                }
                target = target.parent().unwrap_or(Path::new("")).join(link);
            }
            Err(_) => {
                let root = nearest_directory(&target);
                let path = target
                    .strip_prefix(root)
                    .map_or_else(|_| target.clone(), Path::to_owned);
                return Ok((Store::open_with(root, options)?, keep_slash(path, file)));
            }
        }
    }
    Err(io("following symbolic links", io::Error::from(Errno::LOOP)))
}

fn is_planted_link(link: &Path) -> io::Result<bool> {
    let directory = match link.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let directory = directory.metadata()?;
    let link = link.symlink_metadata()?;
    let user = rustix::process::geteuid().as_raw();
    Ok(is_planted(
        directory.mode(),
        directory.uid(),
        link.uid(),
        user,
    ))
}

/// The nearest directory above a file that exists; the empty path stands for the working directory.
fn nearest_directory(file: &Path) -> &Path {
    file.ancestors()
        .skip(1)
        .find(|directory| directory.as_os_str().is_empty() || directory.exists())
        .unwrap_or(Path::new(""))
}

/// `strip_prefix` drops a trailing slash, which says that the user means a directory.
fn keep_slash(path: PathBuf, file: &Path) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    if file.as_os_str().as_bytes().ends_with(b"/") {
        path.join("")
    } else {
        path
    }
}
