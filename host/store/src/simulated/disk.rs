//! A disk that processes share: it counts their calls, lets some of them fail, and keeps a snapshot of every moment.

use super::clock;
use super::directory::SimulatedDirectory;
use super::event::{Event, History, Manners};
use super::fault::Fault;
use super::model::Model;
use super::mutation::Mutation;
use super::state::{Call, State};
use rustix::io::Errno;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// A disk that processes share.
#[derive(Debug, Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

/// So many times the others may go on before a sync is done: nothing else takes as long.
const SYNC: usize = 4;

impl Disk {
    pub(super) fn new(model: Model) -> Disk {
        Disk(Arc::new(Mutex::new(State::new(model))))
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

    /// Every moment at which the power could have failed, and the events before it.
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

    /// Lets the others go on, where there are others.
    pub(super) fn switch(&self, writer: usize) {
        let is_scheduled = self.lock().is_scheduled;
        if is_scheduled {
            clock::switch(writer);
        }
    }

    /// Makes a call: where it may fail, where the writer may be killed or stopped, and where another one may go on.
    pub(super) fn call<T>(
        &self,
        writer: usize,
        name: &'static str,
        act: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        self.switch(writer);
        self.pass_gate(writer);
        if name.starts_with("sync") {
            for _ in 0..SYNC {
                self.switch(writer);
            }
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
                // The error is reported once, and the unwritten bytes are gone.
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
