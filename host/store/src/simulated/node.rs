//! A file or a directory of a simulated disk, as it is now and as it is durable.

use std::collections::BTreeMap;
use std::ffi::OsString;

#[derive(Debug, Clone)]
pub(super) struct Inode {
    pub(super) mode: u32,
    /// The mode that it was made with.
    pub(super) first_mode: u32,
    pub(super) user: u32,
    pub(super) modified: i64,
    pub(super) changed: i64,
    pub(super) node: Node,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    File(File),
    Directory(Directory),
}

#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// Earlier bytes, since the last sync: the disk may have any of these.
    pub(super) older: Vec<Vec<u8>>,
    /// The bytes and the mode that were synced last.
    pub(super) durable: Option<(Vec<u8>, u32)>,
    pub(super) is_dirty: bool,
    /// A sync has failed: the bytes in memory will never be written, and later syncs do not report it.
    pub(super) is_lost: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    pub(super) entries: BTreeMap<OsString, u64>,
    pub(super) durable: BTreeMap<OsString, u64>,
    /// The changes since the last sync. Any of them may be on the disk, whatever became of the others.
    pub(super) pending: Vec<Change>,
    pub(super) is_lost: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Set(OsString, u64),
    Remove(OsString),
    Rename {
        from: OsString,
        to: OsString,
        inode: u64,
    },
}

impl File {
    /// The bytes, to change them.
    pub(super) fn change(&mut self) -> &mut Vec<u8> {
        /// More make no difference that the tests would notice.
        const MOST: usize = 3;
        if self.is_dirty {
            if self.older.len() == MOST {
                self.older.remove(0);
            }
            self.older.push(self.bytes.clone());
        }
        self.is_dirty = true;
        &mut self.bytes
    }
}

impl Change {
    pub(super) fn apply(&self, entries: &mut BTreeMap<OsString, u64>) {
        match self {
            Change::Set(name, inode) => drop(entries.insert(name.clone(), *inode)),
            Change::Remove(name) => drop(entries.remove(name)),
            Change::Rename { from, to, inode } => {
                entries.insert(to.clone(), *inode);
                if entries.get(from) == Some(inode) {
                    entries.remove(from);
                }
            }
        }
    }

    /// The inode that it gives a name to.
    pub(super) fn inode(&self) -> Option<u64> {
        match self {
            Change::Set(_, inode) | Change::Rename { inode, .. } => Some(*inode),
            Change::Remove(_) => None,
        }
    }
}
