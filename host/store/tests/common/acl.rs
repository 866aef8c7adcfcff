//! Access control lists as the kernel keeps them (`linux/posix_acl_xattr.h`).

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

pub(crate) const ACCESS: &str = "system.posix_acl_access";
pub(crate) const DEFAULT: &str = "system.posix_acl_default";

const VERSION: u32 = 2;
const OWNER: u16 = 0x01;
const USER: u16 = 0x02;
const GROUP: u16 = 0x04;
const MASK: u16 = 0x10;
const OTHER: u16 = 0x20;
const NO_ID: u32 = u32::MAX;

/// A list that gives one user these rights besides what a mode says.
pub(crate) fn list(mode: u32, user: u32, rights: u16) -> Vec<u8> {
    let bits = |shift: u32| u16::try_from((mode >> shift) & 7).unwrap();
    let mut bytes = VERSION.to_le_bytes().to_vec();
    for (tag, rights, id) in [
        (OWNER, bits(6), NO_ID),
        (USER, rights, user),
        (GROUP, bits(3), NO_ID),
        (MASK, rights | bits(3), NO_ID),
        (OTHER, bits(0), NO_ID),
    ] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(rights.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

/// What the list of a file gives to named users, less what its mask takes away.
pub(crate) fn given_to_users(path: &Path) -> u16 {
    let Ok(Some(list)) = xattr::get(path, ACCESS) else {
        return 0;
    };
    let entries = list[4..].chunks_exact(8).map(|entry| {
        let number = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
        (number(0), number(2))
    });
    let all = |wanted| {
        let of_these = entries.clone().filter(|(tag, _)| *tag == wanted);
        of_these.fold(0, |all, (_, rights)| all | rights)
    };
    all(USER) & all(MASK)
}
