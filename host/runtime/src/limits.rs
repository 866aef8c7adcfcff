//! What a guest may use up.

use std::time::Duration;
use wasmtime::ResourceLimiter;

/// What one call of a guest may use up. The defaults are safe, and the runtime of every language that amend
/// has a kit for fits into them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// How long a call may take, from its instantiation to its answer. Five seconds by default.
    ///
    /// The time runs while the document's lock is held, so it bounds how long a guest can keep others
    /// waiting. It is counted in ticks of ten milliseconds.
    pub time: Duration,
    /// How many bytes of linear memory the guest may have. 256 MiB by default.
    pub memory: usize,
    /// How many elements its tables may have together. 100,000 by default; one table has a million at the most.
    pub table_elements: usize,
    /// How many bytes it may print; they go to the log. 1 MiB by default.
    pub output: usize,
    /// How many bytes its answer may have. 64 MiB by default.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: Duration::from_secs(5),
            memory: 256 << 20,
            table_elements: 100_000,
            output: 1 << 20,
            answer: 64 << 20,
        }
    }
}

impl Limits {
    /// Sets how long a call may take.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets how many bytes of linear memory the guest may have.
    #[must_use]
    pub fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how many elements the guest's tables may have together.
    #[must_use]
    pub fn with_table_elements(mut self, elements: usize) -> Self {
        self.table_elements = elements;
        self
    }

    /// Sets how many bytes the guest may print.
    #[must_use]
    pub fn with_output(mut self, bytes: usize) -> Self {
        self.output = bytes;
        self
    }

    /// Sets how many bytes the guest's answer may have.
    #[must_use]
    pub fn with_answer(mut self, bytes: usize) -> Self {
        self.answer = bytes;
        self
    }
}

/// A limit that a guest ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hit {
    Memory,
    Table,
}

/// Counts what one instance uses. A component may hold several core modules with a memory each; the limits
/// are on their sum.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_left: usize,
    table_left: usize,
    /// The first limit that was hit: most languages turn a refused allocation into a trap that does not say
    /// why.
    pub(crate) hit: Option<Hit>,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Meter {
        Meter {
            memory_left: limits.memory,
            table_left: limits.table_elements,
            hit: None,
        }
    }
}

/// Takes growth off what is left, or notes which limit was hit.
fn grow(
    left: &mut usize,
    hit: &mut Option<Hit>,
    limit: Hit,
    current: usize,
    desired: usize,
) -> bool {
    match left.checked_sub(desired.saturating_sub(current)) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => {
            hit.get_or_insert(limit);
            false
        }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(grow(
            &mut self.memory_left,
            &mut self.hit,
            Hit::Memory,
            current,
            desired,
        ))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(grow(
            &mut self.table_left,
            &mut self.hit,
            Hit::Table,
            current,
            desired,
        ))
    }
}
