//! The disks that may be found after a power failure.

use super::model::{Model, ROOT};
use super::node::{Change, Directory, File, Inode, Node};
use super::random::Random;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::sync::Arc;

/// Every disk that may be found when the power fails now.
///
/// Synced content is there. Of a file that was not synced, any of these may be: nothing since the last sync, all of
/// it, the right length with zeros in it, a part and then zeros. Of the changes of a directory since its last
/// sync, any may be there and any may be missing.
pub(super) fn disks(model: &Model) -> Vec<Model> {
    let mut disks = vec![model.without_processes()];
    for (&inode, now) in &model.inodes {
        let found = found(now);
        if let [only] = found.as_slice() {
            for disk in &mut disks {
                replace(disk, inode, only);
            }
            continue;
        }
        disks = found
            .iter()
            .flat_map(|found| {
                disks.iter().map(|disk| {
                    let mut disk = disk.clone();
                    replace(&mut disk, inode, found);
                    disk
                })
            })
            .collect();
    }
    disks
}

/// Every text that may be found under a name in the root directory when the power fails now; `None` for no file.
pub(super) fn texts(model: &Model, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    let Node::Directory(root) = &model.inodes[&ROOT].node else {
        panic!("the root is a directory")
    };
    // Whatever else is on the disk, the last change of this name that is there decides.
    let pending = root.pending.iter().filter_map(|change| match change {
        Change::Set(set, inode) if set == name => Some(Some(*inode)),
        Change::Rename { to, inode, .. } if to == name => Some(Some(*inode)),
        Change::Remove(from) | Change::Rename { from, .. } if from == name => Some(None),
        _ => None,
    });
    let durable = root.durable.get(OsStr::new(name)).copied();
    let mut texts = BTreeSet::new();
    for entry in pending.chain([durable]).collect::<BTreeSet<_>>() {
        let Some(inode) = entry.map(|inode| &model.inodes[&inode]) else {
            texts.insert(None);
            continue;
        };
        match &inode.node {
            Node::File(file) => {
                for (node, _) in files(file, inode) {
                    if let Node::File(file) = node {
                        texts.insert(Some(file.bytes));
                    }
                }
            }
            Node::Directory(_) => {}
        }
    }
    texts
}

/// One disk that may be found, as chance has it. With `is_old` every file is as old as can be that was written several
/// times since it was synced.
pub(super) fn some_disk(model: &Model, random: &mut Random, is_old: bool) -> Model {
    let mut disk = model.without_processes();
    for (&inode, now) in &model.inodes {
        let found = match &now.node {
            Node::File(file) => {
                let found = files(file, now);
                let choice = match file.older.len() {
                    1.. if is_old => 1 + random.below(file.older.len()),
                    _ => random.below(found.len()),
                };
                found[choice].clone()
            }
            Node::Directory(directory) => {
                let is_there = |_: &&Change| random.below(2) == 1;
                let changes = directory.pending.iter().filter(is_there);
                (directory.with(changes), now.mode)
            }
        };
        replace(&mut disk, inode, &found);
    }
    disk
}

/// Everything that may be found of a file or a directory.
fn found(now: &Inode) -> Vec<(Node, u32)> {
    match &now.node {
        Node::File(file) => files(file, now),
        Node::Directory(directory) => directories(directory, now.mode),
    }
}

fn replace(disk: &mut Model, inode: u64, (node, mode): &(Node, u32)) {
    let found = Inode {
        mode: *mode,
        node: node.clone(),
        ..Inode::clone(&disk.inodes[&inode])
    };
    disk.inodes.insert(inode, Arc::new(found));
}

fn files(file: &File, inode: &Inode) -> Vec<(Node, u32)> {
    let mode = inode.mode;
    let durable = file.durable.clone();
    // The older ones come next: `some_disk` relies on it.
    let (durable, durable_mode) = durable.unwrap_or((vec![], inode.first_mode));
    let mut found = vec![(durable, durable_mode)];
    if file.is_dirty || file.is_lost {
        found.extend(file.older.iter().map(|bytes| (bytes.clone(), mode)));
        let zeros = vec![0; file.bytes.len()];
        let mut torn = zeros.clone();
        let half = file.bytes.len() / 2;
        torn[..half].copy_from_slice(&file.bytes[..half]);
        found.extend([
            (file.bytes.clone(), mode),
            (file.bytes.clone(), durable_mode),
            (zeros, mode),
            (torn, mode),
        ]);
    }
    let node = |bytes: Vec<u8>, mode| {
        Node::File(File {
            durable: Some((bytes.clone(), mode)),
            bytes,
            ..File::default()
        })
    };
    found
        .into_iter()
        .map(|(bytes, mode)| (node(bytes, mode), mode))
        .collect()
}

fn directories(directory: &Directory, mode: u32) -> Vec<(Node, u32)> {
    let pending = &directory.pending;
    assert!(pending.len() < 12, "too many to try all: {pending:?}");
    let subsets = 0..1u32 << pending.len();
    let found = subsets.map(|subset| {
        let numbered = pending.iter().enumerate();
        let is_there = numbered.filter(|(number, _)| subset & (1 << number) != 0);
        directory.with(is_there.map(|(_, change)| change))
    });
    found.map(|node| (node, mode)).collect()
}

impl Directory {
    /// The same after a power failure, with these of the changes since the last sync.
    fn with<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> Node {
        let mut entries = self.durable.clone();
        changes.for_each(|change| change.apply(&mut entries));
        Node::Directory(Directory {
            durable: entries.clone(),
            entries,
            ..Directory::default()
        })
    }
}
