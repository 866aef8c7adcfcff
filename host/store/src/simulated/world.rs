//! What is on a simulated disk, and what would be after a power failure.

use crate::disk::ByteLock;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Everything on the disk. A clone is a picture of one moment.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) inodes: BTreeMap<u64, Inode>,
    pub(super) next: u64,
    /// A tick for every change, so that no two moments look alike.
    pub(super) clock: i64,
    /// Which handle holds the lock of which inode. A power failure forgets them.
    pub(super) locks: BTreeMap<u64, u64>,
    /// Which handles have which bytes of which inode locked, and how.
    pub(super) byte_locks: BTreeMap<(u64, u64), Vec<(u64, ByteLock)>>,
}

#[derive(Debug, Clone)]
pub(super) struct Inode {
    pub(super) mode: u32,
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
    /// The bytes and the mode that were synced last.
    pub(super) durable: Option<(Vec<u8>, u32)>,
    pub(super) is_dirty: bool,
    /// A sync has failed: what is in memory will never be written, and later syncs say nothing of it.
    pub(super) is_lost: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    pub(super) entries: BTreeMap<OsString, u64>,
    pub(super) durable: BTreeMap<OsString, u64>,
    /// What was done since the last sync. Each of them may have come to the disk or not, whatever became of
    /// the others.
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

pub(super) const ROOT: u64 = 1;

impl World {
    pub(super) fn new() -> World {
        let root = Inode {
            mode: 0o755,
            user: 0,
            modified: 0,
            changed: 0,
            node: Node::Directory(Directory::default()),
        };
        World {
            inodes: BTreeMap::from([(ROOT, root)]),
            next: ROOT + 1,
            clock: 0,
            locks: BTreeMap::new(),
            byte_locks: BTreeMap::new(),
        }
    }

    pub(super) fn tick(&mut self) -> i64 {
        self.clock += 1;
        self.clock
    }

    /// A new inode, which no name leads to yet.
    pub(super) fn make(&mut self, mode: u32, node: Node) -> u64 {
        let (inode, now) = (self.next, self.tick());
        self.next += 1;
        let made = Inode {
            mode,
            user: 0,
            modified: now,
            changed: now,
            node,
        };
        self.inodes.insert(inode, made);
        inode
    }

    pub(super) fn directory(&mut self, inode: u64) -> &mut Directory {
        match &mut self.inodes.get_mut(&inode).unwrap().node {
            Node::Directory(directory) => directory,
            Node::File(_) => panic!("{inode} is no directory"),
        }
    }

    pub(super) fn file(&mut self, inode: u64) -> &mut File {
        match &mut self.inodes.get_mut(&inode).unwrap().node {
            Node::File(file) => file,
            Node::Directory(_) => panic!("{inode} is no file"),
        }
    }

    pub(super) fn find(&self, directory: u64, name: &OsStr) -> Option<u64> {
        match &self.inodes[&directory].node {
            Node::Directory(directory) => directory.entries.get(name).copied(),
            Node::File(_) => None,
        }
    }

    /// Whether a sync of the root directory has failed.
    pub(super) fn is_directory_lost(&self) -> bool {
        matches!(&self.inodes[&ROOT].node, Node::Directory(root) if root.is_lost)
    }

    /// What is at a path, as far as there are directories.
    pub(super) fn resolve(&self, path: &str) -> Option<u64> {
        path.split('/')
            .try_fold(ROOT, |inode, name| self.find(inode, OsStr::new(name)))
    }

    /// The bytes and the mode of a file.
    pub(super) fn read(&self, path: &str) -> Option<(&[u8], u32)> {
        let inode = &self.inodes[&self.resolve(path)?];
        match &inode.node {
            Node::File(file) => Some((&file.bytes, inode.mode)),
            Node::Directory(_) => None,
        }
    }

    /// The names in a directory.
    pub(super) fn names(&self, inode: u64) -> Vec<String> {
        match &self.inodes[&inode].node {
            Node::Directory(directory) => directory
                .entries
                .keys()
                .map(|name| name.to_string_lossy().into_owned())
                .collect(),
            Node::File(_) => vec![],
        }
    }

    pub(super) fn change(&mut self, directory: u64, change: Change) {
        let of = self.directory(directory);
        change.apply(&mut of.entries);
        of.pending.push(change);
    }

    /// A file that was there long before the test.
    pub(super) fn add_durable(&mut self, path: &str, bytes: &[u8], mode: u32) {
        let file = File {
            bytes: bytes.to_vec(),
            durable: Some((bytes.to_vec(), mode)),
            ..File::default()
        };
        let inode = self.make(mode, Node::File(file));
        let root = self.directory(ROOT);
        root.entries.insert(path.into(), inode);
        root.durable.insert(path.into(), inode);
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
}
