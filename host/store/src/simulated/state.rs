//! The state of a shared disk: its content, its users, and its events.

use super::event::Event;
use super::fault::Fault;
use super::gate::Gate;
use super::model::Model;
use super::mutation::Mutation;
use super::node::Node;
use super::turns::Turns;
use super::watch::Watch;
use crate::disk::{Facts, Kind};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct State {
    pub(super) model: Model,
    /// Every call that was made.
    pub(super) calls: Vec<Call>,
    /// The model before the first call, and after each that changed it, with how many events there were by then.
    pub(super) snapshots: Vec<(Model, usize)>,
    pub(super) events: Vec<(usize, Event)>,
    pub(super) faults: Vec<Fault>,
    /// The writers whose calls went wrong.
    pub(super) met: BTreeSet<usize>,
    pub(super) mutation: Mutation,
    /// The errors of updates that were not done, and their writers.
    pub(super) errors: Vec<(usize, String)>,
    pub(super) gates: Vec<Gate>,
    pub(super) turns: Turns,
    pub(super) watch: Watch,
    /// The users that writers act as; 0 unless it is said.
    pub(super) users: BTreeMap<usize, u32>,
    /// Whether calls are where the model checker may switch to another writer.
    pub(super) is_scheduled: bool,
    /// What writers with the turn have read, where they do not read it again, and the directories that they are to
    /// sync, where that is put off.
    pub(super) read: BTreeMap<usize, Vec<u8>>,
    pub(super) put_off: BTreeMap<usize, u64>,
    /// The error of the call that is being made.
    pub(super) failing: Option<Errno>,
    pub(super) handles: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) writer: usize,
    pub(super) name: &'static str,
}

impl State {
    pub(super) fn new(model: Model) -> State {
        State {
            snapshots: vec![(model.clone(), 0)],
            model,
            calls: vec![],
            events: vec![],
            faults: vec![],
            met: BTreeSet::new(),
            mutation: Mutation::None,
            errors: vec![],
            gates: vec![],
            turns: Turns::default(),
            watch: Watch::default(),
            users: BTreeMap::new(),
            is_scheduled: false,
            read: BTreeMap::new(),
            put_off: BTreeMap::new(),
            failing: None,
            handles: 0,
        }
    }

    pub(super) fn user(&self, writer: usize) -> u32 {
        self.users.get(&writer).copied().unwrap_or(0)
    }

    /// Keeps a snapshot, unless nothing has changed that a power failure could show.
    pub(super) fn keep_snapshot(&mut self) {
        let is_same = |(last, events): &(Model, usize)| {
            let (old, new) = (&last.inodes, &self.model.inodes);
            let mut both = old.iter().zip(new);
            *events == self.events.len()
                && old.len() == new.len()
                && both.all(|(old, new)| old.0 == new.0 && Arc::ptr_eq(old.1, new.1))
        };
        if !self.snapshots.last().is_some_and(is_same) {
            let snapshot = (self.model.clone(), self.events.len());
            self.snapshots.push(snapshot);
        }
    }

    pub(super) fn facts(&self, inode: u64) -> Facts {
        let found = &self.model.inodes[&inode];
        let (kind, size) = match &found.node {
            Node::File(file) => (Kind::File, file.bytes.len() as u64),
            Node::Directory(_) => (Kind::Directory, 0),
        };
        Facts {
            device: 0,
            inode,
            kind,
            mode: found.mode & 0o7777,
            user: found.user,
            group: 0,
            links: 1,
            size,
            modified: (found.modified, 0),
            changed: (found.changed, 0),
        }
    }

    pub(super) fn sync_file(&mut self, inode: u64) {
        let fails = self.failing.is_some();
        let mode = self.model.inodes[&inode].mode;
        if !self.model.has_late_links && !self.model.is_linked(inode) {
            return;
        }
        let file = self.model.file(inode);
        // Bytes that were synced before are on the disk already.
        if fails && file.is_dirty {
            file.is_lost = true;
        }
        if !file.is_lost {
            file.durable = Some((file.bytes.clone(), mode));
            file.older.clear();
        }
        file.is_dirty = false;
    }

    pub(super) fn sync_directory(&mut self, inode: u64) {
        let fails = self.failing.is_some();
        let directory = self.model.directory(inode);
        if fails && !directory.pending.is_empty() {
            directory.is_lost = true;
        }
        if !directory.is_lost {
            directory.durable = directory.entries.clone();
            directory.pending.clear();
        }
    }
}
