//! What a new file takes over from the one it replaces: owner, group, mode, attributes.

use crate::disk::{Facts, File};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;

/// The permission bits that are kept. Set-user-ID, set-group-ID and the sticky bit are not: the kernel
/// clears them when somebody writes to a file, and a replacement is a write.
const KEPT: u32 = 0o777;

/// The access control list, as Linux keeps it (`acl(5)`).
const ACL: &str = "system.posix_acl_access";

/// The mode to create the temporary file with: until it has the right owner, nobody else may read it. That of
/// a new document is what the umask leaves.
pub(crate) fn mode_at_first(old: Option<&Facts>) -> u32 {
    if old.is_some() { 0o600 } else { 0o666 }
}

/// Gives the new file the owner, group, mode, access control list and extended attributes of the old one.
///
/// The order matters: at no moment may somebody read the new file who could not read the old one. So the mode
/// comes last, and the file has 0600 until then.
///
/// Where the process may not give the group away, the new group gets what everybody had, never more than the
/// old group's members were meant to have, and the access control list, which would speak of another group,
/// is left out.
pub(crate) fn take_over<F: File>(new: &F, old: &F, facts: &Facts) -> io::Result<()> {
    let mut mode = facts.mode & KEPT;
    let fresh = new.facts()?;
    let is_group_kept = give_away(new, &fresh, facts);
    if !is_group_kept {
        mode = (mode & !0o070) | ((mode & 0o007) << 3);
    }
    let attributes = old.attributes()?;
    let has_acl = |all: &[(OsString, Vec<u8>)]| all.iter().any(|(name, _)| name == ACL);
    // The directory may have given it a list of its own, which would come to life with the mode.
    if !(is_group_kept && has_acl(&attributes)) && has_acl(&new.attributes()?) {
        new.remove_attribute(OsStr::new(ACL))?;
    }
    for (name, value) in &attributes {
        if name != ACL || is_group_kept {
            set_attribute(new, name, value)?;
        }
    }
    if fresh.mode != mode || !attributes.is_empty() {
        new.set_mode(mode)?;
    }
    Ok(())
}

/// Whether the file has the old one's group then.
fn give_away<F: File>(new: &F, fresh: &Facts, old: &Facts) -> bool {
    if (fresh.user, fresh.group) == (old.user, old.group) {
        return true;
    }
    new.set_owner(Some(old.user), Some(old.group)).is_ok()
        || new.set_owner(None, Some(old.group)).is_ok()
        || fresh.group == old.group
}

/// What only a privileged process may set (`security.*`, `trusted.*`) is given by the system to the new file
/// as it was to the old one. A document without its other attributes is not the same document.
fn set_attribute<F: File>(new: &F, name: &OsStr, value: &[u8]) -> io::Result<()> {
    let is_privileged = ["security.", "trusted."]
        .iter()
        .any(|prefix| name.as_encoded_bytes().starts_with(prefix.as_bytes()));
    match new.set_attribute(name, value) {
        Err(error)
            if is_privileged
                && matches!(
                    Errno::from_io_error(&error),
                    Some(Errno::PERM | Errno::ACCESS | Errno::OPNOTSUPP)
                ) =>
        {
            Ok(())
        }
        done => done,
    }
}
