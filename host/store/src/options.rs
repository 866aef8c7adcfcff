//! How a store does its updates.

use amend_document::Limits;
use std::time::Duration;

/// How long an update waits for a lock unless told otherwise: ten seconds.
pub const DEFAULT_LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// What an acknowledged update survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power failure: the file and its directory are synced before the update returns.
    #[default]
    Full,
    /// A crash of the process, not of the machine: nothing is synced. The replacement is still atomic for
    /// everyone who looks, but a power failure can leave an older document, or on some file systems an
    /// empty one.
    None,
}

/// How a store does its updates. The default is safe.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// How long to wait for a document's lock; `None` waits for ever. [`DEFAULT_LOCK_TIMEOUT`] by default.
    pub lock_timeout: Option<Duration>,
    /// What an acknowledged update survives. [`Durability::Full`] by default.
    pub durability: Durability,
    /// How deep and how large a document may be.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            lock_timeout: Some(DEFAULT_LOCK_TIMEOUT),
            durability: Durability::Full,
            limits: Limits::default(),
        }
    }
}

impl Options {
    /// Sets how long to wait for a document's lock; `None` waits for ever.
    #[must_use]
    pub fn with_lock_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Sets what an acknowledged update survives.
    #[must_use]
    pub fn with_durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Sets how deep and how large a document may be.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}
