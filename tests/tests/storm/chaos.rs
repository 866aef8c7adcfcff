//! Kills and stops at random moments.

use crate::cast::Part;
use amend_tests::attempt::{Report, now};
use amend_tests::updating::{Ended, Updating};
use amend_tests::user::User;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a process may take to end after it was asked to: the longest timeout, and a margin for a loaded machine.
const END: Duration = Duration::from_secs(40);

/// A process of the round, after its end.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) user: User,
    pub(crate) is_foreign: bool,
    pub(crate) report: Report,
    /// When it was stopped, and when it went on.
    pub(crate) stops: Vec<(u64, u64)>,
    pub(crate) was_killed: bool,
    /// How it ended, if that was not as it should.
    pub(crate) bad_end: Option<String>,
}

/// A part and the process that plays it.
pub(crate) struct Slot<'c> {
    part: &'c Part,
    process: Updating,
    generation: usize,
    stops: Vec<(u64, u64)>,
    /// When it is to go on, and since when it is stopped.
    stopped: Option<(Instant, u64)>,
}

impl<'c> Slot<'c> {
    pub(crate) fn start(part: &'c Part, document: &Path, generation: usize) -> Slot<'c> {
        Slot {
            process: Updating::start(part.command(document, generation)).unwrap(),
            part,
            generation,
            stops: vec![],
            stopped: None,
        }
    }

    fn stop(&mut self) {
        // A few are longer than the margin of a wait's bound. The end of the round ends them too.
        let milliseconds = match fastrand::u8(..12) {
            0 => fastrand::u64(2500..=3500),
            _ => fastrand::u64(50..=300),
        };
        let until = Instant::now() + Duration::from_millis(milliseconds);
        self.stopped = Some((until, now()));
        self.process.signal(libc::SIGSTOP);
    }

    fn go_on(&mut self) {
        if let Some((_, since)) = self.stopped.take() {
            self.process.signal(libc::SIGCONT);
            self.stops.push((since, now()));
        }
    }

    fn played(part: &Part, stops: Vec<(u64, u64)>, ended: Ended, was_killed: bool) -> Played {
        let is_bad = !was_killed && !ended.status.success();
        Played {
            user: part.user,
            is_foreign: part.is_foreign(),
            bad_end: is_bad.then(|| format!("{part:?} ended with {}", ended.status)),
            report: ended.report,
            stops,
            was_killed,
        }
    }

    fn kill(self) -> Played {
        Slot::played(self.part, self.stops, self.process.kill(), true)
    }

    fn finish(mut self) -> Played {
        self.process.ask_to_end();
        let started = Instant::now();
        while !self.process.is_over() {
            if started.elapsed() > END {
                let bad_end = Some(format!("{:?} does not end", self.part));
                return Played {
                    bad_end,
                    ..self.kill()
                };
            }
            thread::sleep(Duration::from_millis(5));
        }
        Slot::played(self.part, self.stops, self.process.wait(), false)
    }
}

/// Kills and stops the processes for so long, then lets them end. Returns all that there ever were.
pub(crate) fn rage(mut slots: Vec<Slot<'_>>, document: &Path, length: Duration) -> Vec<Played> {
    let (end, mut played) = (Instant::now() + length, Vec::new());
    while Instant::now() < end {
        thread::sleep(Duration::from_micros(fastrand::u64(1000..20_000)));
        for slot in &mut slots {
            if slot
                .stopped
                .is_some_and(|(until, _)| until <= Instant::now())
            {
                slot.go_on();
            }
        }
        let at = fastrand::usize(..slots.len());
        let slot = &mut slots[at];
        match fastrand::u8(..10) {
            0..3 if !slot.part.is_foreign() => {
                let next = Slot::start(slot.part, document, slot.generation + 1);
                played.push(std::mem::replace(slot, next).kill());
            }
            3..6 if slot.stopped.is_none() => slot.stop(),
            _ => {}
        }
    }
    slots.iter_mut().for_each(Slot::go_on);
    // All at once: one of them may wait for another.
    slots.iter_mut().for_each(|slot| slot.process.ask_to_end());
    played.extend(slots.into_iter().map(Slot::finish));
    played
}
