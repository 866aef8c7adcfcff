//! Writing a project's folder: all of it, or nothing.

use crate::Error;
use crate::project::Made;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

pub(crate) fn write(folder: &Path, files: &[Made]) -> Result<(), Error> {
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Error::Exists {
            folder: folder.to_owned(),
        });
    }
    let around = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // Beside its place: only what is on the same file system can be moved there in one step. Whatever happens, it
    // is deleted when this returns.
    let scratch = tempfile::Builder::new()
        .prefix(".amend-new-")
        .tempdir_in(around)
        .map_err(failed("making a project in this folder", around))?;
    // The temporary folder is only ours to read; the project's is like all that are made here.
    let project = scratch.path().join("project");
    for file in files {
        let path = project.join(&file.path);
        write_file(&path, file).map_err(failed("writing a file of the project", &path))?;
    }
    // Moved over something that was not there before, this fails, unless that is an empty folder.
    fs::rename(&project, folder).map_err(failed("moving the project to its place", folder))
}

fn write_file(path: &Path, file: &Made) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, &file.bytes)?;
    if file.is_executable {
        // For whoever may read it.
        let mode = fs::metadata(path)?.permissions().mode();
        fs::set_permissions(path, Permissions::from_mode(mode | (mode & 0o444) >> 2))?;
    }
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &'static str, is_executable: bool) -> Made {
        Made {
            path: path.to_owned(),
            bytes: path.as_bytes().into(),
            is_executable,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn files_are_where_and_what_they_should_be() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("apples");
        write(&folder, &[file("a", false), file("b/c/d", true)]).unwrap();
        assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "a");
        assert_eq!(fs::read_to_string(folder.join("b/c/d")).unwrap(), "b/c/d");
        let mode = |path: &str| {
            fs::metadata(folder.join(path))
                .unwrap()
                .permissions()
                .mode()
        };
        assert_eq!((mode("a") & 0o100, mode("b/c/d") & 0o100), (0, 0o100));
        // As every folder that is made here, and not as a temporary one.
        fs::create_dir(around.path().join("another")).unwrap();
        let another = fs::metadata(around.path().join("another")).unwrap();
        assert_eq!(mode("."), another.permissions().mode());
        assert_eq!(names(around.path()).len(), 2);
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("apples");
        // A folder and a file of one name.
        let error = write(&folder, &[file("a", false), file("a/b", false)]).unwrap_err();
        assert!(
            error.to_string().contains("writing a file of the project"),
            "{error}"
        );
        assert_eq!(names(around.path()), [""; 0]);
    }

    #[test]
    fn nothing_is_overwritten() {
        let around = tempfile::tempdir().unwrap();
        let taken = [
            around.path().join("folder"),
            around.path().join("file"),
            around.path().join("link"),
        ];
        fs::create_dir(&taken[0]).unwrap();
        fs::write(&taken[1], "mine").unwrap();
        std::os::unix::fs::symlink("nowhere", &taken[2]).unwrap();
        for folder in &taken {
            let error = write(folder, &[file("a", false)]).unwrap_err();
            assert!(matches!(error, Error::Exists { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(&taken[1]).unwrap(), "mine");
        assert_eq!(names(&taken[0]), [""; 0]);
        assert_eq!(names(around.path()).len(), 3);
        let error = write(&around.path().join("no/where"), &[]).unwrap_err();
        assert!(
            error.to_string().contains("/no: making a project"),
            "{error}"
        );
    }
}
