//! Gates: a writer waits before a call until something has happened, so that a test can bring its writers into an order.

use super::clock;
use super::disk::Disk;
use super::state::State;
use std::fmt;

/// Where a writer waits, once, and for what.
pub(super) struct Gate {
    writer: usize,
    is_there: Box<dyn Fn(&State) -> bool + Send>,
    is_open: Box<dyn Fn(&State) -> bool + Send>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gate of writer {}", self.writer)
    }
}

impl Disk {
    /// Lets a writer wait before its next call when this is true, until that is.
    pub(super) fn with_gate(
        self,
        writer: usize,
        is_there: impl Fn(&State) -> bool + Send + 'static,
        is_open: impl Fn(&State) -> bool + Send + 'static,
    ) -> Disk {
        self.lock().gates.push(Gate {
            writer,
            is_there: Box::new(is_there),
            is_open: Box::new(is_open),
        });
        self
    }

    pub(super) fn pass_gate(&self, writer: usize) {
        let mut state = self.lock();
        let is_it = |gate: &Gate| gate.writer == writer && (gate.is_there)(&state);
        let Some(place) = state.gates.iter().position(is_it) else {
            return;
        };
        let gate = state.gates.remove(place);
        state.turns.gated.insert(writer);
        while !(gate.is_open)(&state) {
            drop(state);
            clock::switch(writer);
            state = self.lock();
        }
        state.turns.gated.remove(&writer);
    }
}

impl State {
    /// Whether the file of this name is locked.
    pub(super) fn is_locked(&self, path: &str) -> bool {
        let file = self.model.resolve(path);
        file.is_some_and(|file| self.model.locks.contains_key(&file))
    }

    /// Whether the last call of a writer was this one.
    pub(super) fn has_just_made(&self, writer: usize, name: &str) -> bool {
        let mut calls = self.calls.iter().rev();
        let last = calls.find(|call| call.writer == writer);
        last.is_some_and(|call| call.name == name)
    }
}
