//! Whether another user can make a path lead elsewhere.
//!
//! A directory of our own with mode 0700 is not enough. Whoever may write to a directory above it can move it away, and
//! put one of their own under its name.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// How many symbolic links a path may have, as in `path_resolution(7)`.
const MOST_LINKS: usize = 40;

/// Goes along a path, links included, and fails at the first step that a user other than root can lead elsewhere.
pub(crate) fn leads_where_we_say(path: &Path) -> io::Result<()> {
    let mut at = PathBuf::from("/");
    let mut left = steps(&std::path::absolute(path)?);
    let mut links = 0;
    is_steady(&at, &fs::symlink_metadata(&at)?)?;
    while let Some(step) = left.pop_front() {
        if step == ".." {
            at.pop();
            continue;
        }
        at.push(&step);
        let facts = fs::symlink_metadata(&at)?;
        is_steady(&at, &facts)?;
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

/// Whether only root and this process's user decide what is under this name and, for a directory, in it. In a sticky
/// directory nobody renames what is another user's.
fn is_steady(path: &Path, facts: &Metadata) -> io::Result<()> {
    let ours = [0, rustix::process::geteuid().as_raw()];
    let sticky = facts.mode() & 0o1000 != 0;
    let problem = if !ours.contains(&facts.uid()) {
        "belongs to another user"
    } else if !facts.is_symlink() && !sticky && facts.mode() & 0o022 != 0 {
        "can be written to by others"
    } else {
        return Ok(());
    };
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!(
            "{} {problem}, who could put code of their own into the cache",
            path.display()
        ),
    ))
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
        leads_where_we_say(path).unwrap_err().to_string()
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
        leads_where_we_say(&above.join("cache")).unwrap();
    }

    #[test]
    fn links_are_followed_with_the_same_eyes() {
        let scratch = tempfile::tempdir().unwrap();
        let real = scratch.path().join("open/real");
        directory(&real, 0o700);
        directory(&scratch.path().join("open"), 0o755);
        symlink("open/../open/real", scratch.path().join("link")).unwrap();
        symlink(scratch.path().join("link"), scratch.path().join("again")).unwrap();
        leads_where_we_say(&scratch.path().join("again")).unwrap();
        directory(&scratch.path().join("open"), 0o777);
        let text = problem(&scratch.path().join("again"));
        assert!(text.contains("open can be written"), "{text}");
        symlink("round", scratch.path().join("round")).unwrap();
        assert!(leads_where_we_say(&scratch.path().join("round")).is_err());
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
        leads_where_we_say(&link).unwrap();
        std::os::unix::fs::lchown(&link, Some(12_345), None).unwrap();
        assert!(problem(&link).contains("link belongs to another user"));
    }
}
