//! Who says what should change.

use crate::answer::Answer;
use amend_document::{Document, Exceeded, Patch, PatchError, Pointer};
use std::error::Error as StdError;

/// Says what should change, given the document as it is under the lock.
///
/// Three things are updaters:
/// - a [`Patch`], or a reference to one: a change that does not depend on what is there;
/// - a closure `FnMut(Option<&str>) -> Result<Option<Patch>, E>`, which is given the document's text, or
///   `None` when there is no document, and answers with a patch, with `None` to leave it as it is, or with
///   an error to refuse;
/// - whatever implements the trait.
///
/// The store may call it again with a newer document, and from another thread, so it must not rely on
/// having been called before. It is called again when another writer commits first, and with files also when the change
/// it was shown is rolled back. Only its last answer is used. After a panic it is not called again.
pub trait Updater: Send {
    /// Answers with a patch, or `None` to leave the document as it is.
    ///
    /// # Errors
    ///
    /// When it refuses or fails. Nothing is changed then.
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError>;

    /// The error when applying its last answer has exceeded the answer's own allowance. Without one it is
    /// [`Error::Apply`](crate::Error::Apply).
    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        let _ = exceeded;
        None
    }
}

/// Why an updater has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdaterError {
    /// It decided that this document must not be changed so. The text is its reason.
    #[error("{0}")]
    Refused(Box<dyn StdError + Send + Sync>),
    /// It could not decide: it crashed, ran out of time or of memory.
    #[error("{0}")]
    Failed(Box<dyn StdError + Send + Sync>),
    /// It answered with something that is not a patch.
    #[error(transparent)]
    InvalidPatch(PatchError),
}

impl Updater for Patch {
    fn update(&mut self, _: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        Ok(Some(Answer::from(&*self)))
    }
}

impl Updater for &Patch {
    fn update(&mut self, _: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        Ok(Some(Answer::from(&**self)))
    }
}

impl<F, E> Updater for F
where
    F: FnMut(Option<&str>) -> Result<Option<Patch>, E> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let text = current
            .get(&Pointer::root())
            .map_err(|error| UpdaterError::Failed(Box::new(error)))?;
        match self(text.as_deref()) {
            Ok(patch) => Ok(patch.map(Answer::from)),
            Err(reason) => Err(UpdaterError::Refused(reason.into())),
        }
    }
}
