//! From an error to a message and an exit code.

use crate::print::harmless;
use amend_runtime::{CallError, EngineError, LoadError};
use amend_store::{ApplyError, Error, EtcdError, EtcdProblem};
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// The exit codes; `amend help` says what they mean. Scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Code {
    Unexpected = 1,
    Usage = 2,
    NotJson = 3,
    Conflict = 4,
    Refused = 5,
    GuestFailed = 6,
    LockTimeout = 7,
    Denied = 8,
    NotAPatch = 9,
    OutcomeUnknown = 10,
}

/// Why a command was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure {
            code,
            message: message.into(),
        }
    }

    /// There is nothing to read.
    pub(crate) fn no_document(file: &Path) -> Failure {
        let message = format!(
            "{}: there is no such document, or it has no bytes",
            file.display()
        );
        Failure::new(Code::Conflict, message)
    }

    /// Tells the user, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("amend: {}", harmless(&self.message));
        ExitCode::from(self.code as u8)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Malformed { .. } => Code::NotJson,
            Error::VersionMismatch { .. } | Error::ChangedMeanwhile { .. } => Code::Conflict,
            Error::Apply { source, .. } => apply_code(source),
            Error::Refused { .. } => Code::Refused,
            Error::UpdaterFailed { .. } => Code::GuestFailed,
            Error::LockTimeout { .. } | Error::Contended { .. } => Code::LockTimeout,
            Error::OutcomeUnknown { .. } => Code::OutcomeUnknown,
            Error::InvalidAddress { .. } => Code::Usage,
            Error::Etcd {
                source:
                    EtcdError {
                        problem: EtcdProblem::Denied { .. },
                        ..
                    },
                ..
            } => Code::Denied,
            Error::InvalidPath { .. }
            | Error::Escapes { .. }
            | Error::NotGranted { .. }
            | Error::NotWritable { .. }
            | Error::HardLinked { .. } => Code::Denied,
            Error::InvalidPatch { .. } => Code::NotAPatch,
            _ => Code::Unexpected,
        };
        Failure::new(code, error.to_string())
    }
}

fn apply_code(error: &ApplyError) -> Code {
    match error {
        // A limit of ours, not something about the document that the caller did not know.
        ApplyError::TooLarge { .. } | ApplyError::NoRoom { .. } | ApplyError::TooDeep { .. } => {
            Code::Unexpected
        }
        _ => Code::Conflict,
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure::new(Code::Unexpected, error.to_string())
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let code = match error {
            LoadError::Read { .. } | LoadError::Engine(_) => Code::Unexpected,
            _ => Code::GuestFailed,
        };
        Failure::new(code, error.to_string())
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Failure::new(Code::GuestFailed, error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::new(Code::Unexpected, error.to_string())
    }
}
