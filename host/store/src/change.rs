//! Asking an updater, and applying its answer, in memory.

use crate::error::Error;
use crate::read::Current;
use crate::receipt::Expected;
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::{Document, Limits};
use std::path::Path;

/// Checks that what was read is JSON; a file without bytes is no document. `path` is for messages.
pub(crate) fn parse<'c, F>(
    path: &Path,
    current: Option<&'c Current<F>>,
    limits: &Limits,
) -> Result<Document<'c>, Error> {
    match current {
        Some(current) if !current.bytes.is_empty() => Document::parse(&current.bytes, limits)
            .map_err(|source| Error::Malformed {
                path: path.to_owned(),
                source,
            }),
        _ => Ok(Document::absent(limits)),
    }
}

/// The version of a document as it is in memory.
pub(crate) fn version(document: &Document<'_>) -> Version {
    Version::of_pieces(document.pieces())
}

/// Asks an updater and applies its answer. Answers whether the document is another one then; after an error
/// it is the same.
pub(crate) fn change(
    path: &Path,
    document: &mut Document<'_>,
    expected: Expected,
    updater: &mut dyn Updater,
) -> Result<bool, Error> {
    let path = || path.to_owned();
    if let Expected::Version(expected) = expected {
        let found = version(document);
        if expected.unwrap_or(Version::ABSENT) != found {
            return Err(Error::VersionMismatch {
                path: path(),
                expected,
                found,
            });
        }
    }
    let patch = match updater.update(document) {
        Ok(patch) => patch,
        Err(UpdaterError::Refused(source)) => {
            return Err(Error::Refused {
                path: path(),
                source: source.into(),
            });
        }
        Err(UpdaterError::Failed(source)) => {
            return Err(Error::UpdaterFailed {
                path: path(),
                source: source.into(),
            });
        }
        Err(UpdaterError::InvalidPatch(source)) => {
            return Err(Error::InvalidPatch {
                path: path(),
                source,
            });
        }
    };
    match patch {
        None => Ok(false),
        Some(patch) => document.apply(&patch).map_err(|source| Error::Apply {
            path: path(),
            source,
        }),
    }
}
