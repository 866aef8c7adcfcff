//! From the contract's types to ours.

use crate::bindings::types::Patch as Said;
use amend_document::{Limits, Meter};
use amend_store::{Patch, PatchError};

/// The patch that a guest has said, read within a limit on its nesting and those of a meter.
pub(crate) fn patch(said: Said, depth: usize, meter: &Meter) -> Result<Patch, PatchError> {
    let limits = Limits::default().with_depth(depth);
    match said {
        Said::Operations(text) => Patch::operations_within(&text, &limits, meter),
        Said::Merge(text) => Patch::merge_within(text, &limits, meter),
        Said::Replace(text) => Patch::replace_within(text, &limits, meter),
    }
}
