//! Why a guest was not loaded, or has no answer.

use amend_document::PatchError;
use amend_store::UpdaterError;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The engine could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("setting up WebAssembly: {message}")]
pub struct EngineError {
    pub(crate) message: String,
}

/// Why a guest was not loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("{}: reading the guest: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no WebAssembly component.
    #[error("{guest}: not a WebAssembly component: {reason}")]
    NotAComponent {
        /// The guest's name.
        guest: String,
        /// What it is, or what is wrong with it.
        reason: String,
    },
    /// It is a component, but no updater: it imports what an updater is not given, or does not export
    /// `amend:document/updater@0.1.0`.
    #[error("{guest}: not an updater: {reason}")]
    NotAnUpdater {
        /// The guest's name.
        guest: String,
        /// What is missing or in the way.
        reason: String,
    },
    /// It failed while it was started to see whether it can be.
    #[error("{guest}: the guest cannot be started: {source}")]
    Start {
        /// The guest's name.
        guest: String,
        /// How it failed.
        source: CallError,
    },
}

/// Why a guest has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// It refused; the text is its reason.
    #[error("{0}")]
    Refused(String),
    /// It answered with something that is not a patch.
    #[error("{0}")]
    InvalidPatch(PatchError),
    /// It crashed.
    #[error("the guest trapped: {reason}{}", after(printed))]
    Trap {
        /// What WebAssembly says about it, with a backtrace where there is one.
        reason: String,
        /// The end of what it had printed.
        printed: String,
    },
    /// It did not answer in time.
    #[error("the guest did not answer within {limit:?} (the limit on its time)")]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// It wanted more memory than it may have.
    #[error("the guest wanted more than {limit} bytes of memory (the limit on its memory)")]
    Memory {
        /// The limit in bytes.
        limit: usize,
    },
    /// It wanted larger tables than it may have.
    #[error("the guest wanted more than {limit} table elements (the limit on its tables)")]
    Table {
        /// The limit in elements.
        limit: usize,
    },
    /// It printed more than it may.
    #[error("the guest printed more than {limit} bytes (the limit on its output)")]
    Output {
        /// The limit in bytes.
        limit: usize,
    },
    /// Its answer, or something else that it handed to the host in one piece, is larger than it may be.
    #[error("the guest handed over more than {limit} bytes at once (the limit on its answer)")]
    Answer {
        /// The limit in bytes.
        limit: usize,
    },
    /// The host could not run it.
    #[error("the guest could not be run: {0}")]
    Host(String),
}

/// What a guest printed, as the end of a message.
fn after(printed: &str) -> String {
    if printed.is_empty() {
        String::new()
    } else {
        format!("\nthe last that it printed:\n{printed}")
    }
}

impl From<CallError> for UpdaterError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(reason) => UpdaterError::Refused(reason.into()),
            CallError::InvalidPatch(error) => UpdaterError::InvalidPatch(error),
            error => UpdaterError::Failed(Box::new(error)),
        }
    }
}
