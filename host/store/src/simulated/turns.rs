//! Which writers go on, and which wait, are stopped, were killed, or have ended.
//!
//! Time passes only when no writer can go on. Then the one that has waited longest has waited too long.

use super::disk::{Disk, State};
use super::model::Model;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Turns {
    running: BTreeSet<usize>,
    stopped: BTreeSet<usize>,
    killed: BTreeSet<usize>,
    pub(super) gated: BTreeSet<usize>,
    /// Those who wait for a lock, in the order in which they came.
    waits: Vec<Wait>,
}

/// A writer that waits for the lock of an inode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) writer: usize,
    pub(super) handle: u64,
    pub(super) inode: u64,
    pub(super) patience: Option<Duration>,
}

/// A wait with less patience than this ends before those that are to last.
const SHORT: Duration = Duration::from_secs(1);

impl Turns {
    pub(super) fn is_killed(&self, writer: usize) -> bool {
        self.killed.contains(&writer)
    }

    pub(super) fn has_ended(&self, writer: usize) -> bool {
        let goes_on = [&self.running, &self.stopped];
        !goes_on.iter().any(|one| one.contains(&writer))
    }

    pub(super) fn begin_to_wait(&mut self, wait: Wait) {
        self.waits.push(wait);
    }

    pub(super) fn end_to_wait(&mut self, writer: usize) {
        self.waits.retain(|wait| wait.writer != writer);
    }

    /// The writer whose time is up, because no other can go on: one that waits without a limit only where all do.
    pub(super) fn out_of_time(&self, model: &Model) -> Option<usize> {
        let going = || self.running.difference(&self.gated);
        let is_held = |wait: &&Wait| {
            let holder = model.locks.get(&wait.inode);
            holder.is_some_and(|holder| *holder != wait.handle)
        };
        let waiting = |writer: &usize| {
            let mut waits = self.waits.iter().filter(is_held);
            waits.any(|wait| wait.writer == *writer)
        };
        if !going().all(waiting) {
            return None;
        }
        let patient = || {
            let mut waits = self.waits.iter();
            waits.find(|wait| wait.patience.is_some())
        };
        let mut hasty = self.waits.iter();
        let hasty = hasty.find(|wait| wait.patience.is_some_and(|left| left < SHORT));
        let first = hasty.or_else(patient).or_else(|| self.waits.first());
        first.map(|wait| wait.writer)
    }
}

impl State {
    pub(super) fn kill(&mut self, writer: usize) {
        self.turns.killed.insert(writer);
        self.turns.running.remove(&writer);
        let of = |handle: u64| handle >> 32 == writer as u64;
        self.model.locks.retain(|_, holder| !of(*holder));
        self.model.open.retain(|handle, _| !of(*handle));
    }
}

impl Disk {
    /// Says which writers are about to begin.
    pub(super) fn start(&self, writers: usize) {
        self.lock().turns.running = (0..writers).collect();
    }

    /// A writer has made its last call.
    pub(super) fn end(&self, writer: usize) {
        self.lock().turns.running.remove(&writer);
    }

    /// Stops a writer until all others have ended.
    pub(super) fn stop(&self, writer: usize) {
        let mut state = self.lock();
        state.turns.running.remove(&writer);
        state.turns.stopped.insert(writer);
        while state.turns.stopped.contains(&writer) {
            if state.turns.running.is_empty() {
                let turns = &mut state.turns;
                turns.running.append(&mut turns.stopped);
                return;
            }
            drop(state);
            shuttle::thread::yield_now();
            state = self.lock();
        }
    }
}
