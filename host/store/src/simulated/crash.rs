//! The disks that may be found after a power failure.

use super::world::{Change, Directory, File, Inode, Node, ROOT, World};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;

/// Every disk that may be found when the power fails now.
///
/// What was synced is there. Of a file that was not, any of these may be: nothing since the last sync, all of
/// it, the right length with zeros in it, a part and then zeros. Of the changes of a directory since its last
/// sync, any may be there and any may be missing.
pub(super) fn disks(world: &World) -> Vec<World> {
    let mut disks = vec![restarted(world)];
    for (&inode, now) in &world.inodes {
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
pub(super) fn texts(world: &World, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    let Node::Directory(root) = &world.inodes[&ROOT].node else {
        panic!("the root is a directory")
    };
    let is_about_it = |change: &Change| match change {
        Change::Set(set, _) => set == name,
        Change::Remove(removed) => removed == name,
        Change::Rename { from, to, .. } => from == name || to == name,
    };
    let only = Directory {
        pending: root
            .pending
            .iter()
            .filter(|one| is_about_it(one))
            .cloned()
            .collect(),
        ..root.clone()
    };
    let mut texts = BTreeSet::new();
    for (node, _) in directories(&only, 0) {
        let Node::Directory(found) = node else {
            continue;
        };
        let Some(inode) = found.entries.get(OsStr::new(name)) else {
            texts.insert(None);
            continue;
        };
        if let Node::File(file) = &world.inodes[inode].node {
            for (node, _) in files(file, 0) {
                if let Node::File(file) = node {
                    texts.insert(Some(file.bytes));
                }
            }
        }
    }
    texts
}

/// One disk that may be found: `choose` is told of how many there are for a file or a directory, and takes one.
pub(super) fn some_disk(world: &World, mut choose: impl FnMut(usize) -> usize) -> World {
    let mut disk = restarted(world);
    for (&inode, now) in &world.inodes {
        let found = found(now);
        replace(&mut disk, inode, &found[choose(found.len())]);
    }
    disk
}

/// Everything that may be found of a file or a directory.
fn found(now: &Inode) -> Vec<(Node, u32)> {
    match &now.node {
        Node::File(file) => files(file, now.mode),
        Node::Directory(directory) => directories(directory, now.mode),
    }
}

fn restarted(world: &World) -> World {
    World {
        locks: BTreeMap::new(),
        byte_locks: BTreeMap::new(),
        ..world.clone()
    }
}

fn replace(disk: &mut World, inode: u64, (node, mode): &(Node, u32)) {
    let times = disk.inodes[&inode].clone();
    let found = Inode {
        mode: *mode,
        node: node.clone(),
        ..times
    };
    disk.inodes.insert(inode, found);
}

fn files(file: &File, mode: u32) -> Vec<(Node, u32)> {
    let (durable, durable_mode) = file.durable.clone().unwrap_or((vec![], 0o600));
    let mut found = vec![(durable, durable_mode)];
    if file.is_dirty || file.is_lost {
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
    let mut found: Vec<BTreeMap<_, _>> = subsets
        .map(|subset| {
            let mut entries = directory.durable.clone();
            for (number, change) in pending.iter().enumerate() {
                if subset & (1 << number) != 0 {
                    change.apply(&mut entries);
                }
            }
            entries
        })
        .collect();
    found.sort();
    found.dedup();
    let node = |entries: BTreeMap<_, _>| {
        Node::Directory(Directory {
            durable: entries.clone(),
            entries,
            ..Directory::default()
        })
    };
    found
        .into_iter()
        .map(|entries| (node(entries), mode))
        .collect()
}
