//! How long to wait before something is tried again.

use std::time::{Duration, Instant};

/// Longer and longer pauses, each of a random length, so that those who met once do not meet again.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    most: Duration,
}

impl Backoff {
    /// For those who were not the fastest: about what a transaction takes, and up to a tenth of a second.
    pub(crate) fn of_conflicts() -> Backoff {
        Backoff {
            next: Duration::from_millis(2),
            most: Duration::from_millis(100),
        }
    }

    /// For a cluster that is not available: an election takes about a second.
    pub(crate) fn of_outages() -> Backoff {
        Backoff {
            next: Duration::from_millis(20),
            most: Duration::from_millis(250),
        }
    }

    /// Waits, at most until this time.
    pub(crate) fn pause(&mut self, until: Option<Instant>) {
        let pause = self.next.mul_f64(fastrand::f64());
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        std::thread::sleep(left.map_or(pause, |left| pause.min(left)));
        self.next = (self.next * 2).min(self.most);
    }
}

/// Whether the time is up.
pub(crate) fn is_over(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}
