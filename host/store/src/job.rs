//! An update that waits in the queue of its document.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::receipt::{Aim, Receipt};
use crate::updater::Updater;
use std::any::Any;
use tracing::Span;

/// An update that somebody wants: by whom, and of which document.
pub(crate) struct Job<'u> {
    pub(crate) aim: Aim,
    /// Its caller's: the leader that does the job may have another.
    pub(crate) deadline: Deadline,
    pub(crate) updater: &'u mut dyn Updater,
    /// Where in the caller's work this is: another thread may run it.
    pub(crate) span: Span,
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Result<Receipt, Error>),
    /// The updater panicked, which is its caller's to know and nobody else's.
    Panicked(Box<dyn Any + Send>),
}

impl<'u> Job<'u> {
    pub(crate) fn new(aim: Aim, deadline: Deadline, updater: &'u mut dyn Updater) -> Job<'u> {
        Job {
            aim,
            deadline,
            updater,
            span: Span::current(),
        }
    }

    /// Hides how long the updater is borrowed for, so that another thread can be asked to run it.
    ///
    /// # Safety
    ///
    /// The job that this gives must be dropped before `'u` ends.
    pub(crate) unsafe fn lend(self) -> Job<'static> {
        // SAFETY: only the lifetimes differ. The caller sees to it that the borrow outlives the job, and that
        // nobody else uses what is borrowed meanwhile follows from its being mutable.
        let updater = unsafe {
            std::mem::transmute::<&'u mut (dyn Updater + 'u), &'static mut (dyn Updater + 'static)>(
                self.updater,
            )
        };
        Job {
            aim: self.aim,
            deadline: self.deadline,
            updater,
            span: self.span,
        }
    }
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}
