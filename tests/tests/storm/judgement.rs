//! The comparison of the document with the reports of all processes.

use crate::cast::COUNTER;
use crate::chaos::Played;
use amend_tests::attempt::{Attempt, Change, Failure, Outcome};
use amend_tests::found::{Broken, Found, MARGIN};
use amend_tests::ground::Kind;
use std::collections::HashSet;

/// Counts of updates, kills and stops.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) acknowledged: usize,
    pub(crate) failed: usize,
    pub(crate) timeouts: usize,
    pub(crate) unknown: usize,
    /// Of processes that were killed meanwhile.
    pub(crate) unended: usize,
    pub(crate) foreign: usize,
    pub(crate) kills: usize,
    pub(crate) stops: usize,
    pub(crate) reads: usize,
    /// The longest that an update took beyond its timeout, in milliseconds, unless its process was stopped meanwhile.
    pub(crate) overrun: u128,
}

impl Figures {
    pub(crate) fn add(&mut self, other: &Figures) {
        self.acknowledged += other.acknowledged;
        self.failed += other.failed;
        self.timeouts += other.timeouts;
        self.unknown += other.unknown;
        self.unended += other.unended;
        self.foreign += other.foreign;
        self.kills += other.kills;
        self.stops += other.stops;
        self.reads += other.reads;
        self.overrun = self.overrun.max(other.overrun);
    }

    fn count(&mut self, played: &Played, attempt: &Attempt) {
        match &attempt.end {
            Some((_, Outcome::Acknowledged)) if played.is_foreign => self.foreign += 1,
            Some((_, Outcome::Acknowledged | Outcome::Committed)) => self.acknowledged += 1,
            Some((_, Outcome::Unknown(_))) => self.unknown += 1,
            Some((_, Outcome::Failed(Failure::Timeout, _))) => self.timeouts += 1,
            Some((_, Outcome::Failed(..))) => self.failed += 1,
            None => self.unended += 1,
        }
    }
}

/// The result of a round.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) figures: Figures,
    /// Every promise that was broken.
    pub(crate) broken: Vec<Broken>,
}

/// A promise of the storm's own.
pub(crate) fn broken(promise: &'static str, detail: String) -> Broken {
    Broken { promise, detail }
}

pub(crate) fn judge(kind: Kind, all: &[Played], found: &Found) -> Verdict {
    let mut verdict = Verdict::default();
    let Verdict {
        figures,
        broken: all_broken,
    } = &mut verdict;
    let mut begun = HashSet::new();
    let mut counted = 0;
    for played in all {
        figures.kills += usize::from(played.was_killed);
        figures.stops += played.stops.len();
        let bad_end = played.bad_end.clone();
        all_broken.extend(bad_end.map(|how| broken("a process ended badly", how)));
        for attempt in &played.report.attempts {
            begun.insert(attempt.token.as_str());
            figures.count(played, attempt);
            all_broken.extend(found.broken(attempt));
            all_broken.extend(surprise(kind, played, attempt));
            counted += u64::from(attempt.change == Change::Count && attempt.is_done());
            if let Some(overrun) = attempt.overrun()
                && !was_stopped(played, attempt)
            {
                figures.overrun = figures.overrun.max(overrun.as_millis());
                if overrun > MARGIN {
                    all_broken.push(broken("an update ended too late", format!("{attempt:?}")));
                }
            }
        }
    }
    let counter = found.counter(COUNTER);
    if counter != Some(counted) {
        let detail = format!("{counted} made, {counter:?} there");
        all_broken.push(broken("increments in place are lost", detail));
    }
    let is_known = |token: &&str| begun.contains(token) || token.starts_with("quiet");
    let strangers = found.tokens().filter(|token| !is_known(token));
    all_broken.extend(
        strangers.map(|token| broken("a token is there that no process began", token.to_owned())),
    );
    verdict
}

/// A failure for which there was no reason: all writers take the lock, and no disk is full.
fn surprise(kind: Kind, played: &Played, attempt: &Attempt) -> Option<Broken> {
    let Some((_, Outcome::Failed(failure, _))) = &attempt.end else {
        return None;
    };
    let may_commit = kind.may_commit(played.user);
    let is_expected = match (attempt.change, failure) {
        (_, Failure::Timeout) | (Change::FailingTest, Failure::Test) => true,
        // It was done again, for another writer was faster, until its time was up.
        (_, Failure::Conflict) if attempt.is_over_time() => true,
        // Not even to read is needed more than the right to read; but a thread may be done together with another one
        // that fails.
        (Change::Nothing | Change::FailingTest, _) => played.has_threads && !may_commit,
        _ => !may_commit,
    };
    let detail = || format!("{attempt:?}");
    (!is_expected).then(|| broken("an update failed for no reason", detail()))
}

/// Whether its process was stopped while it ran: then it cannot end in time.
fn was_stopped(played: &Played, attempt: &Attempt) -> bool {
    let ended = attempt.end.as_ref().map_or(u64::MAX, |(at, _)| *at);
    let mut stops = played.stops.iter();
    stops.any(|&(from, to)| from <= ended && attempt.began <= to)
}
