//! Access control lists as Linux keeps them (`acl(5)`, `linux/posix_acl_xattr.h`): a version, and then the entries.

/// The extended attribute that has the list of a file.
pub(crate) const ACL: &str = "system.posix_acl_access";

/// The tags of entries (`linux/posix_acl.h`).
pub(crate) const OWNER: u16 = 0x01;
pub(crate) const USER: u16 = 0x02;
pub(crate) const GROUP: u16 = 0x04;
pub(crate) const NAMED_GROUP: u16 = 0x08;
pub(crate) const MASK: u16 = 0x10;
pub(crate) const OTHERS: u16 = 0x20;

/// The number in an entry that names no user and no group.
pub(crate) const UNDEFINED: u32 = u32::MAX;

const VERSION: [u8; 4] = 2_u32.to_le_bytes();

/// One entry. They are ordered as the kernel wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) tag: u16,
    pub(crate) id: u32,
    pub(crate) rights: u16,
}

/// The entries of a list; `None` when it is not such a list.
pub(crate) fn parse(list: &[u8]) -> Option<Vec<Entry>> {
    let (entries, rest) = list.strip_prefix(&VERSION)?.as_chunks::<8>();
    if !rest.is_empty() {
        return None;
    }
    let entries = entries.iter().map(|&[a, b, c, d, e, f, g, h]| Entry {
        tag: u16::from_le_bytes([a, b]),
        rights: u16::from_le_bytes([c, d]),
        id: u32::from_le_bytes([e, f, g, h]),
    });
    Some(entries.collect())
}

/// The list of these entries, which are sorted.
pub(crate) fn list(entries: &[Entry]) -> Vec<u8> {
    let mut list = VERSION.to_vec();
    for entry in entries {
        list.extend(entry.tag.to_le_bytes());
        list.extend(entry.rights.to_le_bytes());
        list.extend(entry.id.to_le_bytes());
    }
    list
}
