//! Trying each thing that an update needs.

use super::limit::{Limit, LimitKind};
use crate::disk::{Directory, File, Open, Waited};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::time::Duration;

/// The limits of a directory's file system. The directory is empty, and does not stay. `list` returns the names in it.
///
/// # Errors
///
/// When a file cannot be made or written, or a call fails in a way that no file system is known for.
pub(super) fn limits<D: Directory>(
    dir: &D,
    list: impl Fn() -> io::Result<Vec<OsString>>,
) -> io::Result<Vec<Limit>> {
    let found = [
        lock(dir)?,
        replacement(dir, list)?,
        sync(dir)?,
        directory_sync(dir)?,
        unnamed_files(dir)?,
        mode(dir)?,
        attributes(dir)?,
        names(dir)?,
    ];
    Ok(found.into_iter().flatten().collect())
}

fn new<D: Directory>(dir: &D, name: &str) -> io::Result<D::File> {
    let file = dir.open(OsStr::new(name), Open::New { mode: 0o600 })?;
    // The umask may have taken even this from it.
    if file.facts()?.mode & 0o600 != 0o600 {
        file.set_mode(0o600)?;
    }
    Ok(file)
}

fn limit(kind: LimitKind) -> io::Result<Option<Limit>> {
    Ok(Some(Limit { kind, found: None }))
}

fn with(kind: LimitKind, error: &io::Error) -> io::Result<Option<Limit>> {
    let found = Some(error.to_string());
    Ok(Some(Limit { kind, found }))
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS | Errno::NOLCK | Errno::NOTTY)
    )
}

/// Two handles, as two processes have them.
pub(super) fn lock<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    let one = new(dir, "lock")?;
    let other = dir.open(OsStr::new("lock"), Open::Lock)?;
    let held = match one.lock(Some(Duration::ZERO)) {
        Ok(held) => held,
        Err(error) if is_unsupported(&error) => return with(LimitKind::NoLock, &error),
        Err(error) => return Err(error),
    };
    let waited = other.lock(Some(Duration::ZERO))?;
    drop(held);
    match waited {
        Waited::TimedOut(_) => Ok(None),
        Waited::Locked(_) => limit(LimitKind::UselessLock),
    }
}

fn replacement<D: Directory>(
    dir: &D,
    list: impl Fn() -> io::Result<Vec<OsString>>,
) -> io::Result<Option<Limit>> {
    let (old, next) = (OsStr::new("old"), OsStr::new("next"));
    drop(new(dir, "old")?);
    drop(new(dir, "next")?);
    if let Err(error) = dir.rename(next, old) {
        return with(LimitKind::NoReplacement, &error);
    }
    let open = dir.open(old, Open::Read)?;
    drop(new(dir, "next")?);
    if let Err(error) = dir.rename(next, old) {
        return with(LimitKind::NoReplacementOfOpenFiles, &error);
    }
    // The old file has no name any more, unless it was given another one.
    let known = ["lock", "old"].map(OsStr::new);
    let is_known = |name: &OsString| known.contains(&name.as_os_str());
    let is_kept = !list()?.iter().all(is_known);
    drop(open);
    if is_kept {
        return limit(LimitKind::TwoRenames);
    }
    Ok(None)
}

fn sync<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    let file = new(dir, "synced")?;
    // A full disk is found out as well.
    file.write_at(b"{}", 0)?;
    match file.sync() {
        Err(error) if is_unsupported(&error) => with(LimitKind::NoSync, &error),
        synced => synced.map(|()| None),
    }
}

fn directory_sync<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    match dir.as_file()?.sync() {
        Err(error) if is_unsupported(&error) => with(LimitKind::NoDirectorySync, &error),
        synced => synced.map(|()| None),
    }
}

fn unnamed_files<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    match dir.open_unnamed(0o600)? {
        Some(_) => Ok(None),
        None => limit(LimitKind::NoUnnamedFiles),
    }
}

fn mode<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    let file = new(dir, "mode")?;
    for mode in [0o640, 0o600] {
        match file.set_mode(mode) {
            Err(error) if is_unsupported(&error) || is_forbidden(&error) => {
                return with(LimitKind::ModeIgnored, &error);
            }
            set => set?,
        }
        if file.facts()?.mode != mode {
            return limit(LimitKind::ModeIgnored);
        }
    }
    Ok(None)
}

/// FAT refuses a mode that it cannot store.
fn is_forbidden(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::PERM)
}

fn attributes<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    let set = new(dir, "attributes")?.set_attribute(OsStr::new("user.amend"), b"1");
    match set {
        Err(error) if is_unsupported(&error) => with(LimitKind::NoAttributes, &error),
        set => set.map(|()| None),
    }
}

fn names<D: Directory>(dir: &D) -> io::Result<Option<Limit>> {
    drop(new(dir, "spelling")?);
    match dir.facts(OsStr::new("SPELLING"))? {
        Some(_) => limit(LimitKind::NamesIgnoreCase),
        None => Ok(None),
    }
}
