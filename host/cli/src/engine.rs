//! The engine of a command.

use crate::exit::Failure;
use amend_runtime::Engine;

/// Without a pool: reserving places for hundreds of guests takes longer than a command that runs one has to.
pub(crate) fn engine() -> Result<Engine, Failure> {
    Ok(Engine::builder().with_pool(false).build()?)
}
