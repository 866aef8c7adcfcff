//! Whether other users can replace a file or a directory, or redirect the path that leads to it.
//!
//! Mode 0700 on a directory is not enough: a user with write permission on a directory above it can move it away, and make
//! another one with its name.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// How many symbolic links a path may have, as in `path_resolution(7)`.
const MOST_LINKS: usize = 40;

/// Checks that a file or a directory belongs to this process's user, and that no other user may write to it.
pub(crate) fn is_ours_alone(path: &Path, facts: &Metadata) -> io::Result<()> {
    if facts.uid() != our_id() {
        return Err(refused(path, BELONGS_TO_ANOTHER));
    }
    if may_be_written_by_others(facts) {
        return Err(refused(path, WRITABLE));
    }
    Ok(())
}

/// Checks each component of a path, symbolic links included: fails at the first one that a user other than root and this
/// process's user can redirect.
pub(crate) fn cannot_be_redirected(path: &Path) -> io::Result<()> {
    let mut at = PathBuf::from("/");
    let mut left = steps(&std::path::absolute(path)?);
    let mut links = 0;
    check_component(&at, &fs::symlink_metadata(&at)?)?;
    while let Some(step) = left.pop_front() {
        if step == ".." {
            at.pop();
            continue;
        }
        at.push(&step);
        let facts = fs::symlink_metadata(&at)?;
        check_component(&at, &facts)?;
        if !facts.is_symlink() {
            continue;
        }
        links += 1;
        if links > MOST_LINKS {
            return Err(rustix::io::Errno::LOOP.into());
        }
        let target = fs::read_link(&at)?;
        at.pop();
        if target.is_absolute() {
            at = PathBuf::from("/");
        }
        let mut through = steps(&target);
        through.append(&mut left);
        left = through;
    }
    Ok(())
}

fn steps(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
        })
        .collect()
}

/// Checks one component of a path. In a sticky directory only the owner of an entry, and that of the directory, may rename
/// it (`inode(7)`).
fn check_component(path: &Path, facts: &Metadata) -> io::Result<()> {
    let is_sticky = facts.mode() & 0o1000 != 0;
    if ![0, our_id()].contains(&facts.uid()) {
        return Err(refused(path, BELONGS_TO_ANOTHER));
    }
    // The mode of a symbolic link means nothing.
    if !facts.is_symlink() && !is_sticky && may_be_written_by_others(facts) {
        return Err(refused(path, WRITABLE));
    }
    Ok(())
}

const BELONGS_TO_ANOTHER: &str = "belongs to another user";
const WRITABLE: &str = "can be written to by other users (`chmod go-w` takes the permission away)";

fn our_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The bits of the group cover access control lists as well (`acl(5)`).
fn may_be_written_by_others(facts: &Metadata) -> bool {
    facts.mode() & 0o022 != 0
}

fn refused(path: &Path, problem: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!(
            "{} {problem}: compiled code there would be run as native code",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn directory(path: &Path, mode: u32) {
        fs::create_dir_all(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn problem(path: &Path) -> String {
        cannot_be_redirected(path).unwrap_err().to_string()
    }

    /// Found by an attack: a cache of mode 0700 was trusted below a directory that everyone may write to.
    #[test]
    fn a_directory_above_that_others_can_write_to_is_named() {
        let scratch = tempfile::tempdir().unwrap();
        let above = scratch.path().join("above");
        directory(&above.join("cache"), 0o700);
        for mode in [0o777, 0o775, 0o757] {
            directory(&above, mode);
            let text = problem(&above.join("cache"));
            assert!(
                text.contains(&format!("{} can be written", above.display())),
                "{text}"
            );
        }
        // As `/tmp` is.
        directory(&above, 0o1777);
        cannot_be_redirected(&above.join("cache")).unwrap();
    }

    #[test]
    fn links_and_their_targets_are_checked() {
        let scratch = tempfile::tempdir().unwrap();
        let real = scratch.path().join("open/real");
        directory(&real, 0o700);
        directory(&scratch.path().join("open"), 0o755);
        symlink("open/../open/real", scratch.path().join("link")).unwrap();
        symlink(scratch.path().join("link"), scratch.path().join("again")).unwrap();
        cannot_be_redirected(&scratch.path().join("again")).unwrap();
        directory(&scratch.path().join("open"), 0o777);
        let text = problem(&scratch.path().join("again"));
        assert!(text.contains("open can be written"), "{text}");
        symlink("round", scratch.path().join("round")).unwrap();
        assert!(cannot_be_redirected(&scratch.path().join("round")).is_err());
    }

    #[test]
    fn a_link_or_a_directory_of_another_user_is_named() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let scratch = tempfile::tempdir().unwrap();
        directory(&scratch.path().join("cache"), 0o700);
        let link = scratch.path().join("link");
        symlink("cache", &link).unwrap();
        cannot_be_redirected(&link).unwrap();
        std::os::unix::fs::lchown(&link, Some(12_345), None).unwrap();
        assert!(problem(&link).contains("link belongs to another user"));
    }
}
