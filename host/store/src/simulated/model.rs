//! The content of a simulated disk, in memory and durable.

use super::node::{Change, Directory, File, Inode, Node};
use crate::disk::ByteLock;
use crate::file_system::FileSystem;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

/// Everything on the disk. A clone is a snapshot of one moment, and shares with the original what neither changes.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) inodes: BTreeMap<u64, Arc<Inode>>,
    /// Counts the changes.
    clock: i64,
    /// The times of files move on once in so many changes. With 1 no two moments look alike.
    pub(super) tick: i64,
    /// Whether a file that gets its name after it was synced survives a power failure. Else that sync counts for
    /// nothing, as on ext4 without a journal.
    pub(super) has_late_links: bool,
    pub(super) file_system: FileSystem,
    /// Files that are removed when they are closed, by their directories and names.
    doomed: Vec<(u64, OsString, u64)>,
    /// After so many refused renames all handles of the target are closed.
    pub(super) readers_stay: usize,
    /// Whether a foreign program then makes a document of its own.
    pub(super) is_followed_by_foreign: bool,
    /// Which handle holds the lock of which inode. A power failure forgets them.
    pub(super) locks: BTreeMap<u64, u64>,
    /// Which handles have which byte of which inode locked, and how.
    pub(super) byte_locks: BTreeMap<(u64, u64), Vec<(u64, ByteLock)>>,
    /// The inode of every open handle, and whether it is open for writing.
    pub(super) open: BTreeMap<u64, (u64, bool)>,
}

pub(super) const ROOT: u64 = 1;

impl Model {
    pub(super) fn new() -> Model {
        let root = Inode {
            mode: 0o755,
            first_mode: 0o755,
            user: 0,
            modified: 0,
            changed: 0,
            node: Node::Directory(Directory::default()),
        };
        Model {
            inodes: BTreeMap::from([(ROOT, Arc::new(root))]),
            clock: 0,
            tick: 1,
            has_late_links: false,
            file_system: FileSystem::Local,
            doomed: Vec::new(),
            readers_stay: usize::MAX,
            is_followed_by_foreign: false,
            locks: BTreeMap::new(),
            byte_locks: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// The time of a change that is made now.
    pub(super) fn now(&mut self) -> i64 {
        self.clock += 1;
        self.clock / self.tick
    }

    /// A new inode, to which no name leads yet. It has the lowest number that is free, as on ext4: a file that is gone
    /// may come back as another one.
    pub(super) fn make(&mut self, user: u32, mode: u32, node: Node) -> u64 {
        let (inode, now) = (self.free_number(), self.now());
        let made = Inode {
            mode,
            first_mode: mode,
            user,
            modified: now,
            changed: now,
            node,
        };
        self.inodes.insert(inode, Arc::new(made));
        inode
    }

    fn free_number(&self) -> u64 {
        let mut taken: BTreeSet<u64> = self.open.values().map(|(inode, _)| *inode).collect();
        for inode in self.inodes.values() {
            if let Node::Directory(directory) = &inode.node {
                taken.extend(directory.entries.values());
                taken.extend(directory.durable.values());
                taken.extend(directory.pending.iter().filter_map(Change::inode));
            }
        }
        let number = (ROOT + 1..).find(|number| !taken.contains(number));
        number.expect("there are more numbers than files")
    }

    /// A rename over a file that is open: on SMB it fails, and the file is gone when it is closed.
    pub(super) fn refuses_to_replace(&self, inode: u64) -> bool {
        self.file_system == FileSystem::Smb && self.is_open(inode)
    }

    fn is_open(&self, inode: u64) -> bool {
        self.open.values().any(|(open, _)| *open == inode)
    }

    pub(super) fn doom(&mut self, directory: u64, name: &OsStr, inode: u64) {
        self.doomed.push((directory, name.to_owned(), inode));
        if self.doomed.len() >= self.readers_stay {
            self.open.retain(|_, (open, _)| *open != inode);
            self.remove_doomed();
            if self.is_followed_by_foreign {
                self.add_durable("state.json", br#"{"count":70}"#, 0, 0o640);
                self.file_system = FileSystem::Local;
            }
        }
    }

    /// Removes the doomed files that no process has open any more.
    fn remove_doomed(&mut self) {
        let doomed = std::mem::take(&mut self.doomed);
        for (directory, name, inode) in doomed {
            if self.is_open(inode) {
                self.doomed.push((directory, name, inode));
            } else if self.find(directory, &name) == Some(inode) {
                self.change(directory, Change::Remove(name));
            }
        }
    }

    /// Whether any name leads to an inode.
    pub(super) fn is_linked(&self, inode: u64) -> bool {
        self.inodes.values().any(|other| match &other.node {
            Node::Directory(directory) => directory.entries.values().any(|linked| *linked == inode),
            Node::File(_) => false,
        })
    }

    pub(super) fn inode(&mut self, inode: u64) -> &mut Inode {
        Arc::make_mut(self.inodes.get_mut(&inode).unwrap())
    }

    pub(super) fn directory(&mut self, inode: u64) -> &mut Directory {
        match &mut self.inode(inode).node {
            Node::Directory(directory) => directory,
            Node::File(_) => panic!("{inode} is no directory"),
        }
    }

    pub(super) fn file(&mut self, inode: u64) -> &mut File {
        match &mut self.inode(inode).node {
            Node::File(file) => file,
            Node::Directory(_) => panic!("{inode} is no file"),
        }
    }

    /// The bytes of a file; none for a directory.
    pub(super) fn bytes(&self, inode: u64) -> &[u8] {
        match &self.inodes[&inode].node {
            Node::File(file) => &file.bytes,
            Node::Directory(_) => &[],
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

    /// The inode at a path.
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

    /// The names of an inode in the root directory.
    pub(super) fn names_of(&self, inode: u64) -> Vec<OsString> {
        let Node::Directory(root) = &self.inodes[&ROOT].node else {
            return vec![];
        };
        let names = root.entries.iter().filter(|(_, of)| **of == inode);
        names.map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn change(&mut self, directory: u64, change: Change) {
        let of = self.directory(directory);
        change.apply(&mut of.entries);
        of.pending.push(change);
    }

    /// A file that was there long before the test.
    pub(super) fn add_durable(&mut self, path: &str, bytes: &[u8], user: u32, mode: u32) {
        let file = File {
            bytes: bytes.to_vec(),
            durable: Some((bytes.to_vec(), mode)),
            ..File::default()
        };
        let inode = self.make(user, mode, Node::File(file));
        let root = self.directory(ROOT);
        root.entries.insert(path.into(), inode);
        root.durable.insert(path.into(), inode);
    }

    /// Closes handles, which gives their locks back.
    pub(super) fn close(&mut self, is_closed: impl Fn(u64) -> bool) {
        self.locks.retain(|_, holder| !is_closed(*holder));
        for holders in self.byte_locks.values_mut() {
            holders.retain(|(holder, _)| !is_closed(*holder));
        }
        self.open.retain(|handle, _| !is_closed(*handle));
        self.remove_doomed();
    }

    /// The same when every process has ended.
    pub(super) fn without_processes(&self) -> Model {
        let mut model = self.clone();
        model.close(|_| true);
        model
    }
}
