//! From the contract's types to ours.

use crate::bindings::types::Patch as Said;
use amend_store::{Patch, PatchError};

/// The patch that a guest has said.
pub(crate) fn patch(said: Said) -> Result<Patch, PatchError> {
    match said {
        Said::Operations(text) => Patch::operations(&text),
        Said::Merge(text) => Patch::merge(text),
        Said::Replace(text) => Patch::replace(text),
    }
}
