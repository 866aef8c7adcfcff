//! A disk that processes share: it counts their calls, lets some of them fail, and keeps a snapshot of every moment.

use super::clock;
use super::directory::SimulatedDirectory;
use super::event::{Event, History, Manners};
use super::fault::Fault;
use super::gate::Gate;
use super::model::{Model, Node};
use super::mutation::Mutation;
use super::turns::Turns;
use super::watch::Watch;
use crate::disk::{Facts, Kind};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// A disk that processes share.
#[derive(Debug, Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
pub(super) struct State {
    pub(super) model: Model,
    /// Every call that was made.
    pub(super) calls: Vec<Call>,
    /// The model before the first call, and after each that changed it, with how many events there were by then.
    snapshots: Vec<(Model, usize)>,
    pub(super) events: Vec<(usize, Event)>,
    pub(super) faults: Vec<Fault>,
    /// The writers whose calls went wrong.
    pub(super) met: BTreeSet<usize>,
    pub(super) mutation: Mutation,
    /// What writers were told, where their updates were not done.
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
    /// What the call that is being made fails with.
    failing: Option<Errno>,
    pub(super) handles: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) writer: usize,
    pub(super) name: &'static str,
}

impl Disk {
    pub(super) fn new(model: Model) -> Disk {
        Disk(Arc::new(Mutex::new(State {
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
        })))
    }

    pub(super) fn with_fault(self, fault: Fault) -> Disk {
        self.lock().faults.push(fault);
        self
    }

    pub(super) fn with_mutation(self, mutation: Mutation) -> Disk {
        self.lock().mutation = mutation;
        self
    }

    pub(super) fn with_user(self, writer: usize, user: u32) -> Disk {
        self.lock().users.insert(writer, user);
        self
    }

    pub(super) fn with_manners(self, writer: usize, manners: Manners) -> Disk {
        self.lock().watch.set_manners(writer, manners);
        self
    }

    /// Lets the model checker switch between writers at every call.
    pub(super) fn scheduled(self) -> Disk {
        self.lock().is_scheduled = true;
        self
    }

    /// The root directory, as a writer has opened it.
    pub(super) fn root(&self, writer: usize) -> SimulatedDirectory {
        SimulatedDirectory::root(self.clone(), writer)
    }

    pub(super) fn say(&self, writer: usize, what: Event) {
        let mut state = self.lock();
        // The dead say nothing.
        if !state.turns.is_killed(writer) {
            state.events.push((writer, what));
            state.keep_snapshot();
        }
    }

    pub(super) fn history(&self) -> Vec<(usize, Event)> {
        self.lock().events.clone()
    }

    pub(super) fn model(&self) -> Model {
        self.lock().model.clone()
    }

    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.lock().calls.iter().map(|call| call.name).collect()
    }

    /// Every moment at which the power could have failed, and what had happened by then.
    pub(super) fn each_snapshot(
        &self,
        mut visit: impl FnMut(&Model, &History) -> Result<(), String>,
    ) -> Result<(), String> {
        let state = self.lock();
        let now = (state.model.clone(), state.events.len());
        for (model, events) in state.snapshots.iter().chain([&now]) {
            visit(model, &state.events[..*events])?;
        }
        Ok(())
    }

    /// A handle was closed, perhaps while unwinding.
    pub(super) fn close(&self, handle: u64) {
        if let Ok(mut state) = self.0.lock() {
            state.model.close(|closed| closed == handle);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Makes a call: where it may fail, where the writer may be killed or stopped, and where another one may go on.
    pub(super) fn call<T>(
        &self,
        writer: usize,
        name: &'static str,
        act: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.lock().is_scheduled {
            clock::switch(writer);
            self.pass_gate(writer);
        }
        let mut state = self.lock();
        if state.turns.is_killed(writer) {
            return Err(Errno::IO.into());
        }
        let number = state.calls.len();
        state.calls.push(Call { writer, name });
        if state.is_now(|fault| matches!(fault, Fault::Stop(_))) {
            drop(state);
            self.stop(writer);
            state = self.lock();
        }
        if state.is_now(|fault| matches!(fault, Fault::Kill(_))) {
            state.kill(writer);
            return Err(Errno::IO.into());
        }
        state.failing = state.error_at(number);
        if let Some(errno) = state.failing {
            state.met.insert(writer);
            if name == "sync file" || name == "sync directory" {
                // The error is reported once; what was to be written is gone.
                let result = act(&mut state).and(Err(errno.into()));
                state.failing = None;
                state.keep_snapshot();
                return result;
            }
            return Err(errno.into());
        }
        let result = act(&mut state);
        if name == "rename" && state.kills_after_rename(number)
            || state.is_now(|fault| matches!(fault, Fault::Torn(..)))
        {
            state.kill(writer);
        }
        state.keep_snapshot();
        result
    }
}

impl State {
    pub(super) fn user(&self, writer: usize) -> u32 {
        self.users.get(&writer).copied().unwrap_or(0)
    }

    /// Keeps a snapshot, unless nothing has changed that a power failure could show.
    fn keep_snapshot(&mut self) {
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
        let file = self.model.file(inode);
        // What was written before is on the disk already.
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
