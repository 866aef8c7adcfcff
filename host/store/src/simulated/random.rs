//! Choices that a seed makes, and makes again.

use super::fault::Fault;
use super::plan::Plan;
use super::state::Call;
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::ops::Range;

/// A small generator of numbers (xorshift).
pub(super) struct Random(u64);

/// The calls that the promises rest on.
const VITAL: [&str; 5] = [
    "rename",
    "sync directory",
    "take the turn",
    "write",
    "write staging file",
];

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A writer that has little patience, and at times enough.
    pub(super) fn hasty(&mut self, writer: usize) -> Fault {
        let looks = self.one_of(&[40, 80, 160, 320]);
        Fault::Hasty { writer, looks }
    }

    /// Something that goes wrong in a run that makes these calls. Each name is as likely as any other, however often it is
    /// called; those that the promises rest on are more likely.
    pub(super) fn fault(&mut self, plan: &Plan, calls: &[Call], from: usize) -> Fault {
        let from = from.min(calls.len() - 1);
        let names: BTreeSet<_> = calls[from..].iter().map(|call| call.name).collect();
        let mut names: Vec<_> = names.into_iter().collect();
        let vital = names.iter().filter(|name| VITAL.contains(*name));
        let vital: Vec<_> = vital.copied().cycle().take(names.len() / 2).collect();
        names.extend(vital);
        let name = match plan.aim {
            Some(aim) if names.contains(&aim) => aim,
            _ => self.one_of(&names),
        };
        let all = (from..calls.len()).filter(|at| calls[*at].name == name);
        let all: Vec<_> = all.collect();
        let at = self.one_of(&all);
        let writer = calls[at].writer;
        if plan.writers[writer].writes_in_place() {
            // What else could happen to it would leave the document torn, which is its own fault.
            return Fault::Stop(at);
        }
        let errno = self.one_of(&[Errno::IO, Errno::NOSPC, Errno::MFILE, Errno::ACCESS]);
        let error = Fault::Error(at, errno);
        match (self.below(12), name) {
            (0, _) => Fault::Stop(at),
            // To give a lock back needs nothing that could be missing.
            (_, "unlock byte") => Fault::Kill(at),
            (1, _) => Fault::Persists {
                from: at,
                call: name,
                of: (plan.writes_in_place() || self.below(3) > 0).then_some(writer),
                errno,
            },
            (2, _) => self.hasty(writer),
            (3..=5, "write" | "write staging file") => Fault::Torn(at, self.below(600)),
            (6..=8, "write" | "write staging file") => Fault::Short(at),
            (3..=6, "lock" | "take the turn") => Fault::Late(at, self.below(20)),
            (3..=6, "rename") => Fault::KillAfterRename(at),
            (3..=7, _) => Fault::Kill(at),
            _ => error,
        }
    }
}

/// The seed that `AMEND_SEED` says, or as many as `AMEND_SEEDS` does.
pub(super) fn seeds(unless_told: u64) -> Range<u64> {
    let number = |name| std::env::var(name).ok()?.parse().ok();
    match number("AMEND_SEED") {
        Some(only) => only..only + 1,
        None => 0..number("AMEND_SEEDS").unwrap_or(unless_told),
    }
}
