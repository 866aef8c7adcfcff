//! The moment at which a call must have its answer.

use crate::clock::now;
use std::time::{Duration, Instant};

/// The moment at which a call must have its answer; or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline of a call that may take so long from now on; `None` is for ever, and so is a time that no clock
    /// reaches.
    pub(crate) fn after(timeout: Option<Duration>) -> Deadline {
        Deadline(timeout.and_then(|timeout| now().checked_add(timeout)))
    }

    /// The time that is left: zero once it is past, `None` for ever.
    pub(crate) fn remaining(self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(now()))
    }

    /// The time that is left, but no more than this.
    pub(crate) fn remaining_at_most(self, most: Duration) -> Duration {
        self.remaining().map_or(most, |left| left.min(most))
    }

    pub(crate) fn is_past(self) -> bool {
        self.0.is_some_and(|at| at <= now())
    }

    /// The earlier of two.
    pub(crate) fn min(self, other: Deadline) -> Deadline {
        match (self.0, other.0) {
            (Some(one), Some(two)) => Deadline(Some(one.min(two))),
            (one, two) => Deadline(one.or(two)),
        }
    }

    /// The moment itself; `None` for never.
    #[cfg(feature = "etcd")]
    pub(crate) fn instant(self) -> Option<Instant> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_later_than_any_moment() {
        let (never, soon) = (
            Deadline::after(None),
            Deadline::after(Some(Duration::from_secs(60))),
        );
        assert_eq!(never.min(soon), soon);
        assert_eq!(soon.min(never), soon);
        assert!(!never.is_past() && !soon.is_past());
        assert_eq!(never.remaining(), None);
        assert_eq!(
            never.remaining_at_most(Duration::from_secs(1)),
            Duration::from_secs(1)
        );
        assert_eq!(Deadline::after(Some(Duration::MAX)), never);
    }

    #[test]
    fn a_deadline_that_is_past_leaves_no_time() {
        let past = Deadline::after(Some(Duration::ZERO));
        assert!(past.is_past());
        assert_eq!(past.remaining(), Some(Duration::ZERO));
    }
}
