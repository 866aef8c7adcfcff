//! Counting what an instance uses.

use crate::limits::Limits;
use wasmtime::ResourceLimiter;

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
    instances: usize,
    /// The first limit that was hit: most languages turn a refused allocation into a trap that does not say
    /// why.
    pub(crate) hit: Option<Hit>,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Meter {
        Meter {
            memory_left: limits.memory,
            table_left: limits.table_elements,
            instances: limits.instances,
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

    fn instances(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }
}
