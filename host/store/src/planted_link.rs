//! Symbolic links that another user may have planted.
//!
//! This process follows links itself, so the kernel is not asked. The rule is the one that the kernel has with
//! `fs.protected_symlinks=1` (`proc_sys_fs(5)`), whatever the setting is.

/// In words, for an error.
pub(crate) const FOLLOWING: &str =
    "following a symbolic link of another user in a sticky directory";

const STICKY_AND_WRITABLE: u32 = 0o1002;

/// Whether a link may have been planted: it is another user's, and in a directory in which all users can make one, such as
/// `/tmp`. It may lead to anything that this process can change.
pub(crate) fn is_planted(
    directory_mode: u32,
    directory_owner: u32,
    link_owner: u32,
    user: u32,
) -> bool {
    directory_mode & STICKY_AND_WRITABLE == STICKY_AND_WRITABLE
        && link_owner != user
        && link_owner != directory_owner
}
