//! From a file that the user named to a store and a path in it.

use crate::error::Error;
use crate::followed::follow;
use crate::options::Options;
use crate::store::Store;
use crate::unix::on_the_way;
use std::path::{Path, PathBuf};

/// Follows the file's own links wherever they lead, and opens the nearest directory above it that exists.
pub(crate) fn locate(file: &Path, options: Options) -> Result<(Store, PathBuf), Error> {
    // A slash behind the name says that the user means a directory.
    let target = if is_directory(file) {
        file.to_owned()
    } else {
        follow(file)?
    };
    let root = nearest_directory(&target);
    let path = target
        .strip_prefix(root)
        .map_or_else(|_| target.clone(), Path::to_owned);
    let store = Store::open_on_the_way(root, options)?;
    Ok((
        store,
        if is_directory(file) {
            path.join("")
        } else {
            path
        },
    ))
}

/// The nearest directory above a file that exists; the empty path stands for the working directory.
fn nearest_directory(file: &Path) -> &Path {
    file.ancestors()
        .skip(1)
        .find(|directory| on_the_way(directory).exists())
        .unwrap_or(Path::new(""))
}

fn is_directory(file: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    file.as_os_str().as_bytes().ends_with(b"/")
}
