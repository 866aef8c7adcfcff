//! Folders and what is in them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Error;

/// The files below a folder, sorted, but for what tools leave behind in a source folder.
pub(crate) fn below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    const LEFT_BEHIND: [&str; 3] = ["__pycache__", "node_modules", ".zig-cache"];
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::file("list", &folder))? {
            let entry = entry.map_err(Error::file("list", &folder))?;
            let path = entry.path();
            if !path.is_dir() {
                files.push(path);
            } else if !LEFT_BEHIND.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Makes a folder, and empties it when it is there.
pub(crate) fn empty(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::file("delete", folder)(error));
        }
        _ => {}
    }
    create(folder)
}

/// Makes a folder and those above it, where they are missing.
pub(crate) fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file("create the folder", folder))
}

/// Copies a file into a folder, under its own name.
pub(crate) fn copy_into(file: &Path, folder: &Path) -> Result<PathBuf, Error> {
    let copy = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &copy).map_err(Error::file("copy", file))?;
    Ok(copy)
}

/// Copies what is in a folder into another one, which is made when it is not there.
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<(), Error> {
    create(to)?;
    for file in below(from)? {
        let name = file.strip_prefix(from).unwrap_or(&file);
        let folder = to.join(name.parent().unwrap_or(Path::new("")));
        create(&folder)?;
        copy_into(&file, &folder)?;
    }
    Ok(())
}
