//! How a store does its updates.

use crate::allowance::Allowance;
use amend_document::Limits;
use std::path::PathBuf;
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
    /// every reader. A power failure can leave an older document or an empty one, and so take earlier updates with it
    /// that were acknowledged with [`Durability::Full`], until another such update has followed.
    None,
}

/// What to do about a document that has several names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HardLinks {
    /// Refuse to change it: [`Error::HardLinked`](crate::Error::HardLinked).
    #[default]
    Refuse,
    /// Give this name a file of its own, with the new text; the other names keep the old one. It is what
    /// those want who keep snapshots as hard links.
    Separate,
}

/// How a store does its updates. The default is safe.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// How long an update waits for others: for the document's lock, for another process's commit, for a program that is
    /// writing the document. A read waits for the last of these. `None` waits for ever. [`DEFAULT_LOCK_TIMEOUT`] by
    /// default.
    pub lock_timeout: Option<Duration>,
    /// What an acknowledged update survives. [`Durability::Full`] by default.
    pub durability: Durability,
    /// How deep and how large a document may be.
    pub limits: Limits,
    /// What may be spent on applying a patch, whoever it comes from.
    pub allowance: Allowance,
    /// What to do about a document that has several names. [`HardLinks::Refuse`] by default.
    pub hard_links: HardLinks,
    /// The directory for the lock files; `None`, the default, puts each beside its document, where other
    /// programs find it.
    ///
    /// All who change a document must agree on this: two that look at different lock files lose each other's
    /// updates. It is made when it does not exist. A lock file in it is named for its document's directory,
    /// by device and inode, and is never deleted.
    pub lock_directory: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            lock_timeout: Some(DEFAULT_LOCK_TIMEOUT),
            durability: Durability::Full,
            limits: Limits::default(),
            allowance: Allowance::default(),
            hard_links: HardLinks::default(),
            lock_directory: None,
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

    /// Sets what may be spent on applying a patch.
    #[must_use]
    pub fn with_allowance(mut self, allowance: Allowance) -> Self {
        self.allowance = allowance;
        self
    }

    /// Sets what to do about a document that has several names.
    #[must_use]
    pub fn with_hard_links(mut self, hard_links: HardLinks) -> Self {
        self.hard_links = hard_links;
        self
    }

    /// Sets the directory for the lock files; `None` puts each beside its document.
    #[must_use]
    pub fn with_lock_directory(mut self, directory: Option<PathBuf>) -> Self {
        self.lock_directory = directory;
        self
    }
}
