//! Asking an updater, and applying its answer, in memory.

use crate::error::Error;
use crate::read::Current;
use crate::receipt::{Aim, Expected};
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::{ApplyError, Document, Limits, Patch, Pointer};
use std::borrow::Cow;
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

/// What an update has done in memory.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// Whether there is another text now.
    pub(crate) is_another: bool,
    /// The version of it, where that is known.
    pub(crate) version: Option<Version>,
}

/// What stands at a scope, as a document of its own.
pub(crate) fn sub_document<'d>(
    path: &Path,
    document: &'d Document<'_>,
    scope: &Pointer,
) -> Result<Document<'d>, Error> {
    document.at(scope).map_err(does_not_fit(path))
}

fn does_not_fit(path: &Path) -> impl FnOnce(ApplyError) -> Error {
    |source| Error::Apply {
        path: path.to_owned(),
        source,
    }
}

/// Asks an updater and applies its answer. After an error the document is the same.
///
/// The version of what stands at a scope is told at once. That of a whole document, which may be large, is worked
/// out by whoever needs it, and while other things are done.
pub(crate) fn change(
    path: &Path,
    document: &mut Document<'_>,
    aim: &Aim,
    updater: &mut dyn Updater,
) -> Result<Changed, Error> {
    let Aim { scope, expected } = aim;
    let patch = {
        let current = sub_document(path, document, scope)?;
        expect(path, &current, *expected)?;
        ask(path, &current, updater)?
    };
    let is_another = match patch {
        None => false,
        Some(patch) => {
            let applied = document.apply_under(scope, &patch);
            applied.map_err(does_not_fit(path))?
        }
    };
    let version = if scope.is_root() {
        None
    } else {
        Some(version(&sub_document(path, document, scope)?))
    };
    Ok(Changed {
        is_another,
        version,
    })
}

fn expect(path: &Path, document: &Document<'_>, expected: Expected) -> Result<(), Error> {
    let Expected::Version(expected) = expected else {
        return Ok(());
    };
    let found = version(document);
    if expected.unwrap_or(Version::ABSENT) == found {
        return Ok(());
    }
    Err(Error::VersionMismatch {
        path: path.to_owned(),
        expected,
        found,
    })
}

fn ask<'u>(
    path: &Path,
    document: &Document<'_>,
    updater: &'u mut dyn Updater,
) -> Result<Option<Cow<'u, Patch>>, Error> {
    let path = || path.to_owned();
    updater.update(document).map_err(|error| match error {
        UpdaterError::Refused(source) => Error::Refused {
            path: path(),
            source: source.into(),
        },
        UpdaterError::Failed(source) => Error::UpdaterFailed {
            path: path(),
            source: source.into(),
        },
        UpdaterError::InvalidPatch(source) => Error::InvalidPatch {
            path: path(),
            source,
        },
    })
}
