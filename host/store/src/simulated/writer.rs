//! A writer of a run: its updates, and the events that it reports.

use super::clock;
use super::disk::Disk;
use super::event::Event;
use super::plan::{Kind, Plan, member};
use super::watch::DOCUMENT;
use super::{Process, count, increment};
use crate::error::Error;
use crate::options::Durability;
use crate::staging::GRACE;
use std::time::Duration;

/// How long an update waits for others.
const PATIENCE: Duration = Duration::from_millis(500);

impl Disk {
    /// Checks that an update has taken no longer than it may, unless its writer was stopped in it or out of patience.
    fn check_time(&self, writer: usize, took: Duration) {
        let mut state = self.lock();
        let is_excused = state.turns.delayed.contains(&writer) || state.turns.is_killed(writer);
        if took > PATIENCE + GRACE && !is_excused {
            let wrong = format!("an update of writer {writer} took {took:?}");
            state.watch.wrongs.push(wrong);
        }
    }
}

/// Makes all updates of a writer. Some of those of amend change nothing.
pub(super) fn write(disk: &Disk, plan: &Plan, number: usize) {
    clock::resume(number);
    for update in 0..plan.updates {
        match plan.writers[number].kind {
            Kind::Foreign(foreign) => {
                disk.say(number, Event::Begins);
                // It does not look how far it came.
                drop(foreign.increment(disk, number));
            }
            kind => {
                let changes = !(number + update).is_multiple_of(4);
                update_once(disk, plan, number, kind == Kind::Full, changes);
            }
        }
    }
    disk.end(number);
}

fn update_once(disk: &Disk, plan: &Plan, number: usize, is_durable: bool, changes: bool) {
    let mut process = Process::new(disk, number);
    process.options.lock_timeout = Some(PATIENCE);
    if !is_durable {
        process.options.durability = Durability::None;
    }
    let (mut seen, mut looked) = (vec![0; plan.writers.len()], 0);
    let own = member(number);
    let mut increment = increment(&own);
    let updater = |current: Option<&str>| {
        looked = disk.history().len();
        for (of, seen) in seen.iter_mut().enumerate() {
            *seen = count(current.map(str::as_bytes), &member(of)).unwrap_or_default();
        }
        seen[number] += u64::from(changes);
        if changes {
            increment(current)
        } else {
            Ok(None)
        }
    };
    if changes {
        disk.say(number, Event::Begins);
    }
    let started = clock::now();
    let updated = process.update(DOCUMENT, updater);
    disk.check_time(number, clock::now() - started);
    if let Err(error) = &updated {
        disk.lock().errors.push((number, error.to_string()));
    }
    let event = match updated {
        Ok(_) => Event::Acknowledged,
        Err(Error::DurabilityUnknown { .. }) => Event::DurabilityUnknown,
        Err(Error::OutcomeUnknown { .. }) => Event::OutcomeUnknown,
        Err(_) => Event::Failed,
    };
    if event == Event::Acknowledged {
        for (of, changes) in seen.into_iter().enumerate() {
            let saw = Event::Saw {
                of,
                changes,
                looked,
                is_durable,
            };
            disk.say(number, saw);
        }
    }
    if changes {
        disk.say(number, event);
    } else if event == Event::Failed {
        disk.say(number, Event::NoOpFailed);
    }
}
