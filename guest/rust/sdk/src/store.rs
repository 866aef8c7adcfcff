//! For programs: the documents that this one was granted, and changes of them.
//!
//! A program is an ordinary command, `fn main`, compiled for `wasm32-wasip2`. A path is the name of a grant, a slash,
//! and a path in it. Locks are the host's: none is held between two calls.
//!
//! ```no_run
//! use amend_guest::{Patch, store};
//!
//! fn main() -> Result<(), store::Error> {
//!     let patch = Patch::Merge(r#"{"ready": true}"#.to_owned());
//!     let receipt = store::update("state/app.json", patch)?;
//!     println!("now at version {}", receipt.version);
//!     Ok(())
//! }
//! ```

use crate::bindings::program::amend::document::{store as wit, types};
use crate::{Patch, Refusal};
use serde::Serialize;
use std::fmt;

/// A document, or a part of it, as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The exact text at the pointer that was asked for.
    pub text: String,
    /// The version of the whole document it was read from.
    pub version: String,
}

/// What an update did. The document is durable when it is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The version of the document that is now stored.
    pub version: String,
    /// Whether the update changed anything.
    pub changed: bool,
}

/// Why a call failed. Each case holds a message for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// This program was not granted that, or the host may not do it.
    Denied(String),
    /// There is no such document, or nothing where a pointer leads.
    NotFound(String),
    /// The document, or JSON that was passed in, is not valid JSON.
    Malformed(String),
    /// The patch is not one.
    InvalidPatch(String),
    /// The document is not in the state that the patch needs, or has another version than was expected.
    Conflict(String),
    /// An updater refused.
    Refused(String),
    /// A limit on size was reached.
    TooLarge(String),
    /// It did not happen in time.
    TimedOut(String),
    /// Everything else. The message says so where the change may have been made.
    Other(String),
}

impl Error {
    /// The message for people.
    pub fn message(&self) -> &str {
        match self {
            Error::Denied(message)
            | Error::NotFound(message)
            | Error::Malformed(message)
            | Error::InvalidPatch(message)
            | Error::Conflict(message)
            | Error::Refused(message)
            | Error::TooLarge(message)
            | Error::TimedOut(message)
            | Error::Other(message) => message,
        }
    }

    /// The name of the case in the contract: `not-found`, for instance.
    pub fn case(&self) -> &'static str {
        match self {
            Error::Denied(_) => "denied",
            Error::NotFound(_) => "not-found",
            Error::Malformed(_) => "malformed",
            Error::InvalidPatch(_) => "invalid-patch",
            Error::Conflict(_) => "conflict",
            Error::Refused(_) => "refused",
            Error::TooLarge(_) => "too-large",
            Error::TimedOut(_) => "timed-out",
            Error::Other(_) => "other",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

/// What stands at a pointer ("" is the whole document), and the version of the document; `None` when there is nothing.
///
/// # Errors
/// See [`Error`].
pub fn read(path: &str, at: &str) -> Result<Option<Snapshot>, Error> {
    let snapshot = wit::read(path, at)?;
    Ok(snapshot.map(|types::Snapshot { text, version }| Snapshot { text, version }))
}

/// Changes a document: the host locks it, applies the patch, and replaces it durably.
///
/// # Errors
/// See [`Error`]. Nothing is changed then.
pub fn update(path: &str, patch: Patch) -> Result<Receipt, Error> {
    Ok(wit::update(path, &patch.into())?.into())
}

/// The same, when the document still has the expected version; `None` expects that there is no such document.
///
/// # Errors
/// [`Error::Conflict`] when it has another.
pub fn update_if(path: &str, patch: Patch, expected: Option<&str>) -> Result<Receipt, Error> {
    Ok(wit::update_if(path, &patch.into(), expected)?.into())
}

/// Runs an updater, one that the host was given by name, on the document under its lock, and applies its answer.
///
/// # Errors
/// [`Error::Refused`] when it refuses; [`Error::Malformed`] when the arguments cannot be written as JSON.
pub fn apply(path: &str, updater: &str, args: &impl Serialize) -> Result<Receipt, Error> {
    let args = serde_json::to_string(args).map_err(|error| Error::Malformed(error.to_string()))?;
    Ok(wit::apply(path, updater, &args)?.into())
}

/// A patch that could not be written as JSON, so that `?` works where one is made.
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Malformed(refusal.reason().to_owned())
    }
}

impl From<Patch> for types::Patch {
    fn from(patch: Patch) -> Self {
        match patch {
            Patch::Operations(json) => types::Patch::Operations(json),
            Patch::Merge(json) => types::Patch::Merge(json),
            Patch::Replace(json) => types::Patch::Replace(json),
        }
    }
}

impl From<types::Receipt> for Receipt {
    fn from(types::Receipt { version, changed }: types::Receipt) -> Self {
        Receipt { version, changed }
    }
}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        match error {
            types::Error::Denied(message) => Error::Denied(message),
            types::Error::NotFound(message) => Error::NotFound(message),
            types::Error::Malformed(message) => Error::Malformed(message),
            types::Error::InvalidPatch(message) => Error::InvalidPatch(message),
            types::Error::Conflict(message) => Error::Conflict(message),
            types::Error::Refused(message) => Error::Refused(message),
            types::Error::TooLarge(message) => Error::TooLarge(message),
            types::Error::TimedOut(message) => Error::TimedOut(message),
            types::Error::Other(message) => Error::Other(message),
        }
    }
}
