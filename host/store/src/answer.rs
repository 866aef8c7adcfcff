//! What an updater answers with.

use crate::allowance::Allowance;
use amend_document::Patch;
use std::borrow::Cow;

/// A patch, and what may be spent on applying it.
///
/// It is made of a [`Patch`], or of a reference to one that the updater keeps, with [`From`].
#[derive(Debug, Clone)]
pub struct Answer<'p> {
    pub(crate) patch: Cow<'p, Patch>,
    pub(crate) allowance: Allowance,
}

impl Answer<'_> {
    /// Sets what may be spent on applying the patch, which is [unlimited](Allowance::unlimited) before. The allowance of
    /// the store ([`Options::allowance`](crate::Options::allowance)) holds as well.
    #[must_use]
    pub fn with_allowance(mut self, allowance: Allowance) -> Self {
        self.allowance = allowance;
        self
    }

    /// The patch.
    pub fn patch(&self) -> &Patch {
        &self.patch
    }

    /// What may be spent on applying it.
    pub fn allowance(&self) -> Allowance {
        self.allowance
    }

    pub(crate) fn into_owned(self) -> Answer<'static> {
        Answer {
            patch: Cow::Owned(self.patch.into_owned()),
            allowance: self.allowance,
        }
    }

    /// The same answer, for as long as this one is kept.
    pub(crate) fn borrowed(&self) -> Answer<'_> {
        Answer::from(&*self.patch).with_allowance(self.allowance)
    }
}

impl<'p> From<&'p Patch> for Answer<'p> {
    fn from(patch: &'p Patch) -> Answer<'p> {
        Answer {
            patch: Cow::Borrowed(patch),
            allowance: Allowance::unlimited(),
        }
    }
}

impl From<Patch> for Answer<'_> {
    fn from(patch: Patch) -> Self {
        Answer {
            patch: Cow::Owned(patch),
            allowance: Allowance::unlimited(),
        }
    }
}
