//! The option of the command line that helps against an error: the library's messages name none.

use amend_runtime::{CallError, LoadError};
use amend_store::document::{ApplyError, Exceeded, ReadError};
use amend_store::{Error, PatchError};
use std::fmt::Display;

/// The message of an error, and the option that helps. If the message ends with the name of a limit in brackets, the option
/// is added there.
pub(crate) fn with_option(error: &impl Display, option: Option<&str>) -> String {
    let message = error.to_string();
    match (option, message.strip_suffix(')')) {
        (None, _) => message,
        (Some(option), Some(limit)) => format!("{limit}: {option})"),
        (Some(option), None) => format!("{message} ({option})"),
    }
}

/// The option that the message of a store's error is about.
pub(super) fn of_store(error: &Error) -> Option<&'static str> {
    match error {
        Error::HardLinked { .. } => Some("--hard-links separate"),
        Error::CannotSync { .. } => Some("--durability none"),
        Error::LockDirectories { .. } => Some("--lock-dir, or the variable AMEND_LOCK_DIR"),
        Error::LockTimeout { .. } | Error::Contended { .. } => Some("--lock-timeout"),
        Error::RequestTooLarge { .. } => Some("--etcd-max-request"),
        Error::TooLarge { .. } => Some("--max-size"),
        Error::Malformed { source, .. } if source.is_too_deep() => Some("--max-depth"),
        Error::Apply { source, .. } => of_apply(source),
        Error::UpdaterFailed { .. } => CallError::of(error).and_then(of_call),
        _ => None,
    }
}

fn of_apply(error: &ApplyError) -> Option<&'static str> {
    match error {
        ApplyError::TooLarge { .. } | ApplyError::NoRoom { .. } => Some("--max-size"),
        ApplyError::TooDeep { .. } => Some("--max-depth"),
        ApplyError::Exceeded { exceeded, .. } => of_exceeded(*exceeded),
        _ => None,
    }
}

/// The option that the message about a patch of the command line is about.
pub(crate) fn of_patch(error: &PatchError) -> Option<&'static str> {
    match error {
        PatchError::Syntax(error) if error.is_too_deep() => Some("--max-depth"),
        PatchError::Exceeded(exceeded) => of_exceeded(*exceeded),
        _ => None,
    }
}

/// The option that the message about reading two texts is about.
pub(crate) fn of_reading(error: &ReadError) -> Option<&'static str> {
    match error {
        ReadError::Exceeded(Exceeded::Interrupted) => Some("--timeout"),
        ReadError::Exceeded(exceeded) => of_exceeded(*exceeded),
        _ => None,
    }
}

fn of_exceeded(exceeded: Exceeded) -> Option<&'static str> {
    match exceeded {
        Exceeded::Work { .. } => Some("--host-work"),
        Exceeded::Memory { .. } => Some("--host-memory"),
        _ => None,
    }
}

/// The option that the message about a guest is about.
pub(crate) fn of_call(error: &CallError) -> Option<&'static str> {
    match error {
        CallError::TimedOut { .. }
        | CallError::NotStarted { .. }
        | CallError::NotAppliedInTime { .. } => Some("--timeout"),
        CallError::HostWork { .. } => Some("--host-work"),
        CallError::HostMemory { .. } => Some("--host-memory"),
        CallError::Fuel { .. } => Some("--fuel"),
        CallError::Memory { .. } => Some("--memory"),
        CallError::Answer { .. } => Some("--max-answer"),
        CallError::Output { .. } => Some("--max-output"),
        CallError::Lines { .. } => Some("--max-lines"),
        _ => None,
    }
}

/// The option that the message about a guest that was not loaded is about.
pub(super) fn of_load(error: &LoadError) -> Option<&'static str> {
    match error {
        LoadError::CompileMemory { .. } => Some("--compile-memory"),
        LoadError::CompileTime { .. } => Some("--compile-timeout"),
        LoadError::Start { source, .. } => of_call(source),
        _ => None,
    }
}
