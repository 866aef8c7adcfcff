//! The locks of a simulated disk (`flock(2)`), and the waits for them.

use super::disk::State;
use super::file::SimulatedFile;
use super::turns::Wait;
use crate::disk::Locked;
use rustix::io::Errno;
use std::io;
use std::time::Duration;

/// So many looks another writer needs at the most to pass a gate that is open.
const GATED: usize = 50;

/// Locks a file; `None` when it was not free in time.
pub(super) fn lock(
    file: SimulatedFile,
    patience: Option<Duration>,
) -> io::Result<Option<Locked<SimulatedFile>>> {
    let name = file.named("lock", "lock draft");
    let locked = file
        .disk
        .call(file.writer, name, |state| Ok(try_lock(state, &file)))?;
    let has_waited = !locked;
    let is_patient = patience.is_none_or(|left| !left.is_zero());
    // Alone on its thread, it would wait for itself.
    if has_waited && (!is_patient || !file.disk.lock().is_scheduled || !wait(&file, patience)?) {
        return Ok(None);
    }
    Ok(Some(Locked { file, has_waited }))
}

fn try_lock(state: &mut State, file: &SimulatedFile) -> bool {
    let holder = state.model.locks.entry(file.inode).or_insert(file.id);
    *holder == file.id
}

/// Waits until the lock is free and takes it; `false` when the time is up.
fn wait(file: &SimulatedFile, patience: Option<Duration>) -> io::Result<bool> {
    let mut state = file.disk.lock();
    // The time of a wait without a limit is never up.
    let mut looks = patience.and_then(|_| state.looks_of(file.writer));
    state.turns.begin_to_wait(Wait {
        writer: file.writer,
        handle: file.id,
        inode: file.inode,
        patience,
    });
    let mut late = 0;
    let outcome = loop {
        drop(state);
        shuttle::thread::yield_now();
        state = file.disk.lock();
        if state.turns.is_killed(file.writer) {
            break Err(Errno::IO.into());
        }
        if try_lock(&mut state, file) {
            break Ok(true);
        }
        let is_late = state.turns.out_of_time(&state.model) == Some(file.writer);
        late = if is_late { late + 1 } else { 0 };
        // A writer whose gate is open is about to go on.
        let is_time_up = late > 0 && (state.turns.gated.is_empty() || late > GATED);
        if looks == Some(0) || is_time_up {
            if patience.is_none() {
                let wrong = format!("writer {} waits for ever", file.writer);
                state.watch.wrongs.push(wrong);
            }
            break Ok(false);
        }
        looks = looks.map(|looks| looks - 1);
    };
    state.turns.end_to_wait(file.writer);
    outcome
}
