//! The time now, for deadlines. The simulated disk has a time of its own.

#[cfg(not(test))]
use std::time::Instant;

/// The time now.
#[cfg(not(test))]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
pub(crate) use crate::simulated::now;
