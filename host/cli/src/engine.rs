//! The engine of a command.

use crate::exit::Failure;
use amend_runtime::Engine;

/// An engine without a pool: to reserve memory for hundreds of guests takes too long for a command that runs one.
pub(crate) fn engine() -> Result<Engine, Failure> {
    Ok(Engine::builder().with_pool(false).build()?)
}
