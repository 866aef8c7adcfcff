//! What may be spent on applying the answer of an updater.

use amend_document::Meter;
use std::time::{Duration, Instant};

/// What may be spent on applying the answer of an updater, while the document's lock is held.
///
/// A patch is small and may ask for a lot: hundreds of thousands of copies of a large value, or a text that is laid out
/// in a thousand times its size. What is spent is counted by a [`Meter`]. The document is unchanged after a limit was
/// exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// How long it may take. `None`, the default, is any time. Text that is added is counted with a nanosecond a byte: so
    /// long it takes the processor to write and to hash it. How long the disk takes is not counted.
    pub time: Option<Duration>,
    /// How many units of work it may take; a unit is about one byte that is read, compared, copied or written
    /// ([`Meter`]). 2³⁶ by default: about a minute.
    pub work: u64,
    /// How many bytes of memory it may take at a time, besides the document as it was read, and by how many bytes the
    /// document may grow. 4 GiB by default.
    pub memory: u64,
}

/// How many nanoseconds it takes to write a byte and to hash it.
const WRITING: u64 = 1;

impl Default for Allowance {
    fn default() -> Allowance {
        Allowance {
            time: None,
            work: 1 << 36,
            memory: 4 << 30,
        }
    }
}

impl Allowance {
    /// No limit.
    pub fn unlimited() -> Allowance {
        Allowance {
            time: None,
            work: u64::MAX,
            memory: u64::MAX,
        }
    }

    /// Sets how long it may take; `None` is any time.
    #[must_use]
    pub fn with_time(mut self, time: Option<Duration>) -> Allowance {
        self.time = time;
        self
    }

    /// Sets how many units of work it may take.
    #[must_use]
    pub fn with_work(mut self, work: u64) -> Allowance {
        self.work = work;
        self
    }

    /// Sets how many bytes of memory it may take.
    #[must_use]
    pub fn with_memory(mut self, memory: u64) -> Allowance {
        self.memory = memory;
        self
    }

    /// The smaller of both in everything.
    #[must_use]
    pub fn min(self, other: Allowance) -> Allowance {
        Allowance {
            time: match (self.time, other.time) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
            work: self.work.min(other.work),
            memory: self.memory.min(other.memory),
        }
    }

    /// A meter with these limits. Its time begins now.
    pub fn meter(&self) -> Meter {
        let meter = Meter::new(self.work, self.memory);
        // A time that no clock can show is any time.
        match self.time.and_then(|time| Instant::now().checked_add(time)) {
            Some(until) => meter.with_interrupt(move |to_write| {
                let writing = Duration::from_nanos(to_write.saturating_mul(WRITING));
                until.saturating_duration_since(Instant::now()) <= writing
            }),
            None => meter,
        }
    }

    /// What is left of it after what a meter has counted.
    #[must_use]
    pub fn less(self, meter: &Meter) -> Allowance {
        Allowance {
            time: self.time,
            work: self.work.saturating_sub(meter.work_done()),
            memory: self.memory.saturating_sub(meter.memory_held()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_one_counts() {
        let second = Duration::from_secs(1);
        let one = Allowance::unlimited().with_work(5).with_time(Some(second));
        let two = Allowance::unlimited().with_memory(7).with_work(6);
        let both = Allowance::unlimited()
            .with_work(5)
            .with_memory(7)
            .with_time(Some(second));
        assert_eq!(one.min(two), both);
        assert_eq!(two.min(one), both);
        assert_eq!(both.min(two.with_time(Some(second * 2))), both);
    }
}
