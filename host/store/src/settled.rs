//! Updates that have been applied in memory, and what their callers will be told.

use crate::answer::Answer;
use crate::batch::Ticket;
use crate::change::Changed;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::job::Outcome;
use crate::receipt::Receipt;
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::{Document, Exceeded};
use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

type Panic = Box<dyn Any + Send>;

/// An update that was applied in memory, or could not be.
pub(crate) struct Settled {
    pub(crate) ticket: Ticket,
    /// What it did. The version of a whole document is only known later.
    result: Result<Changed, Error>,
    panic: Option<Panic>,
    /// Whether it saw changes of others that are not in place yet, so that even its refusal depends on them.
    rests_on_batch: bool,
    from_empty_file: bool,
    was_asked: bool,
}

impl Settled {
    pub(crate) fn new(
        ticket: Ticket,
        result: Result<Changed, Error>,
        panic: Option<Panic>,
        rests_on_batch: bool,
    ) -> Settled {
        Settled {
            ticket,
            result,
            panic,
            rests_on_batch,
            from_empty_file: false,
            was_asked: true,
        }
    }

    /// Whether its answer holds whatever becomes of the batch: it saw what is in place, and changed nothing.
    #[cfg(feature = "etcd")]
    pub(crate) fn is_final(&self) -> bool {
        !self.rests_on_batch && !matches!(&self.result, Ok(changed) if changed.is_another)
    }

    /// One whose updater was never asked.
    pub(crate) fn unasked(ticket: Ticket) -> Settled {
        let unasked = Settled::new(ticket, Ok(Changed::default()), None, true);
        Settled {
            was_asked: false,
            ..unasked
        }
    }

    /// When its caller must have its answer.
    pub(crate) fn deadline(&self) -> Deadline {
        let job = self.ticket.peek();
        job.map_or_else(|| Deadline::after(None), |job| job.deadline)
    }

    /// It started from an existing file of 0 bytes.
    pub(crate) fn set_from_empty_file(&mut self) {
        self.from_empty_file = true;
    }

    /// Whether it changes nothing, and has seen changes of others that were not to be.
    pub(crate) fn is_misled(&self) -> bool {
        let is_change = self.result.as_ref().is_ok_and(|changed| changed.is_another);
        self.was_asked && self.rests_on_batch && !is_change
    }

    /// Whether it changes nothing, and has seen only what is in place.
    pub(crate) fn is_independent(&self) -> bool {
        let changes_nothing = |changed: &Changed| !changed.is_another && changed.version.is_some();
        !self.rests_on_batch && self.result.as_ref().is_ok_and(changes_nothing)
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.result.is_ok()
    }

    pub(crate) fn has_panicked(&self) -> bool {
        self.panic.is_some()
    }

    pub(crate) fn wants_version(&self) -> bool {
        matches!(&self.result, Ok(changed) if changed.version.is_none())
    }

    /// Tells it the version that it made or found, unless it knows.
    pub(crate) fn set_version(&mut self, version: Version) {
        match &mut self.result {
            Ok(changed) => {
                changed.version.get_or_insert(version);
            }
            Err(Error::VersionMismatch { found, .. }) if *found == Version::PENDING => {
                *found = version;
            }
            Err(_) => {}
        }
    }
}

/// Answers for updates that are in place. `unknown` is why their durability is not known.
pub(crate) fn answer(settled: Vec<Settled>, path: &Path, unknown: Option<&Arc<io::Error>>) {
    for one in settled {
        let result = one.result.and_then(|changed| {
            let version = changed.version.unwrap_or(Version::ABSENT);
            match unknown {
                Some(source) => Err(Error::DurabilityUnknown {
                    path: path.to_owned(),
                    version,
                    source: Arc::clone(source),
                }),
                None => Ok(Receipt {
                    version,
                    changed: changed.is_another,
                    from_empty_file: changed.is_another && one.from_empty_file,
                }),
            }
        });
        finish(one.ticket, result, one.panic);
    }
}

/// Answers for updates that are not in place, because of an error. Who had one of its own keeps it, unless
/// what it saw never came to be.
pub(crate) fn fail(settled: Vec<Settled>, error: &Error) {
    for one in settled {
        let result = match one.result {
            Err(own) if !one.rests_on_batch => Err(own),
            _ => Err(error.clone()),
        };
        finish(one.ticket, result, one.panic);
    }
}

fn finish(ticket: Ticket, result: Result<Receipt, Error>, panic: Option<Panic>) {
    ticket.finish(match panic {
        Some(panic) => Outcome::Panicked(panic),
        None => Outcome::Done(result),
    });
}

/// An updater whose panic is caught: it is its caller's, not that of the thread that happens to run it.
pub(crate) struct Guarded<'g> {
    updater: &'g mut dyn Updater,
    panic: &'g mut Option<Panic>,
}

impl<'g> Guarded<'g> {
    pub(crate) fn new(updater: &'g mut dyn Updater, panic: &'g mut Option<Panic>) -> Guarded<'g> {
        Guarded { updater, panic }
    }
}

impl Updater for Guarded<'_> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        // It is not called again after a panic, and the document it was shown is only read.
        let updater = &mut *self.updater;
        match caught(move || updater.update(current)) {
            Ok(answer) => answer,
            Err(panic) => {
                *self.panic = Some(panic);
                Err(UpdaterError::Failed("it panicked".into()))
            }
        }
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        let updater = &*self.updater;
        caught(move || updater.exceeded(exceeded)).unwrap_or_default()
    }
}

fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(work))
}
