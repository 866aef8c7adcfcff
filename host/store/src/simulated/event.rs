//! The events of a run, as its writers and the disk report them.

/// What happened, in the order in which it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The writer is about to make its next change.
    Begins,
    /// Its change was acknowledged.
    Acknowledged,
    /// Its change was reported as not done.
    Failed,
    /// An update of it that changes nothing was reported as not done.
    NoOpFailed,
    /// Its change was reported as in place, with durability unknown.
    DurabilityUnknown,
    /// Its change was reported as done or not done.
    OutcomeUnknown,
    /// An update of it was acknowledged, changing something or nothing. The document then had so many changes of a
    /// writer.
    Saw {
        of: usize,
        changes: u64,
        /// It looked at the document after so many events.
        looked: usize,
        /// It promises that a power failure undoes none of them.
        is_durable: bool,
    },
    /// The writer has written to the document, or replaced it, in a way that other promises end with.
    Wrote(Manners),
    /// The writer has begun to write in place, and the document is not whole.
    BeginsInPlace,
    /// It has ended that.
    EndsInPlace,
}

/// How a writer treats the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manners {
    /// It takes the lock.
    pub(super) locks: bool,
    /// Whatever it has written is durable before another writer can see it.
    pub(super) syncs: bool,
}

pub(super) const GOOD: Manners = Manners {
    locks: true,
    syncs: true,
};

/// The events up to a moment.
pub(super) type History = [(usize, Event)];
