//! A failure: the exit code and the message.

use super::{Code, hint, kind};
use crate::print::complain;
use amend_runtime::{CallError, EngineError, LoadError};
use amend_store::{Error, Version};
use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Why a command failed.
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

    /// The message of an error, and the option that helps.
    fn with_hint(code: Code, error: &impl Display, option: Option<&str>) -> Failure {
        Failure::new(code, hint::with_option(error, option))
    }

    /// There is nothing to read.
    pub(crate) fn no_document(file: &Path) -> Failure {
        let message = format!(
            "{}: there is no such document, or it has no bytes",
            file.display()
        );
        Failure::new(Code::NotFound, message)
    }

    /// The update succeeded, and its receipt could not be printed.
    pub(crate) fn receipt_lost(file: &Path, version: Version, error: &io::Error) -> Failure {
        let file = file.display();
        let message = format!(
            "{file}: version {version} is committed, but the receipt could not be printed: {error}"
        );
        Failure::new(Code::ReceiptLost, message)
    }

    /// A system call about a file failed.
    pub(crate) fn io(path: &Path, action: &'static str, error: io::Error) -> Failure {
        let path = path.to_owned();
        let source = Arc::new(error);
        Failure::from(Error::Io {
            path,
            action,
            source,
        })
    }

    /// The result of a command that changed nothing could not be printed.
    pub(crate) fn output(error: &io::Error) -> Failure {
        let message = format!("writing to standard output: {error}");
        Failure::new(Code::Unexpected, message)
    }

    /// Prints the message, and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        complain(&self.message);
        self.code.into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = kind::code(error.kind());
        Failure::with_hint(code, &error, hint::of_store(&error))
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
        Failure::with_hint(code, &error, hint::of_load(&error))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Failure::with_hint(Code::GuestFailed, &error, hint::of_call(&error))
    }
}
