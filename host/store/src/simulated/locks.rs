//! The locks of a simulated disk (`flock(2)`, `fcntl_locking(2)`), and the waits for them and for a time.

use super::clock;
use super::disk::Disk;
use super::file::SimulatedFile;
use super::model::Model;
use super::state::State;
use super::turns::Wait;
use crate::disk::ByteLock;
use rustix::io::Errno;
use std::io;
use std::time::Duration;

/// A lock that a handle wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) handle: u64,
    pub(super) inode: u64,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    File,
    Byte(u64, ByteLock),
}

/// So many looks another writer needs at the most to pass a gate that is open.
const GATED: usize = 50;

/// So many looks a writer takes at the others while it pauses.
const PAUSE: usize = 8;

/// More than any writer of a run has patience.
const LONG: Duration = Duration::from_secs(60);

impl Wanted {
    pub(super) fn is_free(&self, model: &Model) -> bool {
        match self.kind {
            Kind::File => {
                let holder = model.locks.get(&self.inode);
                holder.is_none_or(|holder| *holder == self.handle)
            }
            Kind::Byte(at, wanted) => {
                let holders = model.byte_locks.get(&(self.inode, at));
                let conflicts = |(holder, held): &(u64, ByteLock)| {
                    *holder != self.handle
                        && (wanted, *held) != (ByteLock::Shared, ByteLock::Shared)
                };
                !holders.is_some_and(|holders| holders.iter().any(conflicts))
            }
        }
    }

    fn take(&self, model: &mut Model) -> bool {
        if !self.is_free(model) {
            return false;
        }
        match self.kind {
            Kind::File => drop(model.locks.insert(self.inode, self.handle)),
            Kind::Byte(at, kind) => {
                let holders = model.byte_locks.entry((self.inode, at)).or_default();
                holders.retain(|(holder, _)| *holder != self.handle);
                holders.push((self.handle, kind));
            }
        }
        true
    }
}

/// The outcome of a wait for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    AtOnce,
    AfterWaiting,
    Not,
}

/// Takes a lock, in a call of this name, within a time if there is one.
pub(super) fn take(
    file: &SimulatedFile,
    name: &'static str,
    kind: Kind,
    patience: Option<Duration>,
) -> io::Result<Taken> {
    let wanted = Wanted {
        handle: file.id,
        inode: file.inode,
        kind,
    };
    let disk = &file.disk;
    if disk.lock().mutation.skips_lock(file.role, kind) {
        return Ok(Taken::AtOnce);
    }
    if disk.call(file.writer, name, |state| Ok(wanted.take(&mut state.model)))? {
        return Ok(Taken::AtOnce);
    }
    let is_patient = patience.is_none_or(|left| !left.is_zero());
    // Alone on its thread, it would wait for itself.
    if !is_patient || !disk.lock().is_scheduled {
        return Ok(Taken::Not);
    }
    wait(disk, file.writer, wanted, patience)
}

/// Waits until the lock is free and takes it.
fn wait(
    disk: &Disk,
    writer: usize,
    wanted: Wanted,
    patience: Option<Duration>,
) -> io::Result<Taken> {
    let mut state = disk.lock();
    // The time of a wait without a limit is never up.
    // The locks of bytes are held for a moment only, unless their holder is stopped.
    let is_long_held = matches!(wanted.kind, Kind::File);
    let mut looks = patience
        .filter(|_| is_long_held)
        .and_then(|_| state.looks_of(writer));
    // The one that is late is so for this wait, or for all that it wants to do.
    let is_long = looks.is_some_and(|looks| looks % 2 == 0);
    let until = patience.map(|patience| clock::now() + patience);
    state.turns.begin_to_wait(Wait {
        writer,
        lock: Some(wanted),
        until,
    });
    let mut stuck = 0;
    let taken = loop {
        drop(state);
        clock::switch(writer);
        state = disk.lock();
        if state.turns.is_killed(writer) {
            break Err(Errno::IO.into());
        }
        if wanted.take(&mut state.model) {
            break Ok(Taken::AfterWaiting);
        }
        if looks == Some(0) {
            let patience = patience.unwrap_or_default();
            state.turns.delayed.insert(writer);
            clock::pass_for_one(if is_long { LONG } else { patience });
            break Ok(Taken::Not);
        }
        looks = looks.map(|looks| looks - 1);
        if is_time_up(&mut state, writer, &mut stuck) {
            break Ok(Taken::Not);
        }
    };
    state.turns.end_to_wait(writer);
    taken
}

/// Whether a waiting writer gives up now. `stuck` counts its looks since others could go on.
fn is_time_up(state: &mut State, writer: usize, stuck: &mut usize) -> bool {
    let Some(first) = state.turns.first_to_end(&state.model) else {
        *stuck = 0;
        return false;
    };
    *stuck += 1;
    // A writer whose gate is open is about to go on.
    let is_stuck = state.turns.gated.is_empty() || *stuck > GATED;
    if !is_stuck || first.writer != writer {
        return false;
    }
    match first.until {
        Some(until) => clock::pass_until(until),
        None => {
            let wrong = format!("writer {writer} waits for ever");
            state.watch.wrongs.push(wrong);
        }
    }
    true
}

/// Lets the others go on for a moment, or for this long if they cannot.
pub(super) fn pause(disk: &Disk, writer: usize, time: Duration) {
    let mut state = disk.lock();
    if !state.is_scheduled {
        return;
    }
    let until = clock::now() + time;
    state.turns.begin_to_wait(Wait {
        writer,
        lock: None,
        until: Some(until),
    });
    let mut stuck = 0;
    for _ in 0..PAUSE {
        drop(state);
        clock::switch(writer);
        state = disk.lock();
        if is_time_up(&mut state, writer, &mut stuck) {
            break;
        }
    }
    clock::pass_until(until);
    state.turns.end_to_wait(writer);
}
