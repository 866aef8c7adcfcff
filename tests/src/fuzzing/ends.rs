//! The ends that a guest may come to. Each other one is the host's fault, and a panic.

use amend_runtime::{CallError, LoadError};
use amend_store::Error;

/// How loading ended, of which the guest has no fault but its own.
pub(crate) fn not_loaded(error: &LoadError) -> &'static str {
    match error {
        LoadError::NotAComponent { .. } => "not a component",
        LoadError::WrongWorld { .. } => "not an updater",
        LoadError::Start { source, .. } => called(source),
        LoadError::OverLimit { .. } => "refused unread",
        LoadError::CompileMemory { .. } => "compiler's memory",
        LoadError::CompileTime { .. } => "compiler's time",
        error => panic!("it was not loaded: {error:?}"),
    }
}

/// How an update ended that has changed nothing.
pub(crate) fn failed(error: &Error) -> &'static str {
    match error {
        Error::Refused { .. } => "refused",
        Error::InvalidPatch { .. } => "not a patch",
        Error::Apply { .. } => "does not apply",
        Error::UpdaterFailed { source, .. } => match source.downcast_ref() {
            Some(error) => called(error),
            None => panic!("nobody's error: {error:?}"),
        },
        error => panic!("it is not the guest's fault: {error:?}"),
    }
}

fn called(error: &CallError) -> &'static str {
    match error {
        CallError::Trap { .. } => "trapped",
        CallError::Exited { .. } => "exited",
        CallError::TimedOut { .. } => "timed out",
        CallError::Fuel { .. } => "fuel",
        CallError::Memory { .. } => "memory",
        CallError::Table { .. } => "table",
        CallError::Instances { .. } => "instances",
        CallError::Stack { .. } => "stack",
        CallError::Output { .. } => "output",
        CallError::Lines { .. } => "lines",
        CallError::Answer { .. } => "answer",
        CallError::NotAppliedInTime { .. } => "not applied in time",
        CallError::HostWork { .. } => "host work",
        CallError::HostMemory { .. } => "host memory",
        error => panic!("the host failed: {error:?}"),
    }
}
