//! From our errors to the contract's, which a guest is told.
//!
//! A guest knows a document by the name that it said itself: where it is on this machine, and who else works on it,
//! is not for it to know.

use crate::bindings::types::Error as Told;
use crate::error::CallError;
use amend_document::{Exceeded, PatchError};
use amend_store::{Error, ErrorKind};
use std::fmt::Display;
use std::path::Path;

/// How much of what a guest has said is repeated to it.
const REPEATED_MAX: usize = 200;

/// What a guest is told about an error with the document that it calls by this path.
pub(crate) fn answer(path: &str) -> impl FnOnce(Error) -> Told {
    move |error| {
        let error = error.with_path(Path::new(&*repeat(path)));
        let case = case(&error);
        case(error.to_string())
    }
}

/// The case of the contract. It has no `not-found` for a patch whose pointer leads nowhere: that is a `conflict`.
fn case(error: &Error) -> fn(String) -> Told {
    match error.kind() {
        ErrorKind::InvalidPath | ErrorKind::Denied => Told::Denied,
        ErrorKind::NotJson => Told::Malformed,
        ErrorKind::InvalidPatch => Told::InvalidPatch,
        ErrorKind::TooLarge => Told::TooLarge,
        ErrorKind::Conflict | ErrorKind::NotFound => Told::Conflict,
        ErrorKind::Refused => Told::Refused,
        ErrorKind::Timeout => Told::TimedOut,
        ErrorKind::UpdaterFailed => match CallError::of(error) {
            Some(
                CallError::TimedOut { .. }
                | CallError::NotStarted { .. }
                | CallError::NotAppliedInTime { .. },
            ) => Told::TimedOut,
            Some(
                CallError::Answer { .. }
                | CallError::HostWork { .. }
                | CallError::HostMemory { .. },
            ) => Told::TooLarge,
            _ => Told::Other,
        },
        _ => Told::Other,
    }
}

/// This is not among what was granted.
pub(crate) fn denied(what: &str, name: &str) -> Told {
    Told::Denied(format!("{}: {what}", repeat(name)))
}

/// This is not JSON, or not a pointer.
pub(crate) fn not_json(error: &dyn Display) -> Told {
    Told::Malformed(repeat(&error.to_string()))
}

/// This is not a patch, or it costs too much to read it.
pub(crate) fn unread(error: &PatchError) -> Told {
    let case = match error {
        PatchError::Exceeded(Exceeded::Interrupted) => Told::TimedOut,
        PatchError::Exceeded(_) => Told::TooLarge,
        _ => Told::InvalidPatch,
    };
    case(error.to_string())
}

/// No document has this version.
pub(crate) fn no_version(path: &str, error: &dyn Display) -> Told {
    Told::Conflict(format!("{}: {}", repeat(path), repeat(&error.to_string())))
}

/// What a guest has said, for it to recognise: not all of it, when it is long.
fn repeat(said: &str) -> String {
    match said.char_indices().nth(REPEATED_MAX) {
        Some((end, _)) => format!("{}…", said.get(..end).unwrap_or_default()),
        None => said.to_owned(),
    }
}
