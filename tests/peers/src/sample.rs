//! What one run of one row came to.

use amend_tests::measure;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a row says of a run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// How long one of what the work counts took, in microseconds.
    pub(crate) each: f64,
    /// How many updates were acknowledged and are not there.
    pub(crate) lost: u64,
    /// The most memory that the process had, in bytes; of several processes, the one that had most.
    pub(crate) peak: u64,
}

impl Sample {
    /// Of this process, which has done `count` in that time.
    pub(crate) fn of(time: Duration, count: usize) -> anyhow::Result<Sample> {
        Ok(Sample {
            each: time.as_secs_f64() * 1e6 / count as f64,
            lost: 0,
            peak: measure::memory("VmHWM")?,
        })
    }

    pub(crate) fn with_lost(self, lost: u64) -> Sample {
        Sample { lost, ..self }
    }

    pub(crate) fn with_peak(self, peak: u64) -> Sample {
        Sample { peak, ..self }
    }
}

/// Begins to measure this process's memory anew: what was needed to prepare a work is none of its own.
pub(crate) fn forget_peak() -> anyhow::Result<()> {
    // proc(5): 5 resets the peak resident set size.
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}
