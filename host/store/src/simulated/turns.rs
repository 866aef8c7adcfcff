//! Which writers go on, and which wait, are stopped, were killed, or have ended.
//!
//! Time passes when no writer can go on: then it is the time at which the first of them gives up.

use super::clock;
use super::disk::Disk;
use super::locks::Wanted;
use super::model::Model;
use super::state::State;
use std::collections::BTreeSet;
use std::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Turns {
    running: BTreeSet<usize>,
    stopped: BTreeSet<usize>,
    killed: BTreeSet<usize>,
    pub(super) gated: BTreeSet<usize>,
    /// Those that were stopped once, or lost their patience.
    pub(super) delayed: BTreeSet<usize>,
    /// The waits for locks, in the order in which they began.
    waits: Vec<Wait>,
}

/// A writer that waits for a lock, or for a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) writer: usize,
    pub(super) lock: Option<Wanted>,
    /// When it gives up.
    pub(super) until: Option<Instant>,
}

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

    /// The wait that ends first, when no writer can go on. One without a limit is the first only where all are.
    pub(super) fn first_to_end(&self, model: &Model) -> Option<Wait> {
        let mut going = self.running.difference(&self.gated);
        let waits = |writer: &usize| {
            let mut waits = self.waits.iter();
            waits.any(|wait| wait.writer == *writer && wait.is_blocked(model))
        };
        if !going.all(waits) {
            return None;
        }
        let first = self
            .waits
            .iter()
            .min_by_key(|wait| (wait.until.is_none(), wait.until));
        first.copied()
    }
}

impl Wait {
    fn is_blocked(&self, model: &Model) -> bool {
        self.lock.is_none_or(|lock| !lock.is_free(model))
    }
}

impl State {
    pub(super) fn kill(&mut self, writer: usize) {
        self.turns.killed.insert(writer);
        self.turns.running.remove(&writer);
        self.model.close(|handle| handle >> 32 == writer as u64);
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
        state.turns.delayed.insert(writer);
        state.turns.running.remove(&writer);
        state.turns.stopped.insert(writer);
        while state.turns.stopped.contains(&writer) {
            if state.turns.running.is_empty() {
                let turns = &mut state.turns;
                turns.running.append(&mut turns.stopped);
                return;
            }
            drop(state);
            clock::switch(writer);
            state = self.lock();
        }
    }
}
