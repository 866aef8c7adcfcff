//! Symbolic links at the end of a path that the user named, followed by the rule of [`planted_link`](crate::planted_link).
//!
//! Links on the way are the kernel's: its rule is about the last component as well.

use crate::error::Error;
use crate::place::MAX_LINKS;
use crate::planted_link::{FOLLOWING, is_planted};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Follows the links at the end of a path wherever they lead. The path that is returned is that of no link, if none was made
/// since.
pub(crate) fn follow(path: &Path) -> Result<PathBuf, Error> {
    let io = |action, source: io::Error| Error::Io {
        path: path.to_owned(),
        action,
        source: source.into(),
    };
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        // With a slash behind it the kernel follows a link itself.
        let Ok(link) = std::fs::read_link(without_slashes(&target)) else {
            return Ok(target);
        };
        let directory = directory_of(&target);
        let is_planted = is_planted_link(directory, &target);
        if is_planted.map_err(|error| io("looking at a symbolic link", error))? {
            return Err(io(FOLLOWING, Errno::ACCESS.into()));
        }
        // A relative link is relative to its directory; an absolute one replaces the whole path.
        let next = directory.join(link);
        if is_of_proc(directory) && !is_same_file(&target, &next) {
            return Err(Error::NotAFile {
                path: path.to_owned(),
                kind: "a link to an open file that has no name",
            });
        }
        target = next;
    }
    Err(io("following symbolic links", Errno::LOOP.into()))
}

fn without_slashes(path: &Path) -> &Path {
    let mut bytes = path.as_os_str().as_bytes();
    while let [rest @ .., b'/'] = bytes
        && !rest.is_empty()
    {
        bytes = rest;
    }
    Path::new(OsStr::from_bytes(bytes))
}

fn directory_of(link: &Path) -> &Path {
    match link.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn is_planted_link(directory: &Path, link: &Path) -> io::Result<bool> {
    let directory = directory.metadata()?;
    let link = without_slashes(link).symlink_metadata()?;
    let user = rustix::process::geteuid().as_raw();
    Ok(is_planted(
        directory.mode(),
        directory.uid(),
        link.uid(),
        user,
    ))
}

/// Whether the links of a directory may lead to open files, whatever their text is: that of a deleted file is its old path
/// with ` (deleted)` behind it (`proc_pid_fd(5)`).
#[cfg(target_os = "linux")]
fn is_of_proc(directory: &Path) -> bool {
    const PROC: u64 = 0x9fa0;
    let kind = rustix::fs::statfs(directory);
    kind.is_ok_and(|kind| kind.f_type as u64 & 0xffff_ffff == PROC)
}

#[cfg(not(target_os = "linux"))]
fn is_of_proc(_: &Path) -> bool {
    false
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino()));
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}
