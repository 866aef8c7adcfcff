//! A disk that processes share: it counts their calls, lets one of them fail, and takes a picture after each.

use super::directory::SimulatedDirectory;
use super::harm::{Broken, Fault};
use super::world::{Node, World};
use crate::disk::{Facts, Kind};
use rustix::io::Errno;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// A disk that processes share.
#[derive(Debug, Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
pub(super) struct State {
    pub(super) world: World,
    /// The name of every call that was made.
    calls: Vec<&'static str>,
    /// The world before the first call, and after each that changed it, with how much had been said by then.
    pictures: Vec<(World, usize)>,
    /// What the writers have said: see [`Disk::say`].
    said: Vec<(usize, Said)>,
    faults: Vec<Fault>,
    pub(super) broken: Broken,
    /// Whether calls are where the model checker may switch to another writer.
    pub(super) is_scheduled: bool,
    /// The writers that were killed: nothing that they do has an effect.
    killed: Vec<usize>,
    pub(super) handles: u64,
}

/// What a writer tells the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is about to make its next change.
    Begins,
    /// Its change was acknowledged.
    Acknowledged,
    /// Its change was reported as not done.
    Failed,
    /// Its change was reported as in place, with durability unknown.
    Unknown,
    /// Its change was reported as done or not done.
    NotFoundOut,
    /// An update of its that was acknowledged, changing something or nothing, had seen so many changes of a writer.
    Saw { of: usize, changes: u64 },
}

impl Disk {
    pub(super) fn new(world: World) -> Disk {
        Disk(Arc::new(Mutex::new(State {
            pictures: vec![(world.clone(), 0)],
            world,
            calls: vec![],
            said: vec![],
            faults: vec![],
            broken: Broken::Not,
            is_scheduled: false,
            killed: vec![],
            handles: 0,
        })))
    }

    pub(super) fn with_fault(self, fault: Fault) -> Disk {
        self.lock().faults.push(fault);
        self
    }

    pub(super) fn with_broken(self, broken: Broken) -> Disk {
        self.lock().broken = broken;
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

    pub(super) fn say(&self, writer: usize, what: Said) {
        let mut state = self.lock();
        // The dead say nothing.
        if !state.killed.contains(&writer) {
            state.said.push((writer, what));
        }
    }

    pub(super) fn all_said(&self) -> impl Iterator<Item = (usize, Said)> {
        self.lock().said.clone().into_iter()
    }

    pub(super) fn world(&self) -> World {
        self.lock().world.clone()
    }

    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.lock().calls.clone()
    }

    /// Every moment at which the power could have failed, and what had been said by then.
    pub(super) fn pictures(&self) -> Vec<(World, Vec<(usize, Said)>)> {
        let state = self.lock();
        let mut pictures = state.pictures.clone();
        pictures.push((state.world.clone(), state.said.len()));
        pictures
            .into_iter()
            .map(|(world, said)| (world, state.said[..said].to_vec()))
            .collect()
    }

    /// A handle was closed, perhaps while unwinding.
    pub(super) fn forget_lock(&self, handle: u64) {
        if let Ok(mut state) = self.0.lock() {
            state.world.locks.retain(|_, holder| *holder != handle);
            for holders in state.world.byte_locks.values_mut() {
                holders.retain(|(holder, _)| *holder != handle);
            }
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Makes a call: where it may fail, where the writer may be killed, and where another one may go on.
    pub(super) fn call<T>(
        &self,
        writer: usize,
        name: &'static str,
        act: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.lock().is_scheduled {
            shuttle::thread::yield_now();
        }
        let mut state = self.lock();
        if state.killed.contains(&writer) {
            return Err(Errno::IO.into());
        }
        let number = state.calls.len();
        state.calls.push(name);
        if state.is_killed_now() {
            state.kill(writer);
            return Err(Errno::IO.into());
        }
        if let Some(errno) = state.error_now() {
            if name == "sync file" || name == "sync directory" {
                // The error is told once; what was to be written is gone.
                return act(&mut state).and(Err(errno.into()));
            }
            return Err(errno.into());
        }
        let result = act(&mut state);
        if name == "rename"
            && state
                .has_come(|fault| matches!(fault, Fault::KillAfterRename(from) if *from <= number))
        {
            state.kill(writer);
        }
        let picture = (state.world.clone(), state.said.len());
        state.pictures.push(picture);
        result
    }
}

impl State {
    fn kill(&mut self, writer: usize) {
        self.killed.push(writer);
        let handles = writer as u64;
        self.world
            .locks
            .retain(|_, holder| *holder >> 32 != handles);
        for holders in self.world.byte_locks.values_mut() {
            holders.retain(|(holder, _)| *holder >> 32 != handles);
        }
    }

    /// Whether something is to go wrong that is to go wrong once.
    fn has_come(&mut self, is_it: impl Fn(&Fault) -> bool) -> bool {
        let place = self.faults.iter().position(is_it);
        place.map(|place| self.faults.remove(place)).is_some()
    }

    /// Whether the writer is killed in the call that is being made, after it was counted.
    fn is_killed_now(&self) -> bool {
        let now = self.calls.len();
        let is_it = |fault: &Fault| matches!(fault, Fault::Kill(at) if at + 1 == now);
        self.faults.iter().any(is_it)
    }

    /// What the call that is being made is to fail with.
    fn error_now(&self) -> Option<Errno> {
        let now = self.calls.len();
        self.faults.iter().find_map(|fault| match fault {
            Fault::Error(at, errno) if at + 1 == now => Some(*errno),
            _ => None,
        })
    }

    pub(super) fn is_short_now(&self) -> bool {
        let now = self.calls.len();
        let is_it = |fault: &Fault| matches!(fault, Fault::Short(at) if at + 1 == now);
        self.faults.iter().any(is_it)
    }

    /// Whether the wait for a lock that is being made takes too long.
    pub(super) fn is_late_now(&mut self) -> bool {
        let now = self.calls.len();
        self.has_come(|fault| matches!(fault, Fault::Late(at) if *at < now))
    }

    pub(super) fn facts(&self, inode: u64) -> Facts {
        let found = &self.world.inodes[&inode];
        let (kind, size) = match &found.node {
            Node::File(file) => (Kind::File, file.bytes.len() as u64),
            Node::Directory(_) => (Kind::Directory, 0),
        };
        Facts {
            device: 0,
            inode,
            kind,
            mode: found.mode,
            user: found.user,
            group: 0,
            links: 1,
            size,
            modified: (found.modified, 0),
            changed: (found.changed, 0),
        }
    }

    pub(super) fn sync_file(&mut self, inode: u64) {
        let fails = self.error_now().is_some();
        let mode = self.world.inodes[&inode].mode;
        let file = self.world.file(inode);
        // What was written before is on the disk already.
        if fails && file.is_dirty {
            file.is_lost = true;
        }
        if !file.is_lost {
            file.durable = Some((file.bytes.clone(), mode));
        }
        file.is_dirty = false;
    }

    pub(super) fn sync_directory(&mut self, inode: u64) {
        let fails = self.error_now().is_some();
        let directory = self.world.directory(inode);
        if fails && !directory.pending.is_empty() {
            directory.is_lost = true;
        }
        if !directory.is_lost {
            directory.durable = directory.entries.clone();
            directory.pending.clear();
        }
    }
}
