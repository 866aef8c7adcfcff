//! The directory of the cache: who made it, who may write to it, and how much is in it.

use crate::cache_entry::{SUFFIX, TEMPORARY};
use crate::trusted_path::{cannot_be_redirected, is_ours_alone};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::time::{Duration, SystemTime};
use tracing::debug;

/// How many bytes the cache holds. Above it, the files that were used longest ago are removed.
pub(crate) const MOST_BYTES: u64 = 1 << 30;

/// A temporary file of this age belongs to a process that was killed: writing one takes seconds.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Makes the user's cache. Nothing is made in a directory of another user: root with the `HOME` of a user would
/// lock that user out of a `.cache` of root's.
pub(crate) fn make_users(directory: &Path) -> io::Result<()> {
    let above = directory
        .ancestors()
        .find(|path| path.exists())
        .ok_or(io::ErrorKind::NotFound)?;
    if above != directory {
        let facts = fs::metadata(above)?;
        if facts.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!(
                    "{} belongs to another user, and nothing is made in it",
                    above.display()
                ),
            ));
        }
    }
    make(directory)
}

/// Makes a directory that was asked for by name, and those above it.
pub(crate) fn make(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700).create(directory)?;
    is_ours_alone(directory, &fs::metadata(directory)?)?;
    cannot_be_redirected(directory)
}

/// Removes temporary files that were left over, and the files that were used longest ago. A process that has one
/// mapped keeps it.
pub(crate) fn make_room(directory: &Path) -> io::Result<()> {
    make_room_for(directory, MOST_BYTES, SystemTime::now())
}

fn make_room_for(directory: &Path, most: u64, now: SystemTime) -> io::Result<()> {
    let mut files = Vec::new();
    let mut room = most;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // `.tmp` is what earlier versions of amend began them with.
        let is_temporary = name.starts_with(TEMPORARY) || name.starts_with(".tmp");
        let is_code = path
            .extension()
            .is_some_and(|extension| extension == SUFFIX);
        if !is_temporary && !is_code {
            continue;
        }
        // Another process may have removed it.
        let Ok(facts) = fs::symlink_metadata(&path) else {
            continue;
        };
        let used = facts.modified()?;
        if is_temporary && used + ABANDONED < now {
            remove(&path)?;
        } else if is_temporary {
            room = room.saturating_sub(facts.len());
        } else {
            files.push((used, facts.len(), path));
        }
    }
    files.sort_unstable_by(|one, other| other.cmp(one));
    for (_, size, path) in files {
        match room.checked_sub(size) {
            Some(rest) => room = rest,
            None => {
                room = 0;
                remove(&path)?;
            }
        }
    }
    Ok(())
}

/// Removes a file, if another process was not faster.
fn remove(path: &Path) -> io::Result<()> {
    debug!("{}: makes room", path.display());
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::os::unix::fs::{PermissionsExt, chown};

    #[test]
    fn a_directory_that_others_can_write_to_is_not_trusted() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = scratch.path().join("deep/cache");
        make(&directory).unwrap();
        let mode = fs::metadata(&directory).unwrap().mode();
        assert_eq!(mode & 0o7777, 0o700);
        // In a sticky one other users cannot replace the code, but they can add to it.
        for mode in [0o777, 0o720, 0o1777] {
            fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
            let error = make(&directory).unwrap_err().to_string();
            assert!(error.contains("cache can be written to"), "{error}");
        }
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
        let above = directory.parent().unwrap();
        fs::set_permissions(above, fs::Permissions::from_mode(0o777)).unwrap();
        for made in [make(&directory), make_users(&directory)] {
            let error = made.unwrap_err().to_string();
            assert!(error.contains("deep can be written to"), "{error}");
        }
    }

    /// Found in use: root with a user's `HOME` made `~/.cache`, of root and 0700, and locked the user out of it.
    #[test]
    fn nothing_is_made_in_a_directory_of_another_user() {
        let scratch = tempfile::tempdir().unwrap();
        let home = scratch.path().join("home");
        fs::create_dir(&home).unwrap();
        make_users(&home.join(".cache/amend")).unwrap();
        fs::remove_dir_all(home.join(".cache")).unwrap();
        if !rustix::process::geteuid().is_root() {
            return;
        }
        chown(&home, Some(12_345), None).unwrap();
        let error = make_users(&home.join(".cache/amend")).unwrap_err();
        assert!(error.to_string().contains("another user"), "{error}");
        assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    }

    #[test]
    fn temporary_files_count_and_are_removed_when_they_are_old() {
        let scratch = tempfile::tempdir().unwrap();
        let names = || -> BTreeSet<String> {
            let entries = fs::read_dir(scratch.path()).unwrap();
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        let now = SystemTime::now();
        let write = |name: &str, age: u64| {
            let path = scratch.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(now - Duration::from_secs(age)).unwrap();
        };
        write(".compiled-old", 4000);
        write(".tmpOld", 4000);
        write(".compiled-new", 10);
        write("a.cwasm", 30);
        write("b.cwasm", 20);
        write("other", 9000);
        make_room_for(scratch.path(), 300, now).unwrap();
        let left = [".compiled-new", "a.cwasm", "b.cwasm", "other"];
        assert_eq!(names(), left.map(str::to_owned).into());
        // The temporary file takes 100 of the 200.
        make_room_for(scratch.path(), 200, now).unwrap();
        assert_eq!(
            names(),
            [".compiled-new", "b.cwasm", "other"]
                .map(str::to_owned)
                .into()
        );
    }
}
