//! Counting what a program's updates make the disk hold: documents that did not exist, and bytes.

use amend_document::{Document, Exceeded};
use amend_store::{Allowance, Answer, Updater, UpdaterError};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How much one program may write.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Most {
    /// Documents that did not exist before.
    pub(crate) documents: Option<usize>,
    /// Bytes of all its updates together.
    pub(crate) bytes: Option<u64>,
}

/// How much it has written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    documents: AtomicUsize,
    bytes: AtomicU64,
}

/// A limit that an update would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    #[error(
        "the guest may make no more than {0} documents (the limit on the documents that it makes)"
    )]
    Documents(usize),
    #[error("the guest may write no more than {0} bytes (the limit on the bytes that it writes)")]
    Bytes(u64),
}

/// An updater whose changes are counted.
pub(crate) struct Counted<'w, U> {
    updater: U,
    written: &'w Written,
    most: Most,
    /// The bytes of the patch, where they are known in advance.
    patch: usize,
    /// What may be spent on applying it.
    left: Allowance,
    /// What the update that was tried last would add.
    adds: (usize, u64),
    /// The limit that it would have exceeded.
    pub(crate) excess: Option<Excess>,
}

impl<'w, U> Counted<'w, U> {
    pub(crate) fn new(
        updater: U,
        patch: usize,
        left: Allowance,
        written: &'w Written,
        most: Most,
    ) -> Self {
        Counted {
            updater,
            written,
            most,
            patch,
            left,
            adds: (0, 0),
            excess: None,
        }
    }

    /// Counts the update, which was made.
    pub(crate) fn count(&self) {
        let (documents, bytes) = self.adds;
        self.written
            .documents
            .fetch_add(documents, Ordering::Relaxed);
        self.written.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), Excess> {
        let (documents, bytes) = self.adds;
        if let Some(most) = self.most.documents
            && documents > 0
            && self.written.documents.load(Ordering::Relaxed) >= most
        {
            return Err(Excess::Documents(most));
        }
        if let Some(most) = self.most.bytes
            && self
                .written
                .bytes
                .load(Ordering::Relaxed)
                .saturating_add(bytes)
                > most
        {
            return Err(Excess::Bytes(most));
        }
        Ok(())
    }
}

/// The same, for as long as an update takes: afterwards it is asked what came of it.
pub(crate) struct Lent<'c, 'w, U>(pub(crate) &'c mut Counted<'w, U>);

impl<U: Updater> Updater for Lent<'_, '_, U> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        self.0.update(current)
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        self.0.exceeded(exceeded)
    }
}

impl<U: Updater> Updater for Counted<'_, U> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let bytes = current.len().saturating_add(self.patch);
        self.adds = (
            usize::from(current.is_absent()),
            u64::try_from(bytes).unwrap_or(u64::MAX),
        );
        self.excess = self.check().err();
        match self.excess {
            Some(excess) => Err(UpdaterError::Failed(Box::new(excess))),
            None => {
                let left = self.left;
                let answer = self.updater.update(current)?;
                Ok(answer.map(|answer| {
                    let both = answer.allowance().min(left);
                    answer.with_allowance(both)
                }))
            }
        }
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        self.updater.exceeded(exceeded)
    }
}
